// antom.mjs - Antom (Alipay+ global) on loopback, by node:crypto: there is no server SDK of it in npm; the vectors hold what the
// official ones sign.
//
//   node test/peers/antom.mjs '{"sandbox":true,"refund_ms":300}'
//
//   sandbox    a client id SANDBOX_…, and the sandbox's paths
//   refund_ms  how long a refund that is answered as under way stays so (300)
//
// Faults besides those of peer.mjs: not_enough (refund: our balance there), under_way (refund: answered U), refund_fail (refund),
// not_exist (query), unknown (any: U UNKNOWN_EXCEPTION after it happened), unsigned (any answer), pending_notice (start:
// PAYMENT_PENDING with status S comes before the result).  POST /_pay "do": pay, decline, expire, agree, terminate.
import { createSign, createVerify } from 'node:crypto';
import { json, digits, payPage, Peer, redirect, rsaPair, token } from './peer.mjs';

const UNPAID_MS = 14 * 60 * 1000, ID = /^[0-9A-Za-z_-]{1,64}$/, AMOUNT = /^[1-9]\d{0,15}$/;
const payments = new Map(), refunds = new Map(), agreements = new Map();

const peer = new Peer('antom', {
  settings, pay,
  books: () => books(),
  acked: (status, body) => {
    try { return status === 200 && JSON.parse(body).result.resultStatus === 'S'; } catch { return false; }
  },
  failed: req => signed(req, { result: result('SYSTEM_ERROR', 'F') }, 500),
  limited: req => signed(req, { result: result('REQUEST_TRAFFIC_EXCEED_LIMIT', 'U') }),
});
const client = (peer.args.sandbox ? 'SANDBOX_' : '') + '5X00000000000000', version = '1', settle = 'JPY';
const root = peer.args.sandbox ? '/ams/sandbox/api/v1' : '/ams/api/v1';
const ours = rsaPair(peer.dir, 'antom-merchant'), theirs = rsaPair(peer.dir, 'antom-platform');

function settings() {
  return {
    antom_url: peer.url, antom_pages: peer.url, antom_client_id: client, antom_key_file: ours.keyFile, antom_key_version: version,
    antom_public_key_file: theirs.pubFile, antom_method: 'ALIPAY_CN', antom_settle: settle, antom_currencies: 'JPY,CNY,USD',
  };
}

// --- signatures ----------------------------------------------------------------------------------------------------------
const text = (path, who, time, body) => `POST ${path}\n${who}.${time}.${body}`;

function sign(path, who, time, body) {
  const made = createSign('RSA-SHA256').update(text(path, who, time, body)).sign(theirs.privateKey, 'base64');
  return `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(made)}`;
}

function signed(req, value, status = 200) {
  const body = JSON.stringify(value), time = String(peer.nowMs()), who = peer.take('foreign_merchant', req.verb) ? '5Y00000000000000' : client;
  const headers = { 'content-type': 'application/json; charset=UTF-8', 'client-id': who, 'response-time': time };
  if (!peer.take('unsigned', req.verb)) headers.signature = sign(req.target, who, time, peer.take('bad_sig', req.verb) ? body + ' ' : body);
  return { status, headers, body };
}

const result = (resultCode, resultStatus) => ({ resultCode, resultStatus, resultMessage: resultCode.toLowerCase() });
const DONE = result('SUCCESS', 'S');
const no = (req, code, status = 'F') => signed(req, { result: result(code, status) });

// Our request, judged as Antom does; null when it is good.
function refused(req) {
  const wrong = why => { peer.complain(`${req.target}: ${why}`); return no(req, 'INVALID_SIGNATURE'); };
  const parts = Object.fromEntries((req.headers.signature ?? '').split(',').map(part => part.trim().split(/=(.*)/s).slice(0, 2)));
  if (req.headers['client-id'] !== client) return wrong(`Client-Id ${req.headers['client-id']}`);
  if (parts.algorithm !== 'RSA256' || parts.keyVersion !== version || !parts.signature) return wrong('Signature header');
  if (!(Math.abs(peer.nowMs() - Number(req.headers['request-time'])) < 600000)) return wrong('Request-Time');
  if (!/^application\/json; ?charset=UTF-8$/i.test(req.headers['content-type'] ?? '')) return wrong('Content-Type');
  const given = text(req.target, client, req.headers['request-time'], req.text);
  if (!createVerify('RSA-SHA256').update(given).verify(ours.publicKey, decodeURIComponent(parts.signature), 'base64')) return wrong('signature');
  return req.json ? null : wrong('no JSON');
}

