// peer.mjs - what all stand-ins for payment gateways share: an HTTP server on loopback, its faults, its books,
// callbacks with their resends, and the page on which a payer pays.
//
//   node test/peers/NAME.mjs ['{"dir":"…","hook":"http://…/hook/NAME",…}']
//
// The first line on stdout is {"port":N,"url":"http://127.0.0.1:N","settings":{…}}: the settings of keepline.conf that lead to
// this peer, its keys already written to files in `dir` (a folder of its own when none is given).  It ends when its stdin ends.
//
//   POST /_control {"fault":F,"verb":V,"times":N,"ms":M}  the next N (1) requests of that verb (any, when none is given)
//   POST /_control {"clear":true}      no faults any more;  {"clock_s":N}  the peer's clock goes N seconds ahead
//   POST /_pay     {"order":O,"do":"pay|decline|expire|…"}  what the payer's page does
//   GET  /_books   {"payments":[{order,reference,state,amount,currency,refunds:[{refund,reference,amount,state}]}],"agreements":[…]}
//   GET  /_hooks   every callback: {kind,order,tries,acked,status}
//   GET  /_wire    what was judged wrong, and how often each verb came: {"wrong":["…"],"verbs":{"start":3}}
//
// Faults of requests: drop_before (nothing happens, the line is cut), drop_after (it happens, the line is cut), 500_after (it
// happens, the answer is an error), 429, slow (answers after ms), and those that a peer asks for by take(): wrong_amount,
// foreign_merchant, bad_sig.  Faults of callbacks (their verb is "hook"): bad_sig, stale, dup, reordered, no_webhook,
// late_webhook (after ms).
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BODY_MAX = 1 << 20, HOOK_TRIES_MAX = 8, HOOK_ANSWER_MS = 10000;
const HOOK_GAPS_MS = [100, 300, 600, 1000, 2000, 4000, 8000];
const REQUEST_FAULTS = ['drop_before', 'drop_after', '500_after', '429', 'slow'];

// --- amounts -------------------------------------------------------------------------------------------------------------
const EXPONENTS = { JPY: 0, KRW: 0, VND: 0, CLP: 0, BHD: 3, KWD: 3, JOD: 3, OMR: 3, TND: 3 };
export const exponent = currency => EXPONENTS[currency.toUpperCase()] ?? 2;

// 8888 CNY -> "88.88", 1980 JPY -> "1980"
export function digits(minor, currency) {
  const places = exponent(currency), text = String(Math.abs(minor)).padStart(places + 1, '0'), sign = minor < 0 ? '-' : '';
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
}

// "88.88" CNY -> 8888; null when it is no amount or has decimals that the currency lacks
export function minor(text, currency) {
  const places = exponent(currency), match = /^(0|[1-9]\d{0,11})(?:\.(\d+))?$/.exec(text);
  if (!match || (match[2] ?? '').length > places) return null;
  return Number(match[1] + (match[2] ?? '').padEnd(places, '0'));
}

// --- keys ----------------------------------------------------------------------------------------------------------------
export const token = (length, alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ') =>
  Array.from(randomBytes(length), byte => alphabet[byte % alphabet.length]).join('');

// An RSA pair in DIR/NAME.key (PKCS#8) and DIR/NAME.pub (SPKI); gives their paths and PEM texts.
export function rsaPair(dir, name, bits = 2048) {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: bits, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  const keyFile = join(dir, `${name}.key`), pubFile = join(dir, `${name}.pub`);
  writeFileSync(keyFile, pair.privateKey, { mode: 0o600 });
  writeFileSync(pubFile, pair.publicKey);
  return { keyFile, pubFile, privateKey: pair.privateKey, publicKey: pair.publicKey };
}

const openssl = (args, input) => execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'pipe'] }).toString();

