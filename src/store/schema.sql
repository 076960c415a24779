-- The database of Keepline.  Lean on purpose (PERFORMANCE 2, 8; ADR 005):
-- integer keys handed out by the writer, no random secondary index on tables
-- that only grow, history by "prev" pointers, public ids are encrypted
-- integers.  Times: _s seconds and _ms milliseconds since 1970 UTC, _day civil
-- days in Tokyo since 1970-01-01.  Money: minor units; currency ISO 4217
-- numeric.  States: the index of the row in core's X tables, which only grow.
-- Every query carries its shard key (line, account or order).

create table account (
	id            integer primary key,
	email_blind   blob not null unique,       -- HMAC of the folded address, 16 bytes
	email_box     blob not null,              -- the address, sealed
	password      text not null,              -- Argon2id string; '' = cannot log in
	role          integer not null,           -- enum role
	lang          text not null,              -- BCP 47
	created_s     integer not null,
	closed_s      integer not null default 0,
	last_order    integer not null default 0, -- head of orders.prev_account
	last_notice   integer not null default 0, -- head of notice.prev
	unread_count  integer not null default 0
);

create table session (
	id         integer primary key,
	token_hash blob not null unique,          -- SHA-256 of the cookie's token
	account_id integer not null,
	role       integer not null,
	csrf       blob not null,                 -- 32 random bytes
	created_s  integer not null,
	seen_s     integer not null,
	agent      text not null                  -- browser, as the user sees it in the list of devices
);
create index session_account on session (account_id);

create table api_key (
	id         integer primary key,
	account_id integer not null,
	name       text not null,
	token_hash blob not null unique,
	scopes     integer not null,
	created_s  integer not null,
	revoked_s  integer not null default 0
);

-- One-time links: the first member of staff, later password resets.
create table invite (
	id         integer primary key,
	token_hash blob not null unique,
	role       integer not null,
	account_id integer not null default 0,
	expires_s  integer not null,
	used_s     integer not null default 0
);

-- Idempotency keys: id = 63 bits of HMAC(account, key).  Written with the effect.
create table once (
	id          integer primary key,
	fingerprint integer not null,             -- 63 bits of SHA-256(method, path, body)
	created_s   integer not null,
	status      integer not null,
	subject     integer not null,             -- the row that the answer is built from again
	body        blob                          -- or the answer itself
);

create table catalogue (
	version    integer primary key,
	imported_s integer not null,
	hash       blob not null unique,          -- SHA-256 of body
	body       text not null
);

-- Euro reference rates: units of currency for 1 EUR = mantissa * 10^-scale.
create table rate (
	id        integer primary key,
	currency  integer not null,
	as_of_day integer not null,
	mantissa  integer not null,
	scale     integer not null,
	source    text not null,
	confirmed_s integer not null default 0,   -- a person looked at its step from the day before
	unique (currency, as_of_day)
);

create table line (
	id             integer primary key,
	imsi           integer,                   -- cipher_int; NULL unknown
	iccid          integer,                   -- payload without check digit, cipher_int
	msisdn         integer,                   -- E.164 digits, cipher_int
	serial         integer,                   -- docomo card serial, cipher_int
	tail           integer not null,          -- last 4 digits of the number, for staff search
	brand          text not null,             -- code in the catalogue
	payment        integer not null,          -- 0 prepaid, 1 postpaid
	state          integer not null,          -- enum line_state
	flags          integer not null default 0,
	identity       integer not null default 0, -- 1 verified (DOMAIN K1)
	activated_day  integer not null,
	keep_a         integer not null default 0, -- struct keep_state, see core/keep.h
	keep_b         integer not null default 0,
	keep_c         integer not null default 0,
	keep_d         integer not null default 0,
	keep_e         integer not null default 0,
	keep_order     integer not null default 0, -- the order that safe_until rests on
	safe_until_day integer not null,
	lost_day       integer not null,          -- last day on which the number can be saved
	noticed_day    integer not null default 0, -- the last keep notice: safe_until_day << 4 | enum keep_notice
	topup_day      integer not null default 0, -- velocity (SECURITY F8)
	topup_count    integer not null default 0,
	last_order     integer not null default 0  -- head of orders.prev_line
);
-- Indexes by name, not constraints: a large import makes them once, at its end.
create unique index line_imsi on line (imsi);
create unique index line_iccid on line (iccid);
create unique index line_msisdn on line (msisdn);
create unique index line_serial on line (serial) where serial is not null;
create index line_tail on line (tail);

-- The lines an account looks after.
create table account_line (
	account_id integer not null,
	line_id    integer not null,
	primary key (account_id, line_id)
) without rowid;
create index account_line_line on account_line (line_id, account_id);

