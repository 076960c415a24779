/*
 * start.c - PAY_START: asks a gateway to open the page on which an order is
 * paid, until it has, or the quote's time is over.
 *
 * The first try sends at once.  After a try of which we do not know what came,
 * the gateway is asked first; then the same bytes go out again (GATEWAYS 9,
 * invariant 1; 8, "unknown").
 */
#include "base/log.h"
#include "base/str.h"
#include "store/settle.h"
#include "work/follow.h"
#include "work/till.h"

struct start {
	struct till            till; /* first: till.h */
	struct order_get_row   order;
	struct payment_get_row payment;
	bool                   astray; /* it leads where no page of that gateway is */
};

static enum err start_load(struct errand *errand, struct start *start);
static bool     sent_before(struct errand *errand, const struct start *start);
static void     asked(struct errand *errand);
static void     opened(struct errand *errand);
static enum err pass_on(struct store *store, struct errand *errand);
static enum err start_apply(struct store *store, struct errand *errand);
static enum err page_store(struct store *store, const struct start *start);
static enum err news_store(struct store *store, const struct start *start);
static enum err no_store(struct store *store, const struct start *start);
static bool     waits(const struct order_get_row *order);

void start_begin(struct errand *errand)
{
	struct start *start = ARENA_NEW(&errand->arena, struct start);
	enum err      err = start == NULL ? ERR_MEMORY : ERR_OK;

	errand->task = start;
	if (err == ERR_OK) {
		err = start_load(errand, start);
	}
	if (err == ERR_NOT_FOUND) {
		errand_desk(errand, STR("no such payment"));
	} else if (err != ERR_OK) {
		errand_fail(errand, err);
	} else if (!waits(&start->order) || errand->now_ms / 1000 >= start->order.expires_s) {
		errand_store(errand, pass_on, NULL); /* to close it is the poll's business */
	} else if (!till_can(errand, &start->till, PAY_VERB_START)) {
		start->till.outcome = PAY_OUTCOME_CONFIG;
		errand_store(errand, start_apply, NULL);
	} else if (sent_before(errand, start) && till_can(errand, &start->till, PAY_VERB_QUERY)) {
		till_begin(errand, PAY_VERB_QUERY, asked);
	} else {
		till_begin(errand, PAY_VERB_START, opened);
	}
}

static enum err start_load(struct errand *errand, struct start *start)
{
	const struct work_setup *setup = errand_setup(errand);
	enum err err = order_get(setup->db, &errand->arena, errand->job.subject, &start->order);

	if (err == ERR_OK) {
		err = payment_get(setup->db, &errand->arena, start->order.payment_id,
		                  &start->payment);
	}
	if (err == ERR_OK) {
		err = till_load(errand, &start->order, &start->payment, &start->till);
	}
	return err == ERR_OK ? till_start(errand, &start->order, &start->till) : err;
}

static bool sent_before(struct errand *errand, const struct start *start)
{
	struct payment_call_get_row row;

	return payment_call_get(errand_setup(errand)->db, &errand->arena, start->till.payment_id, 0,
	                        PAY_VERB_START, &row) == ERR_OK;
}

/* It may have got there.  Where it was paid or closed meanwhile, that is news;
 * else we still need its page, and the same bytes bring the same one. */
static void asked(struct errand *errand)
{
	struct start      *start = errand->task;
	enum pay_outcome   outcome = start->till.outcome;
	enum payment_state state = start->till.facts.state;

	if (outcome == PAY_OUTCOME_FOREIGN ||
	    (outcome == PAY_OUTCOME_OK && state != PAYMENT_CREATED && state != PAYMENT_PENDING)) {
		errand_store(errand, start_apply, NULL);
	} else if (outcome == PAY_OUTCOME_UNKNOWN || outcome == PAY_OUTCOME_RETRY) {
		errand_store(errand, start_apply, NULL); /* silent: later */
	} else {
		till_begin(errand, PAY_VERB_START, opened);
	}
}

