// wechat.mjs - WeChat Pay API v3 on loopback: the mainland's world and the global one through an acquirer.  The official
// signatures are judged and made by wechatpay-axios-plugin.
//
//   node test/peers/wechat.mjs '{"world":"global","keys":"certificate","scan":"http","refund_ms":300}'
//
//   world   mainland (the default) or global (sp_mchid + sub_mchid, /v3/global/…)
//   keys    public_key (PUB_KEY_ID_…, the default) or certificate: what answers and callbacks are signed by.  Both are in
//           wechat_platform_file; {"fault":"other_key"} signs the next answer or callback by the other one
//   scan    http: code_url is a page of this peer that plays the app; else weixin://wxpay/bizpayurl?pr=…
//   refund_ms  how long a refund is under way (300)
//
// Faults besides those of peer.mjs: not_enough (refund: today's pool is too small), refund_closed, refund_abnormal (refund),
// not_exist (query), stale and bad_sig (of an answer), other_key.  POST /_pay "do": pay, decline, cancel, close, sign, cancel_sign,
// terminate (the payer ends the agreement in the app), probe (a callback with WECHATPAY/SIGNTEST/ in its signature).
import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import wechatpay from 'wechatpay-axios-plugin';
import { certificate, digits, json, payPage, Peer, redirect, rsaPair, token } from './peer.mjs';

const { Aes, Formatter, Hash, Rsa, Transformer } = wechatpay;
const SKEW_S = 300, ORDER = /^[0-9A-Za-z]{6,32}$/, CURRENCIES = ['CNY', 'JPY', 'USD', 'HKD', 'EUR', 'KRW', 'SGD', 'GBP', 'AUD', 'TWD'];
const payments = new Map(), refunds = new Map(), agreements = new Map(), debits = new Map();
let events = 0;

