// alipay.mjs - Alipay's open platform on loopback.  alipay-sdk judges our requests (checkNotifySignV2 with the app's public key
// follows the rule of requests) and makes the platform's signatures.
//
//   node test/peers/alipay.mjs '{"desk":"qr","certificates":true,"aes":true,"refund_ms":300}'
//
//   desk          page (the default) or qr: what the settings say
//   certificates  both sides by certificates
//   aes           content is encrypted
//   sign          how notifications are signed: without_type (the default), with_type, filled (what is empty is left out)
//   refund_ms     how long a refund is not seen by its query (300)
//
// Faults besides those of peer.mjs: not_enough (refund), not_exist (query), system_error (any: after it happened), unsigned (any),
// under_way (debit: 10003), cancel_fail.  POST /_pay "do": login (the trade comes to be), pay, decline, expire, agree, terminate.
import { createHash, X509Certificate } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { File } from 'node:buffer';
import { certificate, digits, json, minor, payPage, Peer, redirect, rsaPair, token } from './peer.mjs';

const APP = '2021000000000001', SELLER = '2088531891668739', SKEW_S = 600, ID = /^[0-9A-Za-z_]{1,64}$/;
const trades = new Map(), refunds = new Map(), agreements = new Map();
let notices = 0;

const peer = new Peer('alipay', {
  settings, pay,
  books: () => books(),
  acked: (status, body) => status === 200 && body === 'success',
  failed: () => ({ status: 500, headers: { 'content-type': 'text/html' }, body: '<html>busy</html>' }),
  limited: () => ({ status: 429, headers: { 'content-type': 'text/html' }, body: '<html>too many</html>' }),
});
const args = peer.args, aes = args.aes ? Buffer.from('0123456789abcdef').toString('base64') : '';
const certs = args.certificates ? makeCertificates() : null;
const ours = certs ? certs.app : rsaPair(peer.dir, 'alipay-app');
const theirs = certs ? certs.platform : rsaPair(peer.dir, 'alipay-platform');

function makeCertificates() {
  const root = certificate(peer.dir, 'alipay-root', '/C=CN/O=Keepline Fake Ant/OU=Roots/CN=Fake Root R1');
  return { root, app: certificate(peer.dir, 'alipay-app', `/C=CN/O=Keepline Test/CN=${APP}`, { issuer: root }),
    platform: certificate(peer.dir, 'alipay-platform', '/C=CN/O=Keepline Fake Ant/CN=gateway', { issuer: root }) };
}

// The SDK as the platform uses it: our public key in the place of "Alipay's".
const pkcs8 = pem => pem.replace(/-----[^-]+-----|\s/g, '');
// The SDK's HTTP client wants a global that Debian's Node.js 18 has in node:buffer only.
globalThis.File ??= File;
const { AlipaySdk } = await import('alipay-sdk');
const sdk = new AlipaySdk({ appId: APP, privateKey: pkcs8(theirs.privateKey), keyType: 'PKCS8', alipayPublicKey: pkcs8(ours.publicKey),
  signType: 'RSA2', gateway: 'http://127.0.0.1/gateway.do', ...(aes ? { encryptKey: aes } : {}) });
const { signatureV3, aesEncryptText, aesDecryptText } = await import(new URL('./util.js', import.meta.resolve('alipay-sdk')).href);
const signText = text => signatureV3(text, theirs.privateKey);

function settings() {
  const file = (name, text) => { const path = join(peer.dir, name); writeFileSync(path, text, { mode: 0o600 }); return path; };
  return {
    alipay_url: `${peer.url}/gateway.do`, alipay_pages: peer.url, alipay_app_id: APP, alipay_seller_id: SELLER, alipay_key_file: ours.keyFile,
    alipay_desk: args.desk ?? 'page', alipay_scene: 'INDUSTRY|DIGITAL_MEDIA',
    ...(certs ? { alipay_app_cert_file: certs.app.certFile, alipay_cert_file: certs.platform.certFile, alipay_root_cert_file: certs.root.certFile }
      : { alipay_public_key_file: theirs.pubFile }),
    ...(aes ? { alipay_aes_key_file: file('alipay-aes.key', aes + '\n') } : {}),
  };
}

// --- signatures ----------------------------------------------------------------------------------------------------------
const beijing = ms => new Date(ms + 8 * 3600000).toISOString().slice(0, 19).replace('T', ' ');
const at = () => beijing(peer.nowMs());
const number = () => at().replace(/\D/g, '').slice(0, 8) + token(20, '0123456789');

