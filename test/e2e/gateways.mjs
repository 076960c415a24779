// gateways.mjs - the real server against stand-ins for the payment gateways: every fault, and at the end their books and ours.
//
//   node test/e2e/gateways.mjs [NAME …]     KILLS=1000: so many times kill -9 between steps, at random
//
// A gateway takes part when its stand-in (test/peers/NAME.mjs) and its adapter are there.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { freePort, House, sleep, until } from './house.mjs';
import { finish, test } from './tap.mjs';

const KILLS = Number(process.env.KILLS ?? 3);
// name: of the stand-in and its settings; method: as the API says it; how a payer pays there.
const GATEWAYS = {
  stripe: { method: 'card', currency: 'JPY' },
  paypal: { method: 'paypal', currency: 'JPY' },
  antom: { method: 'alipay', currency: 'JPY' },
  alipay: { method: 'alipay', currency: 'CNY' },
  wechat: { method: 'wechat', currency: 'CNY' },
  unionpay: { method: 'unionpay', currency: 'CNY' },
};
// What happens to which verb, and what becomes of the order all the same.
const FAULTS = [
  { name: 'paid at once' },
  { name: 'the request to open is lost before it arrives', fault: 'drop_before', verb: 'start' },
  { name: 'the answer to opening is lost', fault: 'drop_after', verb: 'start' },
  { name: 'opening ends in an error after it was done', fault: '500_after', verb: 'start' },
  { name: 'too many requests', fault: '429', verb: 'start' },
  { name: 'an answer to asking is lost', fault: 'drop_after', verb: 'query', times: 2 },
  { name: 'the callback never comes', fault: 'no_webhook', verb: 'hook', times: 20 },
  { name: 'the callback comes late', fault: 'late_webhook', verb: 'hook', ms: 4000 },
  { name: 'the callback comes twice', fault: 'dup', verb: 'hook' },
  { name: 'a callback is signed by nobody we know', fault: 'bad_sig', verb: 'hook' },
  { name: 'a callback is too old', fault: 'stale', verb: 'hook' },
];

const ok = (good, name, why = '') => test(name, () => { if (!good) throw new Error(why); });

class Peer {
  static async start(name, args) {
    const peer = new Peer();
    const child = spawn(process.execPath, [`test/peers/${name}.mjs`, JSON.stringify(args)], { stdio: ['pipe', 'pipe', 'pipe'] });
    let text = '';
    child.stderr.on('data', t => { peer.log = ((peer.log ?? '') + t).slice(-4000); });
    child.stdout.on('data', t => { text += t; });
    await until(`stand-in ${name}`, () => text.includes('\n'), 60000);
    Object.assign(peer, JSON.parse(text.split('\n')[0]), { name, child });
    return peer;
  }
  async say(path, body) { return (await fetch(this.url + path, { method: 'POST', body: JSON.stringify(body) })).text(); }
  async look(path) { return (await fetch(this.url + path)).json(); }
  stop() { this.child.stdin.end(); this.child.kill(); }
}

let house, key, lines, turn = 0, orders = [];
const wanted = process.argv.slice(2);
const names = Object.keys(GATEWAYS).filter(name => existsSync(`test/peers/${name}.mjs`) && existsSync(`src/gate/pay_${name}.c`) &&
  (!wanted.length || wanted.includes(name)));

