// fill.js create DB LINES | place DB COUNT - a new database; or COUNT placed
// orders, whose callbacks are printed, one body a line.
import { create, imsi, open, shop } from './shop.js';

const [mode, path, count] = process.argv.slice(2);

if (mode === 'create') {
	create(path, Number(count)).close();
} else {
	const db = open(path);
	db.pragma('synchronous = OFF');
	const store = shop(db), out = [];
	const lines = db.prepare('select count(*) as n from line').get().n;
	db.transaction(() => {
		for (let i = 0; i < Number(count); i++) {
			const quote = store.quote(1, { pack: 'keep-180', sim: imsi(i * 7919 % lines), currency: 'CNY' });
			const { payment } = store.place(1, `fill-${quote.id}`, '', quote.id);
			const body = JSON.stringify({ event: `evt_${payment}`, order: `KP${payment}`, reference: `sbx_${payment}`,
				state: 'succeeded', amount: quote.amount, currency: 'CNY', at: Math.floor(Date.now() / 1000), payer: '' });
			out.push(body.slice(0, -2) + '0'.repeat(Math.max(0, 300 - body.length)) + '"}');
		}
	})();
	db.close();
	process.stdout.write(out.join('\n') + '\n');
}