function certSn(pem) {
  const x509 = new X509Certificate(pem), issuer = x509.issuer.split('\n').reverse().join(',');
  return createHash('md5').update(issuer + BigInt('0x' + x509.serialNumber).toString()).digest('hex');
}

// What came, url and body together; null when it is not from our app.
function judged(req) {
  const params = Object.fromEntries([...req.query, ...(req.method === 'POST' ? req.form : [])]);
  const wrong = why => { peer.complain(`${params.method}: ${why}`); return null; };
  for (const [name, value] of Object.entries(params)) if (value === '') return wrong(`${name} is empty`);
  if (params.app_id !== APP || params.charset !== 'utf-8' || params.version !== '1.0' || params.sign_type !== 'RSA2') return wrong('common parameters');
  const sentMs = Date.parse((params.timestamp ?? '').replace(' ', 'T') + '+08:00');
  if (req.method === 'POST' && !(Math.abs(peer.nowMs() - sentMs) < SKEW_S * 1000)) return wrong(`timestamp ${params.timestamp}`);
  if (!sdk.checkNotifySignV2(params)) return wrong('signature');
  if (certs && (params.app_cert_sn !== certSn(certs.app.pem) || params.alipay_root_cert_sn !== certSn(certs.root.pem))) return wrong('certificate numbers');
  if (aes && params.encrypt_type !== 'AES') return wrong('not encrypted');
  try {
    params.content = JSON.parse(aes ? aesDecryptText(params.biz_content, aes) : params.biz_content);
  } catch { return wrong('biz_content'); }
  return params;
}

// Slashes are escaped and stay so, as the real one does it.
function answer(req, value, name = req.params_.method.replaceAll('.', '_') + '_response') {
  let content = JSON.stringify(value).replaceAll('/', '\\/');
  if (aes) content = JSON.stringify(aesEncryptText(content, aes));
  const sign = signText(peer.take('bad_sig', req.verb) ? content + ' ' : content);
  const tail = peer.take('unsigned', req.verb) ? '' : `${certs ? `,"alipay_cert_sn":"${certSn(certs.platform.pem)}"` : ''},"sign":"${sign}"`;
  return { status: 200, headers: { 'content-type': 'text/html;charset=utf-8' }, body: `{"${name}":${content}${tail}}` };
}

const ok = (req, value) => answer(req, { code: '10000', msg: 'Success', ...value });
const no = (req, sub_code, code = '40004') => answer(req, { code, msg: 'Business Failed', sub_code, sub_msg: sub_code });
const illegal = req => { peer.complain(`${req.params_.method}: ${JSON.stringify(req.params_.content)}`); return no(req, 'ACQ.INVALID_PARAMETER'); };

const VERBS = {
  'alipay.trade.precreate': ['start', precreate], 'alipay.trade.query': ['query', query], 'alipay.trade.close': ['close', close],
  'alipay.trade.refund': ['refund', refund], 'alipay.trade.fastpay.refund.query': ['refund_query', refundQuery],
  'alipay.trade.pay': ['debit', debit], 'alipay.user.agreement.query': ['agreement', agreementQuery], 'alipay.user.agreement.unsign': ['unsign', unsign],
  'alipay.user.agreement.executionplan.modify': ['postpone', postpone], 'alipay.data.dataservice.bill.downloadurl.query': ['bill', billUrl],
};

