// shop.js - what the peer sells and stores: the same steps as Keepline, as a
// usual Node program has them.  One transaction a request, every one durable.
import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';

const PRICE = 1100, TAX = 100, MARGIN_BP = 150, DAYS = 180, LOCK_MS = 900_000;
export const TOKEN = 'kl_peer';

export function open(path) {
	const db = new Database(path);
	db.pragma('journal_mode = WAL');
	db.pragma('synchronous = FULL');
	db.pragma('cache_size = -65536');
	db.pragma('foreign_keys = ON');
	if (db.pragma('synchronous', { simple: true }) !== 2)
		throw new Error('synchronous = FULL was not taken');
	return db;
}

export function create(path, lines) {
	const db = open(path);
	db.exec(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'));
	db.transaction(() => {
		db.prepare('insert into account (email, token) values (?, ?)').run('demo@example.com', TOKEN);
		db.prepare("insert into rate (currency, as_of, mid) values ('CNY', '2026-11-20', 0.05788)").run();
		const add = db.prepare('insert into line (imsi, iccid, msisdn, brand, state, activated_day, safe_until_day) ' +
			"values (?, ?, ?, 'povo', 'active', 20000, 20180)");
		for (let i = 0; i < lines; i++)
			add.run(imsi(i), '8981300' + String(i).padStart(12, '0'), '8190' + String(i).padStart(8, '0'));
	})();
	return db;
}

export const imsi = (i) => '4405198' + String(i).padStart(8, '0');

export function shop(db) {
	const sql = (text) => db.prepare(text);
	const lineByImsi = sql('select id, state, safe_until_day from line where imsi = ?');
	const rate = sql('select mid, as_of from rate where currency = ? order by as_of desc limit 1');
	const accountByToken = sql('select id from account where token = ?');
	const orderAdd = sql('insert into orders (account_id, line_id, pack, state, price, tax, currency, amount, rate, ' +
		"margin_bp, created_ms, expires_ms, before_day, after_day) values (?, ?, ?, 'quoted', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	const orderGet = sql('select * from orders where id = ?');
	const orderState = sql('update orders set state = ? where id = ?');
	const eventAdd = sql('insert into order_event (order_id, state, at_ms) values (?, ?, ?)');
	const events = sql('select state, at_ms from order_event where order_id = ? order by id');
	const onceGet = sql('select fingerprint, order_id from idempotency where account_id = ? and key = ?');
	const onceAdd = sql('insert into idempotency (account_id, key, fingerprint, order_id) values (?, ?, ?, ?)');
	const paymentAdd = sql('insert into payment (order_id, gateway, state, currency, amount, created_ms) ' +
		"values (?, 'sandbox', 'created', ?, ?, ?)");
	const paymentGet = sql('select * from payment where id = ?');
	const paymentOf = sql('select id, state from payment where order_id = ?');
	const paymentPaid = sql("update payment set state = 'succeeded', settled_ms = ?, reference = ? where id = ?");
	const inboxAdd = sql('insert into inbox (gateway, event, body, at_ms) values (?, ?, ?, ?) on conflict do nothing');
	const ledgerAccount = sql('insert into ledger_account (kind, currency, balance) values (?, ?, ?) ' +
		'on conflict (kind, currency) do update set balance = balance + excluded.balance returning id');
	const txnAdd = sql('insert into ledger_txn (order_id, kind, at_ms) values (?, ?, ?)');
	const postingAdd = sql('insert into ledger_posting (txn_id, account_id, amount) values (?, ?, ?)');
	const jobAdd = sql('insert into job (kind, order_id, due_ms) values (?, ?, ?)');
	const jobDue = sql("select id, order_id from job where due_ms <= ? order by due_ms limit 256");
	const jobEnd = sql('delete from job where id = ?');
	const lineKeep = sql('update line set safe_until_day = ? where id = ?');
	const noticeAdd = sql('insert into notice (account_id, order_id, kind, at_ms) values (?, ?, ?, ?)');

	const post = (orderId, kind, postings, now) => {
		const txn = txnAdd.run(orderId, kind, now).lastInsertRowid;
		for (const [account, currency, amount] of postings)
			postingAdd.run(txn, ledgerAccount.get(account, currency, amount).id, amount);
	};

	return {
		account: (token) => accountByToken.get(token)?.id,

		quote: db.transaction((account, { pack, sim, currency }) => {
			const line = lineByImsi.get(sim), mid = rate.get(currency), now = Date.now();
			if (line === undefined || line.state !== 'active' || mid === undefined || pack !== 'keep-180')
				return null;
			const amount = Math.ceil(PRICE * mid.mid * 100 * (1 + MARGIN_BP / 10000));
			const after = Math.floor(now / 86_400_000) + DAYS;
			const id = orderAdd.run(account, line.id, pack, PRICE, TAX, currency, amount, mid.mid, MARGIN_BP, now,
				now + LOCK_MS, line.safe_until_day, after).lastInsertRowid;
			eventAdd.run(id, 'quoted', now);
			return { id, amount, currency, mid, now, before: line.safe_until_day, after };
		}),

		place: db.transaction((account, key, fingerprint, quoteId) => {
			const known = onceGet.get(account, key), now = Date.now();
			if (known !== undefined) {
				if (known.fingerprint !== fingerprint)
					return { status: 422 };
				return { status: 201, order: orderGet.get(known.order_id), payment: paymentOf.get(known.order_id).id };
			}
			const order = orderGet.get(quoteId);
			if (order === undefined || order.account_id !== account)
				return { status: 404 };
			if (order.state !== 'quoted' || order.expires_ms < now)
				return { status: 409 };
			orderState.run('placed', order.id);
			eventAdd.run(order.id, 'placed', now);
			const payment = paymentAdd.run(order.id, order.currency, order.amount, now).lastInsertRowid;
			onceAdd.run(account, key, fingerprint, order.id);
			order.state = 'placed';
			return { status: 201, order, payment };
		}),

		hook: db.transaction((facts, body) => {
			const now = Date.now(), payment = paymentGet.get(Number(facts.order.slice(2)));
			if (payment === undefined)
				return 404;
			if (inboxAdd.run('sandbox', facts.event, body, now).changes === 0)
				return 200;
			if (facts.state !== 'succeeded' || facts.amount !== payment.amount || facts.currency !== payment.currency)
				return 409;
			const order = orderGet.get(payment.order_id);
			if (order.state !== 'placed')
				return 200;
			paymentPaid.run(now, facts.reference, payment.id);
			orderState.run('paid', order.id);
			eventAdd.run(order.id, 'paid', now);
			post(order.id, 'paid', [['gateway', order.currency, order.amount], ['exchange', order.currency, -order.amount],
				['exchange', 'JPY', order.price], ['owed', 'JPY', -order.price]], now);
			jobAdd.run('deliver', order.id, now);
			return 200;
		}),

		// The instant carrier says done at once.  All that are due in one transaction,
		// which is kinder to this peer than one each.
		work: db.transaction(() => {
			const now = Date.now(), due = jobDue.all(now);
			for (const job of due) {
				const order = orderGet.get(job.order_id);
				orderState.run('active', order.id);
				eventAdd.run(order.id, 'submitted', now);
				eventAdd.run(order.id, 'active', now);
				lineKeep.run(order.after_day, order.line_id);
				post(order.id, 'active', [['owed', 'JPY', order.price], ['revenue', 'JPY', -(order.price - order.tax)],
					['tax', 'JPY', -order.tax]], now);
				noticeAdd.run(order.account_id, order.id, 'order_active', now);
				jobEnd.run(job.id);
			}
			return due.length;
		}),

		order: (account, id) => {
			const order = orderGet.get(id);
			return order === undefined || order.account_id !== account ? null
				: { order, history: events.all(id), payment: paymentOf.get(id) };
		},
	};
}
