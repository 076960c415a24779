// unionpay.mjs - a stand-in for UnionPay's gateway 5.1.0 on loopback: the payer's page, queries, refunds, statements, callbacks.
//
//   node test/peers/unionpay.mjs ['{"dir":"…","hook":"…"}']      (see peer.mjs for what all stand-ins do)
//
// It has a certificate authority of its own: a root, a middle one, the signer (its owner is UnionPay itself), one of the signer's
// that has expired, and the merchant's.
// Each request is judged as the real one is: certId, signature over the hash's text, required fields, numbers, times.
//   POST /gateway/api/frontTransReq.do   01/01: the page on which a person presses #do-pay, #do-decline or #do-cancel
//   POST /gateway/api/queryTrans.do      00/00 (verb query)
//   POST /gateway/api/backTransReq.do    04/00 (verb refund), 31/00 (verb undo)
//   POST /                               76/01 (verb bill_file)
// As there, an opened page is no transaction: until somebody pays, a query says 34.  After payTimeout nobody can pay.
import { createHash, createPrivateKey, createPublicKey, createSign, createVerify, X509Certificate } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { Peer, certificate, digits, escape, html, payPage, text } from './peer.mjs';

const MERCHANT = '777290058110048', BEIJING_S = 8 * 3600, TIME_SLACK_S = 3600, REFUND_MS = 300;
const OWNER = '041@8310000000083040@中国银联股份有限公司@00016495';
const CODES = { 156: 'CNY', 392: 'JPY', 840: 'USD', 978: 'EUR', 344: 'HKD', 901: 'TWD', 410: 'KRW', 702: 'SGD', 826: 'GBP', 36: 'AUD' };

// --- messages ------------------------------------------------------------------------------------------------------------
const canonical = fields => Object.keys(fields).filter(k => k !== 'signature').sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  .map(k => `${k}=${fields[k]}`).join('&');
const hashText = fields => createHash('sha256').update(canonical(fields), 'utf8').digest('hex');
const plain = fields => Object.entries(fields).map(([k, v]) => `${k}=${v}`).join('&');

const beijing = seconds => new Date((seconds + BEIJING_S) * 1000).toISOString().replace(/[-T:]|\..*/g, '').slice(0, 14);
function secondsOf(time) {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(time ?? '');
  return match ? Date.UTC(match[1], match[2] - 1, match[3], match[4], match[5], match[6]) / 1000 - BEIJING_S : NaN;
}

class UnionPay {
  constructor() {
    this.peer = new Peer('unionpay', {
      acked: status => status === 200 || status === 302,
      failed: () => text(500, 'Internal Server Error'),
      limited: () => text(429, 'Too Many Requests'),
      pay: (order, what) => this.decide(this.payments.get(order), what),
      books: () => this.books(),
      settings: peer => ({
        unionpay_url: peer.url, unionpay_file_url: peer.url, unionpay_merchant: MERCHANT,
        unionpay_key_file: this.merchant.keyFile, unionpay_cert_file: this.merchant.certFile,
        unionpay_root_file: this.root.certFile, unionpay_middle_file: this.middle.certFile,
        unionpay_currencies: this.peer.args.currencies ?? 'CNY,JPY' }),
    });
    this.payments = new Map(); // by orderId
    this.refunds = new Map();
    this.count = 0;
    this.certificates();
    this.routes();
  }

  certificates() {
    const { dir } = this.peer;
    this.root = certificate(dir, 'unionpay-root', '/C=CN/O=Loopback CFCA/CN=LOOPBACK CFCA ROOT');
    this.middle = certificate(dir, 'unionpay-middle', '/C=CN/O=Loopback CFCA/CN=LOOPBACK CFCA OCA1', { issuer: this.root, authority: true });
    const sign = { issuer: this.middle, extra: ['keyUsage=digitalSignature'] };
    this.signer = certificate(dir, 'unionpay-signer', `/C=CN/O=CFCA OCA1/CN=${OWNER}`, sign);
    this.expired = certificate(dir, 'unionpay-expired', `/C=CN/O=CFCA OCA1/CN=${OWNER}`, { ...sign, days: -1 });
    this.merchant = certificate(dir, 'unionpay-merchant', `/C=CN/O=CFCA OCA1/CN=041@Z2013@${MERCHANT}@00000001`, sign);
    const serial = new X509Certificate(this.merchant.pem).serialNumber;
    this.certId = BigInt('0x' + serial).toString();
    this.key = createPrivateKey(this.signer.privateKey);
    this.merchantKey = createPublicKey(this.merchant.pem);
    // CR LF, and signed so.
    [this.signerPem, this.expiredPem] = [this.signer, this.expired].map(c => c.pem.trim().replace(/\r?\n/g, '\r\n'));
  }