-- A quote is an order in state "quoted": quo_ and ord_ name the same row.
create table orders (
	id           integer primary key,
	account_id   integer not null,
	line_id      integer not null,
	pack         integer not null,            -- catalogue version << 16 | pack index
	state        integer not null,            -- enum order_state
	price        integer not null,            -- JPY, tax included
	tax          integer not null,            -- JPY inside of price
	gateway      integer not null,            -- enum pay_method
	currency     integer not null,
	amount       integer not null,            -- what the payer pays, minor units of currency
	rate_e10     integer not null,            -- middle rate, currency per JPY * 10^10
	rate_as_of_s integer not null,
	margin_bp    integer not null,
	created_s    integer not null,
	expires_s    integer not null,            -- the rate's lock
	before_day   integer not null,            -- safe_until when quoted
	after_day    integer not null,            -- and what the pack makes of it
	payment_id   integer not null default 0,
	job_id       integer not null default 0,
	event_id     integer not null default 0,  -- head of order_event.prev; a quote has none
	txn_id       integer not null default 0,  -- head of ledger_txn.prev
	withdrawn    integer not null default 0,  -- 1: taken back as soon as the carrier agrees
	prev_line    integer not null default 0,
	prev_account integer not null default 0,
	refund       integer not null default 0,  -- enum refund_state
	refund_id    integer not null default 0,
	sandbox      integer not null default 0,  -- gateway outcome | carrier outcome << 8
	notify_box   blob,                        -- sealed address for this order only
	keep_before  blob,                        -- struct keep_state before activation
	rate_source  integer not null default 0   -- enum fx_source
);

-- What happened since it was placed: a chain from orders.event_id back.  Which
-- order it belongs to is said by the chain alone.
create table order_event (
	id    integer primary key,
	prev  integer not null,                   -- the order's event before; 0: it was placed
	state integer not null,                   -- the state entered
	cause integer not null,                   -- enum order_event
	at_ms integer not null,
	note  text                                -- a partner's reason code; a person's reason
);

create table payment (
	id         integer primary key,
	order_id   integer not null,
	gateway    integer not null,
	state      integer not null,              -- enum payment_state
	currency   integer not null,
	amount     integer not null,
	created_ms integer not null,
	settled_ms integer not null default 0,
	reference  text,                          -- the provider's own
	refunded   integer not null default 0     -- minor units given back, done or under way
);

create table refund (
	id         integer primary key,
	order_id   integer not null,
	payment_id integer not null,
	currency   integer not null,
	amount     integer not null,
	state      integer not null,              -- enum refund_state
	reason     integer not null,              -- enum refund_reason
	actor      integer not null,              -- account of the member of staff; 0 = by rule
	created_ms integer not null,
	done_ms    integer not null default 0,
	reference  text,                          -- the provider's own
	prev       integer not null default 0,    -- the payment's refund before
	checker    integer not null default 0     -- the second member of staff; 0 = none was needed
);

-- Where and how a payer pays at a gateway whose page is not ours.
create table payment_page (
	id        integer primary key,            -- the payment's
	device    integer not null,               -- enum pay_device
	lang      text not null,                  -- BCP 47, of the payer's page
	payer_ip  text not null,
	way       integer not null default 0,     -- enum pay_way; 0 = not opened yet
	url       text,
	form      text,
	expires_s integer not null default 0      -- the gateway closes it then; 0 = not told
);

-- What a gateway was told to do: committed before the first byte leaves, and
-- the same bytes at every try.  One of each verb for a payment or a refund.
create table payment_call (
	payment_id integer not null,
	refund_id  integer not null,              -- 0 = about the payment itself
	verb       integer not null,              -- enum pay_verb_id
	body       blob not null,
	created_ms integer not null,
	primary key (payment_id, refund_id, verb)
) without rowid;

-- What partners told us, once each; bodies apart (base/squeeze.h), prunable by age.
create table inbox (
	gateway integer not null,
	event   text not null,
	primary key (gateway, event)
) without rowid;
create table event (
	id       integer primary key,
	gateway  integer not null,
	order_id integer not null,
	at_ms    integer not null,
	body     blob not null
);

create table ledger_account (
	id       integer primary key,
	kind     integer not null,                -- enum ledger_kind
	owner    integer not null,                -- gateway, line or 0
	currency integer not null,
	balance  integer not null default 0,
	last     integer not null default 0,      -- head of ledger_posting.prev
	unique (kind, owner, currency)
);
create table ledger_txn (
	id            integer primary key,
	order_id      integer not null,
	prev          integer not null,           -- the order's transaction before
	first_posting integer not null,           -- its postings stand together from here on
	kind          integer not null,           -- enum ledger_event
	at_s          integer not null,
	hash          blob not null               -- over the hash before and this transaction (ADR 017)
);
create table ledger_posting (
	id         integer primary key,           -- its place says whose: ledger_txn.first_posting
	account_id integer not null,
	amount     integer not null,
	prev       integer not null               -- the account's posting before
);

