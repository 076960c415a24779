// server.js PORT DB KEYHEX - the peer on the wire: fastify, the same calls and
// answers as Keepline's API, so that one load generator drives both.
import fastify from 'fastify';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { open, shop } from './shop.js';

const [port, path, keyHex] = process.argv.slice(2);
const key = Buffer.from(keyHex, 'hex');
const db = open(path);
const store = shop(db);
const app = fastify({ logger: false, bodyLimit: 65_536 });
let working = false;

// Callbacks are verified on the bytes as they came.
app.removeContentTypeParser('application/json');
app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
	request.raw.text = body;
	try {
		done(null, JSON.parse(body));
	} catch (error) {
		error.statusCode = 400;
		done(error);
	}
});

const member = (request, reply) => {
	const account = store.account((request.headers.authorization ?? '').replace(/^Bearer /, ''));
	if (account === undefined)
		reply.code(401).send({ code: 'unauthorized' });
	return account;
};
const number = (id) => Number(id.slice(4));
const day = (days) => new Date(days * 86_400_000).toISOString().slice(0, 10);

app.post('/api/v1/quotes', {
	schema: { body: { type: 'object', required: ['pack', 'sim', 'currency'], additionalProperties: false,
		properties: { pack: { type: 'string' }, sim: { type: 'string', pattern: '^[0-9]{15}$' },
			method: { type: 'string' }, currency: { type: 'string' } } } },
}, (request, reply) => {
	const account = member(request, reply);
	if (account === undefined)
		return;
	const quote = store.quote(account, request.body);
	if (quote === null)
		return reply.code(422).send({ code: 'line_not_matched' });
	reply.code(201).send({ id: `quo_${quote.id}`, price: { amount: 1100, currency: 'JPY' },
		pay: { amount: quote.amount, currency: quote.currency },
		rate: { mid: String(quote.mid.mid), margin_bp: 150, source: 'ecb', as_of: quote.mid.as_of },
		expires_at: new Date(quote.now + 900_000).toISOString(),
		safe_until: { before: day(quote.before), after: day(quote.after) } });
});

app.post('/api/v1/orders', (request, reply) => {
	const account = member(request, reply), once = request.headers['idempotency-key'];
	if (account === undefined)
		return;
	if (once === undefined || typeof request.body.quote !== 'string')
		return reply.code(400).send({ code: 'bad_request' });
	const fingerprint = createHash('sha256').update(request.raw.text).digest('hex');
	const placed = store.place(account, once, fingerprint, number(request.body.quote));
	if (placed.status !== 201)
		return reply.code(placed.status).send({ code: 'refused' });
	reply.code(201).send({ id: `ord_${placed.order.id}`, state: placed.order.state,
		pay: { kind: 'redirect', url: `/sandbox/pay/KP${placed.payment}`,
			expires_at: new Date(placed.order.expires_ms).toISOString() } });
});

app.get('/api/v1/orders/:id', (request, reply) => {
	const account = member(request, reply);
	if (account === undefined)
		return;
	const found = store.order(account, number(request.params.id));
	if (found === null)
		return reply.code(404).send({ code: 'not_found' });
	reply.send({ id: request.params.id, state: found.order.state, payment: { state: found.payment?.state },
		history: found.history.map((event) => ({ state: event.state, at: new Date(event.at_ms).toISOString() })) });
});

app.post('/hook/sandbox', (request, reply) => {
	const header = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers['keepline-sandbox-signature'] ?? '');
	if (header === null || Math.abs(Date.now() / 1000 - Number(header[1])) > 300)
		return reply.code(401).send('no');
	const hmac = createHmac('sha256', key).update(`${header[1]}.${request.raw.text}`).digest();
	if (!timingSafeEqual(hmac, Buffer.from(header[2], 'hex')))
		return reply.code(401).send('no');
	const status = store.hook(request.body, request.raw.text);
	reply.code(status).type('text/plain').send(status === 200 ? 'ok' : 'no');
	if (status === 200 && !working) {
		working = true;
		setImmediate(work);
	}
});

function work() {
	if (store.work() > 0)
		setImmediate(work);
	else
		working = false;
}

// What a passive checkpoint leaves behind is what SQLite's default leaves.
process.on('SIGTERM', async () => {
	await app.close();
	db.close();
	process.exit(0);
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