// A certificate for `subject` ("/CN=…/O=…"), by openssl.  `issuer` is what an earlier call gave; none: it signs itself, and may
// sign others.  Files DIR/NAME.key and DIR/NAME.crt.
export function certificate(dir, name, subject, { issuer = null, authority = !issuer, serial = null, days = 3650, extra = [] } = {}) {
  const pair = rsaPair(dir, name), certFile = join(dir, `${name}.crt`), number = serial ?? '0x4B' + randomBytes(12).toString('hex');
  const extensions = [`basicConstraints=critical,CA:${authority ? 'TRUE' : 'FALSE'}`, ...extra];
  const ext = join(dir, `${name}.ext`);
  writeFileSync(ext, extensions.join('\n') + '\n');
  const csr = openssl(['req', '-new', '-utf8', '-key', pair.keyFile, '-subj', subject, '-sha256']);
  const signer = issuer ? ['-CA', issuer.certFile, '-CAkey', issuer.keyFile] : ['-signkey', pair.keyFile];
  const pem = openssl(['x509', '-req', ...signer, '-set_serial', number, '-days', String(days), '-sha256', '-extfile', ext], csr);
  writeFileSync(certFile, pem);
  return { ...pair, certFile, pem };
}

// --- answers -------------------------------------------------------------------------------------------------------------
export const json = (status, value, headers = {}) => ({
  status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) });
