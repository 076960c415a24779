// topup.mjs - the first top-up, as its buyer does it, in every shape of browser.
import assert from 'node:assert/strict';
import { brotliCompressSync, constants } from 'node:zlib';
import { Person } from './browser.mjs';
import { sleep, until } from './house.mjs';
import { group, test } from './tap.mjs';

const PASSWORD = '一个只给测试用的长密码 2026';
let people = 0;
const email = () => `buyer${++people}-${process.pid}@example.com`;

// The whole way; returns the order's number.
export async function topUp(person, sim, { outcome = 'paid', method = 'sandbox:CNY', look = false } = {}) {
  const page = person.page;
  await person.go('/topup?pack=keep-180');
  if (look) await person.look('topup');
  await page.check('input[name=pack][value=keep-180]');
  await page.fill('#sim', sim);
  await page.check(`input[name=method][value="${method}"]`);
  await person.press('main form button[type=submit]');
  assert.match(page.url(), /\/quotes\/quo_/, `after the form: ${await person.text()}`);
  if (look) await person.look('confirm');
  await person.press('form[action$="/orders"] button[type=submit]');
  assert.match(page.url(), /\/sandbox\/pay\//, `after confirming: ${await person.text()}`);
  if (look) await person.look('sandbox_pay');
  await person.press(`button[name=press][value=${outcome}]`);
  await until('the order page', () => /\/orders\/KL-/.test(page.url()));
  return page.url().match(/KL-[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
}

export async function stateOf(person, number) {
  const answer = await person.context.request.get(`${person.origin}/${person.lang}/orders/${number}/state`);
  return (await answer.json());
}

export async function reaches(person, number, state, ms = 30000) {
  try {
    return await until(`order ${state}`, async () => (await stateOf(person, number)).state === state && number, ms, 200);
  } catch (error) {
    throw new Error(`${error.message}; it is ${JSON.stringify(await stateOf(person, number))}`);
  }
}

export async function flows(house, mail) {
  const lines = house.demo.lines;
  let at = 0;
  group('e2e/topup');
  for (const lang of ['zh-Hans', 'en']) for (const js of [true, false]) for (const width of [390, 1280]) {
    const line = lines[at++ % lines.length];
    await test(`${lang}, ${width} px, JavaScript ${js ? 'on' : 'off'}: from registering to the receipt`, async () => {
      const person = await Person.arrive(house.origin, { lang, width, js });
      const address = email();
      await person.go('/');
      await person.look('home');
      await person.go('/register');
      await person.look('register');
      await person.register(address, PASSWORD);
      await person.login(address, PASSWORD);
      const number = await topUp(person, at % 2 ? line.imsi : line.iccid, { look: true, method: at % 3 ? 'sandbox:CNY' : 'sandbox:JPY' });
      await reaches(person, number, 'active');
      if (js) await until('the page to notice by itself', async () => (await person.page.locator('.track li.done').count()) === 4, 15000);
      await person.go(`/orders/${number}`);
      assert.equal(await person.page.locator('.track li.done').count(), 4);
      await person.look('order');
      for (const path of [`/orders/${number}/receipt`, '/orders', '/lines', '/messages', '/help', '/legal', '/privacy', '/accessibility']) {
        const answer = await person.go(path);
        assert.equal(answer.status(), 200, path);
        await person.look(path.replace(/KL-[^/]+/, 'KL').slice(1).replaceAll('/', '_'));
      }
      assert.match(await (await person.go(`/orders/${number}/receipt`), person.text()), /T\d{13}/);
      await person.go('/lines');
      await person.press('main a[href*="/lines/line_"]');
      assert.ok(await person.page.locator('svg.tl').count(), 'the line page draws its timeline');
      await person.look('line');
      await person.go('/messages');
      await person.press('main a[href*="/messages/msg_"]');
      await person.look('message');
      const mails = await until('the mail', () => mail.mails().filter(m => m.includes(address)).length > 0 && mail.mails().filter(m => m.includes(address)));
      assert.ok(mails.every(m => !m.includes(line.imsi) && !m.includes(line.msisdn)), 'no whole number in a mail');
      await person.leave();
    });
  }
}

export async function outcomes(house) {
  const lines = house.demo.lines;
  const table = [
    // pressed, the state that is reached, what the page must say (zh-Hans)
    ['declined', 'pay_failed'], ['timeout', 'expired'], ['lost_then_paid', 'active'], ['lost_then_failed', 'pay_failed'],
  ];
  group('e2e/outcomes');
  for (const [i, [outcome, state]] of table.entries()) {
    await test(`the payer's page: ${outcome} ends ${state}, and the page says so`, async () => {
      const person = await Person.arrive(house.origin, { lang: 'zh-Hans' });
      const address = email();
      await person.register(address, PASSWORD);
      await person.login(address, PASSWORD);
      const number = await topUp(person, lines[i].iccid, { outcome });
      await reaches(person, number, state, 60000);
      await person.go(`/orders/${number}`);
      await person.look(`order_${outcome}`);
      await person.leave();
    });
  }
  await test('the payer pays late: expired first, then delivered', async () => {
    const person = await Person.arrive(house.origin, { lang: 'zh-Hans' });
    const address = email();
    await person.register(address, PASSWORD);
    await person.login(address, PASSWORD);
    const number = await topUp(person, lines[5].imsi, { outcome: 'paid_late' });
    await reaches(person, number, 'expired', 30000);
    await person.go(`/orders/${number}`);
    await person.look('order_expired');
    await reaches(person, number, 'active', 60000);
    await person.leave();
  });
}

export async function twice(house) {
  const line = house.demo.lines[6];
  group('e2e/twice');
  const shopper = async () => {
    const person = await Person.arrive(house.origin, { lang: 'en', js: false });
    const address = email();
    await person.register(address, PASSWORD);
    await person.login(address, PASSWORD);
    await person.go('/topup?pack=keep-180');
    await person.page.fill('#sim', line.imsi);
    await person.page.check('input[name=method][value="sandbox:CNY"]');
    await person.press('main form button[type=submit]');
    return person;
  };
  const orders = async person => { await person.go('/orders'); return new Set((await person.page.content()).match(/KL-[0-9A-Z]{4}-[0-9A-Z]{4}/g) || []).size; };
  await test('a double submit makes one order', async () => {
    const person = await shopper();
    const fields = Object.fromEntries(await person.page.$$eval('form[action$="/orders"] input', all => all.map(i => [i.name, i.value])));
    const post = () => person.context.request.post(`${house.origin}/en/orders`, { form: fields, maxRedirects: 0, headers: { origin: house.origin } });
    const answers = await Promise.all([post(), post(), post()]);
    for (const answer of answers) assert.ok([303, 409].includes(answer.status()), String(answer.status()));
    assert.equal(new Set(answers.filter(a => a.status() === 303).map(a => a.headers().location)).size, 1, 'one address');
    assert.equal(await orders(person), 1);
    await person.leave();
  });
  await test('the back button and a reload after paying make one order and one charge', async () => {
    const person = await shopper();
    await person.press('form[action$="/orders"] button[type=submit]');
    await person.press('button[name=press][value=paid]');
    const number = person.page.url().match(/KL-[0-9A-Z-]{9}/)[0];
    await reaches(person, number, 'active');
    await person.page.reload();
    await person.page.goBack();
    await person.page.goBack();
    if (await person.page.locator('form[action$="/orders"] button[type=submit]').count()) await person.press('form[action$="/orders"] button[type=submit]');
    assert.equal(await orders(person), 1);
    assert.equal((await stateOf(person, number)).state, 'active');
    await person.leave();
  });
  await test('two tabs on one quote make one order', async () => {
    const person = await shopper();
    const tab = await person.context.newPage();
    await tab.goto(person.page.url());
    await Promise.all([person.page.click('form[action$="/orders"] button[type=submit]'), tab.click('form[action$="/orders"] button[type=submit]')]);
    await sleep(500);
    assert.equal(await orders(person), 1);
    await person.leave();
  });
}

// Page budget: with its style inside, at most 13 KB of brotli, at most 3 requests (WEB 3, GOALS S8).
export async function budget(house) {
  group('e2e/budget');
  await test('every public page fits one flight: 13 KB with its style, 3 requests', async () => {
    const heavy = [];
    for (const lang of ['zh-Hans', 'zh-Hant', 'ja', 'en']) for (const path of ['/', '/login', '/register', '/help', '/legal', '/privacy', '/accessibility']) {
      const html = Buffer.from(await (await fetch(`${house.origin}/${lang}${path}`)).arrayBuffer());
      const packed = brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;
      const requests = 1 + (html.toString().match(/<(script|link|img)[^>]+(src|href)="\/static\/[^"]+\.(js|css|svg)/g) || []).length;
      if (packed > 13 * 1024 || requests > 3) heavy.push(`${lang}${path}: ${packed} bytes, ${requests} requests`);
    }
    assert.deepEqual(heavy, []);
  });
}
