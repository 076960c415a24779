// shoot.mjs - takes the README's picture again, of the running product with its demo data:
//   ./dev test installs what it needs; then  make && node docs/img/shoot.mjs
import { statSync } from 'node:fs';
import { launch, Person, quit } from '../../test/e2e/browser.mjs';
import { House } from '../../test/e2e/house.mjs';

const PATH = 'docs/img/topup.zh-Hans.png';
const HEIGHT = 1160;
const BYTES_MAX = 120 * 1024;

await launch();
const house = await House.open();
try {
  const person = await Person.arrive(house.origin, { lang: 'zh-Hans', width: 390 });
  await person.login(house.demo.account.email, house.demo.account.password);
  await person.go('/lines');
  const line = await person.page.locator('main a[href*="/lines/line_"]', { hasText: '0000' }).getAttribute('href');
  await person.go(`/topup?line=${line.match(/line_\w+/)[0]}`);
  await person.page.check('input[name=pack] >> nth=0');
  await person.page.evaluate(() => document.activeElement.blur());
  await person.page.screenshot({ path: PATH, fullPage: true, clip: { x: 0, y: 0, width: 390, height: HEIGHT } });
} finally {
  await house.close();
  await quit();
}
const { size } = statSync(PATH);
console.log(`${PATH}: ${size} bytes`);
if (size > BYTES_MAX) throw new Error(`${PATH} is longer than ${BYTES_MAX} bytes`);