function api(name, verb, handler) {
  peer.route('POST', `${root}/${name}`, verb, req => {
    const bad = refused(req);
    if (bad) return bad;
    const answer = handler(req, req.json);
    return peer.take('unknown', req.verb) ? no(req, 'UNKNOWN_EXCEPTION', 'U') : answer;
  });
}

const illegal = (req, what) => { peer.complain(`${req.target}: ${what}: ${req.text}`); return no(req, 'PARAM_ILLEGAL'); };
const at = () => new Date(peer.nowMs()).toISOString().slice(0, 19) + '+00:00';
const amountGood = amount => AMOUNT.test(amount?.value ?? '') && /^[A-Z]{3}$/.test(amount?.currency ?? '');
const number = () => at().replace(/\D/g, '').slice(0, 14) + token(18, '0123456789');

// --- payments ------------------------------------------------------------------------------------------------------------
const opens = req => (req.json?.productCode === 'AGREEMENT_PAYMENT' ? 'debit' : 'start');

function start(req, body) {
  const id = body.paymentRequestId, known = payments.get(id), debit = body.productCode === 'AGREEMENT_PAYMENT';
  if (!['CASHIER_PAYMENT', 'AGREEMENT_PAYMENT'].includes(body.productCode) || !ID.test(id ?? '') || !amountGood(body.paymentAmount) ||
      JSON.stringify(body.order?.orderAmount) !== JSON.stringify(body.paymentAmount) || !body.order?.orderDescription ||
      body.paymentMethod?.paymentMethodType !== 'ALIPAY_CN' || !body.paymentNotifyUrl || body.settlementStrategy?.settlementCurrency !== settle ||
      (!debit && !['WEB', 'WAP'].includes(body.env?.terminalType)) || !Date.parse(body.paymentExpiryTime ?? ''))
    return illegal(req, 'pay');
  if (known && known.body !== req.text) {
    peer.complain(`pay again with other content: ${id}`);
    return no(req, 'REPEAT_REQ_INCONSISTENT');
  }
  const payment = known ?? {
    order: id, body: req.text, reference: number(), currency: body.paymentAmount.currency, amount: Number(body.paymentAmount.value),
    title: body.order.orderDescription, state: 'PROCESSING', created: at(), notify: body.paymentNotifyUrl, back: body.paymentRedirectUrl,
    ends: Math.min(Date.parse(body.paymentExpiryTime), peer.nowMs() + UNPAID_MS) };
  payments.set(id, payment);
  if (debit && !known) {
    const agreement = [...agreements.values()].find(a => a.token === body.paymentMethod.paymentMethodId && a.state === 'ACTIVE');
    if (!agreement) { payment.state = 'FAIL'; payment.code = 'INVALID_ACCESS_TOKEN'; } else settlePayment(payment);
  }
  lapse(payment);
  if (payment.state === 'SUCCESS') return signed(req, { result: DONE, ...paid(req, payment) });
  if (payment.state !== 'PROCESSING') return no(req, payment.code ?? 'ORDER_IS_CLOSED');
  if (!known && peer.take('pending_notice', 'start')) notice(payment, 'PAYMENT_PENDING', DONE);
  const url = `${peer.url}/cashier?id=${payment.reference}`;
  return signed(req, { result: result('PAYMENT_IN_PROCESS', 'U'), ...paid(req, payment), normalUrl: url,
    ...(body.env?.terminalType === 'WAP' ? { applinkUrl: `${url}&app=1`, schemeUrl: 'alipays://platformapi/startApp' } : {}) });
}

function lapse(payment) {
  if (payment.state === 'PROCESSING' && peer.nowMs() > payment.ends) fail(payment, 'ORDER_IS_CLOSED');
}

function paid(req, payment, wrong = !!peer.take('wrong_amount', req.verb)) {
  return {
    paymentRequestId: payment.order, paymentId: payment.reference, paymentCreateTime: payment.created,
    paymentAmount: { currency: payment.currency, value: String(payment.amount + (wrong ? 1 : 0)) },
    ...(payment.at ? { paymentTime: payment.at } : {}) };
}

function settlePayment(payment) {
  if (payment.state !== 'PROCESSING') return false;
  payment.state = 'SUCCESS';
  payment.at = at();
  notice(payment, 'PAYMENT_RESULT', DONE);
  return true;
}

function fail(payment, code) {
  if (payment.state !== 'PROCESSING') return false;
  payment.state = 'FAIL';
  payment.code = code;
  notice(payment, 'PAYMENT_RESULT', result(code, 'F'));
  return true;
}