export const html = (status, body) => ({ status, headers: { 'content-type': 'text/html; charset=utf-8' }, body });
export const text = (status, body, type = 'text/plain') => ({ status, headers: { 'content-type': type }, body });
export const redirect = location => ({ status: 303, headers: { location }, body: '' });

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escape = value => String(value ?? '').replace(/[&<>"']/g, c => escapes[c]);

// The page on which a payer decides.  actions: [{do, label, quiet}] post back to `action` as the form field "do"; `fields` is
// HTML of our own for inputs.  Ids: #amount, #title, and #do-pay, #do-cancel … for the buttons.
export function payPage({ lang = 'en', brand, colour = '#333', heading, merchant, title, amount, note = '', action, actions, fields = '' }) {
  const buttons = actions.map(a =>
    `<button id="do-${escape(a.do)}" name="do" value="${escape(a.do)}"${a.quiet ? ' class="quiet"' : ''}>${escape(a.label)}</button>`);
  return html(200, `<!DOCTYPE html><html lang="${escape(lang)}"><head><meta charset="utf-8"><title>${escape(brand)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body{margin:0;font:16px/1.5 sans-serif;background:#f4f4f6;color:#222}header{background:${colour};color:#fff;padding:1rem 1.5rem;font-weight:700}
main{max-width:26rem;margin:2rem auto;background:#fff;padding:1.5rem;border-radius:.5rem}#amount{font-size:2rem;margin:.5rem 0}
button{display:block;width:100%;margin:.75rem 0 0;padding:.75rem;font:inherit;border:0;border-radius:.25rem;background:${colour};color:#fff}
button.quiet{background:#e4e4e8;color:#222}label{display:block;margin:.5rem 0}input{width:100%;box-sizing:border-box;font:inherit;padding:.5rem}
</style></head><body><header>${escape(brand)}</header><main><h1>${escape(heading)}</h1><p id="title">${escape(title)}</p>
<p id="amount">${escape(amount)}</p><p>${escape(merchant)}</p><p id="note">${escape(note)}</p>
<form method="post" action="${escape(action)}">${fields}${buttons.join('\n')}</form></main></body></html>`);
}

// --- the peer ------------------------------------------------------------------------------------------------------------
function arguments_() {
  const given = process.argv[2] ? JSON.parse(process.argv[2]) : {};
  if (given.dir) {
    mkdirSync(given.dir, { recursive: true });
    return given;
  }
  const dir = mkdtempSync(join(tmpdir(), 'keepline-peer-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  return { ...given, dir };
}

function readBody(incoming) {
  return new Promise((done, fail) => {
    const parts = [];
    let size = 0;
    incoming.on('data', part => { size += part.length; if (size <= BODY_MAX) parts.push(part); });
    incoming.on('end', () => size > BODY_MAX ? fail(new Error('too long')) : done(Buffer.concat(parts)));
    incoming.on('error', fail);
  });
}

// One request as handlers see it.  `form` and `json` are read when asked for.
class PeerRequest {
  constructor(incoming, raw, params) {
    this.method = incoming.method;
    this.target = incoming.url;
    this.url = new URL(incoming.url, 'http://127.0.0.1');
    this.path = this.url.pathname;
    this.query = this.url.searchParams;
    this.headers = incoming.headers;
    this.raw = raw;
    this.params = params;
  }
  get text() { return this.raw.toString('utf8'); }
  get form() { return new URLSearchParams(this.text); }
  get json() { try { return JSON.parse(this.text); } catch { return null; } }
}

export class Peer {
  // routes: [[method, '/v1/things/{id}', verb or (req => verb), handler]]; a handler gives {status, headers, body}, or a promise.
  //   failed(req), limited(req)   the provider's 500 and 429; `failed` may keep the answer, where the provider keeps it
  //   pay(order, what, args)      POST /_pay; false: no such payment
  //   books()                     {payments, agreements}
  //   settings(peer)              the settings that lead here
  //   acked(status, body)         has the house acknowledged a callback?
  constructor(name, options) {
    Object.assign(this, { name, options, faults: [], wrong: [], verbs: {}, hooks: [], held: [], timers: new Set(), aheadS: 0 });
    this.args = arguments_();
    this.dir = this.args.dir;
    this.routes = [];
  }

  route(method, pattern, verb, handler) {
    const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(m => m[1]);
    const match = new RegExp('^' + pattern.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+)') + '$');
    this.routes.push({ method, match, names, verb, handler });
  }

  nowMs() { return Date.now() + this.aheadS * 1000; }
  nowS() { return Math.floor(this.nowMs() / 1000); }

  // Something in a request of ours breaks the provider's rules: the harness asks for these at the end.
  complain(what) {
    this.wrong.push(what);
    process.stderr.write(`${this.name} peer: ${what}\n`);
  }

  // Is this fault ordered for that verb?  Uses it up; gives its row, or null.
  take(fault, verb) {
    const at = this.faults.findIndex(f => f.fault === fault && (!f.verb || f.verb === verb));
    if (at < 0) return null;
    const row = this.faults[at];
    if (--row.times <= 0) this.faults.splice(at, 1);
    return row;
  }

  later(ms, work) {
    const timer = setTimeout(() => { this.timers.delete(timer); work(); }, ms);
    this.timers.add(timer);
  }

  // Send a callback: make({badSig, stale, wrongAmount, foreignMerchant}) gives {url, method, headers, body}, anew at every try
  // (some providers sign each try by itself).
  hook(kind, order, make) {
    const row = { kind, order, tries: 0, acked: false, status: 0 };
    this.hooks.push(row);
    if (this.take('no_webhook', 'hook')) return row;
    const order_ = {
      badSig: !!this.take('bad_sig', 'hook'), stale: !!this.take('stale', 'hook'),
      wrongAmount: !!this.take('wrong_amount', 'hook'), foreignMerchant: !!this.take('foreign_merchant', 'hook') };
    const go = () => this.deliver(row, make, order_);
    const late = this.take('late_webhook', 'hook');
    if (this.take('reordered', 'hook')) { this.held.push(go); return row; } // until the next one has gone
    if (late) this.later(late.ms ?? 3000, go); else go();
    if (this.take('dup', 'hook')) this.later(50, go);
    for (const held of this.held.splice(0)) this.later(200, held);
    return row;
  }

  async deliver(row, make, faults) {
    row.tries++;
    // A damaged one is sent once; the provider's own resends are whole.
    const { url, method = 'POST', headers = {}, body = '' } = make(row.tries === 1 ? faults : { });
    const got = await this.post(url, method, headers, body);
    row.status = got.status;
    if (this.options.acked(got.status, got.body)) { row.acked = true; return; }
    if (row.tries < HOOK_TRIES_MAX) this.later(HOOK_GAPS_MS[row.tries - 1] ?? 8000, () => this.deliver(row, make, faults));
  }

  post(url, method, headers, body) {
    return new Promise(done => {
      const bytes = Buffer.from(body);
      const out = httpRequest(url, { method, agent: false, timeout: HOOK_ANSWER_MS, headers: { ...headers, 'content-length': bytes.length } }, answer => {
        const parts = [];
        answer.on('data', part => parts.push(part));
        answer.on('end', () => done({ status: answer.statusCode, body: Buffer.concat(parts).toString() }));
        answer.on('error', () => done({ status: 0, body: '' }));
      });
      out.on('timeout', () => out.destroy());
      out.on('error', () => done({ status: 0, body: '' }));
      out.end(bytes);
    });
  }

  control(order) {
    if (order.clear) this.faults = [];
    if (Number.isInteger(order.clock_s)) this.aheadS = order.clock_s;
    if (order.fault) this.faults.push({ ...order, times: order.times ?? 1 });
    return json(200, { faults: this.faults, clock_s: this.aheadS });
  }

  async own(request) {
    const way = `${request.method} ${request.path}`;
    if (way === 'POST /_control') return this.control(request.json ?? {});
    if (way === 'GET /_books') return json(200, this.options.books());
    if (way === 'GET /_hooks') return json(200, this.hooks);
    if (way === 'GET /_wire') return json(200, { wrong: this.wrong, verbs: this.verbs });
    if (way === 'POST /_pay') {
      const { order, do: what, ...args } = request.json ?? {};
      const done = await this.options.pay(order, what, args);
      return done === false ? json(404, { error: 'no such payment' }) : json(200, { done: done ?? true });
    }
    return null;
  }

  find(method, path) {
    for (const route of this.routes) {
      const match = route.method === method && route.match.exec(path);
      if (match) return { ...route, params: Object.fromEntries(route.names.map((n, i) => [n, decodeURIComponent(match[i + 1])])) };
    }
    return null;
  }

  // null: the line is cut.
  async answer(incoming, raw) {
    const path = new URL(incoming.url, 'http://127.0.0.1').pathname;
    const own = path.startsWith('/_') && await this.own(new PeerRequest(incoming, raw, {}));
    if (own) return own;
    const route = this.find(incoming.method, path);
    if (!route) {
      this.complain(`no such address: ${incoming.method} ${incoming.url}`);
      return json(404, { error: 'not found' });
    }
    const request = new PeerRequest(incoming, raw, route.params);
    const verb = typeof route.verb === 'function' ? route.verb(request) : route.verb;
    if (!verb) return route.handler(request); // a page: people's browsers meet no faults
    this.verbs[verb] = (this.verbs[verb] ?? 0) + 1;
    const slow = this.take('slow', verb);
    if (slow) await new Promise(done => this.later(slow.ms ?? 1000, done));
    if (this.take('drop_before', verb)) return null;
    if (this.take('429', verb)) return this.options.limited(request);
    request.verb = verb;
    let answer = await route.handler(request);
    if (this.take('500_after', verb)) answer = this.options.failed(request);
    return this.take('drop_after', verb) ? null : answer;
  }

  async serve(incoming, outgoing) {
    let answer;
    try {
      answer = await this.answer(incoming, await readBody(incoming));
    } catch (problem) {
      this.complain(`${incoming.method} ${incoming.url}: ${problem.stack}`);
      answer = json(500, { error: 'peer' });
    }
    if (!answer) return incoming.socket.destroy();
    const bytes = Buffer.from(answer.body ?? '');
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
    outgoing.end(bytes);
  }

  start() {
    const server = createServer((incoming, outgoing) => this.serve(incoming, outgoing));
    process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();
    server.listen(this.args.port ?? 0, '127.0.0.1', () => {
      const { port } = server.address();
      this.url = `http://127.0.0.1:${port}`;
      process.stdout.write(JSON.stringify({ port, url: this.url, settings: this.options.settings?.(this) ?? {} }) + '\n');
    });
    return this;
  }
}

export { REQUEST_FAULTS };
