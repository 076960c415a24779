// paypal.mjs - stands in for PayPal: OAuth tokens that end, Orders v2 with the payer's page, captures, refunds, vault tokens,
// the settlement report, and webhooks signed by a chain of its own.  Orders, captures and refunds of ours are judged by
// @paypal/paypal-server-sdk: it is given the same call, and must send the same.
//
//   {"hook":"http://…/hook/paypal","token_s":32400,"certs":"known|unknown","merchant":"…"}
//
// certs unknown: our settings lack the certificate, so callbacks are hints only.
// /_pay does: approve (or pay), decline (the payer refuses), expire, reverse (an approval ends), dispute, refund_done, unsign.
// Faults besides the common ones: declined and pending (verb capture), refund_pending, no_funds (verb refund), 401 (any verb).
import { createSign, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { Client, LogLevel, OrdersController, PaymentsController } from '@paypal/paypal-server-sdk';
import { Peer, certificate, digits, html, json, minor, payPage, redirect, text, token } from './peer.mjs';

const CURRENCIES = 'AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD'.split(' ');
const WHOLE = ['JPY', 'HUF', 'TWD'], CERT_URL = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-KEEPLINE-PEER';
const HOURS_6 = 6 * 3600, DAYS_45 = 45 * 86400, FEE_BP = 360, FEE_FIXED = 40;
const orders = new Map(), captures = new Map(), refunds = new Map(), tokens = new Map(), vault = new Map(), setups = new Map(), answers = new Map(), rows = [];
const stamp = (atS = peer.nowS()) => new Date(atS * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
const number = () => token(17, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');

// Node 18 has no zlib.crc32.
function crc32(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xEDB88320 : 0);
  }
  return ~crc >>> 0;
}

const peer = new Peer('paypal', {
  books, pay,
  acked: status => status >= 200 && status < 300,
  limited: () => json(429, { name: 'RATE_LIMIT_REACHED', message: 'Too many requests.' }),
  failed: () => json(500, { name: 'INTERNAL_SERVER_ERROR', message: 'An internal server error occurred.' }),
  settings: self => ({ paypal_url: self.url, paypal_pages: self.url, paypal_client_id: clientId, paypal_secret_file: secretFile, paypal_merchant: merchant,
    paypal_webhook_ids: `OLDHOOK0000000001,${webhookId}`, paypal_certs_file: peer.args.certs === 'unknown' ? '' : certsFile, paypal_roots_file: root.certFile }),
});
const clientId = peer.args.client_id ?? token(40), secret = token(40), merchant = peer.args.merchant ?? 'KEEPLINE00001', webhookId = token(17);
const root = certificate(peer.dir, 'paypal-root', '/O=Keepline Test/CN=Keepline Test Root');
const leaf = certificate(peer.dir, 'paypal-leaf', '/O=PayPal Test/CN=messageverificationcerts.sandbox.paypal.com', { issuer: root });
const secretFile = join(peer.dir, 'paypal.secret'), certsFile = join(peer.dir, 'paypal.certs');
writeFileSync(secretFile, secret + '\n', { mode: 0o600 });
writeFileSync(certsFile, `${CERT_URL}\n${readFileSync(leaf.certFile)}`);

// --- the SDK's judgement -----------------------------------------------------------------------------------------------------
const caught = [];
const client = new Client({ clientCredentialsAuthCredentials: { oAuthClientId: clientId, oAuthClientSecret: secret }, logging: { logLevel: LogLevel.Error },
  unstable_httpClientOptions: { adapter: async config => {
    if (String(config.url).endsWith('/v1/oauth2/token'))
      return { data: JSON.stringify({ access_token: 'sdk', token_type: 'Bearer', expires_in: 32400 }), status: 200, statusText: 'OK', headers: { 'content-type': 'application/json' }, config };
    caught.push(config);
    return { data: '{}', status: 200, statusText: 'OK', headers: { 'content-type': 'application/json' }, config };
  } } });
const sdkOrders = new OrdersController(client), sdkPayments = new PaymentsController(client);

const camel = value => Array.isArray(value) ? value.map(camel) : value && typeof value === 'object'
  ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k.replace(/_(\w)/g, (_, c) => c.toUpperCase()), camel(v)])) : value;
