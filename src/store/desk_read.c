/*
 * desk_read.c - see desk_read.h.
 */
#include "store/desk_read.h"

#include <stdlib.h>

#define CALLBACK_SPAN 4096 /* numbers behind the first of a millisecond; more than one group */

/* What a table's rows say of their time: a number and a moment. */
struct moment {
	int64_t id, at;
};
typedef enum err moment_from(struct db *db, int64_t id, struct moment *ret);

static enum err wait_add(struct db *db, int64_t now_ms, const struct desk_machines_row *job,
                         bool person, struct desk_queue *queue);
static int      wait_compare(const void *a, const void *b);
static enum err moment_find(struct db *db, moment_from *from, int64_t highest, int64_t at,
                            int64_t *ret_id);
static enum err event_from(struct db *db, int64_t id, struct moment *ret);
static enum err audit_from(struct db *db, int64_t id, struct moment *ret);

enum err desk_facts_load(struct db *db, struct arena *arena, const struct order_get_row *order,
                         int64_t now_ms, struct desk_facts *ret, struct job_get_row *ret_job)
{
	enum err err = ERR_OK;

	if (order->state < 0 || order->state >= ORDER_STATE_COUNT || order->refund < 0 ||
	    order->refund >= REFUND_STATE_COUNT) {
		return ERR_CORRUPT;
	}
	*ret = (struct desk_facts){
		.state = (enum order_state)order->state,
		.refund = (enum refund_state)order->refund,
		.withdrawn = order->withdrawn != 0,
	};
	if (order->job_id == 0) {
		return ERR_OK;
	}
	err = job_get(db, arena, order->job_id, ret_job);
	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	if (ret_job->kind < 0 || ret_job->kind >= JOB_KIND_COUNT) {
		return ERR_CORRUPT;
	}
	ret->job = true;
	ret->kind = (enum job_kind)ret_job->kind;
	ret->person = ret_job->desk != 0;
	ret->wait_s = (now_ms - ret_job->created_ms) / 1000;
	return ERR_OK;
}

enum err desk_queue_load(struct db *db, struct arena *arena, int64_t now_ms, struct desk_queue *ret)
{
	struct desk_persons_row  *persons;
	struct desk_machines_row *machines;
	size_t                    person_count = 0, machine_count = 0;
	enum err err = desk_persons(db, arena, JOB_KIND_COUNT, DESK_PERSON_MAX, &persons,
	                            &person_count);

	if (err == ERR_OK) {
		err = desk_machines(db, arena, JOB_PAY_UNKNOWN, JOB_REFUND, DESK_WAIT_MAX,
		                    &machines, &machine_count);
	}
	*ret = (struct desk_queue){ .waits = ARENA_ARRAY(arena, struct desk_wait,
		                                         person_count + machine_count + 1) };
	if (err == ERR_OK && ret->waits == NULL) {
		err = ERR_MEMORY;
	}
	for (size_t i = 0; err == ERR_OK && i < person_count; i++) {
		const struct desk_persons_row *row = &persons[i];
		err = wait_add(db, now_ms,
		               &(struct desk_machines_row){ .id = row->id,
		                                            .kind = row->kind,
		                                            .subject = row->subject,
		                                            .created_ms = row->created_ms },
		               true, ret);
	}
	for (size_t i = 0; err == ERR_OK && i < machine_count; i++) {
		err = wait_add(db, now_ms, &machines[i], false, ret);
	}
	if (err == ERR_OK) {
		qsort(ret->waits, ret->count, sizeof(*ret->waits), wait_compare);
	}
	return err;
}

enum err desk_callbacks(struct db *db, struct arena *arena, int64_t order_id, int64_t at_ms,
                        struct desk_event_list_row **ret, size_t *ret_count)
{
	struct desk_highest_row highest;
	int64_t                 first = 0;
	enum err                err = desk_highest(db, &highest);

	if (err == ERR_OK) {
		err = moment_find(db, event_from, highest.event, at_ms, &first);
	}
	return err == ERR_OK ? desk_event_list(db, arena, first, CALLBACK_SPAN, order_id, at_ms,
	                                       ret, ret_count)
	                     : err;
}

enum err desk_audit_since(struct db *db, struct arena *arena, int64_t order_id, int64_t since_s,
                          struct desk_audit_of_row **ret, size_t *ret_count)
{
	struct desk_highest_row highest;
	int64_t                 first = 0;
	enum err                err = desk_highest(db, &highest);

	if (err == ERR_OK) {
		err = moment_find(db, audit_from, highest.audit, since_s, &first);
	}
	return err == ERR_OK
	           ? desk_audit_of(db, arena, order_id, first, DESK_AUDIT_MAX, ret, ret_count)
	           : err;
}

static enum err wait_add(struct db *db, int64_t now_ms, const struct desk_machines_row *job,
                         bool person, struct desk_queue *queue)
{
	struct desk_order_state_row order;
	enum err                    err = desk_order_state(db, job->subject, &order);

	/* A job of a kind that serves no order, or one without its order. */
	if (err == ERR_NOT_FOUND || (err == ERR_OK && order.job_id != job->id)) {
		return ERR_OK;
	}
	if (err != ERR_OK) {
		return err;
	}
	if (order.state < 0 || order.state >= ORDER_STATE_COUNT || order.refund < 0 ||
	    order.refund >= REFUND_STATE_COUNT) {
		return ERR_CORRUPT;
	}
	queue->waits[queue->count++] = (struct desk_wait){
		.order_id = job->subject,
		.since_ms = job->created_ms,
		.facts = { .state = (enum order_state)order.state,
		           .refund = (enum refund_state)order.refund,
		           .withdrawn = order.withdrawn != 0,
		           .job = true,
		           .kind = (enum job_kind)job->kind,
		           .person = person,
		           .wait_s = (now_ms - job->created_ms) / 1000 },
	};
	return ERR_OK;
}

static int wait_compare(const void *a, const void *b)
{
	const struct desk_wait *first = a, *second = b;

	if (first->facts.person != second->facts.person) {
		return first->facts.person ? -1 : 1;
	}
	if (first->since_ms != second->since_ms) {
		return first->since_ms < second->since_ms ? -1 : 1;
	}
	return first->order_id < second->order_id ? -1 : first->order_id > second->order_id;
}

/* The lowest number whose row is not before `at`, by halves. */
static enum err moment_find(struct db *db, moment_from *from, int64_t highest, int64_t at,
                            int64_t *ret_id)
{
	int64_t       low = 1, high = highest + 1;
	struct moment moment;

	while (low < high) {
		int64_t  middle = low + (high - low) / 2;
		enum err err = from(db, middle, &moment);

		if (err != ERR_OK && err != ERR_NOT_FOUND) {
			return err;
		}
		if (err == ERR_OK && moment.at < at) {
			low = moment.id + 1;
		} else {
			high = middle;
		}
	}
	*ret_id = low;
	return ERR_OK;
}

static enum err event_from(struct db *db, int64_t id, struct moment *ret)
{
	struct desk_event_from_row row;
	enum err                   err = desk_event_from(db, id, &row);

	*ret = err == ERR_OK ? (struct moment){ .id = row.id, .at = row.at_ms }
	                     : (struct moment){ 0 };
	return err;
}

static enum err audit_from(struct db *db, int64_t id, struct moment *ret)
{
	struct desk_audit_from_row row;
	enum err                   err = desk_audit_from(db, id, &row);

	*ret = err == ERR_OK ? (struct moment){ .id = row.id, .at = row.at_s }
	                     : (struct moment){ 0 };
	return err;
}
