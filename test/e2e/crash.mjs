// crash.mjs - kill -9 in the middle of top-ups: nothing acknowledged is lost, nothing is doubled.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { House, sleep, until } from './house.mjs';
import { group, test } from './tap.mjs';

const OUTCOMES = ['paid', 'paid', 'paid', 'lost_then_paid', 'webhook_dup', 'webhook_late', 'declined', 'slow', 'lost_then_active'];

export async function crashes() {
  group('e2e/crash');
  const house = await House.open({ settings: { line_topups_per_day: 100000 } });
  const key = house.apiKey('crash');
  const orders = new Map();
  let number = 0, stopped = false;
  const buyer = async () => {
    while (!stopped) {
      const i = number++, line = house.demo.lines[i % house.demo.lines.length];
      try {
        const quote = await house.api(key, 'POST', '/api/v1/quotes', { pack: 'keep-180', sim: line.iccid, method: 'sandbox', currency: i % 2 ? 'CNY' : 'JPY' });
        if (quote.status !== 201) { await sleep(20); continue; }
        const body = { quote: quote.body.id, sandbox: { outcome: OUTCOMES[i % OUTCOMES.length] } };
        for (let attempt = 0; attempt < 200 && !orders.has(body.quote); attempt++) {
          const order = await house.api(key, 'POST', '/api/v1/orders', body, { 'idempotency-key': `crash-${i}` }).catch(() => null);
          if (order && (order.status === 201 || order.status === 200)) orders.set(body.quote, { id: order.body.id, outcome: OUTCOMES[i % OUTCOMES.length] });
          else await sleep(100);
        }
      } catch { await sleep(100); }
    }
  };
  try {
    await test('kill -9 eight times in mid-load: every acknowledged order is there, and ends', async () => {
      const buyers = [buyer(), buyer(), buyer(), buyer()];
      for (let i = 0; i < 8; i++) {
        await sleep(700 + 137 * i);
        await house.kill();
        await house.serve();
      }
      stopped = true;
      await Promise.all(buyers);
      assert.ok(orders.size > 40, `only ${orders.size} orders`);
      const numbers = new Set();
      for (const { id, outcome } of orders.values()) {
        const want = ['declined'].includes(outcome) ? ['pay_failed'] : ['active'];
        const end = await until(`${id} (${outcome}) to end`, async () => {
          const order = await house.api(key, 'GET', `/api/v1/orders/${id}`).catch(() => null);
          return order && order.status === 200 && want.includes(order.body.state) && order.body;
        }, 90000, 100);
        assert.ok(!numbers.has(end.number), 'two orders with one number');
        numbers.add(end.number);
      }
    });
    await test('a full disk in mid-load: refused with 5xx, nothing acknowledged is lost, and it goes on when there is room', async () => {
      await house.close(false);
      await house.serve({}, Math.ceil(statSync(`${house.data}/keepline.db`).size / 1024) + 600);
      const kept = [];
      let refused = 0;
      for (let i = 0; i < 4000 && refused < 20; i++) {
        const line = house.demo.lines[i % house.demo.lines.length];
        const quote = await house.api(key, 'POST', '/api/v1/quotes', { pack: 'keep-180', sim: line.iccid, method: 'sandbox', currency: 'JPY' });
        if (quote.status !== 201) { assert.ok(quote.status >= 500, quote.text); refused++; continue; }
        const order = await house.api(key, 'POST', '/api/v1/orders', { quote: quote.body.id, sandbox: { outcome: 'paid' } }, { 'idempotency-key': `full-${i}` });
        if (order.status === 201) kept.push(order.body.id);
        else { assert.ok(order.status >= 500, order.text); refused++; }
      }
      assert.ok(refused >= 20, 'the disk never filled');
      assert.ok(kept.length > 0, 'nothing was sold before');
      await house.close(false);
      await house.serve();
      for (const id of kept) {
        await until(`${id} to be active`, async () => {
          const order = await house.api(key, 'GET', `/api/v1/orders/${id}`);
          assert.equal(order.status, 200, `an acknowledged order is gone: ${order.text}`);
          return order.body.state === 'active';
        }, 90000, 50);
      }
    });
    await test('the books verify: nothing lost, nothing doubled', () => { house.command('verify', '--data', house.data); });
    await test('it stops cleanly on SIGTERM', async () => {
      const end = await house.close();
      assert.equal(end.code, 0, `${JSON.stringify(end)} ${house.server.log.slice(-500)}`);
    });
  } finally {
    await house.close();
  }
}