const sorted = value => Array.isArray(value) ? value.map(sorted) : value && typeof value === 'object'
  ? Object.fromEntries(Object.keys(value).sort().map(k => [k, sorted(value[k])])) : value;

const SAYS = {
  'POST /v2/checkout/orders': (r, id, rest) => sdkOrders.createOrder({ body: camel(r.json), ...rest }),
  'GET /v2/checkout/orders/{id}': (r, id) => sdkOrders.getOrder({ id }),
  'POST /v2/checkout/orders/{id}/capture': (r, id, rest) => sdkOrders.captureOrder({ id, ...rest }),
  'POST /v2/payments/captures/{id}/refund': (r, id, rest) => sdkPayments.refundCapturedPayment({ captureId: id, body: camel(r.json), ...rest }),
  'GET /v2/payments/refunds/{id}': (r, id) => sdkPayments.getRefund({ refundId: id }),
};

async function judge(request, says) {
  if (!says) return;
  caught.length = 0;
  try {
    await says(request, request.params.id, { paypalRequestId: request.headers['paypal-request-id'], prefer: request.headers.prefer });
  } catch (problem) {
    if (!caught.length) return peer.complain(`${request.path}: the SDK does not take it: ${problem.message}`);
  }
  const sent = caught[0], headers = Object.fromEntries(Object.entries(sent.headers?.toJSON?.() ?? sent.headers).map(([k, v]) => [k.toLowerCase(), String(v)]));
  const path = new URL(sent.url).pathname;
  if (path !== request.path) peer.complain(`${request.path}: the SDK says ${path}`);
  for (const name of request.method === 'POST' ? ['paypal-request-id', 'prefer', 'content-type'] : [])
    if (headers[name] !== request.headers[name]) peer.complain(`${request.path}: ${name} is ${request.headers[name]}, the SDK says ${headers[name]}`);
  const theirs = typeof sent.data === 'string' && sent.data ? JSON.stringify(sorted(JSON.parse(sent.data))) : '';
  const ours = request.text ? JSON.stringify(sorted(request.json)) : '';
  if (theirs !== ours) peer.complain(`${request.path}: body ${ours}, the SDK says ${theirs}`);
}

const no = (status, name, issue) => json(status, { name, message: name, debug_id: 'f00', details: issue ? [{ issue, description: issue }] : [] });
const refused = issue => no(422, 'UNPROCESSABLE_ENTITY', issue);

// A token that holds, the SDK's judgement, and the memory of request ids (for ids_s seconds).
function verb(method, pattern, name, idsS, handler) {
  peer.route(method, pattern, name, async request => {
    const ends = tokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    if (!ends || peer.nowS() >= ends || peer.take('401', request.verb)) return json(401, { error: 'invalid_token', error_description: 'Token signature verification failed' });
    await judge(request, SAYS[`${method} ${pattern}`]);
    const id = request.headers['paypal-request-id'], key = `${request.path} ${id}`, before = answers.get(key);
    if (method === 'POST' && !id) peer.complain(`${request.path}: a POST without PayPal-Request-Id`);
    if (method === 'POST' && before && peer.nowS() - before.atS < idsS) return before.again();
    const answer = await handler(request);
    if (method === 'POST' && answer.status < 300) {
      // "The latest state of the previous request".
      const kept = JSON.parse(answer.body), again = () => orders.has(kept.id) ? told(request, orders.get(kept.id)) : answer;
      answers.set(key, { atS: peer.nowS(), again });
    }
    return answer;
  });
}

// --- orders ------------------------------------------------------------------------------------------------------------------
const fits = amount => CURRENCIES.includes(amount?.currency_code) && minor(amount.value, amount.currency_code) > 0 &&
  !(WHOLE.includes(amount.currency_code) && amount.value.includes('.'));

