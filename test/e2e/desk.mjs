// desk.mjs - a member of staff, from the one-time link to the one safe next action on a stuck order.
import assert from 'node:assert/strict';
import { Person } from './browser.mjs';
import { House, freePort, until } from './house.mjs';
import { group, test } from './tap.mjs';

const STAFF = ['staff@example.com', '柜台只给测试用的长密码 2026'];

export async function desk() {
  group('e2e/desk');
  // A carrier that is not there: what is paid cannot be delivered.
  const nobody = await freePort();
  const house = await House.open({ settings: { carrier: 'osmohlr', osmohlr_ctrl: `127.0.0.1:${nobody}`, osmohlr_vty: `127.0.0.1:${nobody}` } });
  const key = house.apiKey('desk');
  const line = house.demo.lines[0];
  let person, number, id;
  try {
    await test('the one-time link makes the first member of staff, once', async () => {
      person = await Person.arrive(house.origin, { lang: 'zh-Hans', width: 1280 });
      const path = new URL(house.demo.staff_link).pathname.replace(/^\/[^/]+/, '');
      await person.go(path);
      await person.look('welcome');
      await person.page.fill('#email', STAFF[0]);
      await person.page.fill('#password', STAFF[1]);
      await person.press('main form button[type=submit]');
      await person.login(...STAFF);
      await person.go('/desk');
      assert.match(new URL(person.page.url()).pathname, /\/desk$/);
      const again = await fetch(house.origin + '/en' + path);
      assert.doesNotMatch(await again.text(), /id="password"/, 'the link works once only');
    });
    await test('a stuck order is found by its number and by the last four digits, masked', async () => {
      const quote = await house.api(key, 'POST', '/api/v1/quotes', { pack: 'keep-180', sim: line.iccid, method: 'sandbox', currency: 'CNY' });
      const order = await house.api(key, 'POST', '/api/v1/orders', { quote: quote.body.id, sandbox: { outcome: 'paid' } }, { 'idempotency-key': 'desk-1' });
      ({ id, number } = order.body);
      await until('it to be paid', async () => (await house.api(key, 'GET', `/api/v1/orders/${id}`)).body.state === 'paid');
      await person.go('/desk');
      assert.match(await person.page.content(), new RegExp(number));
      await person.look('desk');
      for (const query of [number, line.msisdn.slice(-4)]) {
        await person.go(`/desk?q=${encodeURIComponent(query)}`);
        const html = await person.page.content();
        assert.match(html, new RegExp(`${number}|${line.msisdn.slice(-4)}`), `nothing found for ${query}`);
        for (const secret of [line.imsi, line.iccid, line.msisdn.slice(1)]) assert.ok(!html.includes(secret), 'a whole number on the desk');
      }
      await person.go('/desk/lines?q=' + line.msisdn.slice(-4));
      await person.look('desk_lines');
    });
    await test('its page tells the whole history with the postings, and offers one safe action', async () => {
      await person.go(`/desk/orders/${number}`);
      const text = await person.text();
      assert.match(text, /gateway_due|deferred|tax_due|应收|递延/, 'the ledger postings are shown');
      assert.ok(await person.page.locator('form[action$="/act"] button[name=act]').count() >= 1);
      await person.look('desk_order');
    });
    await test('taking it back: asked of the carrier first, refunded only on its word', async () => {
      const acts = await person.page.$$eval('form[action$="/act"] button[name=act]', all => all.map(b => b.value));
      assert.ok(acts.includes('withdraw'), `no way back among ${acts}`);
      await person.page.fill('#reason', '买家来电');
      await person.page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
      await person.press('form[action$="/act"] button[name=act][value=withdraw]');
      const order = (await house.api(key, 'GET', `/api/v1/orders/${id}`)).body;
      assert.ok(['paid', 'delivery_unknown'].includes(order.state), `refunded on a guess: ${order.state}`);
      await person.go(`/desk/orders/${number}`);
      assert.match(await person.text(), /买家来电/, 'the reason is in the history');
      await person.look('desk_order_withdrawn');
    });
    await test('on a phone, too', async () => {
      const phone = await Person.arrive(house.origin, { lang: 'zh-Hans', width: 390 });
      await phone.login(...STAFF);
      for (const path of ['/desk', `/desk/orders/${number}`, '/desk/lines?q=0000']) { await phone.go(path); await phone.look(`desk${path.replace(/\W+/g, '_')}`); }
      await phone.leave();
    });
    await test('nobody else gets in', async () => {
      const buyer = await Person.arrive(house.origin, { lang: 'en' });
      await buyer.login(house.demo.account.email, house.demo.account.password);
      for (const path of ['/desk', `/desk/orders/${number}`, '/desk/lines']) {
        const answer = await buyer.go(path);
        assert.ok([403, 404].includes(answer.status()), `${path}: ${answer.status()}`);
        assert.doesNotMatch(await buyer.text(), new RegExp(number));
      }
      buyer.complaints = []; // the refused pages themselves
      await buyer.leave();
    });
    await person.leave();
  } finally {
    await house.close();
  }
}
