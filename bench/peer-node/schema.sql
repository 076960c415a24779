-- The peer's database: integer keys, the usual foreign keys' indexes, no random public ids.
create table account (id integer primary key, email text not null unique, token text not null unique);
create table line (
	id integer primary key, imsi text not null unique, iccid text not null unique,
	msisdn text not null unique, brand text not null, state text not null,
	activated_day integer not null, safe_until_day integer not null
);
create table rate (id integer primary key, currency text not null, as_of text not null, mid real not null,
	unique (currency, as_of));
create table orders (
	id integer primary key, account_id integer not null references account, line_id integer not null references line,
	pack text not null, state text not null, price integer not null, tax integer not null, currency text not null,
	amount integer not null, rate real not null, margin_bp integer not null, created_ms integer not null,
	expires_ms integer not null, before_day integer not null, after_day integer not null
);
create index orders_account on orders (account_id);
create index orders_line on orders (line_id);
create table order_event (id integer primary key, order_id integer not null references orders, state text not null,
	at_ms integer not null);
create index order_event_order on order_event (order_id);
create table idempotency (account_id integer not null, key text not null, fingerprint text not null,
	order_id integer not null, primary key (account_id, key)) without rowid;
create table payment (
	id integer primary key, order_id integer not null references orders, gateway text not null, state text not null,
	currency text not null, amount integer not null, created_ms integer not null, settled_ms integer, reference text
);
create index payment_order on payment (order_id);
create table inbox (id integer primary key, gateway text not null, event text not null, body text not null,
	at_ms integer not null, unique (gateway, event));
create table ledger_account (id integer primary key, kind text not null, currency text not null,
	balance integer not null default 0, unique (kind, currency));
create table ledger_txn (id integer primary key, order_id integer not null references orders, kind text not null,
	at_ms integer not null);
create index ledger_txn_order on ledger_txn (order_id);
create table ledger_posting (id integer primary key, txn_id integer not null references ledger_txn,
	account_id integer not null references ledger_account, amount integer not null);
create index ledger_posting_txn on ledger_posting (txn_id);
create index ledger_posting_account on ledger_posting (account_id);
create table job (id integer primary key, kind text not null, order_id integer not null, due_ms integer not null);
create index job_due on job (due_ms);
create table notice (id integer primary key, account_id integer not null, order_id integer not null, kind text not null,
	at_ms integer not null, read_ms integer);
create index notice_account on notice (account_id);