peer.route('POST', '/gateway.do', req => VERBS[req.query.get('method')]?.[0] ?? 'unknown', req => {
  req.params_ = judged(req);
  if (!req.params_) {
    req.params_ = { method: req.query.get('method') ?? '' };
    return answer(req, { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature', sub_msg: '验签出错' }, 'error_response');
  }
  const row = VERBS[req.params_.method];
  if (!row) return answer(req, { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-method' }, 'error_response');
  const given = row[1](req, req.params_.content, req.params_);
  return peer.take('system_error', req.verb) ? no(req, 'ACQ.SYSTEM_ERROR') : given;
});

// --- payments ------------------------------------------------------------------------------------------------------------
// A page or a code: nothing is a trade before somebody logs in.
function opened(params, content) {
  const known = trades.get(content.out_trade_no), amount = minor(content.total_amount ?? '', 'CNY');
  if (!ID.test(content.out_trade_no ?? '') || !amount || !/^\d+\.\d\d$/.test(content.total_amount) || !content.subject || [...content.subject].length > 256 ||
      !params.notify_url || !Date.parse((content.time_expire ?? '').replace(' ', 'T') + '+08:00'))
    return null;
  if (known) return known.content === JSON.stringify(content) ? known : 'inconsistent';
  const trade = { order: content.out_trade_no, content: JSON.stringify(content), amount, title: content.subject, state: 'OPEN', notify: params.notify_url,
    back: params.return_url, ends: Date.parse(content.time_expire.replace(' ', 'T') + '+08:00'), code: token(16) };
  trades.set(trade.order, trade);
  return trade;
}

function precreate(req, content, params) {
  const trade = opened(params, content);
  if (!trade) return illegal(req);
  if (trade === 'inconsistent') { peer.complain('precreate again with other content'); return no(req, 'ACQ.CONTEXT_INCONSISTENT'); }
  if (trade.state === 'TRADE_SUCCESS') return no(req, 'ACQ.TRADE_HAS_SUCCESS');
  if (trade.state === 'TRADE_CLOSED') return no(req, 'ACQ.TRADE_HAS_CLOSE');
  return ok(req, { out_trade_no: trade.order, qr_code: `${peer.url}/qr?code=${trade.code}` });
}

function lapse(trade) {
  if (['OPEN', 'WAIT_BUYER_PAY'].includes(trade.state) && peer.nowMs() > trade.ends) {
    trade.expired = true;
    trade.state = trade.state === 'OPEN' ? 'GONE' : 'TRADE_CLOSED';
  }
}

function login(trade) {
  lapse(trade);
  if (trade.state !== 'OPEN') return false;
  trade.state = 'WAIT_BUYER_PAY';
  trade.reference = number();
  return true;
}

function settle(trade) {
  login(trade);
  if (trade.state !== 'WAIT_BUYER_PAY') return false;
  trade.state = 'TRADE_SUCCESS';
  trade.at = at();
  notify(trade);
  return true;
}

const exists = trade => trade && !['OPEN', 'GONE'].includes(trade.state);

function query(req, content) {
  const trade = trades.get(content.out_trade_no);
  if (trade) lapse(trade);
  if (!exists(trade) || peer.take('not_exist', 'query')) return no(req, 'ACQ.TRADE_NOT_EXIST');
  const amount = trade.amount + (peer.take('wrong_amount', 'query') ? 1 : 0);
  return ok(req, { buyer_logon_id: 'xud***@126.com', out_trade_no: peer.take('foreign_merchant', 'query') ? 'KX1' : trade.order, trade_no: trade.reference,
    total_amount: digits(amount, 'CNY'), trade_status: trade.state, ...(trade.at ? { send_pay_date: trade.at, buyer_pay_amount: digits(trade.amount, 'CNY') } : {}) });
}

function close(req, content) {
  const trade = trades.get(content.out_trade_no);
  if (!exists(trade)) return no(req, 'ACQ.TRADE_NOT_EXIST');
  if (trade.state !== 'WAIT_BUYER_PAY') return no(req, 'ACQ.TRADE_STATUS_ERROR');
  trade.state = 'TRADE_CLOSED';
  trade.cancelled = true;
  return ok(req, { out_trade_no: trade.order, trade_no: trade.reference });
}

const given = trade => [...refunds.values()].filter(r => r.order === trade.order).reduce((sum, r) => sum + r.amount, 0);

function refund(req, content) {
  const trade = trades.get(content.out_trade_no), amount = minor(content.refund_amount ?? '', 'CNY'), known = refunds.get(content.out_request_no);
  if (!ID.test(content.out_request_no ?? '') || !amount) return illegal(req);
  if (!exists(trade)) return no(req, 'ACQ.TRADE_NOT_EXIST');
  const taken = (row, change) => ok(req, { out_trade_no: trade.order, trade_no: trade.reference, buyer_logon_id: 'xud***@126.com', fund_change: change,
    refund_fee: digits(given(trade), 'CNY'), send_back_fee: digits(row.amount, 'CNY') });
  if (known) {
    if (known.amount === amount) return taken(known, 'N');
    peer.complain(`refund again with another amount: ${known.refund}`);
    return no(req, 'ACQ.DISCORDANT_REPEAT_REQUEST');
  }
  if (peer.take('not_enough', 'refund')) return no(req, 'ACQ.SELLER_BALANCE_NOT_ENOUGH');
  if (trade.state !== 'TRADE_SUCCESS' || given(trade) + amount > trade.amount) return no(req, 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
  const row = { refund: content.out_request_no, order: trade.order, amount, seen: peer.nowMs() + (args.refund_ms ?? 300), at: at() };
  refunds.set(row.refund, row);
  if (given(trade) === trade.amount) trade.state = 'TRADE_CLOSED';
  notify(trade, row);
  return taken(row, 'Y');
}

function refundQuery(req, content) {
  const trade = trades.get(content.out_trade_no), row = refunds.get(content.out_request_no);
  if (!exists(trade)) return no(req, 'ACQ.TRADE_NOT_EXIST');
  if (!row || peer.nowMs() < row.seen) return ok(req, {});
  const amount = row.amount + (peer.take('wrong_amount', 'refund_query') ? 1 : 0);
  return ok(req, { out_trade_no: trade.order, trade_no: trade.reference, out_request_no: row.refund, total_amount: digits(trade.amount, 'CNY'),
    refund_amount: digits(amount, 'CNY'), refund_status: 'REFUND_SUCCESS', gmt_refund_pay: row.at });
}

// --- notifications -------------------------------------------------------------------------------------------------------
function form(params) {
  const mode = args.sign ?? 'without_type', keys = Object.keys(params).sort().filter(k => mode !== 'filled' || params[k] !== '');
  const typed = mode === 'with_type' ? [...keys, 'sign_type'].sort() : keys, all = { ...params, sign_type: 'RSA2' };
  return { ...all, sign: signText(typed.map(k => `${k}=${all[k]}`).join('&')) };
}

function send(url, kind, order, make) {
  const id = at().replace(/\D/g, '').slice(0, 8) + String(++notices).padStart(26, '2');
  peer.hook(kind, order, faults => {
    const params = make(faults, {
      notify_id: id, notify_type: kind, notify_time: beijing(peer.nowMs() - (faults.stale ? 48 * 3600000 : 0)), charset: 'utf-8', version: '1.0',
      app_id: faults.foreignMerchant ? '2021000000009999' : APP, auth_app_id: APP });
    const signed = form(params);
    if (faults.badSig) signed.total_amount = '0.01';
    return { url, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body: new URLSearchParams(signed).toString() };
  });
}

function notify(trade, back = null) {
  const state = trade.state, sum = given(trade);
  send(trade.notify, 'trade_status_sync', trade.order, (faults, common) => {
    const total = digits(trade.amount + (faults.wrongAmount ? 1 : 0), 'CNY');
    return { ...common, seller_id: SELLER, out_trade_no: trade.order, trade_no: trade.reference, trade_status: state, total_amount: total, subject: trade.title,
      body: '', buyer_id: '2088102534368455', buyer_pay_amount: total, receipt_amount: total, invoice_amount: total, point_amount: '0.00',
      fund_bill_list: JSON.stringify([{ amount: total, fundChannel: 'ALIPAYACCOUNT' }]), gmt_payment: trade.at ?? '', gmt_create: trade.at ?? at(),
      ...(back ? { refund_fee: digits(sum, 'CNY'), gmt_refund: back.at + '.001', out_biz_no: back.refund } : {}) };
  });
}

// --- agreements ----------------------------------------------------------------------------------------------------------
function signPage(params) {
  const { content } = params, rule = content.period_rule_params ?? {}, known = agreements.get(content.external_agreement_no);
  const good = ID.test(content.external_agreement_no ?? '') && content.personal_product_code === 'CYCLE_PAY_AUTH_P' && content.sign_scene &&
    content.access_params?.channel && ((rule.period_type === 'MONTH' && Number(rule.execute_time?.slice(8)) <= 28) ||
    (rule.period_type === 'DAY' && rule.period >= 7)) && minor(rule.single_amount ?? '', 'CNY') > 0;
  if (!good) { peer.complain(`sign: ${JSON.stringify(content)}`); return null; }
  const row = known ?? { agreement: content.external_agreement_no, no: '2026' + token(16, '0123456789'), state: 'TEMP', rule, notify: params.notify_url, back: params.return_url };
  agreements.set(row.agreement, row);
  return row;
}

function agreementNotice(row, kind, status) {
  send(row.notify, kind, row.agreement, (faults, common) => ({ ...common, agreement_no: row.no, external_agreement_no: row.agreement, status,
    [kind === 'dut_user_sign' ? 'sign_time' : 'unsign_time']: at(), valid_time: at(), invalid_time: '2115-02-01 00:00:00',
    personal_product_code: 'CYCLE_PAY_AUTH_P', sign_scene: 'INDUSTRY|DIGITAL_MEDIA', alipay_user_id: '2088102534368455', zm_open_id: '' }));
}

function agree(row) {
  if (row.state !== 'TEMP') return false;
  row.state = 'NORMAL';
  agreementNotice(row, 'dut_user_sign', 'NORMAL');
  return true;
}

function terminate(row) {
  if (row.state !== 'NORMAL') return false;
  row.state = 'STOP';
  agreementNotice(row, 'dut_user_unsign', 'UNSIGN');
  return true;
}

const agreementOf = content => agreements.get(content.external_agreement_no) ?? [...agreements.values()].find(a => a.no === content.agreement_no);

function agreementQuery(req, content) {
  const row = agreementOf(content);
  if (!row) return no(req, 'USER_AGREEMENT_NOT_EXIST');
  return ok(req, { agreement_no: row.no, external_agreement_no: row.agreement, status: row.state, invalid_time: '2115-02-01 00:00:00', sign_scene: 'INDUSTRY|DIGITAL_MEDIA' });
}

function unsign(req, content) {
  const row = agreementOf(content);
  if (!row || row.state !== 'NORMAL') return no(req, 'USER_AGREEMENT_NOT_EXIST');
  terminate(row);
  return ok(req, {});
}

function postpone(req, content) {
  const row = agreementOf(content);
  if (!row || !/^\d{4}-\d\d-\d\d$/.test(content.deduct_time ?? '')) return illegal(req);
  row.rule.execute_time = content.deduct_time;
  return ok(req, { agreement_no: row.no, deduct_time: content.deduct_time });
}

function debit(req, content, params) {
  const row = agreementOf(content.agreement_params ?? {}), amount = minor(content.total_amount ?? '', 'CNY'), known = trades.get(content.out_trade_no);
  if (!ID.test(content.out_trade_no ?? '') || !amount || content.product_code !== 'CYCLE_PAY_AUTH' || !content.subject) return illegal(req);
  if (known && known.content !== JSON.stringify(content)) { peer.complain('debit again with other content'); return no(req, 'ACQ.CONTEXT_INCONSISTENT'); }
  if (known?.at) return no(req, 'ACQ.TRADE_HAS_SUCCESS');
  if (!row || row.state !== 'NORMAL') return no(req, 'ACQ.AGREEMENT_NOT_EXIST');
  if (amount > minor(row.rule.single_amount, 'CNY')) return no(req, 'ACQ.AGREEMENT_AMOUNT_EXCEED');
  const trade = { order: content.out_trade_no, content: JSON.stringify(content), amount, title: content.subject, state: 'WAIT_BUYER_PAY', notify: params.notify_url,
    reference: number(), ends: Infinity, code: token(16) };
  trades.set(trade.order, trade);
  if (peer.take('under_way', 'debit')) return answer(req, { code: '10003', msg: 'order success pay inprocess', out_trade_no: trade.order, trade_no: trade.reference });
  settle(trade);
  return ok(req, { out_trade_no: trade.order, trade_no: trade.reference, total_amount: digits(amount, 'CNY'), gmt_payment: trade.at });
}

// --- statements ----------------------------------------------------------------------------------------------------------
const COLUMNS = ['支付宝交易号', '商户订单号', '业务类型', '商品名称', '创建时间', '完成时间', '门店编号', '门店名称', '操作员', '终端号', '对方账户', '订单金额（元）',
  '商家实收（元）', '支付宝红包（元）', '集分宝（元）', '支付宝优惠（元）', '商家优惠（元）', '券核销金额（元）', '券名称', '商家红包消费金额（元）', '卡消费金额（元）',
  '退款批次号/请求号', '服务费（元）', '分润（元）', '备注'];

function detail(day) {
  const rows = [], fee = amount => Math.round(amount * 0.006), sums = { trades: [0, 0], refunds: [0, 0] };
  const row = (trade, type, when, amount, request, cost) => {
    rows.push(COLUMNS.map(name => ({ 支付宝交易号: trade.reference + '\t', 商户订单号: trade.order + '\t', 业务类型: type, 商品名称: trade.title.replaceAll(',', ' '),
      创建时间: when, 完成时间: when, 对方账户: '*测(xud***@126.com)', '订单金额（元）': digits(amount, 'CNY'), '商家实收（元）': digits(amount, 'CNY'),
      '退款批次号/请求号': request && request + '\t', '服务费（元）': digits(-cost, 'CNY'), '分润（元）': '0.00' }[name] ?? (name.endsWith('（元）') ? '0.00' : ''))).join(','));
    const sum = type === '交易' ? sums.trades : sums.refunds;
    sum[0]++; sum[1] += amount;
  };
  for (const t of trades.values()) if (t.at?.startsWith(day)) row(t, '交易', t.at, t.amount, '', fee(t.amount));
  for (const r of refunds.values()) if (r.at.startsWith(day)) row(trades.get(r.order), '退款', r.at, -r.amount, r.refund, -fee(r.amount));
  return [ '#支付宝业务明细查询', `#账号：[${SELLER}]`, `#起始日期：[${day}]   终止日期：[${day}]`, '#-----------------业务明细列表----------------',
    COLUMNS.join(','), ...rows, '#-----------------业务明细列表结束------------', `#交易合计：${sums.trades[0]}笔，商家实收共${digits(sums.trades[1], 'CNY')}元，商家优惠共0.00元`,
    `#退款合计：${sums.refunds[0]}笔，商家实收退款共${digits(sums.refunds[1], 'CNY')}元，商家优惠退款共0.00元`, `#导出时间：[${at()}]`, ''].join('\r\n');
}

// GBK by the decoder that Node has: every two bytes once.
const gbkTable = new Map();
const gbkDecoder = new TextDecoder('gbk');
for (let high = 0x81; high <= 0xfe; high++)
  for (let low = 0x40; low <= 0xfe; low++) if (low !== 0x7f) {
    const char = gbkDecoder.decode(Uint8Array.of(high, low));
    if (char.length === 1 && char !== '\ufffd' && !gbkTable.has(char)) gbkTable.set(char, [high, low]);
  }
const gbk = text => Buffer.from([...text].flatMap(c => (c < '\x80' ? [c.charCodeAt(0)] : gbkTable.get(c) ?? [0x3f])));

const CRC = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
const crc32 = bytes => (bytes.reduce((c, b) => CRC[(c ^ b) & 255] ^ (c >>> 8), ~0) ^ ~0) >>> 0;

function zip(files) {
  const parts = [], central = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const packed = deflateRawSync(bytes), n = gbk(name), head = Buffer.alloc(30), entry = Buffer.alloc(46);
    head.writeUInt32LE(0x04034b50, 0); head.writeUInt16LE(20, 4); head.writeUInt16LE(8, 8);
    head.writeUInt32LE(crc32(bytes), 14); head.writeUInt32LE(packed.length, 18); head.writeUInt32LE(bytes.length, 22); head.writeUInt16LE(n.length, 26);
    entry.writeUInt32LE(0x02014b50, 0); entry.writeUInt16LE(20, 4); entry.writeUInt16LE(20, 6); entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(bytes), 16); entry.writeUInt32LE(packed.length, 20); entry.writeUInt32LE(bytes.length, 24); entry.writeUInt16LE(n.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(head, n, packed); central.push(entry, n);
    offset += 30 + n.length + packed.length;
  }
  const directory = Buffer.concat(central), end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(files.length, 8); end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12); end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

function billUrl(req, content) {
  if (content.bill_type !== 'trade' || !/^\d{4}-\d\d-\d\d$/.test(content.bill_date ?? '')) return illegal(req);
  return ok(req, { bill_download_url: `${peer.url}/bill?day=${content.bill_date}&until=${peer.nowMs() + 30000}` });
}

function billFile(req) {
  const day = req.query.get('day');
  if (peer.nowMs() > Number(req.query.get('until'))) return { status: 403, headers: {}, body: '' };
  const summary = ['#支付宝业务汇总查询', `#账号：[${SELLER}]`, '门店编号,门店名称,交易订单总笔数,退款订单总笔数', '合计,,1,0', ''].join('\r\n');
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip([
    [`${SELLER}0156_${day.replaceAll('-', '')}_业务明细.csv`, gbk(detail(day))], [`${SELLER}0156_${day.replaceAll('-', '')}_业务明细(汇总).csv`, gbk(summary)]]) };
}

// --- people --------------------------------------------------------------------------------------------------------------
function books() {
  const stateOf = t => (t.at ? 'paid' : t.expired ? 'expired' : t.cancelled ? 'cancelled' : 'open');
  return {
    payments: [...trades.values()].map(t => ({ order: t.order, reference: t.reference ?? '', state: stateOf(t), amount: t.amount, currency: 'CNY',
      refunds: [...refunds.values()].filter(r => r.order === t.order).map(r => ({ refund: r.refund, reference: '', amount: r.amount, state: 'done' })) })),
    agreements: [...agreements.values()].map(a => ({ agreement: a.agreement, reference: a.no, state: a.state, next: a.rule.execute_time })) };
}

function pay(order, what) {
  const trade = trades.get(order), row = agreements.get(order);
  if (row) return what === 'agree' ? agree(row) : what === 'terminate' ? terminate(row) : false;
  if (!trade) return false;
  if (what === 'login') return login(trade);
  if (what === 'pay') return settle(trade);
  if (what === 'decline') { login(trade); return true; } // the wallet says no; the trade waits
  if (what !== 'expire') return false;
  trade.ends = 0;
  lapse(trade);
  return true;
}

const WORDS = { lang: 'zh-Hans', brand: '支付宝', colour: '#1677ff', merchant: 'Keepline' };

function cashier(trade, action) {
  lapse(trade);
  const open = ['OPEN', 'WAIT_BUYER_PAY'].includes(trade.state);
  return payPage({ ...WORDS, heading: open ? '我的收银台' : '交易已结束', title: trade.title, amount: `${digits(trade.amount, 'CNY')} 元`, action,
    actions: open ? [{ do: 'pay', label: '确认付款' }, { do: 'cancel', label: '取消', quiet: true }] : [] });
}

// The browser comes with the whole signed request in the address.
function page(req) {
  const params = judged(req);
  if (!params) return json(400, { error: '验签出错' });
  if (params.method === 'alipay.user.agreement.page.sign') {
    const row = signPage(params);
    return row ? consent(row) : json(400, { error: '参数有误' });
  }
  peer.verbs.start = (peer.verbs.start ?? 0) + 1;
  const product = { 'alipay.trade.page.pay': 'FAST_INSTANT_TRADE_PAY', 'alipay.trade.wap.pay': 'QUICK_WAP_WAY' }[params.method];
  const trade = product && params.content.product_code === product ? opened(params, params.content) : null;
  if (!trade || trade === 'inconsistent') { peer.complain(`page: ${params.method} ${params.biz_content}`); return json(400, { error: '参数有误' }); }
  if (params.method === 'alipay.trade.wap.pay' && !params.content.quit_url) peer.complain('page: no quit_url');
  login(trade);
  return cashier(trade, `/cashier?code=${trade.code}`);
}

const consent = row => payPage({ ...WORDS, heading: '自动扣款', title: `每次最多 ${row.rule.single_amount} 元`, amount: '', note: '开通后可随时关闭',
  action: `/consent?agreement=${row.agreement}`, actions: row.state === 'TEMP' ? [{ do: 'agree', label: '同意并开通' }, { do: 'cancel', label: '暂不开通', quiet: true }] : [] });

const byCode = req => [...trades.values()].find(t => t.code === req.query.get('code'));

function decided(req) {
  const trade = byCode(req);
  if (!trade) return json(404, { error: 'no such trade' });
  if (req.form.get('do') === 'pay') settle(trade);
  return trade.back ? redirect(trade.back) : cashier(trade, `/cashier?code=${trade.code}`);
}

peer.route('GET', '/gateway.do', null, page);
peer.route('GET', '/bill', 'bill_file', billFile);
for (const path of ['/qr', '/cashier']) {
  peer.route('GET', path, null, req => {
    const trade = byCode(req);
    if (trade) login(trade);
    return trade ? cashier(trade, `/cashier?code=${trade.code}`) : json(404, { error: 'no such trade' });
  });
}
peer.route('POST', '/cashier', null, decided);
peer.route('POST', '/consent', null, req => {
  const row = agreements.get(req.query.get('agreement'));
  if (!row) return json(404, { error: 'no such agreement' });
  if (req.form.get('do') === 'agree') agree(row);
  return redirect(row.back);
});
peer.start();
