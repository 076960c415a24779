// stripe.mjs - stands in for Stripe: Checkout Sessions with their page, PaymentIntents, Refunds, SetupIntents, balance
// transactions, and the webhook.  Every request of ours is judged by stripe-node: it says the same parameters, and its bytes and
// headers must be ours.  The webhooks' signatures are made by it.
//
//   {"hook":"http://…/hook/stripe","secret":"whsec_…","key":"sk_test_…","account":"acct_…","settle":"jpy"}
//
// /_pay does: pay, decline (a card is refused, the page stays open), expire, dispute, refund_done, sign, unsign, payout.
// Faults besides the common ones: refund_pending, refund_failed, no_funds (verb refund), authentication_required (verb debit).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Stripe from 'stripe';
import { Peer, digits, escape, exponent, html, json, payPage, redirect, token } from './peer.mjs';

const VERSION = '2026-10-28.endive', DAY_S = 86400, FEE_BP = 360;
const RATES_JPY = { jpy: 1, cny: 20, usd: 150, eur: 165, hkd: 19, twd: 5, krw: 0.11, sgd: 115, gbp: 195, aud: 100 };
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LEAST = { jpy: 50, usd: 50, eur: 50, gbp: 30, hkd: 400, aud: 50, sgd: 50 };

const objects = new Map(), stored = new Map();
const all = kind => [...objects.values()].filter(o => o.object === kind);
const newId = prefix => `${prefix}_${token(prefix === 'cs_test' ? 40 : 24, LETTERS)}`;

// --- what was sent, as the SDK would send it --------------------------------------------------------------------------------
// a[b][0]=c -> {a: {b: ['c']}}
function parseForm(text) {
  const root = {};
  for (const piece of text.split('&').filter(Boolean)) {
    const at = piece.indexOf('='), path = decodeURIComponent(piece.slice(0, at)), value = decodeURIComponent(piece.slice(at + 1));
    const keys = [path.split('[')[0], ...[...path.matchAll(/\[([^\]]*)\]/g)].map(m => m[1])];
    keys.reduce((into, key, i) => {
      if (i === keys.length - 1) return (into[key] = value);
      return (into[key] ??= /^\d+$/.test(keys[i + 1]) ? [] : {});
    }, root);
  }
  return root;
}

class Catcher {
  getClientName() { return 'catcher'; }
  async makeRequest(host, port, path, method, headers, body) {
    this.last = { path, method, headers, body: body ?? '' };
    const answer = { getStatusCode: () => 200, getHeaders: () => ({}), getRawResponse: () => ({}), toStream: () => null, toJSON: async () => ({}) };
    return answer;
  }
}
const catcher = new Catcher();
let sdk;

// The SDK's own call for each question of ours.
const GETS = [
  [/^\/v1\/checkout\/sessions\/(\w+)$/, (id, params) => sdk.checkout.sessions.retrieve(id, params)],
  [/^\/v1\/payment_intents\/search$/, (_, params) => sdk.paymentIntents.search(params)],
  [/^\/v1\/payment_intents\/(\w+)$/, (id, params) => sdk.paymentIntents.retrieve(id, params)],
  [/^\/v1\/refunds$/, (_, params) => sdk.refunds.list(params)],
  [/^\/v1\/refunds\/(\w+)$/, (id, params) => sdk.refunds.retrieve(id, params)],
  [/^\/v1\/payment_methods\/(\w+)$/, (id, params) => sdk.paymentMethods.retrieve(id, params)],
  [/^\/v1\/balance_transactions$/, (_, params) => sdk.balanceTransactions.list(params)]];

async function sdkSays(request, params, key) {
  if (request.method !== 'GET') return sdk.rawRequest(request.method, request.path, params, { idempotencyKey: key });
  const [pattern, call] = GETS.find(([p]) => p.test(request.path));
  return call(pattern.exec(request.path)[1], params);
}

