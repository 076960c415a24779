/*
 * migrate.c - the table of migrations; see migrate.h.
 */
#include "store/migrate.h"

#include "base/log.h"
#include "base/str.h"
#include "store/db_sqlite.h"

#include <stdio.h>

static const struct migration migrations[] = {
	{ .version = 1 },
	/* Until then every rate was taken for the European Central Bank's (1); yen have none. */
	{ .version = 2,
	  .sql = "alter table orders add column rate_source integer not null default 0;"
	         "update orders set rate_source = 1 where currency <> 392" },
	/* The desk asks for the few jobs that wait for a person. */
	{ .version = 3, .sql = "create index job_desk on job (id) where desk = 1" },
	/* Rows without what their place says already; "quoted" (cause 0) is orders.created_s.
	 * Hashes stay as they are: somebody may have written the head down. */
	{ .version = 4,
	  .sql = "update order_event set prev = 0 where prev <> 0 and 0 = (select before.cause"
	         " from order_event as before where before.id = order_event.prev);"
	         "update orders set event_id = 0 where event_id <> 0 and 0 ="
	         " (select head.cause from order_event as head where head.id = orders.event_id);"
	         "delete from order_event where cause = 0;"
	         "alter table order_event drop column order_id;"
	         "alter table ledger_posting drop column txn_id" },
	/* A person's yes to a rate that moved by more than 3 %. */
	{ .version = 5,
	  .sql = "alter table rate add column confirmed_s integer not null default 0" },
	/* Statements of gateways, and what does not agree with them. */
	{ .version = 6,
	  .sql = "create table statement (id integer primary key, gateway integer not "
	         "null, hash blob not null unique, name text not null, from_s integer not "
	         "null, to_s integer not null, imported_s integer not null, row_count "
	         "integer not null, state integer not null default 0, payment_done integer "
	         "not null, refund_done integer not null, matched_count integer not null "
	         "default 0, break_count integer not null default 0);"
	         "create index statement_open on statement (id) where state < 3;"
	         "create table statement_row (id integer primary key, statement_id integer "
	         "not null, about integer not null, subject integer not null, row integer "
	         "not null, amount integer not null, currency integer not null, fee "
	         "integer not null, fee_currency integer not null, settled integer not "
	         "null, settled_currency integer not null, at_s integer not null, done "
	         "integer not null, reference text not null, batch text not null, booked "
	         "integer not null default 0);"
	         "create index statement_row_match on statement_row (statement_id, about, "
	         "subject, row);"
	         "create index statement_row_subject on statement_row (about, subject) "
	         "where booked = 1;"
	         "create table mismatch (id integer primary key, statement_id integer not "
	         "null, kind integer not null, about integer not null, subject integer not "
	         "null, order_id integer not null, row integer not null, ours integer not "
	         "null, ours_currency integer not null, theirs integer not null, "
	         "theirs_currency integer not null, at_s integer not null, closed_s "
	         "integer not null default 0, actor integer not null default 0, reason "
	         "text);"
	         "create index mismatch_open on mismatch (id) where closed_s = 0;"
	         "create table payout (id integer primary key, gateway integer not null, "
	         "batch text not null, currency integer not null, amount integer not null, "
	         "at_s integer not null, statement_id integer not null, unique (gateway, "
	         "batch, currency))" },
	/* Gateways of others: where their payer pays, what they were told, refunds in parts. */
	{ .version = 7,
	  .sql = "alter table refund add column reference text;"
	         "alter table refund add column prev integer not null default 0;"
	         "alter table refund add column checker integer not null default 0;"
	         "update payment set refunded = coalesce((select sum(refund.amount) from refund"
	         " where refund.payment_id = payment.id), 0);"
	         "create table payment_page (id integer primary key, device integer not null,"
	         " lang text not null, payer_ip text not null, way integer not null default 0,"
	         " url text, form text, expires_s integer not null default 0);"
	         "create table payment_call (payment_id integer not null,"
	         " refund_id integer not null, verb integer not null, body blob not null,"
	         " created_ms integer not null, primary key (payment_id, refund_id, verb))"
	         " without rowid" },
};
static_assert(COUNT_OF(migrations) == SCHEMA_VERSION, "a row for each version of the schema");

static enum err step(struct db *db, const struct migration *migration);

enum err migrate(struct db *db)
{
	return migrate_by(db, migrations, COUNT_OF(migrations));
}

enum err migrate_by(struct db *db, const struct migration *table, size_t count)
{
	int      version = 0;
	enum err err = db_version(db, &version);

	if (err == ERR_OK && (version < 1 || version > table[count - 1].version)) {
		log_line(LOG_ERROR, "database has a version that this program does not know",
		         LOG_NUMBER("database", version),
		         LOG_NUMBER("program", table[count - 1].version));
		err = ERR_CONFIG;
	}
	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		if (table[i].version > version) {
			err = step(db, &table[i]);
		}
	}
	return err;
}

static enum err step(struct db *db, const struct migration *migration)
{
	char     mark[64];
	enum err err = db_begin(db);

	if (err != ERR_OK) {
		return err;
	}
	snprintf(mark, sizeof(mark), "PRAGMA user_version = %d", migration->version);
	err = db_exec(db, migration->sql);
	if (err == ERR_OK) {
		err = db_exec(db, mark);
	}
	if (err == ERR_OK) {
		err = db_commit(db);
	}
	if (err != ERR_OK) {
		db_rollback(db);
		return err;
	}
	log_line(LOG_NOTE, "database migrated", LOG_NUMBER("version", migration->version));
	return ERR_OK;
}
