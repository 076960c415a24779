/*
 * desk_read.h - what the staff's pages read: what waits and for whom, and the
 * parts of an order's history that no pointer leads to.
 *
 * No scan of a table that grows: the queue comes from the job table, which
 * holds only what is not done; callbacks and audit entries are found by their
 * time, which grows with their number.  GOALS U5; ADR 005.
 */
#pragma once
#include "core/desk.h"
#include "store/desk_sql.h"
#include "store/job_sql.h"
#include "store/order_sql.h"

#define DESK_PERSON_MAX 1000 /* of what waits for a person, looked at at once */
#define DESK_WAIT_MAX   4000 /* and of all waits; more are counted as so many */
#define DESK_AUDIT_MAX  20000 /* audit entries behind an order's beginning that are looked at */

/* One order that is not finished. */
struct desk_wait {
	int64_t           order_id, since_ms;
	struct desk_facts facts;
};

struct desk_queue {
	struct desk_wait *waits; /* for a person first, then those that wait longest */
	size_t            count;
};

/* What is known of an order at now_ms; *ret_job holds its job where facts->job. */
enum err desk_facts_load(struct db *db, struct arena *arena, const struct order_get_row *order,
                         int64_t now_ms, struct desk_facts *ret, struct job_get_row *ret_job);
/* Everything that staff may have to look at. */
enum err desk_queue_load(struct db *db, struct arena *arena, int64_t now_ms,
                         struct desk_queue *ret);

/* The gateways' callbacks that were stored for the order in that very
 * millisecond, as a step of its history was (one group of commands). */
enum err desk_callbacks(struct db *db, struct arena *arena, int64_t order_id, int64_t at_ms,
                        struct desk_event_list_row **ret, size_t *ret_count);
/* What staff did about the order, since it was made; the oldest first. */
enum err desk_audit_since(struct db *db, struct arena *arena, int64_t order_id, int64_t since_s,
                          struct desk_audit_of_row **ret, size_t *ret_count);