async function judge(request, params) {
  const key = request.headers['idempotency-key'];
  await sdkSays(request, params, key);
  const { path, body, headers } = catcher.last, low = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v]));
  if (path !== request.target) peer.complain(`${request.target}: the SDK says ${path}`);
  if (request.method === 'POST' && body !== request.text) peer.complain(`${request.target}: body "${request.text}", the SDK says "${body}"`);
  for (const name of ['authorization', 'stripe-version', ...(request.method === 'POST' ? ['content-type'] : [])])
    if (String(low[name]) !== String(request.headers[name])) peer.complain(`${request.target}: ${name} is ${request.headers[name]}, the SDK says ${low[name]}`);
  if (request.method === 'POST' && !key) peer.complain(`${request.target}: a POST without Idempotency-Key`);
}

const fail = (status, type, message, extra = {}) => json(status, { error: { type, message, ...extra } });
const invalid = (message, extra) => fail(400, 'invalid_request_error', message, extra);
const missing = id => fail(404, 'invalid_request_error', `No such object: '${id}'`, { code: 'resource_missing' });

// Authorisation, the SDK's judgement, and for a POST the idempotency layer: the first result of a key is kept for a day, 500s too.
function verb(method, pattern, name, handler) {
  peer.route(method, pattern, name, async request => {
    if (request.headers.authorization !== `Bearer ${key}`) return fail(401, 'invalid_request_error', 'Invalid API Key provided');
    const params = parseForm(method === 'GET' ? request.url.search.slice(1) : request.text);
    await judge(request, params);
    if (method === 'GET') return handler(request, params);
    const id = request.headers['idempotency-key'], print = `${request.target}\n${request.text}`, before = stored.get(id);
    if (before && peer.nowS() - before.atS < DAY_S) {
      if (before.print !== print) return fail(400, 'idempotency_error', 'Keys for idempotent requests can only be used with the same parameters');
      return { ...before.answer, headers: { ...before.answer.headers, 'idempotent-replayed': 'true' } };
    }
    const answer = await handler(request, params);
    if (id) stored.set(id, { print, answer, atS: peer.nowS() });
    return answer;
  });
}

// --- answers ----------------------------------------------------------------------------------------------------------------
// expand=['payment_intent.latest_charge'] on a copy: ids become the objects.
function expanded(object, paths) {
  const copy = structuredClone(object);
  const walk = (into, keys) => {
    if (Array.isArray(into)) return into.forEach(one => walk(one, keys));
    if (!into || !keys.length) return;
    const [name, ...rest] = keys;
    if (typeof into[name] === 'string' && objects.has(into[name])) into[name] = structuredClone(objects.get(into[name]));
    walk(into[name], rest);
  };
  for (const path of paths ?? []) walk(copy, path.split('.'));
  return copy;
}

function told(request, object, params) {
  const copy = expanded(object, params.expand);
  if (peer.take('wrong_amount', request.verb)) spoil(copy);
  if (peer.take('foreign_merchant', request.verb)) copy.livemode = true;
  return json(200, copy);
}

function spoil(object) {
  for (const name of ['amount', 'amount_total', 'amount_received']) if (Number.isInteger(object[name])) object[name] += 1;
  if (object.payment_intent?.object) spoil(object.payment_intent);
}

function event(type, object, order) {
  const body = { id: newId('evt'), object: 'event', api_version: VERSION, created: peer.nowS(), livemode: false, type, data: { object: structuredClone(object) } };
  if (!peer.args.hook) return;
  peer.hook(type, order, faults => {
    const sent = structuredClone(body);
    if (faults.wrongAmount) spoil(sent.data.object);
    if (faults.foreignMerchant) sent.account = 'acct_foreign';
    const payload = JSON.stringify(sent, null, 2);
    const signature = sdk.webhooks.generateTestHeaderString({
      payload, secret: faults.badSig ? 'whsec_somebody_else' : secret, timestamp: peer.nowS() - (faults.stale ? 400 : 0) });
    return { url: peer.args.hook, headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature }, body: payload };
  });
}