function orderMake(request) {
  const body = request.json, unit = body?.purchase_units?.[0], wallet = body?.payment_source?.paypal;
  if (body?.intent !== 'CAPTURE' || body.purchase_units.length !== 1) return no(400, 'INVALID_REQUEST', 'MISSING_REQUIRED_PARAMETER');
  if (!CURRENCIES.includes(unit.amount?.currency_code)) return refused('CURRENCY_NOT_SUPPORTED');
  if (!fits(unit.amount)) return refused('DECIMAL_PRECISION');
  if ((unit.description ?? '').length > 127 || (unit.custom_id ?? '').length > 255 || (unit.invoice_id ?? '').length > 127) return no(400, 'INVALID_REQUEST', 'INVALID_STRING_LENGTH');
  const id = number();
  const order = { id, intent: 'CAPTURE', status: 'PAYER_ACTION_REQUIRED', create_time: stamp(), atS: peer.nowS(), context: wallet?.experience_context ?? {},
    unit: { reference_id: 'default', amount: unit.amount, payee: { merchant_id: merchant }, description: unit.description, custom_id: unit.custom_id, invoice_id: unit.invoice_id } };
  orders.set(id, order);
  if (wallet?.vault_id) return debit(request, order, wallet.vault_id);
  if (!order.context.return_url || !order.context.cancel_url) return no(400, 'INVALID_REQUEST', 'MISSING_REQUIRED_PARAMETER');
  return told(request, order, 200);
}

function debit(request, order, vaultId) {
  if (!vault.get(vaultId)?.active) return refused('AGREEMENT_ALREADY_CANCELLED');
  if (peer.take('declined', 'debit')) return refused('INSTRUMENT_DECLINED');
  capture(order);
  return told(request, order, 201);
}

const paymentsOf = order => {
  const made = [...captures.values()].filter(c => c.order === order.id), given = [...refunds.values()].filter(r => made.some(c => c.id === r.capture));
  return made.length ? { captures: made.map(captureTold), ...(given.length ? { refunds: given.map(refundTold) } : {}) } : undefined;
};

function orderTold(order) {
  const waiting = ['CREATED', 'PAYER_ACTION_REQUIRED'].includes(order.status);
  return { id: order.id, intent: order.intent, status: order.status, create_time: order.create_time, purchase_units: [{ ...order.unit, payments: paymentsOf(order) }],
    links: [{ href: `${peer.url}/v2/checkout/orders/${order.id}`, rel: 'self', method: 'GET' },
      ...(waiting ? [{ href: `${peer.url}/checkoutnow?token=${order.id}`, rel: 'payer-action', method: 'GET' }] : [])] };
}

const captureTold = c => ({ id: c.id, status: c.status, status_details: c.reason ? { reason: c.reason } : undefined, amount: c.amount, custom_id: c.custom_id, invoice_id: c.invoice_id,
  final_capture: true, seller_receivable_breakdown: { gross_amount: c.amount, paypal_fee: c.fee, net_amount: c.net }, supplementary_data: { related_ids: { order_id: c.order } },
  create_time: c.create_time, update_time: c.create_time });
const refundTold = r => ({ id: r.id, status: r.status, amount: r.amount, custom_id: r.custom_id, invoice_id: r.invoice_id, create_time: r.create_time, update_time: r.create_time,
  links: [{ rel: 'up', href: `${peer.url}/v2/payments/captures/${r.capture}`, method: 'GET' }] });

function told(request, order, status = 200) {
  const body = structuredClone(orderTold(order)), unit = body.purchase_units[0];
  if (peer.take('wrong_amount', request.verb)) for (const amount of [unit.amount, unit.payments?.captures?.[0]?.amount].filter(Boolean)) spoil(amount);
  if (peer.take('foreign_merchant', request.verb)) unit.payee.merchant_id = 'SOMEBODYELSE1';
  return json(status, body);
}
const spoil = amount => { amount.value = digits(minor(amount.value, amount.currency_code) + 1, amount.currency_code); };
const money = (value, code) => ({ currency_code: code, value: WHOLE.includes(code) ? digits(value, code).split('.')[0] : digits(value, code) });