const peer = new Peer('wechat', {
  settings, pay,
  books: () => books(),
  acked: status => status === 200 || status === 204,
  failed: req => signed(req, 500, { code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' }),
  limited: req => signed(req, 429, { code: 'FREQUENCY_LIMITED', message: '频率超限' }),
});
const global_ = peer.args.world === 'global';
const shop = { mchid: global_ ? '1900000100' : '1900000001', appid: 'wx2421b1c4370ec43b', sub: global_ ? '1900000109' : '' };
const apiv3 = token(32), v2key = token(32), plan = 12535;
const ours = certificate(peer.dir, 'wechat-merchant', `/C=CN/O=Keepline Test/CN=${shop.mchid}`);
const tenpay = certificate(peer.dir, 'wechat-platform', '/C=CN/O=Keepline Fake Tenpay/CN=Tenpay.com sign');
const modern = rsaPair(peer.dir, 'wechat-public');
const signers = {
  certificate: { id: new X509Certificate(tenpay.pem).serialNumber, key: tenpay.privateKey },
  public_key: { id: `PUB_KEY_ID_01${shop.mchid}2026010200000000000001`, key: modern.privateKey },
};
const mode = peer.args.keys === 'certificate' ? 'certificate' : 'public_key';
const ourSerial = new X509Certificate(ours.pem).serialNumber;

function settings() {
  const file = (name, text) => { const path = join(peer.dir, name); writeFileSync(path, text, { mode: 0o600 }); return path; };
  return {
    wechat_world: global_ ? 'global' : 'mainland', wechat_url: peer.url, wechat_pages: peer.url,
    wechat_mchid: shop.mchid, wechat_appid: shop.appid, wechat_sub_mchid: shop.sub, wechat_mcc: '4814',
    wechat_currencies: global_ ? 'CNY,JPY' : 'CNY', wechat_key_file: ours.keyFile, wechat_cert_file: ours.certFile,
    wechat_platform_file: file('wechat-platform.pem', tenpay.pem + modern.publicKey), wechat_public_key_ids: signers.public_key.id,
    wechat_apiv3_key_file: file('wechat-apiv3.key', apiv3 + '\n'), wechat_plan: String(plan),
    ...(peer.args.v2 ? { wechat_v2_key_file: file('wechat-v2.key', v2key + '\n') } : {}),
  };
}

// --- signatures ----------------------------------------------------------------------------------------------------------
function signer(verb) {
  const other = peer.take('other_key', verb);
  return signers[other ? (mode === 'certificate' ? 'public_key' : 'certificate') : mode];
}

function proof(body, verb, { stale = false, badSig = false } = {}) {
  const by = signer(verb), time = String(peer.nowS() - (stale ? 2 * SKEW_S : 0)), nonce = Formatter.nonce();
  const signature = Rsa.sign(Formatter.response(time, nonce, badSig ? body + ' ' : body), Rsa.from(by.key));
  return { 'Wechatpay-Timestamp': time, 'Wechatpay-Nonce': nonce, 'Wechatpay-Serial': by.id, 'Wechatpay-Signature': signature };
}

function signed(req, status, value = null) {
  const body = value === null ? '' : JSON.stringify(value);
  const faults = { stale: !!peer.take('stale', req.verb), badSig: !!peer.take('bad_sig', req.verb) };
  return { status, headers: { 'content-type': 'application/json', ...proof(body, req.verb, faults) }, body };
}

const no = (req, status, code, message = code) => signed(req, status, { code, message });

// Our request, judged as WeChat does; null when it is good.
function refused(req) {
  const header = req.headers.authorization ?? '', parts = {};
  const wrong = why => { peer.complain(`${req.method} ${req.target}: ${why}`); return no(req, 401, 'SIGN_ERROR', why); };
  if (!header.startsWith('WECHATPAY2-SHA256-RSA2048 ')) return wrong('no Authorization');
  for (const [, name, value] of header.slice(26).matchAll(/(\w+)="([^"]*)"/g)) parts[name] = value;
  if (parts.mchid !== shop.mchid) return wrong(`mchid ${parts.mchid}`);
  if (parts.serial_no !== ourSerial) return wrong(`serial_no ${parts.serial_no}`);
  if (!(Math.abs(peer.nowS() - Number(parts.timestamp)) <= SKEW_S)) return wrong('timestamp');
  if (!req.headers['user-agent']) return wrong('no User-Agent');
  if (!/json|\*\/\*/.test(req.headers.accept ?? '')) return wrong('no Accept');
  if (!/^application\/json/.test(req.headers['content-type'] ?? '')) return wrong('no Content-Type');
  const text = Formatter.request(req.method, req.target, parts.timestamp, parts.nonce_str, req.text);
  if (!Rsa.verify(text, parts.signature, Rsa.from(ours.publicKey, Rsa.KEY_TYPE_PUBLIC))) return wrong('signature');
  return null;
}

const who = from => global_ ? from.sp_mchid === shop.mchid && from.sub_mchid === shop.sub : from.mchid === shop.mchid;
const merchant = foreign => global_
  ? { sp_appid: shop.appid, sp_mchid: shop.mchid, sub_mchid: foreign ? '1900000999' : shop.sub }
  : { appid: shop.appid, mchid: foreign ? '1900000999' : shop.mchid };
const beijing = s => new Date((s + 8 * 3600) * 1000).toISOString().slice(0, 19) + '+08:00';
const number = start => start + beijing(peer.nowS()).replace(/\D/g, '').slice(0, 14) + token(10, '0123456789');

// A handler that sees judged requests only.
const judged = handler => req => refused(req) ?? handler(req);
const api = (method, pattern, verb, handler) => peer.route(method, pattern, verb, judged(handler));

// --- payments ------------------------------------------------------------------------------------------------------------
function create(req, kind) {
  const body = req.json ?? {}, { out_trade_no: order, amount } = body, known = payments.get(order);
  if (!who(body)) return no(req, 403, 'APPID_MCHID_NOT_MATCH');
  if (!ORDER.test(order ?? '') || !body.description || !body.notify_url || !Number.isInteger(amount?.total) || amount.total <= 0 ||
      !CURRENCIES.includes(amount.currency) || (!global_ && amount.currency !== 'CNY') || [...body.description].length > 127 ||
      (body.time_expire && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/.test(body.time_expire)) ||
      (kind === 'MWEB' && !body.scene_info?.payer_client_ip) || (kind === 'MWEB' && body.scene_info?.h5_info?.type !== 'Wap') ||
      (global_ && (body.trade_type !== kind || !/^\d{4}$/.test(body.merchant_category_code ?? '')))) {
    peer.complain(`start: ${req.text}`);
    return no(req, 400, 'PARAM_ERROR');
  }
  if (known && known.body !== req.text) {
    peer.complain(`start again with other content: ${order}`);
    return no(req, 400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致');
  }
  if (known?.state === 'SUCCESS') return no(req, 400, 'ORDERPAID', '该订单已支付');
  if (known?.state === 'CLOSED') return no(req, 400, 'ORDER_CLOSED', '该订单已关闭');
  const payment = known ?? {
    order, body: req.text, kind, amount: amount.total, currency: amount.currency, title: body.description, state: 'NOTPAY', code: token(9),
    notify: body.notify_url, expires: body.time_expire ? Date.parse(body.time_expire) : Infinity, payer: body.payer_total ?? amount.total };
  payments.set(order, payment);
  if (kind === 'MWEB') return signed(req, 200, { h5_url: `${peer.url}/h5?prepay_id=wx${payment.code}&package=1` });
  const code = peer.args.scan === 'http' ? `${peer.url}/app?pr=${payment.code}` : `weixin://wxpay/bizpayurl?pr=${payment.code}`;
  return signed(req, 200, { code_url: code });
}

function transaction(payment, { foreign = false, wrong = false } = {}) {
  const paid = payment.state === 'SUCCESS' || payment.state === 'REFUND', total = payment.amount + (wrong ? 1 : 0);
  return {
    ...merchant(foreign), out_trade_no: payment.order, trade_state: payment.state, trade_state_desc: payment.state, attach: '',
    ...(paid ? { transaction_id: payment.reference, trade_type: payment.kind, bank_type: 'OTHERS', success_time: payment.paidAt,
      payer: global_ ? { sp_openid: 'oTEST' } : { openid: 'oTEST' } } : {}),
    amount: paid ? { total, currency: payment.currency, payer_total: payment.payer, payer_currency: 'CNY',
      ...(global_ ? { exchange_rate: { type: 'SETTLEMENT_RATE', rate: 100000000 } } : {}) } : { total, currency: payment.currency },
  };
}

function query(req) {
  const payment = payments.get(req.params.order) ?? debits.get(req.params.order);
  if (!who(Object.fromEntries(req.query))) return no(req, 403, 'NO_AUTH');
  if (!payment || peer.take('not_exist', 'query')) return no(req, 404, 'ORDER_NOT_EXIST', '订单不存在');
  const faults = { foreign: !!peer.take('foreign_merchant', 'query'), wrong: !!peer.take('wrong_amount', 'query') };
  return signed(req, 200, transaction(payment, faults));
}

function close(req) {
  const payment = payments.get(req.params.order);
  if (!who(req.json ?? {})) return no(req, 403, 'NO_AUTH');
  if (!payment) return no(req, 404, 'ORDER_NOT_EXIST');
  if (payment.state === 'SUCCESS' || payment.state === 'REFUND') return no(req, 400, 'ORDERPAID', '该订单已支付');
  payment.state = 'CLOSED';
  return signed(req, 204);
}

function settle(payment) {
  if (payment.state === 'SUCCESS' || payment.state === 'REFUND') return;
  payment.state = 'SUCCESS';
  payment.reference = number('4200');
  payment.paidAt = beijing(peer.nowS());
  payment.paidDay = payment.paidAt.slice(0, 10);
  tell(payment.notify, 'TRANSACTION.SUCCESS', payment.order, faults => transaction(payment, faults));
}

// --- callbacks -----------------------------------------------------------------------------------------------------------
function tell(url, type, order, resource, probe = false) {
  const id = `EV-${beijing(peer.nowS()).replace(/\D/g, '').slice(0, 14)}${String(++events).padStart(6, '0')}`;
  peer.hook(type, order, faults => {
    const nonce = token(12), kind = type.split('.')[0].toLowerCase();
    const plain = JSON.stringify(resource({ foreign: faults.foreignMerchant, wrong: faults.wrongAmount }));
    const body = JSON.stringify({
      id, create_time: beijing(peer.nowS()), resource_type: 'encrypt-resource', event_type: type, summary: type,
      resource: { original_type: kind, algorithm: 'AEAD_AES_256_GCM', ciphertext: Aes.AesGcm.encrypt(plain, apiv3, nonce, kind), associated_data: kind, nonce } });
    const headers = { 'content-type': 'application/json', 'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048', ...proof(body, 'hook', faults) };
    if (probe) headers['Wechatpay-Signature'] = `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature'].slice(19)}`;
    return { url, headers, body };
  });
}

// --- refunds -------------------------------------------------------------------------------------------------------------
function refund(req) {
  const body = req.json ?? {}, { out_trade_no: order, out_refund_no: no_, amount } = body, payment = payments.get(order) ?? debits.get(order);
  if (global_ && !who(body)) return no(req, 403, 'NO_AUTH');
  if (!ORDER.test(no_ ?? '') || !Number.isInteger(amount?.refund) || amount.refund <= 0) {
    peer.complain(`refund: ${req.text}`);
    return no(req, 400, 'PARAM_ERROR');
  }
  if (!payment) return no(req, 404, 'RESOURCE_NOT_EXISTS', '订单号不存在');
  const known = refunds.get(no_);
  if (known) {
    if (known.body === req.text) return signed(req, 200, refundFact(known));
    peer.complain(`refund again with other content: ${no_}`);
    return no(req, 400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致');
  }
  if (peer.take('not_enough', 'refund')) return no(req, 403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起');
  const given = [...refunds.values()].filter(r => r.order === order && r.state !== 'CLOSED').reduce((sum, r) => sum + r.amount, 0);
  if (amount.total !== payment.amount || amount.currency !== payment.currency || !payment.reference || given + amount.refund > payment.amount)
    return no(req, 400, 'INVALID_REQUEST', '订单已全额退款');
  const row = { refund: no_, order, body: req.text, amount: amount.refund, state: 'PROCESSING', reference: number('5030'), notify: body.notify_url, created: beijing(peer.nowS()) };
  row.end = peer.take('refund_closed', 'refund') ? 'CLOSED' : peer.take('refund_abnormal', 'refund') ? 'ABNORMAL' : 'SUCCESS';
  refunds.set(no_, row);
  peer.later(peer.args.refund_ms ?? 300, () => finish(row, payment));
  return signed(req, 200, refundFact(row, { first: true }));
}

function finish(row, payment) {
  row.state = row.end;
  row.at = beijing(peer.nowS());
  if (row.state === 'SUCCESS') payment.state = 'REFUND';
  if (row.notify) tell(row.notify, `REFUND.${row.state}`, row.order, ({ foreign, wrong }) => {
    const { status, ...rest } = refundFact(row, { wrong });
    return { ...merchant(foreign), ...rest, refund_status: status };
  });
}

function refundFact(row, { wrong = false, first = false } = {}) {
  const payment = payments.get(row.order) ?? debits.get(row.order), amount = row.amount + (wrong ? 1 : 0);
  const money = { total: payment.amount, refund: amount, payer_total: payment.amount, payer_refund: amount, currency: payment.currency };
  if (global_ && first) return { id: row.reference, out_refund_no: row.refund, create_time: row.created, amount: money };
  return {
    [global_ ? 'id' : 'refund_id']: row.reference, out_refund_no: row.refund, transaction_id: payment.reference, out_trade_no: row.order,
    channel: 'ORIGINAL', user_received_account: '支付用户零钱', create_time: row.created, status: row.state, ...(row.at ? { success_time: row.at } : {}), amount: money };
}

function refundQuery(req) {
  const row = refunds.get(req.params.refund);
  if (global_ && !who(Object.fromEntries(req.query))) return no(req, 403, 'NO_AUTH');
  if (!row) return no(req, 404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
  return signed(req, 200, refundFact(row, { wrong: !!peer.take('wrong_amount', 'refund_query') }));
}

// --- statements and certificates -----------------------------------------------------------------------------------------
const COLUMNS = ['交易时间', '公众账号ID', '商户号', '特约商户号', '设备号', '微信订单号', '商户订单号', '用户标识', '交易类型', '交易状态', '付款银行',
  '货币种类', '应结订单金额', '代金券金额', '微信退款单号', '商户退款单号', '退款金额', '充值券退款金额', '退款类型', '退款状态', '商品名称', '商户数据包', '手续费',
  '费率', '订单金额', '申请退款金额', '费率备注'];

function statement(day) {
  const rows = [], sums = { settled: 0, back: 0, fee: 0 };
  const row = (at, payment, values) => rows.push(COLUMNS.map(name => '`' + ({
    交易时间: at.slice(0, 19).replace('T', ' '), 公众账号ID: shop.appid, 商户号: shop.mchid, 特约商户号: shop.sub || '0', 微信订单号: payment.reference,
    商户订单号: payment.order, 用户标识: 'oTEST', 交易类型: payment.kind, 付款银行: 'OTHERS', 货币种类: payment.currency, 商品名称: payment.title, 费率: '0.60%',
    代金券金额: '0.00', 充值券退款金额: '0.00', 微信退款单号: '0', 商户退款单号: '0', 应结订单金额: '0.00', 退款金额: '0.00', 订单金额: '0.00', 申请退款金额: '0.00',
    ...values }[name] ?? '')).join(','));
  const fee = amount => Math.round(amount * 0.006), fine = minor => `${digits(minor, 'CNY')}000`;
  const money = payment => minor => digits(minor, payment.currency);
  for (const payment of [...payments.values(), ...debits.values()]) {
    if (payment.paidDay !== day) continue;
    const show = money(payment), cost = fee(payment.amount);
    row(payment.paidAt, payment, { 交易状态: 'SUCCESS', 应结订单金额: show(payment.amount), 订单金额: show(payment.amount), 手续费: fine(cost) });
    sums.settled += payment.amount; sums.fee += cost;
  }
  for (const back of refunds.values()) {
    const payment = payments.get(back.order) ?? debits.get(back.order), show = money(payment), cost = fee(back.amount);
    if (!back.at || back.at.slice(0, 10) !== day || back.state === 'CLOSED') continue;
    row(back.at, payment, { 交易状态: 'REFUND', 微信退款单号: back.reference, 商户退款单号: back.refund, 退款金额: show(back.amount), 退款类型: 'ORIGINAL',
      退款状态: back.state === 'SUCCESS' ? 'SUCCESS' : 'PROCESSING', 申请退款金额: show(back.amount), 手续费: cost ? '-' + fine(cost) : fine(0) });
    sums.back += back.amount; sums.fee -= cost;
  }
  const currency = [...payments.values()][0]?.currency ?? 'CNY', show = minor => digits(minor, currency);
  const totals = [rows.length, show(sums.settled), show(sums.back), '0.00', (sums.fee < 0 ? '-' : '') + fine(Math.abs(sums.fee)), show(sums.settled), show(sums.back)];
  const lines = [COLUMNS.join(','), ...rows, '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额', totals.map(t => '`' + t).join(',')];
  return Buffer.from('\ufeff' + lines.join('\r\n') + '\r\n');
}

function bill(req) {
  const day = req.query.get('bill_date') ?? '', sha1 = createHash('sha1').update(statement(day)).digest('hex');
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return no(req, 400, 'PARAM_ERROR');
  const wrong = peer.take('wrong_amount', 'bill') ? sha1.replace(/./, c => (c === '0' ? '1' : '0')) : sha1;
  const url = `${peer.url}/v3/billdownload/file?token=${day}${req.query.get('tar_type') === 'GZIP' ? '.gz' : ''}`;
  return signed(req, 200, { hash_type: 'SHA1', hash_value: wrong, download_url: url });
}

function billFile(req) {
  const name = req.query.get('token'), bytes = statement(name.slice(0, 10));
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: name.endsWith('.gz') ? gzipSync(bytes) : bytes };
}

function statements(req) {
  const day = (req.query.get('date') ?? '').replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'), bytes = statement(day);
  if (!who(Object.fromEntries(req.query))) return no(req, 403, 'NO_AUTH');
  return { status: 200, headers: { 'content-type': 'text/plain', 'Wechatpay-Statement-Sha1': createHash('sha1').update(bytes).digest('hex') }, body: bytes };
}

function certificates(req) {
  const nonce = token(12), x509 = new X509Certificate(tenpay.pem);
  return signed(req, 200, { data: [{
    serial_no: signers.certificate.id, effective_time: beijing(Date.parse(x509.validFrom) / 1000), expire_time: beijing(Date.parse(x509.validTo) / 1000),
    encrypt_certificate: { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: 'certificate', ciphertext: Aes.AesGcm.encrypt(tenpay.pem, apiv3, nonce, 'certificate') } }] });
}

// --- agreements ----------------------------------------------------------------------------------------------------------
function preSign(req, where) {
  const body = req.json ?? {}, code = body.out_contract_code, notify = global_ ? body.success_notify_url : body.contract_notify_url;
  const name = global_ ? body.user_display_name : body.contract_display_account;
  if (body.plan_id !== plan || !ORDER.test(code ?? '') || !notify || !name || (global_ && body.sub_mchid !== shop.sub)) {
    peer.complain(`sign: ${req.text}`);
    return no(req, 400, 'PARAM_ERROR');
  }
  const known = agreements.get(code);
  if (known && known.body !== req.text) return no(req, 400, 'INVALID_REQUEST');
  agreements.set(code, known ?? { code, body: req.text, notify, name, state: 'NEW', id: number('Wx'), back: body.return_url });
  const url = `${peer.url}/contract?code=${code}&from=${where}`;
  return signed(req, 200, global_ ? { sign_url: url } : { redirect_url: url });
}

const contractOf = req => agreements.get(req.params.code) ?? [...agreements.values()].find(a => a.id === req.params.id);

function contractFact(contract, { foreign = false } = {}) {
  const common = { ...merchant(foreign), plan_id: plan, out_contract_code: contract.code, contract_id: contract.id, openid: 'oTEST' };
  if (global_) return { ...common, user_display_name: contract.name, state: contract.state, signed_time: contract.signedAt, ...(contract.endedAt ? { terminated_time: contract.endedAt } : {}) };
  return { ...common, contract_display_account: contract.name, contract_state: contract.state, contract_signed_time: contract.signedAt,
    ...(contract.endedAt ? { contract_terminate_info: { contract_terminated_time: contract.endedAt, contract_termination_mode: 'USER', contract_termination_remark: '' } } : {}) };
}

function contractQuery(req) {
  const contract = contractOf(req);
  if (!contract || contract.state === 'NEW') return no(req, 404, 'RESOURCE_NOT_EXISTS', '协议不存在');
  return signed(req, 200, contractFact(contract, { foreign: !!peer.take('foreign_merchant', 'agreement') }));
}

function contractSign(contract) {
  if (contract.state !== 'NEW') return false;
  contract.state = 'SIGNED';
  contract.signedAt = beijing(peer.nowS());
  tell(contract.notify, global_ ? 'PAPAY.SIGN' : 'ENTRUST.SIGN', contract.code, faults => contractFact(contract, faults));
  return true;
}

function contractEnd(contract) {
  if (contract.state !== 'SIGNED') return false;
  contract.state = 'TERMINATED';
  contract.endedAt = beijing(peer.nowS());
  tell(contract.notify, global_ ? 'PAPAY.TERMINATE' : 'ENTRUST.TERMINATE', contract.code, faults => contractFact(contract, faults));
  return true;
}

function terminate(req) {
  const contract = contractOf(req);
  if (!contract) return no(req, 404, 'RESOURCE_NOT_EXISTS');
  contractEnd(contract);
  return global_ ? signed(req, 204) : signed(req, 200, contractFact(contract));
}

function notice(req) {
  const contract = contractOf(req), estimated = req.json?.estimated_amount;
  if (!contract || contract.state !== 'SIGNED') return no(req, 403, 'CONTRACT_ERROR');
  if (!Number.isInteger(estimated?.amount) || estimated.amount <= 0) return no(req, 400, 'PARAM_ERROR');
  contract.announced = estimated.amount;
  return signed(req, 204);
}

// Money by agreement; `amount` in the mainland must have been announced.
function debit(order, contract, amount, currency, title, notify, text) {
  const known = debits.get(order);
  if (known) return known.body === text ? known : 'INVALID_REQUEST';
  if (!contract || contract.state !== 'SIGNED') return 'CONTRACT_ERROR';
  if (!global_ && !(contract.announced >= amount)) return 'RULE_LIMIT';
  const payment = { order, body: text, kind: 'PAP', amount, currency, title, notify, state: 'ACCEPT', payer: amount, contract: contract.code };
  debits.set(order, payment);
  if (peer.take('decline', 'debit')) payment.state = 'PAYERROR';
  else if (global_) settle(payment);
  else peer.later(peer.args.debit_ms ?? 200, () => settle(payment));
  return payment;
}

function debitV3(req) {
  const body = req.json ?? {}, { amount } = body, contract = [...agreements.values()].find(a => a.id === body.contract_id);
  const notify = global_ ? body.notify_url : body.transaction_notify_url;
  if (!ORDER.test(body.out_trade_no ?? '') || !Number.isInteger(amount?.total) || !body.description || !notify) {
    peer.complain(`debit: ${req.text}`);
    return no(req, 400, 'PARAM_ERROR');
  }
  const payment = debit(body.out_trade_no, contract, amount.total, amount.currency, body.description, notify, req.text);
  if (typeof payment === 'string') return no(req, 403, payment);
  return global_ ? signed(req, 200, transaction(payment)) : signed(req, 202);
}

// API v2: XML both ways, MD5 or HMAC-SHA256 over the sorted fields.
function debitV2(req) {
  const data = Transformer.toObject(req.text), type = data.sign_type || 'MD5', answer = fields => {
    const full = { return_code: 'SUCCESS', appid: shop.appid, mch_id: shop.mchid, nonce_str: Formatter.nonce(), ...fields };
    full.sign = Hash.sign(type, full, v2key);
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: Transformer.toXml(full) };
  };
  const sign = Hash.sign(type, data, v2key);
  if (sign !== data.sign) {
    peer.complain(`pappayapply: sign ${data.sign}, not ${sign}`);
    return answer({ return_code: 'FAIL', return_msg: '签名错误' });
  }
  const { nonce_str: n, sign: s, ...same } = data, contract = [...agreements.values()].find(a => a.id === data.contract_id);
  const payment = debit(data.out_trade_no, contract, Number(data.total_fee), 'CNY', data.body, data.notify_url, JSON.stringify(same));
  if (typeof payment === 'string') return answer({ result_code: 'FAIL', err_code: payment, err_code_des: payment });
  return answer({ result_code: 'SUCCESS' });
}

// --- the payer -----------------------------------------------------------------------------------------------------------
function pay(order, what) {
  const payment = payments.get(order), contract = agreements.get(order);
  if (contract) return what === 'sign' ? contractSign(contract) : what === 'terminate' ? contractEnd(contract) : what === 'cancel_sign';
  if (!payment) return false;
  if (what === 'probe') {
    tell(payment.notify, 'TRANSACTION.SUCCESS', order, faults => ({ ...transaction(payment, faults), trade_state: 'SUCCESS' }), true);
    return true;
  }
  if (what === 'pay') {
    if (payment.state !== 'NOTPAY' || peer.nowMs() > payment.expires) return false;
    settle(payment);
  } else if (what === 'decline') {
    payment.state = 'PAYERROR';
  } else if (what === 'close' || what === 'expire') {
    payment.state = 'CLOSED';
  } else {
    return what === 'cancel';
  }
  return true;
}

const books = () => ({
  payments: [...payments.values(), ...debits.values()].map(p => ({
    order: p.order, reference: p.reference ?? '', state: p.state, amount: p.amount, currency: p.currency, ...(p.contract ? { agreement: p.contract } : {}),
    refunds: [...refunds.values()].filter(r => r.order === p.order).map(r => ({ refund: r.refund, reference: r.reference, amount: r.amount, state: r.state })) })),
  agreements: [...agreements.values()].map(a => ({ agreement: a.code, reference: a.id, state: a.state })),
});

const PAY_WORDS = { lang: 'zh-Hans', brand: '微信支付', colour: '#07c160', merchant: 'Keepline 测试商户' };
const byCode = req => [...payments.values()].find(p => p.code === (req.query.get('pr') ?? (req.query.get('prepay_id') ?? '').slice(2)));

function payerPage(req) {
  const payment = byCode(req), action = `${req.path}?${req.query}`;
  if (!payment) return json(404, { error: 'no such payment' });
  const open = payment.state === 'NOTPAY' && peer.nowMs() <= payment.expires;
  return payPage({
    ...PAY_WORDS, heading: req.path === '/h5' ? '确认支付' : '扫码支付', title: payment.title, amount: `${payment.currency} ${digits(payment.amount, payment.currency)}`,
    note: open ? '' : '订单已支付或已关闭', action, actions: open ? [{ do: 'pay', label: '立即支付' }, { do: 'cancel', label: '取消', quiet: true }] : [{ do: 'cancel', label: '返回商户', quiet: true }] });
}

function payerAnswer(req) {
  const payment = byCode(req), back = req.query.get('redirect_url');
  if (!payment) return json(404, { error: 'no such payment' });
  if (req.form.get('do') === 'pay') pay(payment.order, 'pay');
  return back ? redirect(back) : payPage({ ...PAY_WORDS, heading: '支付结果', title: payment.title, amount: '', note: payment.state === 'SUCCESS' ? '支付成功' : '未支付', action: '#', actions: [] });
}

function contractPage(req) {
  const contract = agreements.get(req.query.get('code'));
  if (!contract) return json(404, { error: 'no such agreement' });
  return payPage({ ...PAY_WORDS, heading: '自动扣费服务', title: contract.name, amount: '', note: '开通后可随时在微信中关闭', action: `/contract?${req.query}`,
    actions: contract.state === 'NEW' ? [{ do: 'sign', label: '同意并开通' }, { do: 'cancel', label: '暂不开通', quiet: true }] : [] });
}

function contractAnswer(req) {
  const contract = agreements.get(req.query.get('code'));
  if (!contract) return json(404, { error: 'no such agreement' });
  if (req.form.get('do') === 'sign') contractSign(contract);
  return contract.back ? redirect(contract.back) : contractPage(req);
}

if (global_) {
  api('POST', '/v3/global/transactions/native', 'start', req => create(req, 'NATIVE'));
  api('POST', '/v3/global/transactions/mweb', 'start', req => create(req, 'MWEB'));
  api('GET', '/v3/global/transactions/out-trade-no/{order}', 'query', query);
  api('POST', '/v3/global/transactions/out-trade-no/{order}/close', 'close', close);
  api('POST', '/v3/global/refunds', 'refund', refund);
  api('GET', '/v3/global/refunds/out-refund-no/{refund}', 'refund_query', refundQuery);
  api('GET', '/v3/global/certificates', 'certificates', certificates);
  api('GET', '/v3/global/statements', 'bill_file', statements);
  for (const where of ['web', 'h5']) api('POST', `/v3/global/papay/contracts/${where}-pre-entrust-sign`, 'sign', req => preSign(req, where));
  api('GET', '/v3/global/papay/contracts/out-contract-code/{code}', 'agreement', contractQuery);
  api('GET', '/v3/global/papay/contracts/{id}', 'agreement', contractQuery);
  api('POST', '/v3/global/papay/contracts/{id}/terminate', 'unsign', terminate);
  api('POST', '/v3/global/papay/transactions', 'debit', debitV3);
  api('GET', '/v3/global/papay/transactions/out-trade-no/{order}', 'query', query);
} else {
  api('POST', '/v3/pay/transactions/native', 'start', req => create(req, 'NATIVE'));
  api('POST', '/v3/pay/transactions/h5', 'start', req => create(req, 'MWEB'));
  api('GET', '/v3/pay/transactions/out-trade-no/{order}', 'query', query);
  api('POST', '/v3/pay/transactions/out-trade-no/{order}/close', 'close', close);
  api('POST', '/v3/refund/domestic/refunds', 'refund', refund);
  api('GET', '/v3/refund/domestic/refunds/{refund}', 'refund_query', refundQuery);
  api('GET', '/v3/certificates', 'certificates', certificates);
  api('GET', '/v3/bill/tradebill', 'bill', bill);
  api('GET', '/v3/billdownload/file', 'bill_file', billFile);
  api('POST', '/v3/papay/scheduled-deduct-sign/contracts/pre-entrust-sign/h5', 'sign', req => preSign(req, 'h5'));
  api('GET', `/v3/papay/sign/contracts/plan-id/${plan}/out-contract-code/{code}`, 'agreement', contractQuery);
  api('POST', `/v3/papay/sign/contracts/plan-id/${plan}/out-contract-code/{code}/terminate`, 'unsign', terminate);
  api('POST', '/v3/papay/contracts/{id}/notify', 'notice', notice);
  api('POST', '/v3/papay/pay/transactions/apply', 'debit', debitV3);
  peer.route('POST', '/pay/pappayapply', 'debit', debitV2);
}
for (const path of ['/h5', '/app']) {
  peer.route('GET', path, null, payerPage);
  peer.route('POST', path, null, payerAnswer);
}
peer.route('GET', '/contract', null, contractPage);
peer.route('POST', '/contract', null, contractAnswer);
peer.start();
