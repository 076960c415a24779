// office.mjs - what is done beside the shop: a new catalogue, rates that jump and a bank that has them, and whose browser is logged in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Person } from './browser.mjs';
import { House, until } from './house.mjs';
import { group, test } from './tap.mjs';

const STAFF = ['staff@example.com', '柜台只给测试用的长密码 2026'];
const QUOTE = { pack: 'keep-180', method: 'sandbox', currency: 'JPY' };

// The demo's catalogue with another price for the first pack.
function edition(house, label, price) {
  const file = join(house.dir, 'catalogue.ini');
  const text = readFileSync('data/catalogue.ini', 'utf8').replace(/^label = .*$/m, `label = ${label}`).replace(/^price = JPY 1,100$/m, `price = JPY ${price}`);
  writeFileSync(file, text);
  return file;
}

const price = async (house, key) => (await house.api(key, 'GET', '/api/v1/packs')).body.data.find(p => p.id === 'keep-180').price.amount;
const sql = (house, text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', join(house.data, 'keepline.db'), text], { encoding: 'utf8' });

async function catalogue(house, key) {
  const [line, other] = house.demo.lines;
  let quote;
  await test('a running server sells by a new catalogue within two seconds', async () => {
    quote = (await house.api(key, 'POST', '/api/v1/quotes', { ...QUOTE, sim: line.iccid })).body;
    assert.equal(quote.pay.amount, 1100);
    assert.match(house.command('import', 'catalogue', edition(house, 'Second', '1,234'), '--data', house.data), /version 2/);
    await until('the new price', async () => await price(house, key) === 1234, 2000, 50);
    const page = await (await fetch(`${house.origin}/en/`)).text();
    assert.match(page, /1,234/);
  });
  await test('what was quoted before is sold at its price, and what is quoted now at the new one', async () => {
    const old = await house.api(key, 'POST', '/api/v1/orders', { quote: quote.id, sandbox: { outcome: 'paid' } }, { 'idempotency-key': 'office-1' });
    assert.equal(old.status, 201, old.text);
    const amount = Number(sql(house, `select amount from orders where state <> 0 order by id desc limit 1`));
    assert.equal(amount, 1100, 'placed at what was quoted');
    await until('it to be active', async () => (await house.api(key, 'GET', `/api/v1/orders/${old.body.id}`)).body.state === 'active');
    const now = (await house.api(key, 'POST', '/api/v1/quotes', { ...QUOTE, sim: other.iccid })).body;
    assert.equal(now.pay.amount, 1234);
    const order = await house.api(key, 'POST', '/api/v1/orders', { quote: now.id, sandbox: { outcome: 'paid' } }, { 'idempotency-key': 'office-2' });
    await until('it to be active, too', async () => (await house.api(key, 'GET', `/api/v1/orders/${order.body.id}`)).body.state === 'active');
  });
  await test('one that cannot be read is told once, and never replaces a good one', async () => {
    assert.throws(() => { writeFileSync(join(house.dir, 'bad.ini'), 'price = 1'); house.command('import', 'catalogue', join(house.dir, 'bad.ini'), '--data', house.data); });
    sql(house, "insert into catalogue (version, imported_s, hash, body) values (3, 1, x'00', 'price = 1')");
    await until('it to be told', () => /new catalogue cannot be read/.test(house.server.log), 3000);
    await new Promise(done => setTimeout(done, 2500));
    assert.equal(house.server.log.match(/new catalogue cannot be read/g).length, 1);
    assert.equal(await price(house, key), 1234);
    sql(house, 'delete from catalogue where version = 3');
  });
  await test('many in a row: the newest wins in the end, and the books agree', async () => {
    for (let i = 1; i <= 3; i++) house.command('import', 'catalogue', edition(house, `Edition ${i}`, 2000 + i), '--data', house.data);
    await until('the last price', async () => await price(house, key) === 2003, 3000, 50);
    house.command('verify', '--data', house.data);
  });
}

// The European Central Bank's daily file: the demo's currencies, and yuan as told.
const bankFile = (day, yuan) => `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><Cube><Cube time='${day}'><Cube currency='USD' rate='1.1562'/><Cube currency='JPY' rate='128.78'/><Cube currency='CNY' rate='${yuan}'/></Cube></Cube></gesmes:Envelope>`;

async function rates() {
  // Working days that are over, so that the file of the last one is all there is to fetch.
  const days = [];
  for (let at = Date.now() - 86400000; days.length < 2; at -= 86400000) if (![0, 6].includes(new Date(at).getUTCDay())) days.push(new Date(at).toISOString().slice(0, 10));
  let calls = 0;
  const bank = createServer((request, response) => { calls++; response.end(bankFile(days[0], '8.1234')); });
  await new Promise(done => bank.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${bank.address().port}/daily.xml`;
  const house = await House.open({ settings: { rates_url: '' } });
  try {
    const key = house.apiKey('rates');
    const quote = currency => house.api(key, 'POST', '/api/v1/quotes', { ...QUOTE, currency, sim: house.demo.lines[0].iccid });
    sql(house, 'delete from rate');
    writeFileSync(join(house.dir, 'before.csv'), `Date,USD,JPY,CNY\n${days[1]},1.1562,128.78,7.4536\n`);
    house.command('import', 'rates', join(house.dir, 'before.csv'), '--data', house.data);
    await house.close(false);
    await house.serve({ rates_url: url, rates_history_url: url });
    const person = await Person.arrive(house.origin, { lang: 'zh-Hans', width: 1280 });
    await test('the server fetches the new rates by itself, and a jump pauses its currency', async () => {
      await until('the rates of the day', () => sql(house, `select count(*) from rate where source = 'ecb'`).trim() === '6');
      assert.ok(calls >= 1);
      await until('yuan to pause', async () => (await quote('CNY')).status === 422, 5000);
      assert.equal((await quote('USD')).status, 200 + 1);
      assert.equal((await quote('JPY')).status, 200 + 1);
    });
    await test('staff see what each currency stands at, and why', async () => {
      await person.go(new URL(house.demo.staff_link).pathname.replace(/^\/[^/]+/, ''));
      await person.page.fill('#email', STAFF[0]);
      await person.page.fill('#password', STAFF[1]);
      await person.press('main form button[type=submit]');
      await person.login(...STAFF);
      await person.go('/desk');
      await person.press('nav a[href$="/desk/rates"]');
      assert.match(await person.text(), /等待确认/);
      await person.look('desk_rates');
    });
    await test('a yes without a reason is asked for one; with it sales go on, and the audit keeps it', async () => {
      await person.press('button[name=rate]');
      assert.ok(await person.page.locator('#reason-e').count(), 'the reason is asked for at its field');
      person.complaints = person.complaints.filter(c => !c.includes('status of 422'));
      await person.look('desk_rates_reason');
      await person.page.fill('#reason', '与路透社核对过');
      await person.press('button[name=rate]');
      assert.match(person.page.url(), /done=rate/);
      assert.equal(await person.page.locator('button[name=rate]').count(), 0);
      await person.look('desk_rates_confirmed');
      await until('yuan to be sold', async () => (await quote('CNY')).status === 201, 5000);
      await person.go('/desk/audit');
      assert.match(await person.text(), /CNY \d{4}-\d\d-\d\d: 与路透社核对过/);
      await person.look('desk_audit_rates');
    });
    await test('a bank that is away is told once in the log, and on the desk until it is back', async () => {
      await new Promise(done => bank.close(done));
      await house.close(false);
      sql(house, "update job set due_ms = 0 where kind = (select kind from job where note is null and subject = 0 order by id desc limit 1)");
      await house.serve({ rates_url: url, rates_history_url: url });
      await until('it to be told', () => /rates could not be fetched/.test(house.server.log));
      await person.go('/desk/rates');
      assert.match(await person.text(), /获取失败/);
      await person.look('desk_rates_failing');
      assert.equal(house.server.log.match(/rates could not be fetched/g).length, 1);
      assert.equal((await quote('CNY')).status, 201, 'sales go on');
    });
    await test('on a phone, too', async () => {
      const phone = await Person.arrive(house.origin, { lang: 'zh-Hans', width: 390 });
      await phone.login(...STAFF);
      await phone.go('/desk/rates');
      await phone.look('desk_rates_phone');
      await phone.leave();
    });
    await person.leave();
  } finally {
    await house.close();
    bank.close();
  }
}

// A statement that does not agree: staff see it, and close what they have looked into.
async function money(house) {
  const person = await Person.arrive(house.origin, { lang: 'zh-Hans', width: 1280 });
  const key = house.apiKey('money');
  await test('what does not agree with a statement stands on the desk', async () => {
    const quote = (await house.api(key, 'POST', '/api/v1/quotes', { ...QUOTE, currency: 'CNY', sim: house.demo.lines[3].iccid })).body;
    const order = (await house.api(key, 'POST', '/api/v1/orders', { quote: quote.id, sandbox: { outcome: 'paid' } }, { 'idempotency-key': 'money-1' })).body;
    await until('it to be active', async () => (await house.api(key, 'GET', `/api/v1/orders/${order.id}`)).body.state === 'active');
    const number = order.pay.url.replace(/^.*\//, ''), amount = ((quote.pay.amount - 1) / 100).toFixed(2), now = Math.floor(Date.now() / 1000);
    const file = join(house.dir, 'statement.csv');
    writeFileSync(file, `kind,number,reference,amount,currency,fee,at,state\npayment,${number},R1,${amount},CNY,0.65,${now},done\npayment,SHOP-17,R2,5.00,CNY,,${now},done\n`);
    assert.throws(() => house.command('reconcile', 'sandbox', file, '--data', house.data), 'something is open');
    await person.go(new URL(house.demo.staff_link).pathname.replace(/^\/[^/]+/, ''));
    await person.page.fill('#email', STAFF[0]);
    await person.page.fill('#password', STAFF[1]);
    await person.press('main form button[type=submit]');
    await person.login(...STAFF);
    await person.go('/desk');
    await person.press('nav a[href$="/desk/money"]');
    const text = await person.text();
    assert.match(text, /金额不同/);
    assert.match(text, /不是我方的单号/);
    assert.match(text, /无法归属的款项/);
    await person.look('desk_money');
  });
  await test('closing asks for a reason; with it the row goes, and money that was placed leaves suspense', async () => {
    const row = person.page.locator('li', { hasText: '不是我方的单号' });
    await row.locator('summary').click();
    await row.locator('button').click();
    await person.page.waitForLoadState();
    assert.ok(await person.page.locator('#reason-e').count(), 'the reason is asked for at its field');
    person.complaints = person.complaints.filter(c => !c.includes('status of 422'));
    await person.look('desk_money_reason');
    await person.page.locator('li', { hasText: '不是我方的单号' }).locator('input[name=reason]').fill('另一家店的款项');
    await person.page.locator('li', { hasText: '不是我方的单号' }).locator('button').click();
    await person.page.waitForURL(/done=mismatch/);
    assert.doesNotMatch(await person.text(), /无法归属的款项/);
    await person.look('desk_money_closed');
    house.command('verify', '--data', house.data);
  });
  await person.leave();
}

// Two browsers of one account: each sees the other, and may end it.
async function devices(house) {
  for (const js of [true, false]) {
    await test(`the list of devices ends another browser's session, JavaScript ${js ? 'on' : 'off'}`, async () => {
      const { email, password } = house.demo.account;
      const here = await Person.arrive(house.origin, { lang: 'zh-Hans', width: js ? 1280 : 390, js });
      const there = await Person.arrive(house.origin, { lang: 'zh-Hans', js });
      await here.login(email, password);
      await there.login(email, password);
      await here.press('footer a[href$="/account"]');
      assert.match(await here.text(), /Chrome/);
      assert.equal(await here.page.locator('button[name=device]').count(), js ? 1 : 2, 'the one before is still logged in');
      await here.look('account');
      await here.press(js ? 'button[name=device]' : 'form[action$="/devices/end"] button:not([name])');
      assert.equal(await here.page.locator('button[name=device]').count(), 0);
      assert.match(await here.text(), js ? /该会话已结束/ : /所有其他会话均已结束/);
      await here.look('account_ended');
      await there.go('/lines');
      assert.match(there.page.url(), /\/login\?next=/, 'the other has to log in again');
      await here.go('/lines');
      assert.doesNotMatch(here.page.url(), /login/, 'this one goes on');
      await here.leave();
      await there.leave();
    });
  }
}

export async function office() {
  group('e2e/office');
  const house = await House.open();
  try {
    await catalogue(house, house.apiKey('office'));
    await money(house);
    await devices(house);
  } finally {
    await house.close();
  }
  await rates();
}