// --- Checkout ---------------------------------------------------------------------------------------------------------------
function pageMake(params) {
  const setup = params.mode === 'setup', line = params.line_items?.[0], price = line?.price_data, now = peer.nowS();
  const amount = Number(price?.unit_amount) * Number(line?.quantity), expires = params.expires_at ? Number(params.expires_at) : now + DAY_S;
  if (!params.success_url) return invalid('Missing required param: success_url.', { param: 'success_url' });
  if (!setup && (!Number.isInteger(amount) || amount < (LEAST[price.currency] ?? 1) || !price.product_data?.name)) return invalid('Invalid line item', { param: 'line_items' });
  if (!setup && !(price.currency in RATES_JPY)) return invalid(`Invalid currency: ${price.currency}`, { param: 'currency' });
  if (expires < now + 1800 || expires > now + DAY_S) return invalid('The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.', { param: 'expires_at' });
  const id = newId('cs_test');
  const session = { id, object: 'checkout.session', livemode: false, mode: params.mode, created: now, expires_at: expires, status: 'open',
    payment_status: setup ? 'no_payment_required' : 'unpaid', client_reference_id: params.client_reference_id ?? null, metadata: params.metadata ?? {},
    amount_total: setup ? null : amount, currency: setup ? params.currency ?? null : price.currency, payment_intent: null, setup_intent: null, customer: null,
    success_url: params.success_url, cancel_url: params.cancel_url ?? null, locale: params.locale ?? 'auto', url: `${peer.url}/c/pay/${id}`,
    _title: price?.product_data?.name ?? '', _intent: params.payment_intent_data ?? {}, _setup: params.setup_intent_data ?? {},
    _secure: params.payment_method_options?.card?.request_three_d_secure ?? 'automatic' };
  objects.set(id, session);
  return session;
}

const open = order => all('checkout.session').filter(s => s.client_reference_id === order && s.status === 'open').at(-1);

function lapse(session) {
  if (session.status === 'open' && peer.nowS() >= session.expires_at) expire(session);
  return session;
}

function expire(session) {
  session.status = 'expired';
  session.url = null;
  event('checkout.session.expired', session, session.client_reference_id);
}

function intentMake(amount, currency, metadata, more = {}) {
  const intent = { id: newId('pi'), object: 'payment_intent', livemode: false, amount, amount_received: 0, currency, created: peer.nowS(),
    status: 'requires_payment_method', metadata: metadata ?? {}, latest_charge: null, last_payment_error: null, ...more };
  objects.set(intent.id, intent);
  return intent;
}

// Into the settlement currency, as integers: theirs by our rates, half up.
function settled(amount, currency) {
  const to = peer.args.settle ?? 'jpy', value = amount / 10 ** exponent(currency) * RATES_JPY[currency] / RATES_JPY[to];
  return { amount: Math.round(value * 10 ** exponent(to)), currency: to, rate: currency === to ? null : RATES_JPY[currency] / RATES_JPY[to] };
}

function book(type, source, amount, currency, fee) {
  const got = settled(Math.abs(amount), currency), sign = Math.sign(amount);
  const row = { id: newId('txn'), object: 'balance_transaction', type, reporting_category: type, source, amount: sign * got.amount, fee: fee(got.amount),
    currency: got.currency, exchange_rate: got.rate, created: peer.nowS(), available_on: peer.nowS() + 4 * DAY_S, status: 'pending', _payout: null };
  row.net = row.amount - row.fee;
  objects.set(row.id, row);
  return row.id;
}

function charge(intent) {
  const made = { id: newId('ch'), object: 'charge', livemode: false, amount: intent.amount, amount_refunded: 0, currency: intent.currency, created: peer.nowS(),
    payment_intent: intent.id, metadata: intent.metadata, paid: true, captured: true, refunded: false, disputed: false, status: 'succeeded' };
  made.balance_transaction = book('charge', made.id, intent.amount, intent.currency, amount => Math.round(amount * FEE_BP / 10000));
  objects.set(made.id, made);
  Object.assign(intent, { status: 'succeeded', amount_received: intent.amount, latest_charge: made.id, last_payment_error: null });
  return made;
}

function complete(session) {
  const order = session.client_reference_id;
  if (session.mode === 'setup') return completeSetup(session);
  const intent = objects.get(session.payment_intent) ?? intentMake(session.amount_total, session.currency, session._intent.metadata);
  const made = charge(intent);
  Object.assign(session, { status: 'complete', payment_status: 'paid', payment_intent: intent.id, url: null });
  event('payment_intent.succeeded', intent, order);
  event('charge.succeeded', made, order);
  event('checkout.session.completed', session, order);
}