function capture(order) {
  const { amount, custom_id, invoice_id } = order.unit, code = amount.currency_code, gross = minor(amount.value, code), pending = peer.take('pending', 'capture');
  const fee = Math.min(gross, Math.round(gross * FEE_BP / 10000) + FEE_FIXED);
  const made = { id: number(), order: order.id, status: pending ? 'PENDING' : 'COMPLETED', reason: pending ? 'RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION' : undefined,
    amount, custom_id, invoice_id, fee: money(fee, code), net: money(gross - fee, code), gross, code, back: 0, create_time: stamp() };
  captures.set(made.id, made);
  order.status = 'COMPLETED';
  if (!pending) rows.push({ kind: 'T0006', capture: made, gross, fee, atS: peer.nowS() });
  event(`PAYMENT.CAPTURE.${made.status}`, 'capture', { ...captureTold(made), payee: { merchant_id: merchant } }, custom_id);
  return made;
}

function captureOrder(request) {
  const order = orders.get(request.params.id);
  if (!order) return no(404, 'RESOURCE_NOT_FOUND', 'INVALID_RESOURCE_ID');
  if (order.status === 'COMPLETED') return refused('ORDER_ALREADY_CAPTURED');
  if (order.status !== 'APPROVED') return refused('ORDER_NOT_APPROVED');
  if (peer.take('declined', 'capture')) {
    order.status = 'PAYER_ACTION_REQUIRED';
    const answer = JSON.parse(refused('INSTRUMENT_DECLINED').body);
    answer.links = [{ rel: 'redirect', href: `${peer.url}/checkoutnow?token=${order.id}`, method: 'GET' }];
    return json(422, answer);
  }
  capture(order);
  return told(request, order, 201);
}

// --- refunds -----------------------------------------------------------------------------------------------------------------
function refundMake(request) {
  const made = captures.get(request.params.id), body = request.json;
  if (!made) return no(404, 'RESOURCE_NOT_FOUND', 'INVALID_RESOURCE_ID');
  if (made.status === 'PENDING') return refused('PENDING_CAPTURE');
  const amount = minor(body.amount?.value ?? '', made.code);
  if (body.amount?.currency_code !== made.code) return refused('REFUND_CAPTURE_CURRENCY_MISMATCH');
  if (made.back >= made.gross) return refused('CAPTURE_FULLY_REFUNDED');
  if (!(amount > 0) || amount > made.gross - made.back) return refused('REFUND_AMOUNT_EXCEEDED');
  if (peer.take('no_funds', 'refund')) return refused('REFUND_FAILED_INSUFFICIENT_FUNDS');
  if ([...refunds.values()].some(r => r.invoice_id === body.invoice_id)) return refused('DUPLICATE_INVOICE_ID');
  const pending = peer.take('refund_pending', 'refund');
  const refund = { id: number(), capture: made.id, status: pending ? 'PENDING' : 'COMPLETED', amount: body.amount, custom_id: body.custom_id, invoice_id: body.invoice_id, value: amount, create_time: stamp() };
  refunds.set(refund.id, refund);
  made.back += amount;
  made.status = made.back === made.gross ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  rows.push({ kind: 'T1107', capture: made, refund, gross: amount, fee: 0, atS: peer.nowS() });
  if (!pending) event('PAYMENT.CAPTURE.REFUNDED', 'refund', refundTold(refund), made.custom_id);
  return json(201, refundTold(refund));
}

// --- vault -------------------------------------------------------------------------------------------------------------------
function setupMake(request) {
  const wallet = request.json?.payment_source?.paypal, id = number();
  if (wallet?.usage_type !== 'MERCHANT' || !wallet.experience_context?.return_url) return no(400, 'INVALID_REQUEST', 'MISSING_REQUIRED_PARAMETER');
  setups.set(id, { id, status: 'PAYER_ACTION_REQUIRED', context: wallet.experience_context, ours: request.headers['paypal-request-id'] });
  return json(201, setupTold(setups.get(id)));
}
const setupTold = s => ({ id: s.id, status: s.status, customer: { id: 'CUSTOMER1' }, links: [{ rel: 'approve', href: `${peer.url}/agreements/approve?approval_session_id=${s.id}`, method: 'GET' }] });