function query(req, body) {
  const payment = payments.get(body.paymentRequestId);
  if (!payment || peer.take('not_exist', 'query')) return no(req, 'ORDER_NOT_EXIST');
  lapse(payment);
  return signed(req, { result: DONE, paymentStatus: payment.state, ...paid(req, payment), ...(payment.code ? { paymentResultCode: payment.code } : {}),
    ...(payment.state === 'SUCCESS' ? { settlementQuote: quote(payment.currency) } : {}) });
}

// Whoever has paid gets all of it back.
function cancel(req, body) {
  const payment = payments.get(body.paymentRequestId);
  if (!payment) return no(req, 'ORDER_NOT_EXIST');
  if (payment.state === 'FAIL') return no(req, 'ORDER_IS_CLOSED');
  if (payment.state === 'SUCCESS') peer.complain(`cancelled what was paid: ${payment.order}`);
  payment.cancelledPaid = payment.state === 'SUCCESS';
  payment.state = 'CANCELLED';
  return signed(req, { result: DONE, paymentRequestId: payment.order, paymentId: payment.reference, cancelTime: at() });
}

function refund(req, body) {
  const payment = [...payments.values()].find(p => p.reference === body.paymentId), id = body.refundRequestId, known = refunds.get(id);
  if (!ID.test(id ?? '') || !amountGood(body.refundAmount)) return illegal(req, 'refund');
  if (!payment) return no(req, 'ORDER_NOT_EXIST');
  if (known && known.body !== req.text) {
    peer.complain(`refund again with other content: ${id}`);
    return no(req, 'REPEAT_REQ_INCONSISTENT');
  }
  if (!known && peer.take('not_enough', 'refund')) return no(req, 'MERCHANT_BALANCE_NOT_ENOUGH');
  const given = [...refunds.values()].filter(r => r.order === payment.order && r.state !== 'FAIL').reduce((sum, r) => sum + r.amount, 0);
  if (!known && (payment.state !== 'SUCCESS' || body.refundAmount.currency !== payment.currency || given + Number(body.refundAmount.value) > payment.amount))
    return no(req, 'REFUND_AMOUNT_EXCEED');
  const row = known ?? { refund: id, order: payment.order, body: req.text, amount: Number(body.refundAmount.value), currency: payment.currency,
    reference: number(), state: 'PROCESSING', notify: body.refundNotifyUrl };
  refunds.set(id, row);
  if (known) return refundAnswer(req, row);
  row.end = peer.take('refund_fail', 'refund') ? 'FAIL' : 'SUCCESS';
  if (peer.take('under_way', 'refund') || row.end === 'FAIL') peer.later(peer.args.refund_ms ?? 300, () => finish(row));
  else finish(row);
  return refundAnswer(req, row);
}

function finish(row) {
  row.state = row.end;
  row.at = at();
  if (!row.notify) return;
  peer.hook('REFUND_RESULT', row.order, faults => message(row.notify, faults, {
    notifyType: 'REFUND_RESULT', refundStatus: row.state, result: row.state === 'SUCCESS' ? DONE : result('PROCESS_FAIL', 'F'), ...given(row, faults.wrongAmount) }));
}

const given = (row, wrong = false) => ({
  refundRequestId: row.refund, refundId: row.reference, refundAmount: { currency: row.currency, value: String(row.amount + (wrong ? 1 : 0)) },
  ...(row.at ? { refundTime: row.at } : {}) });

function refundAnswer(req, row) {
  const outcome = row.state === 'SUCCESS' ? DONE : row.state === 'FAIL' ? result('PROCESS_FAIL', 'F') : result('REFUND_IN_PROCESS', 'U');
  return signed(req, { result: outcome, ...given(row, !!peer.take('wrong_amount', 'refund')) });
}

function refundQuery(req, body) {
  const row = refunds.get(body.refundRequestId);
  if (!row) return no(req, 'REFUND_NOT_EXIST');
  return signed(req, { result: DONE, refundStatus: row.state, ...given(row, !!peer.take('wrong_amount', 'refund_query')) });
}

const RATES = { CNY: '0.0489', USD: '0.00652', JPY: '1' };
const quote = (currency, extra = {}) => ({ quoteId: `Q${peer.nowS()}`, quoteCurrencyPair: `${settle}/${currency}`, quotePrice: RATES[currency] ?? '1', guaranteed: true, ...extra });

function rate(req, body) {
  const ends = new Date(peer.nowMs() + 3600000).toISOString().slice(0, 19) + '+00:00';
  return signed(req, { result: DONE, quotes: [quote(body.paymentCurrency, { quoteStartTime: at(), quoteExpiryTime: ends })] });
}