  routes() {
    const { peer } = this;
    peer.route('POST', '/gateway/api/frontTransReq.do', null, request => this.front(request));
    peer.route('GET', '/front/{order}', null, request => this.page(request.params.order));
    peer.route('POST', '/front/{order}', null, request => this.pressed(request));
    peer.route('POST', '/gateway/api/queryTrans.do', 'query', request => this.judged(request, '00', fields => this.query(fields)));
    peer.route('POST', '/gateway/api/backTransReq.do', request => ({ '04': 'refund', 31: 'undo' })[request.form.get('txnType')] ?? 'back',
      request => this.judged(request, null, fields => this.back(fields)));
    peer.route('POST', '/', 'bill_file', request => this.judged(request, '76', fields => this.bill(fields)));
  }

  // --- judging what the house sends
  read(request) {
    const fields = {}, wrong = [];
    if (!/^application\/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')) wrong.push('content type');
    for (const [name, value] of request.form) {
      if (name in fields) wrong.push(`${name} is there twice`);
      if (value === '') wrong.push(`${name} is empty`);
      fields[name] = value;
    }
    for (const name of ['version', 'encoding', 'certId', 'signMethod', 'signature', 'txnType', 'txnSubType', 'bizType', 'accessType', 'merId', 'txnTime'])
      if (!fields[name]) wrong.push(`${name} is missing`);
    if (fields.version !== '5.1.0' || fields.encoding !== 'UTF-8' || fields.signMethod !== '01') wrong.push('version, encoding or signMethod');
    if (fields.merId !== MERCHANT) wrong.push('another merId');
    if (fields.certId !== this.certId) wrong.push(`certId ${fields.certId}, not ${this.certId}`);
    if (Number.isNaN(secondsOf(fields.txnTime))) wrong.push(`txnTime ${fields.txnTime}`);
    if (fields.txnType !== '76' && !/^[0-9A-Za-z]{8,40}$/.test(fields.orderId ?? '')) wrong.push(`orderId ${fields.orderId}`);
    for (const [name, value] of Object.entries(fields))
      if (['reqReserved', 'orderId'].includes(name) && /[&={}[\]]/.test(value)) wrong.push(`${name} holds one of &={}[]`);
    const verified = createVerify('RSA-SHA256').update(hashText(fields), 'utf8').verify(this.merchantKey, fields.signature ?? '', 'base64');
    return { fields, wrong, verified };
  }

  judged(request, type, work) {
    const { fields, wrong, verified } = this.read(request);
    if (type && fields.txnType !== type) wrong.push(`txnType ${fields.txnType}`);
    for (const what of wrong) this.peer.complain(`${request.path}: ${what}`);
    const answer = !verified ? { respCode: '11', respMsg: '验证签名失败[9100004]' }
      : wrong.length ? { respCode: '10', respMsg: `报文格式错误[${wrong[0]}]` } : work(fields);
    if (!verified) this.peer.complain(`${request.path}: the signature is wrong`);
    const whole = { accessType: fields.accessType, bizType: fields.bizType, encoding: 'UTF-8', merId: fields.merId, orderId: fields.orderId,
      signMethod: '01', txnSubType: fields.txnSubType, txnTime: fields.txnTime, txnType: fields.txnType, version: '5.1.0', ...answer };
    for (const name of Object.keys(whole)) if (whole[name] === undefined || whole[name] === '') delete whole[name];
    const faults = name => this.peer.take(name, request.verb);
    return text(200, plain(this.sign(whole, { badSig: faults('bad_sig'), wrongAmount: faults('wrong_amount'), foreignMerchant: faults('foreign_merchant') })));
  }

  // There is no time in a message that could be too old; what is stale is the certificate that it is signed with.
  sign(fields, { badSig, stale, wrongAmount, foreignMerchant } = {}) {
    const whole = { ...fields, signPubKeyCert: stale ? this.expiredPem : this.signerPem };
    if (wrongAmount && whole.txnAmt) whole.txnAmt = String(Number(whole.txnAmt) + 100);
    if (foreignMerchant) whole.merId = '777290058110097';
    whole.signature = createSign('RSA-SHA256').update(hashText(whole), 'utf8').sign(stale ? this.expired.privateKey : this.key, 'base64');
    // Not the base 64 is damaged but what it says.
    if (badSig) whole.signature = createSign('RSA-SHA256').update('0'.repeat(64)).sign(this.key, 'base64');
    return whole;
  }

  // --- 01/01
  front(request) {
    const { fields, wrong, verified } = this.read(request);
    for (const name of ['frontUrl', 'backUrl', 'txnAmt', 'currencyCode', 'payTimeout', 'channelType'])
      if (!fields[name]) wrong.push(`${name} is missing`);
    if (!/^[1-9]\d{0,11}$/.test(fields.txnAmt ?? '')) wrong.push(`txnAmt ${fields.txnAmt}`);
    if (!/^\d{3}$/.test(fields.currencyCode ?? '') || !CODES[Number(fields.currencyCode)]) wrong.push(`currencyCode ${fields.currencyCode}`);
    if (fields.txnType !== '01' || fields.txnSubType !== '01' || fields.bizType !== '000201') wrong.push('txnType, txnSubType or bizType');
    if (Math.abs(secondsOf(fields.txnTime) - this.peer.nowS()) > TIME_SLACK_S) wrong.push(`txnTime ${fields.txnTime} is not Beijing's time now`);
    if (!verified) wrong.push('the signature is wrong');
    const known = this.payments.get(fields.orderId);
    if (known && known.canonical !== canonical(fields)) wrong.push(`orderId ${fields.orderId} comes again with other content`);
    for (const what of wrong) this.peer.complain(`frontTransReq.do: ${what}`);
    if (wrong.length) return html(400, `<!DOCTYPE html><title>银联</title><p id="wrong">${escape(wrong.join('; '))}</p>`);
    this.peer.verbs.front = (this.peer.verbs.front ?? 0) + 1;
    if (!known) this.payments.set(fields.orderId, { fields, canonical: canonical(fields), order: fields.orderId, state: 'opened', queryId: '', refunds: [] });
    return this.page(fields.orderId);
  }

  page(order) {
    const payment = this.payments.get(order);
    if (!payment) return html(404, '<!DOCTYPE html><title>银联</title><p id="wrong">订单不存在</p>');
    const { fields, state } = payment, currency = CODES[Number(fields.currencyCode)];
    const open = ['opened', 'declined'].includes(state) && this.peer.nowS() <= secondsOf(fields.payTimeout);
    const title = /commodityName=([^}]*)/.exec(fields.riskRateInfo ?? '')?.[1] ?? order;
    return payPage({
      lang: 'zh-Hans', brand: '银联在线支付', colour: '#d8232a', heading: '订单支付', merchant: `商户 ${fields.merId}`, title,
      amount: `${digits(Number(fields.txnAmt), currency)} ${currency}`, action: `/front/${encodeURIComponent(order)}`,
      note: open ? '' : state === 'succeeded' ? '支付成功' : '订单已关闭',
      actions: open ? [{ do: 'pay', label: '确认付款' }, { do: 'decline', label: '余额不足', quiet: true }, { do: 'cancel', label: '返回商户', quiet: true }]
        : [{ do: 'cancel', label: '返回商户', quiet: true }] });
  }