function vaultMake(request) {
  const setup = setups.get(request.json?.payment_source?.token?.id);
  if (!setup) return no(404, 'RESOURCE_NOT_FOUND', 'TOKEN_NOT_FOUND');
  if (setup.status === 'PAYER_ACTION_REQUIRED') return refused('SETUP_TOKEN_NOT_APPROVED');
  setup.status = 'VAULTED';
  setup.vault ??= token(8, '0123456789abcdefghijklmnopqrstuvwxyz');
  vault.set(setup.vault, { id: setup.vault, active: true, ours: setup.ours });
  event('VAULT.PAYMENT-TOKEN.CREATED', 'payment_token', { id: setup.vault, customer: { id: 'CUSTOMER1' } }, setup.ours);
  return json(201, { id: setup.vault, customer: { id: 'CUSTOMER1' }, payment_source: { paypal: {} } });
}

// --- webhooks ----------------------------------------------------------------------------------------------------------------
function event(type, kind, resource, order) {
  if (!peer.args.hook) return;
  const body = { id: `WH-${token(17)}-${token(17)}`, event_version: '1.0', create_time: stamp(), resource_type: kind, event_type: type, summary: `${type} ¥`, resource };
  const id = randomUUID();
  peer.hook(type, order, faults => {
    const sent = structuredClone(body), unit = sent.resource.purchase_units?.[0] ?? sent.resource;
    if (faults.wrongAmount && unit.amount) spoil(unit.amount);
    if (faults.foreignMerchant) unit.payee = { merchant_id: 'SOMEBODYELSE1' };
    const raw = JSON.stringify(sent), time = stamp(peer.nowS() - (faults.stale ? 5 * 86400 : 0));
    const message = `${id}|${time}|${webhookId}|${crc32(Buffer.from(raw))}`;
    const signature = createSign('RSA-SHA256').update(faults.badSig ? message + '!' : message).sign(leaf.privateKey, 'base64');
    return { url: peer.args.hook, body: raw, headers: { 'content-type': 'application/json', 'paypal-transmission-id': id, 'paypal-transmission-time': time,
      'paypal-transmission-sig': signature, 'paypal-cert-url': CERT_URL, 'paypal-auth-algo': 'SHA256withRSA' } };
  });
}

// --- the settlement report -----------------------------------------------------------------------------------------------------
function reportJson(request) {
  const from = Date.parse(request.query.get('start_date')) / 1000, to = Date.parse(request.query.get('end_date')) / 1000;
  const size = Number(request.query.get('page_size') ?? 100), page = Number(request.query.get('page') ?? 1), found = rows.filter(r => r.atS >= from && r.atS <= to);
  const signed = (value, code, minus) => ({ currency_code: code, value: `${minus ? '-' : ''}${digits(value, code)}` });
  const details = found.slice((page - 1) * size, page * size).map(r => ({ transaction_info: {
    transaction_id: (r.refund ?? r.capture).id, paypal_reference_id: r.refund ? r.capture.id : undefined, paypal_reference_id_type: r.refund ? 'TXN' : undefined,
    transaction_event_code: r.kind, transaction_initiation_date: stamp(r.atS), transaction_updated_date: stamp(r.atS),
    transaction_amount: signed(r.gross, r.capture.code, !!r.refund), fee_amount: r.fee ? signed(r.fee, r.capture.code, true) : undefined,
    transaction_status: r.refund?.status === 'PENDING' ? 'P' : 'S', invoice_id: (r.refund ?? r.capture).invoice_id, custom_field: (r.refund ?? r.capture).custom_id } }));
  return json(200, { transaction_details: details, account_number: merchant, start_date: request.query.get('start_date'), end_date: request.query.get('end_date'),
    page, total_items: found.length, total_pages: Math.max(1, Math.ceil(found.length / size)), links: [] });
}

// --- the page ----------------------------------------------------------------------------------------------------------------
const WORDS = { zh: ['付款', '同意并付款', '取消并返回', '此付款页面已失效。'], ja: ['お支払い', '同意して支払う', 'キャンセルして戻る', 'このページは無効です。'], en: ['Pay', 'Pay now', 'Cancel and return', 'This page is not valid any more.'] };
const wordsOf = locale => WORDS[(locale ?? 'en').slice(0, 2)] ?? WORDS.en;