// --- callbacks -----------------------------------------------------------------------------------------------------------
function message(url, faults, value) {
  const body = JSON.stringify(value), who = faults.foreignMerchant ? '5Y00000000000000' : client, path = new URL(url).pathname + new URL(url).search;
  const time = String(peer.nowMs() - (faults.stale ? 48 * 3600 * 1000 : 0));
  const headers = { 'content-type': 'application/json; charset=UTF-8', 'client-id': who, 'request-time': time };
  return { url, headers: { ...headers, signature: sign(path, who, time, faults.badSig ? body + ' ' : body) }, body };
}

function notice(payment, notifyType, outcome) {
  peer.hook(notifyType, payment.order, faults => message(payment.notify, faults, {
    notifyType, result: outcome, ...paid({ verb: '-' }, payment, faults.wrongAmount),
    ...(payment.state === 'SUCCESS' ? { settlementQuote: quote(payment.currency) } : {}) }));
}

// --- agreements ----------------------------------------------------------------------------------------------------------
function consult(req, body) {
  if (body.customerBelongsTo !== 'ALIPAY_CN' || !ID.test(body.authState ?? '') || !body.authRedirectUrl || body.scopes?.[0] !== 'AGREEMENT_PAY' ||
      !['WEB', 'WAP'].includes(body.terminalType))
    return illegal(req, 'consult');
  const known = agreements.get(body.authState);
  const agreement = known ?? { agreement: body.authState, state: 'NEW', notify: body.authNotifyUrl, back: body.authRedirectUrl };
  agreements.set(body.authState, agreement);
  return signed(req, { result: DONE, authUrl: `${peer.url}/consent?state=${agreement.agreement}` });
}

function agree(agreement) {
  if (agreement.state !== 'NEW') return false;
  agreement.state = 'CODE';
  agreement.code = token(32);
  peer.hook('AUTHCODE_CREATED', agreement.agreement, faults => message(agreement.notify, faults, {
    authorizationNotifyType: 'AUTHCODE_CREATED', authClientId: client, authCode: agreement.code, authState: agreement.agreement, result: DONE }));
  return true;
}

function applyToken(req, body) {
  const agreement = [...agreements.values()].find(a => a.code === body.authCode);
  if (body.grantType !== 'AUTHORIZATION_CODE' || body.customerBelongsTo !== 'ALIPAY_CN') return illegal(req, 'applyToken');
  if (!agreement || (agreement.state !== 'CODE' && agreement.state !== 'ACTIVE')) return no(req, 'INVALID_CODE');
  agreement.state = 'ACTIVE';
  agreement.token ??= token(40);
  return signed(req, { result: DONE, accessToken: agreement.token, accessTokenExpiryTime: '2036-01-01T00:00:00+00:00', refreshToken: token(40) });
}

function end(agreement) {
  if (agreement.state !== 'ACTIVE') return false;
  agreement.state = 'ENDED';
  peer.hook('TOKEN_CANCELED', agreement.agreement, faults => message(agreement.notify, faults, {
    authorizationNotifyType: 'TOKEN_CANCELED', authClientId: client, accessToken: agreement.token, authState: agreement.agreement, result: DONE }));
  return true;
}

function revoke(req, body) {
  const agreement = [...agreements.values()].find(a => a.token === body.accessToken);
  if (!agreement || agreement.state !== 'ACTIVE') return no(req, 'INVALID_ACCESS_TOKEN');
  agreement.state = 'ENDED';
  return signed(req, { result: DONE });
}

// --- statements: GET /bill ----------------------------------------------------------------------------------------------
const COLUMNS = ['settlementBatchId', 'customerId', 'PSP', 'transactionId', 'transactionRequestId', 'originalTransactionRequestId', 'transactionType',
  'paymentMethodType', 'transactionCompletionTime', 'settlementInitiatedDate', 'productCode', 'transactionAmountValue', 'transactionCurrency',
  'settlementAmountValue', 'settlementCurrency', 'feeAmountValue', 'feeCurrency', 'quoteCurrencyPair', 'quotePrice'];