static void opened(struct errand *errand)
{
	struct start           *start = errand->task;
	const struct pay_facts *facts = &start->till.facts;

	start->astray = start->till.outcome == PAY_OUTCOME_OK &&
	                (facts->url.len == 0 ||
	                 (facts->way != PAY_WAY_QR &&
	                  !pay_page_allowed(start->till.config, facts->url)));
	if (start->astray) {
		log_line(LOG_ERROR, "gateway leads its payer astray",
		         LOG_TEXT("gateway", str_from(start->till.gateway->name)),
		         LOG_NUMBER("order", start->order.id));
	}
	errand_store(errand, start_apply, NULL);
}

/* No longer a matter of opening anything. */
static enum err pass_on(struct store *store, struct errand *errand)
{
	struct job_get_row job;
	enum err           err = job_get(store->db, store->arena, errand->job.id, &job);

	if (err != ERR_OK || job.kind != JOB_PAY_START) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	store->jobs = true;
	return job_set(store->db, &(struct job_set_args){ .id = job.id,
	                                                  .kind = JOB_PAY_WATCH,
	                                                  .created_ms = job.created_ms,
	                                                  .due_ms = store->now_ms,
	                                                  .attempt = job.attempt });
}

static enum err start_apply(struct store *store, struct errand *errand)
{
	struct start    *start = errand->task;
	enum pay_outcome outcome = start->till.outcome;
	bool             open = outcome == PAY_OUTCOME_OK && !start->astray;
	bool             no = outcome == PAY_OUTCOME_CONFIG || outcome == PAY_OUTCOME_DECLINED ||
	          outcome == PAY_OUTCOME_ABSENT || start->astray;
	struct follow follow;
	bool          alarm;
	enum err      err = follow_begin(store, errand, &follow);

	if (err == ERR_OK && open && start->till.verb == PAY_VERB_START) {
		err = page_store(store, start);
	}
	if (err == ERR_OK && open) {
		err = news_store(store, start);
	} else if (err == ERR_OK && no) {
		err = no_store(store, start);
	}
	if (err != ERR_OK) {
		return err;
	}
	return follow_end(store, errand, &follow,
	                  &(struct follow_plan){
			      .kind = open || no ? JOB_PAY_WATCH : JOB_PAY_START,
			      .pace = follow_pace(start->till.method),
			      .reason = open            ? STR("")
	                                : start->astray ? STR("page not allowed")
	                                                : pay_outcome_name(outcome),
			      .alarms = !open && !no,
			      .not_after_ms = start->order.expires_s * 1000,
			      .desk = outcome == PAY_OUTCOME_CONFIG ||
	                              outcome == PAY_OUTCOME_FOREIGN || start->astray,
			  },
	                  &alarm);
}

static enum err page_store(struct store *store, const struct start *start)
{
	const struct pay_facts *facts = &start->till.facts;

	return payment_page_set(store->db, start->till.payment_id, facts->way,
	                        facts->url.len > 0 ? &facts->url : NULL,
	                        facts->form.len > 0 ? &facts->form : NULL, facts->expires_s);
}

static enum err news_store(struct store *store, const struct start *start)
{
	const struct pay_facts *facts = &start->till.facts;
	enum payment_state state = facts->state == PAYMENT_CREATED ? PAYMENT_PENDING : facts->state;
	struct settlement  settlement;
	enum settle_doubt  doubt;

	if (start->till.verb == PAY_VERB_START && state == PAYMENT_PENDING) {
		return settle(store,
		              &(struct happening){ .order_id = start->order.id,
		                                   .event = ORDER_EVENT_PAY_OPENED,
		                                   .reference = facts->reference },
		              &settlement);
	}
	return settle_report(store,
	                     &(struct payment_report){ .method = start->till.method,
	                                               .number = start->till.task.order,
	                                               .state = state,
	                                               .money = facts->amount,
	                                               .reference = facts->reference },
	                     STR(""), &doubt, &settlement);
}

/* The payer shall not wait in front of a page that will never open. */
static enum err no_store(struct store *store, const struct start *start)
{
	struct settlement settlement;

	return settle(store,
	              &(struct happening){
			  .order_id = start->order.id,
			  .event = ORDER_EVENT_PAY_FAILED,
			  .note = start->astray ? STR("page not allowed")
	                          : start->till.facts.reason.len > 0
	                              ? start->till.facts.reason
	                              : pay_outcome_name(start->till.outcome),
		      },
	              &settlement);
}

static bool waits(const struct order_get_row *order)
{
	return order->state == ORDER_PLACED || order->state == ORDER_PAYING;
}