function show(thing, title, amount, action) {
  const words = wordsOf(thing?.context.locale);
  if (!thing || !['PAYER_ACTION_REQUIRED', 'CREATED'].includes(thing.status)) return html(410, `<!DOCTYPE html><title>PayPal</title><p id="note">${words[3]}</p>`);
  return payPage({ lang: (thing.context.locale ?? 'en').replace('zh-CN', 'zh-Hans'), brand: 'PayPal', colour: '#003087', heading: words[0], merchant: 'Keepline', title, amount, action,
    actions: [{ do: 'approve', label: words[1] }, { do: 'cancel', label: words[2], quiet: true }] });
}

const back = (url, name, id) => { const to = new URL(url); to.searchParams.set(name, id); return redirect(to.toString()); };
const wait = thing => thing && ['PAYER_ACTION_REQUIRED', 'CREATED'].includes(thing.status);

function approve(order) {
  order.status = 'APPROVED';
  event('CHECKOUT.ORDER.APPROVED', 'checkout-order', orderTold(order), order.unit.custom_id);
}

// --- control -----------------------------------------------------------------------------------------------------------------
function pay(ours, what) {
  const mine = [...orders.values()].filter(o => o.unit.custom_id === ours), order = mine.findLast(wait) ?? mine.at(-1);
  const setup = [...setups.values()].find(s => s.ours === ours);
  if (what === 'sign' || (setup && !order && what === 'pay')) { if (wait(setup)) setup.status = 'APPROVED'; return !!setup; }
  if (what === 'unsign') {
    const held = [...vault.values()].find(v => v.ours === ours);
    if (held) { held.active = false; event('VAULT.PAYMENT-TOKEN.DELETED', 'payment_token', { id: held.id }, ours); }
    return !!held;
  }
  if (!order) return false;
  if (what === 'refund_done') {
    for (const refund of [...refunds.values()].filter(r => r.custom_id === ours && r.status === 'PENDING')) {
      refund.status = 'COMPLETED';
      event('PAYMENT.CAPTURE.REFUNDED', 'refund', refundTold(refund), ours);
    }
    return true;
  }
  if (what === 'dispute') {
    const made = [...captures.values()].find(c => c.order === order.id);
    if (made) event('CUSTOMER.DISPUTE.CREATED', 'dispute', { dispute_id: `PP-D-${number()}`, reason: 'UNAUTHORISED', disputed_transactions: [{ seller_transaction_id: made.id, custom: ours }] }, ours);
    return !!made;
  }
  if (what === 'reverse' && order.status === 'APPROVED') {
    order.status = 'VOIDED';
    event('CHECKOUT.PAYMENT-APPROVAL.REVERSED', 'checkout-order', { order_id: order.id, purchase_units: [{ custom_id: ours }] }, ours);
    return true;
  }
  if (what === 'expire' && order.status !== 'COMPLETED') { order.status = 'VOIDED'; return true; }
  if (what === 'decline') return wait(order); // the payer turned away: nothing happens at PayPal
  if (!wait(order) || (what !== 'pay' && what !== 'approve')) return false;
  approve(order);
  return true;
}

function books() {
  const found = new Map();
  for (const order of orders.values()) {
    const made = [...captures.values()].find(c => c.order === order.id), before = found.get(order.unit.custom_id);
    const state = made ? { PENDING: 'pending' }[made.status] ?? 'succeeded' : { APPROVED: 'approved', VOIDED: 'expired' }[order.status] ?? 'pending';
    if (before?.state === 'succeeded' && state !== 'succeeded') continue;
    found.set(order.unit.custom_id, { order: order.unit.custom_id, reference: order.id, state: before?.state === 'succeeded' ? 'paid_twice' : state,
      amount: minor(order.unit.amount.value, order.unit.amount.currency_code), currency: order.unit.amount.currency_code,
      refunds: [...refunds.values()].filter(r => made && r.capture === made.id).map(r => ({ refund: r.invoice_id, reference: r.id, amount: r.value, state: r.status === 'COMPLETED' ? 'refunded' : 'refunding' })) });
  }
  return { payments: [...found.values()], agreements: [...setups.values()].map(s => ({ agreement: s.ours, state: s.vault ? (vault.get(s.vault).active ? 'active' : 'ended') : s.status === 'PAYER_ACTION_REQUIRED' ? 'open' : 'approved' })) };
}