  pressed(request) {
    const payment = this.payments.get(request.params.order), what = request.form.get('do');
    if (!payment) return this.page(request.params.order);
    if (what !== 'cancel') this.decide(payment, what);
    if (payment.state !== 'succeeded' && what === 'decline') return this.page(payment.order);
    // As there: the browser posts the signed result to frontUrl.
    const fields = this.sign(this.told(payment));
    const inputs = Object.entries(fields).map(([k, v]) => `<input type="hidden" name="${escape(k)}" value="${escape(v)}">`).join('');
    return html(200, `<!DOCTYPE html><html lang="zh-Hans"><title>银联</title><form id="back" method="post" action="${escape(payment.fields.frontUrl)}">
${inputs}<button id="do-return">返回商户</button></form><script>document.forms[0].submit()</script></html>`);
  }

  // "pay", "decline", "late" (paid after the deadline: it will be given back); false: not possible
  decide(payment, what) {
    if (!payment || payment.state === 'succeeded') return false;
    const late = this.peer.nowS() > secondsOf(payment.fields.payTimeout);
    if (what === 'decline') {
      payment.state = 'declined';
      return 'declined';
    }
    if ((what !== 'pay' || late) && what !== 'late') return what === 'expire' ? 'expired' : false;
    payment.queryId ||= this.queryId();
    payment.state = what === 'late' ? 'late' : 'succeeded';
    payment.paidS = this.peer.nowS();
    if (payment.state === 'succeeded') this.notify('pay', payment.order, payment.fields.backUrl, () => this.told(payment));
    return payment.state;
  }

