// run.mjs - all browser and whole-program tests; `node test/e2e/run.mjs topup hlr` runs some.
import * as browser from './browser.mjs';
import { crashes } from './crash.mjs';
import { desk } from './desk.mjs';
import { network } from './hlr.mjs';
import { House, mailServer } from './house.mjs';
import { office } from './office.mjs';
import { finish } from './tap.mjs';
import { budget, flows, outcomes, twice } from './topup.mjs';

const wanted = process.argv.slice(2);
const want = name => wanted.length === 0 || wanted.includes(name);

await browser.launch();
if (want('topup') || want('outcomes') || want('twice') || want('budget')) {
  const mail = await mailServer();
  const house = await House.open({ settings: { smtp_url: mail.url, line_topups_per_day: 1000, register_per_hour: 1000 } });
  try {
    if (want('topup')) await flows(house, mail);
    if (want('outcomes')) await outcomes(house);
    if (want('twice')) await twice(house);
    if (want('budget')) await budget(house);
  } finally {
    await house.close();
    await mail.stop();
  }
}
if (want('desk')) await desk();
if (want('office')) await office();
if (want('hlr')) await network();
if (want('crash')) await crashes();
await browser.quit();
finish();