async function order(gateway, extra = {}) {
  const mine = turn++, sim = lines[mine % lines.length].imsi;
  const quote = await house.api(key, 'POST', '/api/v1/quotes', { pack: 'keep-180', sim, method: gateway.method, currency: gateway.currency });
  if (quote.status !== 201) throw new Error(`quote: ${quote.status} ${quote.text}`);
  const placed = await house.api(key, 'POST', '/api/v1/orders', { quote: quote.body.id, ...extra }, { 'idempotency-key': `k${Date.now()}-${mine}` });
  if (placed.status !== 201) throw new Error(`order: ${placed.status} ${placed.text}`);
  orders.push(placed.body.id);
  return placed.body;
}
async function look(id) { return (await house.api(key, 'GET', `/api/v1/orders/${id}`)).body; }
async function opened(id) {
  return until(`${id} to be opened`, async () => {
    const now = await look(id);
    return now && now.pay && now.pay.url && (now.pay.url !== now.pay.page || now.state !== 'placed') ? now : null;
  }, 60000, 100);
}
async function state(id, states, ms = 75000) {
  let last = null;
  return until(`order ${id} to be ${states}`, async () => {
    last = await look(id);
    return last && states.includes(last.state) ? last : null;
  }, ms, 100).catch(e => { throw new Error(`${e.message}; it is ${last?.state} ${JSON.stringify(last?.refund)}\n${house.server.log.slice(-1500)}`); });
}
// What the payer does at the gateway; a form is posted there first, as the browser would.
async function pay(peer, now, what = 'pay') {
  if (now.pay?.kind === 'form')
    await fetch(now.pay.url, { method: 'POST', body: now.pay.form, headers: { 'content-type': 'application/x-www-form-urlencoded' }, redirect: 'manual' });
  else if (now.pay?.kind === 'redirect')
    await fetch(now.pay.url, { redirect: 'manual' });
  return peer.say('/_pay', { order: now.payment.id, do: what });
}

async function bought(peer, gateway, extra = {}) {
  const placed = await order(gateway, extra), now = await opened(placed.id);
  await pay(peer, now);
  return placed.id;
}

async function faults(peer, gateway) {
  for (const row of FAULTS) {
    try {
      await peer.say('/_control', { clear: true });
      if (row.fault) await peer.say('/_control', { fault: row.fault, verb: row.verb, times: row.times ?? 1, ms: row.ms });
      const id = await bought(peer, gateway);
      await state(id, ['active']);
      ok(true, `${peer.name}: ${row.name}: active`);
    } catch (e) { ok(false, `${peer.name}: ${row.name}`, e.message); }
  }
  await peer.say('/_control', { clear: true });
}

async function refunds(peer, gateway) {
  for (const row of [{ name: 'the carrier declines: all goes back' },
    { name: 'the answer to the refund is lost', fault: 'drop_after', verb: 'refund' },
    { name: 'the refund is lost before it arrives', fault: 'drop_before', verb: 'refund' },
    { name: 'the refund ends in an error after it was done', fault: '500_after', verb: 'refund' }]) {
    try {
      await peer.say('/_control', { clear: true });
      if (row.fault) await peer.say('/_control', { fault: row.fault, verb: row.verb, times: 1 });
      const id = await bought(peer, gateway, { sandbox: { carrier: 'declined' } });
      const end = await state(id, ['reversed'], 60000);
      ok(end.refund.state === 'done' && end.payment.refunded.amount === end.amount.amount, `${peer.name}: ${row.name}`);
    } catch (e) { ok(false, `${peer.name}: ${row.name}`, e.message); }
  }
  await peer.say('/_control', { clear: true });
}

async function quarrels(peer, gateway) {
  for (const fault of ['wrong_amount']) { // of another merchant: in each gateway's own tests
    try {
      await peer.say('/_control', { clear: true });
      const placed = await order(gateway), now = await opened(placed.id);
      await peer.say('/_control', { fault, times: 50 });
      await pay(peer, now);
      await sleep(2500);
      const end = await look(placed.id);
      ok(!['paid', 'submitted', 'active'].includes(end.state), `${peer.name}: ${fault} credits nothing`);
    } catch (e) { ok(false, `${peer.name}: ${fault}`, e.message); }
  }
  await peer.say('/_control', { clear: true });
}

