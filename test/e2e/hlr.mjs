// hlr.mjs - browser, payment, OsmoHLR: the number is in service by the network's own word, and a
// stopped, hanging or absent HLR loses nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Person } from './browser.mjs';
import { House, sleep, start, stop, until } from './house.mjs';
import { group, test } from './tap.mjs';
import { reaches, stateOf, topUp } from './topup.mjs';

const ADDRESS = '127.0.7.1'; // CTRL and GSUP ports cannot be chosen in OsmoHLR 1.5; the address can

class Hlr {
  constructor() {
    this.dir = mkdtempSync(join(tmpdir(), 'keepline-hlr-'));
    writeFileSync(join(this.dir, 'hlr.cfg'), `log stderr\n logging level main notice\nline vty\n bind ${ADDRESS}\nctrl\n bind ${ADDRESS}\nhlr\n gsup\n  bind ip ${ADDRESS}\n`);
  }
  async start() {
    this.child = start('osmo-hlr', ['-c', join(this.dir, 'hlr.cfg'), '-l', join(this.dir, 'hlr.db')]);
    await until('osmo-hlr', () => new Promise(done => { const s = createConnection(4259, ADDRESS, () => { s.destroy(); done(true); }); s.on('error', () => done(false)); }));
  }
  async kill() { await stop(this.child, 'SIGKILL'); }
  async close() { await stop(this.child); rmSync(this.dir, { recursive: true, force: true }); }
  // The network's own answer: "accepted MSISDN" or "refused CAUSE".
  attach(imsi, domain = 'ps') { return spawnSync('test/peers/attach', [ADDRESS, imsi, domain], { encoding: 'utf8' }).stdout.trim(); }
}

export async function network() {
  group('e2e/osmohlr');
  const hlr = new Hlr();
  await hlr.start();
  const house = await House.open({ settings: { carrier: 'osmohlr', osmohlr_ctrl: `${ADDRESS}:4259`, osmohlr_vty: `${ADDRESS}:4258` } });
  const [one, two, three] = house.demo.lines;
  const person = await Person.arrive(house.origin, { lang: 'zh-Hans' });
  await person.login(house.demo.account.email, house.demo.account.password);
  try {
    await test('a line that the network does not know is in service after the top-up, by attach', async () => {
      assert.match(hlr.attach(one.imsi), /^refused 2/);
      const number = await topUp(person, one.imsi);
      await reaches(person, number, 'active');
      assert.equal(hlr.attach(one.imsi, 'ps'), `accepted ${one.msisdn.replace('+', '')}`);
      assert.equal(hlr.attach(one.imsi, 'cs'), `accepted ${one.msisdn.replace('+', '')}`);
    });
    await test('a hanging HLR: the order waits truthfully, and is active when it answers', async () => {
      process.kill(hlr.child.pid, 'SIGSTOP');
      const number = await topUp(person, two.iccid);
      // Its first question is never answered: surely not done, so it may be sent again; never failed.
      await sleep(8000);
      assert.ok(['paid', 'delivery_unknown'].includes((await stateOf(person, number)).state));
      await person.go(`/orders/${number}`);
      await person.look('order_waiting');
      process.kill(hlr.child.pid, 'SIGCONT');
      await reaches(person, number, 'active', 60000);
      assert.match(hlr.attach(two.imsi), /^accepted/);
    });
    await test('a killed HLR: paid stays paid, nothing is refunded, delivered after its restart', async () => {
      await hlr.kill();
      const number = await topUp(person, three.imsi);
      await sleep(3000);
      assert.ok(['paid', 'submitted', 'delivery_unknown'].includes((await stateOf(person, number)).state));
      await hlr.start();
      await reaches(person, number, 'active', 60000);
      assert.match(hlr.attach(three.imsi), /^accepted/);
      assert.match(hlr.attach(one.imsi), /^accepted/);
    });
    await test('the books verify after all that', () => { house.command('verify', '--data', house.data); });
  } finally {
    await person.leave();
    await house.close();
    await hlr.close();
  }
}