function bill() {
  const batch = '202609210000000001', lines = [COLUMNS.join(',')], toSettle = { JPY: 1, CNY: 1 / 0.0489 / 100, USD: 1 / 0.00652 / 100 };
  const line = (type, id, request, original, time, amount, currency, sign_) => {
    const gross = Math.floor(amount * toSettle[currency]), fee = type === 'PAYMENT' ? Math.round(gross * 0.02) : 0;
    lines.push([batch, client, 'ALIPAY', id, request, original, type, 'ALIPAY_CN', time, time, 'CASHIER_PAYMENT', digits(amount, currency), currency,
      String(sign_ * gross - fee), settle, String(fee), settle, `${settle}/${currency}`, RATES[currency]].join(','));
  };
  for (const p of payments.values()) if (p.at) line('PAYMENT', p.reference, p.order, '', p.at, p.amount, p.currency, 1);
  for (const p of payments.values()) if (p.cancelledPaid) line('CANCEL', p.reference, p.order, '', p.at, p.amount, p.currency, -1);
  for (const r of refunds.values()) if (r.state === 'SUCCESS') line('REFUND', r.reference, r.refund, r.order, r.at, r.amount, r.currency, -1);
  return { status: 200, headers: { 'content-type': 'text/csv' }, body: lines.join('\r\n') + '\r\n<END>\r\n' };
}

// --- people --------------------------------------------------------------------------------------------------------------
const STATES = { PROCESSING: 'open', SUCCESS: 'paid', FAIL: 'failed', CANCELLED: 'cancelled' };

function books() {
  return {
    payments: [...payments.values()].map(p => ({
      order: p.order, reference: p.reference, amount: p.amount, currency: p.currency,
      state: p.code === 'ORDER_IS_CLOSED' ? 'expired' : p.cancelledPaid ? 'refunded' : STATES[p.state],
      refunds: [...refunds.values()].filter(r => r.order === p.order).map(r => ({
        refund: r.refund, reference: r.reference, amount: r.amount, state: { SUCCESS: 'done', FAIL: 'failed', PROCESSING: 'pending' }[r.state] })) })),
    agreements: [...agreements.values()].map(({ agreement, state, code, token: given_ }) => ({ agreement, state, code, token: given_ })) };
}

function pay(order, what) {
  const payment = payments.get(order), agreement = agreements.get(order);
  if (agreement) return what === 'agree' ? agree(agreement) : what === 'terminate' ? end(agreement) : false;
  if (!payment) return false;
  if (what === 'pay') return settlePayment(payment);
  if (what === 'decline') return fail(payment, 'USER_BALANCE_NOT_ENOUGH');
  return what === 'expire' && fail(payment, 'ORDER_IS_CLOSED');
}

const WORDS = { lang: 'zh-Hans', brand: '支付宝 Alipay+', colour: '#1677ff', merchant: 'Keepline' };
const byId = req => [...payments.values()].find(p => p.reference === req.query.get('id'));

function cashier(req) {
  const payment = byId(req);
  if (!payment) return json(404, { error: 'no such payment' });
  lapse(payment);
  return payPage({ ...WORDS, heading: '收银台', title: payment.title, amount: `${payment.currency} ${digits(payment.amount, payment.currency)}`,
    action: `/cashier?${req.query}`, actions: payment.state === 'PROCESSING' ? [{ do: 'pay', label: '确认付款' }, { do: 'cancel', label: '取消', quiet: true }] : [] });
}

function decide(req) {
  const payment = byId(req);
  if (!payment) return json(404, { error: 'no such payment' });
  if (req.form.get('do') === 'pay') pay(payment.order, 'pay');
  return payment.back ? redirect(payment.back) : cashier(req);
}

function consent(req) {
  const agreement = agreements.get(req.query.get('state'));
  if (!agreement) return json(404, { error: 'no such agreement' });
  return payPage({ ...WORDS, heading: '自动扣款授权', title: '开通后可随时关闭', amount: '', action: `/consent?${req.query}`,
    actions: agreement.state === 'NEW' ? [{ do: 'agree', label: '同意并开通' }, { do: 'cancel', label: '暂不开通', quiet: true }] : [] });
}

function consented(req) {
  const agreement = agreements.get(req.query.get('state'));
  if (!agreement) return json(404, { error: 'no such agreement' });
  if (req.form.get('do') === 'agree') agree(agreement);
  return redirect(agreement.back);
}

api('payments/pay', opens, start);
api('payments/inquiryPayment', 'query', query);
api('payments/cancel', 'close', cancel);
api('payments/refund', 'refund', refund);
api('payments/inquiryRefund', 'refund_query', refundQuery);
api('payments/inquireExchangeRate', 'rate', rate);
api('authorizations/consult', 'sign', consult);
api('authorizations/applyToken', 'agreement', applyToken);
api('authorizations/revoke', 'unsign', revoke);
peer.route('GET', '/cashier', null, cashier);
peer.route('POST', '/cashier', null, decide);
peer.route('GET', '/consent', null, consent);
peer.route('POST', '/consent', null, consented);
peer.route('GET', '/bill', null, bill);
peer.start();