  queryId() { return `5126${beijing(this.peer.nowS()).slice(2)}${String(1000 + ++this.count % 9000)}8`.slice(0, 21).padEnd(21, '0'); }

  told(payment) {
    const { fields, state } = payment;
    return {
      accessType: fields.accessType, bizType: fields.bizType, currencyCode: fields.currencyCode, encoding: 'UTF-8', exchangeRate: '0',
      merId: fields.merId, orderId: payment.order, payCardType: '01', payType: '0001', queryId: payment.queryId || '0'.repeat(21),
      ...(fields.reqReserved ? { reqReserved: fields.reqReserved } : {}),
      respCode: state === 'succeeded' ? '00' : '01', respMsg: state === 'succeeded' ? '成功[0000000]' : '交易失败[0100000]',
      settleAmt: fields.txnAmt, settleCurrencyCode: fields.currencyCode, settleDate: beijing(this.peer.nowS()).slice(4, 8), signMethod: '01',
      traceNo: '123456', traceTime: beijing(payment.paidS ?? this.peer.nowS()).slice(4), txnAmt: fields.txnAmt, txnSubType: fields.txnSubType,
      txnTime: fields.txnTime, txnType: fields.txnType, version: '5.1.0' };
  }

  notify(kind, order, url, make) {
    this.peer.hook(kind, order, faults => ({
      url, headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(this.sign(make(), faults)).toString() }));
  }

  // --- 00/00, 04/00, 31/00
  query(fields) {
    const found = this.payments.get(fields.orderId) ?? this.refunds.get(fields.orderId);
    if (!found || found.fields.txnTime !== fields.txnTime || found.state === 'opened') return { respCode: '34', respMsg: '查无此交易[2600000]' };
    const codes = { succeeded: '00', done: '00', late: '42', declined: '64', accepted: '05', failed: '01' };
    const { respCode, respMsg, txnType, txnSubType, ...told } = this.told({ ...found, state: 'succeeded' });
    return { ...told, respCode, respMsg, origRespCode: codes[found.state], origRespMsg: `[${found.state}]` };
  }

  back(fields) {
    if (!['04', '31'].includes(fields.txnType)) return { respCode: '13', respMsg: '报文交易要素缺失[txnType]' };
    for (const name of ['origQryId', 'backUrl', 'txnAmt', 'channelType'])
      if (!fields[name]) this.peer.complain(`backTransReq.do: ${name} is missing`);
    const known = this.refunds.get(fields.orderId);
    if (known) {
      if (known.canonical !== canonical(fields)) this.peer.complain(`backTransReq.do: ${fields.orderId} comes again with other content`);
      return { respCode: '12', respMsg: '重复交易[5100012]' };
    }
    const payment = [...this.payments.values()].find(p => p.queryId && p.queryId === fields.origQryId);
    if (!payment || payment.state !== 'succeeded') return { respCode: '35', respMsg: '原交易不存在或状态不正确[2050004]' };
    const left = Number(payment.fields.txnAmt) - payment.refunds.reduce((sum, r) => sum + Number(r.fields.txnAmt), 0);
    if (!/^[1-9]\d{0,11}$/.test(fields.txnAmt ?? '') || Number(fields.txnAmt) > left) return { respCode: '36', respMsg: '原交易金额与退货金额不符[2040004]' };
    if (fields.currencyCode && fields.currencyCode !== payment.fields.currencyCode) return { respCode: '36', respMsg: '币种不符[2040005]' };
    const refund = { fields: { ...fields, currencyCode: payment.fields.currencyCode }, canonical: canonical(fields), order: fields.orderId,
      state: 'accepted', queryId: this.queryId(), payment };
    payment.refunds.push(refund);
    this.refunds.set(refund.order, refund);
    this.peer.later(REFUND_MS, () => {
      refund.state = 'done';
      refund.paidS = this.peer.nowS();
      this.notify('refund', refund.order, fields.backUrl, () => this.told({ ...refund, state: 'succeeded' }));
    });
    return { respCode: '00', respMsg: '成功[0000000]', queryId: refund.queryId, txnAmt: fields.txnAmt, origQryId: fields.origQryId, reqReserved: fields.reqReserved };
  }

