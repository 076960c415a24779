// browser.mjs - a real Chromium as a person has it: a phone or a desk, with or without JavaScript.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ACCEPT = { 'zh-Hans': 'zh-CN,zh;q=0.9', 'zh-Hant': 'zh-TW', ja: 'ja', en: 'en-GB,en' };
let browser;

export async function launch() {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
}
export const quit = () => browser.close();

export class Person {
  // lang: a BCP 47 tag of ours; width: 390 is a phone; js: JavaScript on
  static async arrive(origin, { lang = 'zh-Hans', width = 390, js = true, dark = false } = {}) {
    const person = new Person();
    Object.assign(person, { origin, lang, width, js });
    // bypassCSP only lets axe in; that the policy holds is tested by its header and an empty console.
    person.context = await browser.newContext({
      viewport: { width, height: width < 600 ? 844 : 900 }, javaScriptEnabled: js, locale: lang, bypassCSP: true,
      colorScheme: dark ? 'dark' : 'light', isMobile: width < 600, hasTouch: width < 600,
      extraHTTPHeaders: { 'accept-language': ACCEPT[lang] },
    });
    person.page = await person.context.newPage();
    person.page.setDefaultTimeout(15000);
    person.complaints = [];
    person.weights = [];
    person.page.on('console', m => { if (['error', 'warning'].includes(m.type())) person.complaints.push(`${m.text()} ${m.location().url}`); });
    person.page.on('pageerror', e => person.complaints.push(String(e)));
    person.page.on('request', r => { if (!r.url().startsWith(origin) && !r.url().startsWith('data:')) person.complaints.push(`third party: ${r.url()}`); });
    return person;
  }

  async go(path) { return this.page.goto(`${this.origin}/${this.lang}${path}`); }
  // Press the (first) button with that name and value, or the form's own.
  async press(selector) { await Promise.all([this.page.waitForLoadState('load'), this.page.click(selector)]); }
  text(selector = 'main') { return this.page.innerText(selector); }

  async register(email, password) {
    await this.go('/register');
    await this.page.fill('#email', email);
    await this.page.fill('#password', password);
    await this.press('main form button[type=submit]');
  }
  async login(email, password) {
    await this.go('/login');
    await this.page.fill('#email', email);
    await this.page.fill('#password', password);
    await this.press('main form button[type=submit]');
  }

  // Nothing overflows, nobody is shut out, nothing is said in the console, and no bare yen sign.
  async look(name) {
    const page = this.page;
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= this.width, `${name}: ${width} px wide on a screen of ${this.width}`);
    assert.equal(await page.getAttribute('html', 'lang'), this.lang, `${name}: lang`);
    assert.doesNotMatch(await page.content(), /[¥￥]/, `${name}: a bare yen sign`);
    if (this.js) {
      await page.addScriptTag({ content: axeSource });
      const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
      assert.deepEqual(found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).slice(0, 3).join(' ')}`), [], `${name}: axe`);
    }
    assert.deepEqual(this.complaints, [], `${name}: console`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.${this.lang}.${this.width}${this.js ? '' : '.nojs'}.png`, fullPage: true });
  }

  async leave() { await this.context.close(); }
}
