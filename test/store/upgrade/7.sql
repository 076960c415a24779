PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE account (
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
INSERT INTO account VALUES(1,X'01',X'','',1,'zh-Hans',0,0,1,1,1);
INSERT INTO account VALUES(2,X'02',X'','',1,'en',0,0,0,0,0);
CREATE TABLE session (
	id         integer primary key,
	token_hash blob not null unique,          -- SHA-256 of the cookie's token
	account_id integer not null,
	role       integer not null,
	csrf       blob not null,                 -- 32 random bytes
	created_s  integer not null,
	seen_s     integer not null,
	agent      text not null                  -- browser, as the user sees it in the list of devices
);
CREATE TABLE api_key (
	id         integer primary key,
	account_id integer not null,
	name       text not null,
	token_hash blob not null unique,
	scopes     integer not null,
	created_s  integer not null,
	revoked_s  integer not null default 0
);
CREATE TABLE invite (
	id         integer primary key,
	token_hash blob not null unique,
	role       integer not null,
	account_id integer not null default 0,
	expires_s  integer not null,
	used_s     integer not null default 0
);
CREATE TABLE once (
	id          integer primary key,
	fingerprint integer not null,             -- 63 bits of SHA-256(method, path, body)
	created_s   integer not null,
	status      integer not null,
	subject     integer not null,             -- the row that the answer is built from again
	body        blob                          -- or the answer itself
);
CREATE TABLE catalogue (
	version    integer primary key,
	imported_s integer not null,
	hash       blob not null unique,          -- SHA-256 of body
	body       text not null
);
CREATE TABLE rate (
	id        integer primary key,
	currency  integer not null,
	as_of_day integer not null,
	mantissa  integer not null,
	scale     integer not null,
	source    text not null, confirmed_s integer not null default 0,
	unique (currency, as_of_day)
);
CREATE TABLE line (
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
INSERT INTO line VALUES(1,-2559095863002909733,NULL,NULL,NULL,5678,'povo',0,3,0,1,20748,20779,0,0,2,20778,1,20958,20988,0,20778,1,1);
CREATE TABLE account_line (
	account_id integer not null,
	line_id    integer not null,
	primary key (account_id, line_id)
) without rowid;
INSERT INTO account_line VALUES(1,1);
CREATE TABLE orders (
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
	event_id     integer not null default 0,  -- head of order_event.prev
	txn_id       integer not null default 0,  -- head of ledger_txn.prev
	withdrawn    integer not null default 0,  -- 1: taken back as soon as the carrier agrees
	prev_line    integer not null default 0,
	prev_account integer not null default 0,
	refund       integer not null default 0,  -- enum refund_state
	refund_id    integer not null default 0,
	sandbox      integer not null default 0,  -- gateway outcome | carrier outcome << 8
	notify_box   blob,                        -- sealed address for this order only
	keep_before  blob                         -- struct keep_state before activation
, rate_source integer not null default 0);
INSERT INTO orders VALUES(1,1,1,65536,5,1100,100,1,156,6463,578785526,1795269600,150,1795230000,1795230900,20927,20958,1,0,5,2,0,0,0,0,0,0,NULL,X'98c40200000298c40200',1);
CREATE TABLE order_event (
	id       integer primary key,
	prev     integer not null,
	state    integer not null,                -- the state entered
	cause    integer not null,                -- enum order_event_kind
	at_ms    integer not null,
	note     text                             -- a partner's reason code; a person's reason
);
INSERT INTO order_event VALUES(2,0,1,1,1795230000000,NULL);
INSERT INTO order_event VALUES(3,2,3,3,1795230000000,NULL);
INSERT INTO order_event VALUES(4,3,4,11,1795230000000,NULL);
INSERT INTO order_event VALUES(5,4,5,12,1795230000000,NULL);
CREATE TABLE payment (
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
INSERT INTO payment VALUES(1,1,1,2,156,6463,1795230000000,1795230000000,'sb_1',0);
CREATE TABLE refund (
	id         integer primary key,
	order_id   integer not null,
	payment_id integer not null,
	currency   integer not null,
	amount     integer not null,
	state      integer not null,              -- enum refund_state
	reason     integer not null,              -- enum refund_reason
	actor      integer not null,              -- account of the member of staff; 0 = by rule
	created_ms integer not null,
	done_ms    integer not null default 0
, reference text, prev integer not null default 0, checker integer not null default 0);
CREATE TABLE inbox (
	gateway integer not null,
	event   text not null,
	primary key (gateway, event)
) without rowid;
INSERT INTO inbox VALUES(1,'evt_1');
CREATE TABLE event (
	id       integer primary key,
	gateway  integer not null,
	order_id integer not null,
	at_ms    integer not null,
	body     blob not null
);
INSERT INTO event VALUES(1,1,1,1795230000000,X'7b7d');
CREATE TABLE ledger_account (
	id       integer primary key,
	kind     integer not null,                -- enum ledger_kind
	owner    integer not null,                -- gateway, line or 0
	currency integer not null,
	balance  integer not null default 0,
	last     integer not null default 0,      -- head of ledger_posting.prev
	unique (kind, owner, currency)
);
INSERT INTO ledger_account VALUES(1,0,1,156,6463,1);
INSERT INTO ledger_account VALUES(2,2,0,156,-6463,2);
INSERT INTO ledger_account VALUES(3,2,0,392,1100,3);
INSERT INTO ledger_account VALUES(4,3,0,392,0,6);
INSERT INTO ledger_account VALUES(5,7,0,392,-100,5);
INSERT INTO ledger_account VALUES(6,6,0,392,-1000,7);
CREATE TABLE ledger_txn (
	id            integer primary key,
	order_id      integer not null,
	prev          integer not null,           -- the order's transaction before
	first_posting integer not null,           -- its postings stand together from here on
	kind          integer not null,           -- enum ledger_event
	at_s          integer not null,
	hash          blob not null               -- SHA-256 over the hash before and this transaction
);
INSERT INTO ledger_txn VALUES(1,1,0,1,0,1795230000,X'916602012dae037e6a86574cee792eb16fbdc1edc459d61bc4ca56758a4df8e0');
INSERT INTO ledger_txn VALUES(2,1,1,6,1,1795230000,X'39ae546db7a74b544e367923bf0a84a9700dbd857b1d4b6cd37cbfbc8ab428be');
CREATE TABLE ledger_posting (
	id         integer primary key,
	account_id integer not null,
	amount     integer not null,
	prev       integer not null               -- the account's posting before
);
INSERT INTO ledger_posting VALUES(1,1,6463,0);
INSERT INTO ledger_posting VALUES(2,2,-6463,0);
INSERT INTO ledger_posting VALUES(3,3,1100,0);
INSERT INTO ledger_posting VALUES(4,4,-1000,0);
INSERT INTO ledger_posting VALUES(5,5,-100,0);
INSERT INTO ledger_posting VALUES(6,4,1000,4);
INSERT INTO ledger_posting VALUES(7,6,-1000,0);
CREATE TABLE lot (
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
CREATE TABLE job (
	id         integer primary key,
	kind       integer not null,              -- enum job_kind
	subject    integer not null,              -- order, notice, … by kind
	created_ms integer not null,              -- the schedule is a formula of it
	due_ms     integer not null,
	attempt    integer not null default 0,    -- for people; no decision rests on it
	desk       integer not null default 0,    -- 1: waits for a person
	note       text
);
CREATE TABLE notice (
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
INSERT INTO notice VALUES(1,1,0,3,1,1,1795230000,20958,0,0);
CREATE TABLE audit (
	id       integer primary key,
	at_s     integer not null,
	actor    integer not null,
	action   text not null,
	order_id integer not null,
	line_id  integer not null,
	reason   text not null
);
CREATE TABLE figure (
	day   integer not null,
	kind  integer not null,                   -- enum figure_kind
	value integer not null,
	primary key (day, kind)
) without rowid;
INSERT INTO figure VALUES(20778,0,1);
INSERT INTO figure VALUES(20778,1,1);
INSERT INTO figure VALUES(20778,2,1);
INSERT INTO figure VALUES(20778,5,1100);
INSERT INTO figure VALUES(20778,12,1);
CREATE TABLE sandbox_payment (
	id          integer primary key,          -- our payment's id
	pressed     integer not null default 0,
	pressed_ms  integer not null default 0,
	refunded    integer not null default 0,
	refund_ms   integer not null default 0
);
CREATE TABLE sandbox_delivery (
	id         integer primary key,           -- our order's id
	outcome    integer not null,
	created_ms integer not null
);
CREATE TABLE import (
	id         integer primary key,
	kind       text not null,
	hash       blob not null,
	started_s  integer not null,
	rows_done  integer not null default 0,
	byte_done  integer not null default 0,
	ended_s    integer not null default 0,
	unique (kind, hash)
);
CREATE TABLE statement (id integer primary key, gateway integer not null, hash blob not null unique, name text not null, from_s integer not null, to_s integer not null, imported_s integer not null, row_count integer not null, state integer not null default 0, payment_done integer not null, refund_done integer not null, matched_count integer not null default 0, break_count integer not null default 0);
CREATE TABLE statement_row (id integer primary key, statement_id integer not null, about integer not null, subject integer not null, row integer not null, amount integer not null, currency integer not null, fee integer not null, fee_currency integer not null, settled integer not null, settled_currency integer not null, at_s integer not null, done integer not null, reference text not null, batch text not null, booked integer not null default 0);
CREATE TABLE mismatch (id integer primary key, statement_id integer not null, kind integer not null, about integer not null, subject integer not null, order_id integer not null, row integer not null, ours integer not null, ours_currency integer not null, theirs integer not null, theirs_currency integer not null, at_s integer not null, closed_s integer not null default 0, actor integer not null default 0, reason text);
CREATE TABLE payout (id integer primary key, gateway integer not null, batch text not null, currency integer not null, amount integer not null, at_s integer not null, statement_id integer not null, unique (gateway, batch, currency));
CREATE TABLE payment_page (id integer primary key, device integer not null, lang text not null, payer_ip text not null, way integer not null default 0, url text, form text, expires_s integer not null default 0);
CREATE TABLE payment_call (payment_id integer not null, refund_id integer not null, verb integer not null, body blob not null, created_ms integer not null, primary key (payment_id, refund_id, verb)) without rowid;
CREATE INDEX session_account on session (account_id);
CREATE UNIQUE INDEX line_imsi on line (imsi);
CREATE UNIQUE INDEX line_iccid on line (iccid);
CREATE UNIQUE INDEX line_msisdn on line (msisdn);
CREATE UNIQUE INDEX line_serial on line (serial) where serial is not null;
CREATE INDEX line_tail on line (tail);
CREATE INDEX account_line_line on account_line (line_id, account_id);
CREATE INDEX lot_line on lot (line_id, expires_day) where left_amount > 0;
CREATE INDEX job_due on job (kind, due_ms) where desk = 0;
CREATE INDEX job_desk on job (id) where desk = 1;
CREATE INDEX statement_open on statement (id) where state < 3;
CREATE INDEX statement_row_match on statement_row (statement_id, about, subject, row);
CREATE INDEX statement_row_subject on statement_row (about, subject) where booked = 1;
CREATE INDEX mismatch_open on mismatch (id) where closed_s = 0;
COMMIT;