// --- addresses ---------------------------------------------------------------------------------------------------------------
peer.route('POST', '/v1/oauth2/token', 'token', request => {
  const right = 'Basic ' + Buffer.from(`${clientId}:${secret}`).toString('base64');
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded' || request.text !== 'grant_type=client_credentials') peer.complain('/v1/oauth2/token: not a client credentials grant');
  if (request.headers.authorization !== right) return json(401, { error: 'invalid_client', error_description: 'Client Authentication failed' });
  const life = peer.args.token_s ?? 32400, access = `A21AA${token(60, '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_')}`;
  tokens.set(access, peer.nowS() + life);
  return json(200, { scope: 'https://uri.paypal.com/services/payments/payment', access_token: access, token_type: 'Bearer', app_id: 'APP-1', expires_in: life, nonce: 'n' });
});
verb('POST', '/v2/checkout/orders', request => request.json?.payment_source?.paypal?.vault_id ? 'debit' : 'start', HOURS_6, orderMake);
verb('GET', '/v2/checkout/orders/{id}', 'query', 0, r => orders.has(r.params.id) ? told(r, orders.get(r.params.id)) : no(404, 'RESOURCE_NOT_FOUND', 'INVALID_RESOURCE_ID'));
verb('POST', '/v2/checkout/orders/{id}/capture', 'capture', HOURS_6, captureOrder);
verb('POST', '/v2/payments/captures/{id}/refund', 'refund', DAYS_45, refundMake);
verb('GET', '/v2/payments/refunds/{id}', 'refund_query', 0, r => refunds.has(r.params.id) ? json(200, refundTold(refunds.get(r.params.id))) : no(404, 'RESOURCE_NOT_FOUND'));
verb('POST', '/v3/vault/setup-tokens', 'sign', 3 * 3600, setupMake);
verb('GET', '/v3/vault/setup-tokens/{id}', 'agreement', 0, r => setups.has(r.params.id) ? json(200, setupTold(setups.get(r.params.id))) : no(404, 'RESOURCE_NOT_FOUND'));
verb('POST', '/v3/vault/payment-tokens', 'agreement', 3 * 3600, vaultMake);
verb('GET', '/v3/vault/payment-tokens/{id}', 'agreement', 0, r => vault.get(r.params.id)?.active ? json(200, { id: r.params.id, customer: { id: 'CUSTOMER1' }, payment_source: { paypal: {} } }) : no(404, 'RESOURCE_NOT_FOUND'));
verb('DELETE', '/v3/vault/payment-tokens/{id}', 'unsign', 0, r => {
  if (!vault.get(r.params.id)?.active) return no(404, 'RESOURCE_NOT_FOUND');
  vault.get(r.params.id).active = false;
  return text(204, '');
});
verb('GET', '/v1/reporting/transactions', 'bill_file', 0, reportJson);
peer.route('GET', '/checkoutnow', null, r => {
  const order = orders.get(r.query.get('token'));
  return show(order, order?.unit.description, order && `${order.unit.amount.currency_code} ${order.unit.amount.value}`, `/checkoutnow?token=${order?.id}`);
});
peer.route('POST', '/checkoutnow', null, r => {
  const order = orders.get(r.query.get('token'));
  if (!wait(order)) return show(order);
  if (r.form.get('do') === 'cancel') return back(order.context.cancel_url, 'token', order.id);
  approve(order);
  return back(order.context.return_url, 'token', order.id);
});
peer.route('GET', '/agreements/approve', null, r => show(setups.get(r.query.get('approval_session_id')), 'Keepline', '', r.target));
peer.route('POST', '/agreements/approve', null, r => {
  const setup = setups.get(r.query.get('approval_session_id'));
  if (!wait(setup)) return show(setup);
  if (r.form.get('do') === 'cancel') return redirect(setup.context.cancel_url);
  setup.status = 'APPROVED';
  return redirect(setup.context.return_url);
});
peer.start();