function completeSetup(session) {
  const customer = newId('cus'), method = { id: newId('pm'), object: 'payment_method', livemode: false, type: 'card', customer };
  const setup = { id: newId('seti'), object: 'setup_intent', livemode: false, status: 'succeeded', usage: 'off_session', customer, payment_method: method.id, metadata: session._setup.metadata ?? {} };
  objects.set(customer, { id: customer, object: 'customer', livemode: false });
  objects.set(method.id, method);
  objects.set(setup.id, setup);
  Object.assign(session, { status: 'complete', setup_intent: setup.id, customer, url: null });
  event('checkout.session.completed', session, session.client_reference_id);
}

function decline(session) {
  const intent = objects.get(session.payment_intent) ?? intentMake(session.amount_total, session.currency, session._intent.metadata);
  intent.last_payment_error = { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline' };
  session.payment_intent = intent.id;
  event('payment_intent.payment_failed', intent, session.client_reference_id);
}

// --- refunds ----------------------------------------------------------------------------------------------------------------
function refundMake(params) {
  const intent = objects.get(params.payment_intent), made = intent && objects.get(intent.latest_charge);
  if (!made) return missing(params.payment_intent);
  const amount = params.amount ? Number(params.amount) : made.amount - made.amount_refunded;
  if (made.disputed) return invalid('This charge has been disputed.', { code: 'charge_disputed' });
  if (made.amount_refunded >= made.amount) return invalid('Charge has already been refunded.', { code: 'charge_already_refunded' });
  if (!(amount > 0) || amount > made.amount - made.amount_refunded) return invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${made.amount - made.amount_refunded})`, { param: 'amount' });
  if (peer.take('no_funds', 'refund')) return invalid('Insufficient funds in your Stripe balance.', { code: 'balance_insufficient' });
  const pending = peer.take('refund_pending', 'refund'), failed = peer.take('refund_failed', 'refund');
  const refund = { id: newId('re'), object: 'refund', amount, currency: made.currency, created: peer.nowS(), charge: made.id, payment_intent: intent.id,
    status: pending ? 'pending' : failed ? 'failed' : 'succeeded', metadata: params.metadata ?? {}, reason: params.reason ?? null, failure_reason: failed ? 'lost_or_stolen_card' : undefined };
  objects.set(refund.id, refund);
  if (!failed) {
    made.amount_refunded += amount;
    made.refunded = made.amount_refunded === made.amount;
    refund.balance_transaction = book('refund', refund.id, -amount, made.currency, () => 0);
  }
  event('refund.created', refund, intent.metadata.order);
  if (failed) event('refund.failed', refund, intent.metadata.order);
  else event('charge.refunded', made, intent.metadata.order);
  return refund;
}

function refundDone(order) {
  const waiting = all('refund').filter(r => r.metadata.order === order && r.status === 'pending');
  for (const refund of waiting) {
    refund.status = 'succeeded';
    event('refund.updated', refund, order);
  }
  return waiting.length > 0;
}

// --- debits -----------------------------------------------------------------------------------------------------------------
function debit(params) {
  const method = objects.get(params.payment_method), amount = Number(params.amount);
  if (!method || method.customer !== params.customer) return missing(params.payment_method);
  if (params.off_session !== 'true' || params.confirm !== 'true') return invalid('off_session and confirm are needed here');
  if (!Number.isInteger(amount) || amount < (LEAST[params.currency] ?? 1)) return invalid('Amount must be at least the minimum', { code: 'amount_too_small' });
  const intent = intentMake(amount, params.currency, params.metadata, { customer: params.customer, payment_method: method.id });
  const order = intent.metadata.order, wants = peer.take('authentication_required', 'debit'), refused = peer.take('declined', 'debit');
  if (wants || refused) {
    intent.last_payment_error = { type: 'card_error', code: wants ? 'authentication_required' : 'card_declined' };
    event('payment_intent.payment_failed', intent, order);
    return fail(402, 'card_error', 'Your card was declined.', { code: intent.last_payment_error.code, decline_code: wants ? 'authentication_required' : 'do_not_honor', payment_intent: intent });
  }
  const made = charge(intent);
  event('payment_intent.succeeded', intent, order);
  event('charge.succeeded', made, order);
  return intent;
}

// --- the balance ------------------------------------------------------------------------------------------------------------
function payout() {
  const rows = all('balance_transaction').filter(t => !t._payout && t.type !== 'payout'), amount = rows.reduce((sum, t) => sum + t.net, 0);
  if (!rows.length || amount <= 0) return false;
  const currency = peer.args.settle ?? 'jpy', id = newId('po'), now = peer.nowS();
  objects.set(id, { id, object: 'payout', amount, currency, created: now, arrival_date: now + DAY_S, automatic: true, status: 'paid' });
  const row = { id: newId('txn'), object: 'balance_transaction', type: 'payout', reporting_category: 'payout', source: id, amount: -amount, fee: 0, net: -amount,
    currency, exchange_rate: null, created: now, available_on: now, status: 'available', _payout: id };
  objects.set(row.id, row);
  for (const one of rows) Object.assign(one, { _payout: id, status: 'available' });
  return true;
}

function balanceList(request, params) {
  const limit = Number(params.limit ?? 10), from = Number(params.created?.gte ?? 0), to = Number(params.created?.lt ?? Infinity);
  let rows = all('balance_transaction').filter(t => t.created >= from && t.created < to && (!params.payout || t._payout === params.payout)).reverse();
  if (params.starting_after) rows = rows.slice(rows.findIndex(t => t.id === params.starting_after) + 1);
  const list = { object: 'list', url: '/v1/balance_transactions', has_more: rows.length > limit, data: rows.slice(0, limit) };
  return told(request, list, params);
}

// --- the page ---------------------------------------------------------------------------------------------------------------
const WORDS = {
  zh: { heading: '付款', pay: '支付', cancel: '返回商家', card: '卡号', secure: '银行验证 (3-D Secure)', confirm: '确认付款', refuse: '验证失败', declined: '您的银行卡被拒绝，请换一张卡。', ended: '此付款页面已失效。' },
  ja: { heading: 'お支払い', pay: '支払う', cancel: '店舗に戻る', card: 'カード番号', secure: '本人認証 (3-D Secure)', confirm: '承認する', refuse: '認証に失敗', declined: 'カードが拒否されました。別のカードをお試しください。', ended: 'このページの有効期限が切れました。' },
  en: { heading: 'Pay', pay: 'Pay', cancel: 'Back to the shop', card: 'Card number', secure: 'Your bank asks (3-D Secure)', confirm: 'Confirm payment', refuse: 'Fail authentication', declined: 'Your card was declined. Try another card.', ended: 'This page has expired.' } };
const wordsOf = session => WORDS[session.locale.slice(0, 2)] ?? WORDS.en;

function showPage(session, note = '') {
  const words = wordsOf(session), lang = session.locale === 'zh' ? 'zh-Hans' : session.locale;
  if (lapse(session).status !== 'open') return html(410, `<!DOCTYPE html><title>Stripe</title><p id="note">${escape(words.ended)}</p>`);
  return payPage({ lang, brand: 'stripe', colour: '#635bff', heading: words.heading, merchant: 'Keepline', title: session._title, note,
    amount: session.currency ? `${session.currency.toUpperCase()} ${digits(session.amount_total ?? 0, session.currency)}` : '', action: `/c/pay/${session.id}`,
    fields: `<label>${escape(words.card)}<input name="card" inputmode="numeric" value="4242 4242 4242 4242"></label>`,
    actions: [{ do: 'pay', label: words.pay }, { do: 'cancel', label: words.cancel, quiet: true }] });
}

function showSecure(session) {
  const words = wordsOf(session), lang = session.locale === 'zh' ? 'zh-Hans' : session.locale;
  return payPage({ lang, brand: 'Test Bank', colour: '#0a2540', heading: words.secure, merchant: 'Keepline', title: session._title,
    amount: session.currency ? `${session.currency.toUpperCase()} ${digits(session.amount_total ?? 0, session.currency)}` : '', action: `/c/pay/${session.id}`,
    actions: [{ do: 'confirm', label: words.confirm }, { do: 'refuse', label: words.refuse, quiet: true }] });
}

function pressed(session, form) {
  const what = form.get('do'), card = (form.get('card') ?? '').replaceAll(' ', '');
  if (!session || lapse(session).status !== 'open') return session ? showPage(session) : html(404, '<!DOCTYPE html><title>404</title>');
  const back = session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
  if (what === 'cancel') return redirect(session.cancel_url ?? back);
  if (what === 'pay' && card === '4000000000000002') { decline(session); return showPage(session, wordsOf(session).declined); }
  if (what === 'pay' && session._secure !== 'automatic') return showSecure(session);
  if (what === 'refuse') { decline(session); return showPage(session, wordsOf(session).declined); }
  complete(session);
  return redirect(back);
}

// --- control ----------------------------------------------------------------------------------------------------------------
function pay(order, what) {
  if (what === 'payout') return payout();
  if (what === 'refund_done') return refundDone(order);
  if (what === 'dispute') {
    const made = all('charge').find(c => c.metadata.order === order);
    if (!made) return false;
    made.disputed = true;
    event('charge.dispute.created', { id: newId('du'), object: 'dispute', charge: made.id, payment_intent: made.payment_intent, amount: made.amount, currency: made.currency, reason: 'fraudulent', status: 'needs_response' }, order);
    return true;
  }
  if (what === 'unsign') {
    const session = all('checkout.session').find(s => s.client_reference_id === order && s.mode === 'setup' && s.status === 'complete');
    return session ? detach(objects.get(objects.get(session.setup_intent).payment_method)) : false;
  }
  const session = open(order);
  if (!session || lapse(session).status !== 'open') return false;
  if (what === 'pay' || what === 'sign') complete(session);
  else if (what === 'decline') decline(session);
  else if (what === 'expire') expire(session);
  else return false;
  return true;
}

function detach(method) {
  method.customer = null;
  event('payment_method.detached', method, '');
  return true;
}

function books() {
  const rows = new Map(), refundsOf = intent => all('refund').filter(r => r.payment_intent === intent && intent)
    .map(r => ({ refund: r.metadata.refund ?? '', reference: r.id, amount: r.amount, state: { succeeded: 'refunded', pending: 'refunding', failed: 'failed' }[r.status] }));
  const add = (order, row) => {
    const before = rows.get(order);
    if (before?.state === 'succeeded' && row.state === 'succeeded') row = { ...row, state: 'paid_twice' };
    if (!before || before.state !== 'succeeded') rows.set(order, row);
    else if (row.state === 'paid_twice') rows.set(order, row);
  };
  for (const session of all('checkout.session').filter(s => s.mode === 'payment')) {
    lapse(session);
    add(session.client_reference_id, { order: session.client_reference_id, reference: session.id, amount: session.amount_total, currency: session.currency.toUpperCase(),
      state: { open: 'pending', complete: 'succeeded', expired: 'expired' }[session.status], refunds: refundsOf(session.payment_intent) });
  }
  for (const intent of all('payment_intent').filter(i => i.customer))
    add(intent.metadata.order, { order: intent.metadata.order, reference: intent.id, amount: intent.amount, currency: intent.currency.toUpperCase(),
      state: intent.status === 'succeeded' ? 'succeeded' : 'failed', refunds: refundsOf(intent.id) });
  const agreements = all('checkout.session').filter(s => s.mode === 'setup').map(s => ({ agreement: s.client_reference_id,
    state: s.status !== 'complete' ? s.status : objects.get(objects.get(s.setup_intent).payment_method).customer ? 'active' : 'ended' }));
  return { payments: [...rows.values()], agreements };
}

const serverError = () => fail(500, 'api_error', 'An unknown error occurred');
const peer = new Peer('stripe', {
  books, pay,
  acked: status => status >= 200 && status < 300,
  limited: () => fail(429, 'invalid_request_error', 'Too many requests', { code: 'rate_limit' }),
  // Stripe keeps the 500 as the result of its key.
  failed: request => {
    const id = request.headers['idempotency-key'];
    if (id && stored.has(id)) stored.get(id).answer = serverError();
    return serverError();
  },
  settings: self => ({ stripe_url: self.url, stripe_pages: self.url, stripe_key_file: keyFile, stripe_hook_key_file: hookFile, stripe_account: account, stripe_three_d_secure: 'any' }),
});
const key = peer.args.key ?? `sk_test_${token(32, LETTERS)}`, secret = peer.args.secret ?? `whsec_${token(32, LETTERS)}`, account = peer.args.account ?? 'acct_1Keepline';
const keyFile = join(peer.dir, 'stripe.key'), hookFile = join(peer.dir, 'stripe.hook');
writeFileSync(keyFile, key + '\n', { mode: 0o600 });
writeFileSync(hookFile, `whsec_${token(32, LETTERS)}\n${secret}\n`, { mode: 0o600 }); // an old one and ours
sdk = new Stripe(key, { apiVersion: VERSION, httpClient: catcher, telemetry: false, maxNetworkRetries: 0 });

const answer = (request, made, params) => made.status && made.headers ? made : told(request, made, params);
const gives = (request, id, kind, params) => objects.get(id)?.object === kind ? told(request, objects.get(id), params) : missing(id);
verb('POST', '/v1/checkout/sessions', request => parseForm(request.text).mode === 'setup' ? 'sign' : 'start', (r, p) => answer(r, pageMake(p), p));
verb('GET', '/v1/checkout/sessions/{id}', 'query', (r, p) => {
  const session = objects.get(r.params.id);
  return session?.object === 'checkout.session' ? told(r, lapse(session), p) : missing(r.params.id);
});
verb('POST', '/v1/checkout/sessions/{id}/expire', 'close', (r, p) => {
  const session = objects.get(r.params.id);
  if (session?.object !== 'checkout.session') return missing(r.params.id);
  if (lapse(session).status !== 'open') return invalid(`Only Checkout Sessions with a status in ["open"] can be expired. This Session has a status of \`${session.status}\`.`);
  expire(session);
  return told(r, session, p);
});
verb('GET', '/v1/payment_intents/search', 'query', (r, p) => {
  const order = /^metadata\['order'\]:'([0-9A-Za-z_-]+)'$/.exec(p.query)?.[1];
  if (!order) return invalid('We were unable to parse your search query.');
  const data = all('payment_intent').filter(i => i.metadata.order === order);
  return told(r, { object: 'search_result', url: '/v1/payment_intents/search', has_more: false, data }, p);
});
verb('GET', '/v1/payment_intents/{id}', 'query', (r, p) => gives(r, r.params.id, 'payment_intent', p));
verb('POST', '/v1/payment_intents', 'debit', (r, p) => answer(r, debit(p), p));
verb('POST', '/v1/payment_intents/{id}/cancel', 'close', (r, p) => {
  const intent = objects.get(r.params.id);
  if (intent?.object !== 'payment_intent') return missing(r.params.id);
  if (intent.status === 'succeeded' || intent.status === 'canceled') return invalid(`You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`, { code: 'payment_intent_unexpected_state' });
  intent.status = 'canceled';
  event('payment_intent.canceled', intent, intent.metadata.order);
  return told(r, intent, p);
});
verb('POST', '/v1/refunds', 'refund', (r, p) => answer(r, refundMake(p), p));
verb('GET', '/v1/refunds', 'refund_query', (r, p) => told(r, { object: 'list', url: '/v1/refunds', has_more: false, data: all('refund').filter(f => f.payment_intent === p.payment_intent).reverse() }, p));
verb('GET', '/v1/refunds/{id}', 'refund_query', (r, p) => gives(r, r.params.id, 'refund', p));
verb('GET', '/v1/payment_methods/{id}', 'agreement', (r, p) => gives(r, r.params.id, 'payment_method', p));
verb('POST', '/v1/payment_methods/{id}/detach', 'unsign', (r, p) => {
  const method = objects.get(r.params.id);
  if (method?.object !== 'payment_method') return missing(r.params.id);
  if (!method.customer) return invalid('The payment method you provided is not attached to a customer so detachment is impossible.');
  detach(method);
  return told(r, method, p);
});
verb('GET', '/v1/balance_transactions', 'bill_file', balanceList);
peer.route('GET', '/c/pay/{id}', null, r => objects.get(r.params.id)?.object === 'checkout.session' ? showPage(objects.get(r.params.id)) : html(404, '<!DOCTYPE html><title>404</title>'));
peer.route('POST', '/c/pay/{id}', null, r => pressed(objects.get(r.params.id), r.form));
peer.start();