  // --- 76/01: all that was paid and given back, as the file of the day
  bill(fields) {
    const rows = [...this.payments.values()].filter(p => p.state === 'succeeded').concat([...this.refunds.values()].filter(r => r.state === 'done'));
    if (!/^\d{4}$/.test(fields.settleDate ?? '') || fields.bizType !== '000000' || fields.fileType !== '00') this.peer.complain('bill: settleDate, bizType or fileType');
    if (rows.length === 0) return { respCode: '98', respMsg: '文件不存在[9800000]', settleDate: fields.settleDate };
    const year = beijing(this.peer.nowS()).slice(2, 4), name = `INN${year}${fields.settleDate}88ZM_${MERCHANT}`;
    const file = Buffer.from(rows.map(row => this.billRow(row)).join('\r\n') + '\r\n', 'latin1');
    const fileContent = deflateSync(stored([[name, file]])).toString('base64');
    return { respCode: '00', respMsg: '成功[0000000]', settleDate: fields.settleDate, fileType: '00', fileName: `${MERCHANT}_${fields.settleDate}.zip`, fileContent };
  }

  // Fee: 0.6 %, cut.
  billRow(row) {
    const refund = !!row.payment, amount = Number(row.fields.txnAmt), fee = Math.floor(amount * 6 / 1000);
    const sum = (sign, value) => sign + String(value).padStart(12, '0');
    const cells = [refund ? 'S30' : 'S22', '00049992', '00049992', '123456', beijing(row.paidS).slice(4), '621226*********0013',
      String(amount).padStart(12, '0'), '4814', '07', row.queryId, '02', row.order, '01', '', '', sum(refund ? 'C' : 'D', fee),
      sum(refund ? 'D' : 'C', amount - fee), '0001', '', row.fields.txnType, row.fields.txnSubType, '000201', '01', '', '', '0',
      refund ? row.payment.queryId : '', MERCHANT, '0', '', '\xb1\xa3\xba\xc5', '', '', '', '', '', '', '', '', '',
      refund ? row.payment.order : ''];
    const widths = [3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 131];
    return widths.map((width, i) => cells[i].padEnd(width).slice(0, width)).join(' ');
  }

  books() {
    const state = { opened: 'pending', declined: 'pending', succeeded: 'succeeded', late: 'late' };
    return {
      payments: [...this.payments.values()].map(p => ({
        order: p.order, reference: p.queryId, state: state[p.state], amount: Number(p.fields.txnAmt), currency: CODES[Number(p.fields.currencyCode)],
        refunds: p.refunds.map(r => ({ refund: r.order, reference: r.queryId, amount: Number(r.fields.txnAmt), state: r.state === 'done' ? 'refunded' : 'refunding' })) })),
      agreements: [] };
  }
}

// --- a zip archive with stored files -------------------------------------------------------------------------------------
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xEDB88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function stored(files) {
  const parts = [], directory = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const head = Buffer.alloc(30), entry = Buffer.alloc(46), title = Buffer.from(name);
    head.writeUInt32LE(0x04034b50, 0);
    entry.writeUInt32LE(0x02014b50, 0);
    for (const [block, from] of [[head, 4], [entry, 6]]) {
      block.writeUInt16LE(20, from);
      block.writeUInt32LE(crc32(bytes), from + 10);
      block.writeUInt32LE(bytes.length, from + 14);
      block.writeUInt32LE(bytes.length, from + 18);
      block.writeUInt16LE(title.length, from + 22);
    }
    entry.writeUInt32LE(at, 42);
    parts.push(head, title, bytes);
    directory.push(entry, title);
    at += 30 + title.length + bytes.length;
  }
  const tail = Buffer.concat(directory), end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(tail.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, tail, end]);
}

new UnionPay().peer.start();