-- Prepaid value, lot by lot (DOMAIN P1).
create table lot (
	id          integer primary key,
	line_id     integer not null,
	order_id    integer not null,
	origin      integer not null,             -- enum lot_origin
	issued_day  integer not null,
	expires_day integer not null,
	amount      integer not null,             -- JPY
	left_amount integer not null,
	prev        integer not null
);
create index lot_line on lot (line_id, expires_day) where left_amount > 0;

-- What has to be done outside of a request.  One row per live order; rows go
-- when done, so the table stays small.
create table job (
	id         integer primary key,
	kind       integer not null,              -- enum job_kind
	subject    integer not null,              -- order, notice, … by kind
	created_ms integer not null,              -- the schedule is a formula of it
	due_ms     integer not null,
	attempt    integer not null default 0,    -- for people; no decision rests on it
	desk       integer not null default 0,    -- 1: waits for a person
	note       text
);
create index job_due on job (kind, due_ms) where desk = 0;
create index job_desk on job (id) where desk = 1; -- the few that wait for a person

create table notice (
	id         integer primary key,
	account_id integer not null,
	prev       integer not null,
	kind       integer not null,              -- enum notice_kind
	order_id   integer not null,
	line_id    integer not null,
	at_s       integer not null,
	day        integer not null default 0,    -- the safe_until it speaks of
	mail       integer not null default 0,    -- enum mail_state
	read_s     integer not null default 0
);

-- What staff did, and why.
create table audit (
	id       integer primary key,
	at_s     integer not null,
	actor    integer not null,
	action   text not null,
	order_id integer not null,
	line_id  integer not null,
	reason   text not null
);

-- Day by day, summed by the writer once a group.
create table figure (
	day   integer not null,
	kind  integer not null,                   -- enum figure_kind
	value integer not null,
	primary key (day, kind)
) without rowid;

-- The sandbox gateway's own book: what its page was told, what it paid back.
create table sandbox_payment (
	id          integer primary key,          -- our payment's id
	pressed     integer not null default 0,
	pressed_ms  integer not null default 0,
	refunded    integer not null default 0,
	refund_ms   integer not null default 0
);

-- And the sandbox carrier's: what it was asked to deliver.
create table sandbox_delivery (
	id         integer primary key,           -- our order's id
	outcome    integer not null,
	created_ms integer not null
);

-- Files that are being imported: where to go on after an interruption.
create table import (
	id         integer primary key,
	kind       text not null,
	hash       blob not null,
	started_s  integer not null,
	rows_done  integer not null default 0,
	byte_done  integer not null default 0,
	ended_s    integer not null default 0,
	unique (kind, hash)
);

-- A gateway's statement that an operator brought, its rows, and what did not
-- agree with ours (core/reconcile.h).
create table statement (
	id            integer primary key,
	gateway       integer not null,
	hash          blob not null unique,          -- SHA-256 of the file
	name          text not null,
	from_s        integer not null,              -- what we had done in [from_s, to_s) has to be in it
	to_s          integer not null,
	imported_s    integer not null,
	row_count     integer not null,
	state         integer not null default 0,    -- enum statement_state
	payment_done  integer not null,              -- compared up to this number
	refund_done   integer not null,
	matched_count integer not null default 0,
	break_count   integer not null default 0
);
create index statement_open on statement (id) where state < 3;
create table statement_row (
	id               integer primary key,
	statement_id     integer not null,
	about            integer not null,           -- enum statement_about
	subject          integer not null,           -- our payment or refund; 0: none of ours
	row              integer not null,           -- line of the file
	amount           integer not null,
	currency         integer not null,
	fee              integer not null,
	fee_currency     integer not null,           -- 0: not told
	settled          integer not null,
	settled_currency integer not null,           -- 0: not told
	at_s             integer not null,
	done             integer not null,           -- 0: still under way in the snapshot
	reference        text not null,
	batch            text not null,
	booked           integer not null default 0
);
create index statement_row_match on statement_row (statement_id, about, subject, row);
create index statement_row_subject on statement_row (about, subject) where booked = 1;
create table mismatch (
	id              integer primary key,
	statement_id    integer not null,
	kind            integer not null,            -- enum recon_break_kind
	about           integer not null,
	subject         integer not null,
	order_id        integer not null,
	row             integer not null,
	ours            integer not null,
	ours_currency   integer not null,            -- 0: there is none
	theirs          integer not null,
	theirs_currency integer not null,
	at_s            integer not null,
	closed_s        integer not null default 0,
	actor           integer not null default 0,  -- account of the member of staff; 0: by itself
	reason          text
);
create index mismatch_open on mismatch (id) where closed_s = 0;
create table payout (
	id           integer primary key,
	gateway      integer not null,
	batch        text not null,
	currency     integer not null,
	amount       integer not null,
	at_s         integer not null,
	statement_id integer not null,
	unique (gateway, batch, currency)
);