// kill -9 at any moment, as often as asked for; what was begun ends all the same.
async function kills(peers) {
  for (let i = 0; i < KILLS; i++) {
    const peer = peers[i % peers.length], gateway = GATEWAYS[peer.name];
    try {
      const back = i % 3 === 2, began = order(gateway, back ? { sandbox: { carrier: 'declined' } } : {}).catch(() => null);
      await sleep(Math.random() * 400);
      if (i % 2 === 0) { await house.kill(); await house.serve(); }
      const placed = await began;
      if (placed) {
        const now = await opened(placed.id);
        pay(peer, now).catch(() => null);
        await sleep(Math.random() * 600);
        if (i % 2 === 1) { await house.kill(); await house.serve(); }
        const after = await look(placed.id);
        if (after.pay) await pay(peer, after).catch(() => null);
        await state(placed.id, back ? ['reversed'] : ['active'], 90000);
      }
      if (KILLS <= 20 || i % 50 === 49) ok(true, `kill ${i + 1} of ${KILLS} (${peer.name})`);
    } catch (e) { ok(false, `kill ${i + 1} (${peer.name})`, e.message); }
  }
}

// Their books: every payment of ours that took money, to the last minor unit, and every refund once.
async function books(peer) {
  const theirs = await peer.look('/_books'), wire = await peer.look('/_wire');
  let wrong = [];
  for (const id of orders) {
    const our = await look(id);
    if (!our) { wrong.push(`${id} is not there`); continue; }
    const their = theirs.payments.find(p => p.order === our.payment.id);
    if (!their) continue; // another gateway's, or never opened
    const paid = /succe|paid|complete|captured|refund|finished/i.test(String(their.state)) && !/unpaid/i.test(String(their.state));
    const ours = ['succeeded', 'refunding', 'refunded'].includes(our.payment.state);
    const back = (their.refunds ?? []).filter(r => !['failed', 'closed'].includes(r.state)).reduce((sum, r) => sum + r.amount, 0);
    if (ours && (their.amount !== our.amount.amount || their.currency.toUpperCase() !== our.amount.currency)) wrong.push(`${id}: ${their.amount} ${their.currency}, ours ${JSON.stringify(our.amount)}`);
    if (ours && !paid) wrong.push(`${id}: ours ${our.payment.state}, theirs ${their.state}`);
    if (ours && back !== our.payment.refunded.amount) wrong.push(`${id}: back ${back}, ours ${our.payment.refunded.amount}`);
  }
  ok(wrong.length === 0, `${peer.name}: the books are equal`, wrong.join('\n'));
  ok((wire.wrong ?? []).length === 0, `${peer.name}: nothing of ours was judged wrong`, (wire.wrong ?? []).join('\n'));
}

// Antom and Alipay are one wallet to the payer: an operator sells by one of them.
async function run(group) {
  if (!group.length) return;
  orders = [];
  const port = await freePort(), origin = `http://localhost:${port}`, peers = [];
  let settings = { sandbox: 'yes', quote_s: 900, line_topups_per_day: 100000, pay_methods: group.join(',') };
  for (const name of group) {
    const peer = await Peer.start(name, { hook: `${origin}/hook/${name}`, scan: 'http' });
    peers.push(peer);
    settings = { ...settings, ...peer.settings };
  }
  house = await House.open({ settings, port });
  key = house.apiKey();
  lines = house.demo.lines;
  try {
    // Side by side: each waits for its own stand-in most of the time.
    await Promise.all(peers.map(async peer => {
      await faults(peer, GATEWAYS[peer.name]);
      await refunds(peer, GATEWAYS[peer.name]);
    }));
    await kills(peers);
    for (const peer of peers) await books(peer);
    for (const peer of peers) await quarrels(peer, GATEWAYS[peer.name]);
  } catch (e) { ok(false, 'the run', e.stack); }
  await house.close(false);
  try {
    const said = house.command('verify', '--data', house.data);
    ok(true, `keepline verify: ${said.trim().split('\n').pop()}`);
  } catch (e) { ok(false, 'keepline verify', e.stdout + e.stderr); }
  for (const peer of peers) peer.stop();
}

await run(names.filter(name => name !== 'alipay'));
await run(names.filter(name => name === 'alipay'));
finish();
