/*
 * topup.c - DELIVER and DELIVERY_ASK: hands a paid pack to the carrier, and
 * asks the carrier what became of it until that is known.
 *
 * Nothing is sent twice on a guess: an unknown answer is asked about; only
 * "surely not done" is sent again, and what was withdrawn is never sent.
 * RELIABILITY P1-P3, P10; TELECOM 0.
 */
#include "base/log.h"
#include "base/str.h"
#include "store/line_sql.h"
#include "store/notice_command.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "store/settle.h"
#include "work/follow.h"
#include "work/partner.h"

/* One delivery, or one question about it. */
struct topup {
	struct order_get_row order;
	struct line_get_row  line;
	struct carrier_talk  talk;
	int64_t refund_ms; /* still not active by then: taken back if the carrier lets us */
	int64_t sent_ms;   /* when the talk began */
};

static enum err         topup_load(struct errand *errand, struct topup *topup);
static enum err         task_fill(struct errand *errand, struct topup *topup);
static bool             delivering(int64_t state);
static void             talk_begin(struct errand *errand);
static void             talk_answered(struct errand *errand);
static void             talk_turn(struct errand *errand, const struct net_call *last);
static enum err         sent_apply(struct store *store, struct errand *errand);
static enum err         withdraw_apply(struct store *store, struct errand *errand);
static enum err         outcome_apply(struct store *store, struct errand *errand);
static enum order_event event_of(const struct topup *topup, const struct follow *follow,
                                 const struct carrier *carrier, enum order_state state,
                                 int64_t now_ms);
static enum err happen(struct store *store, const struct topup *topup, enum order_event event,
                       struct settlement *ret);
static int64_t  back_by(const struct store *store, const struct topup *topup,
                        const struct order_get_row *order);
static enum err wait_on(struct store *store, struct errand *errand, const struct follow *follow,
                        const struct order_get_row *order);

void topup_begin(struct errand *errand)
{
	struct topup *topup = ARENA_NEW(&errand->arena, struct topup);
	enum err      err = topup == NULL ? ERR_MEMORY : ERR_OK;

	errand->task = topup;
	if (err == ERR_OK) {
		err = topup_load(errand, topup);
	}
	if (err == ERR_NOT_FOUND) {
		errand_desk(errand, STR("no such order"));
	} else if (err != ERR_OK) {
		errand_fail(errand, err);
	} else if (!delivering(topup->order.state) && topup->order.state != ORDER_ACTIVE) {
		errand_desk(errand, STR("order is in no state to be delivered"));
	} else if (delivering(topup->order.state) && topup->order.withdrawn == 0 &&
	           errand->now_ms >= topup->refund_ms) {
		errand_store(errand, withdraw_apply, NULL);
	} else if (topup->talk.task.kind == CARRIER_ACTIVATE &&
	           (errand_setup(errand)->carrier->caps & CARRIER_IDEMPOTENT) == 0) {
		/* Sending twice would deliver twice: after a crash it must be asked about. */
		errand_store(errand, sent_apply, talk_begin);
	} else {
		talk_begin(errand);
	}
}

static enum err topup_load(struct errand *errand, struct topup *topup)
{
	const struct work_setup *setup = errand_setup(errand);
	struct payment_get_row   payment;
	struct arena            *arena = &errand->arena;
	enum err                 err;

	err = order_get(setup->db, arena, errand->job.subject, &topup->order);
	if (err == ERR_OK) {
		err = payment_get(setup->db, arena, topup->order.payment_id, &payment);
	}
	if (err == ERR_OK) {
		err = line_get(setup->db, arena, topup->order.line_id, &topup->line);
	}
	if (err != ERR_OK) {
		return err;
	}
	topup->refund_ms = payment.settled_ms +
	                   setup->config->number[SETTING_delivery_refund_s] * 1000;
	return task_fill(errand, topup);
}

static enum err task_fill(struct errand *errand, struct topup *topup)
{
	const struct work_setup   *setup = errand_setup(errand);
	const struct line_get_row *line = &topup->line;
	struct arena              *arena = &errand->arena;
	const struct plan_pack    *pack = NULL;
	const struct catalogue    *catalogue;
	bool send = errand->kind->kind == JOB_DELIVER && topup->order.withdrawn == 0 &&
	            delivering(topup->order.state);
	enum err err = pack_of_key(setup->db, arena, setup->catalogue, topup->order.pack, &pack,
	                           &catalogue);

	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		return err;
	}
	topup->talk = (struct carrier_talk){
		.config = &setup->carrier_config,
		.arena = arena,
		.task = {
			.kind = send ? CARRIER_ACTIVATE : CARRIER_ASK,
			.asked = CARRIER_ACTIVATE,
			.order = order_number(arena, setup->keys, topup->order.id),
			.pack = pack == NULL ? STR("") : pack->code,
			.sandbox = partner_carrier_outcome(topup->order.sandbox),
		},
	};
	if (!line->imsi_null) {
		topup->talk.task.imsi = sim_text(
		    arena, SIM_IMSI, identifier_open(setup->keys, IDENTIFIER_IMSI, line->imsi));
	}
	if (!line->iccid_null) {
		topup->talk.task.iccid = sim_text(
		    arena, SIM_ICCID, identifier_open(setup->keys, IDENTIFIER_ICCID, line->iccid));
	}
	if (!line->msisdn_null) {
		topup->talk.task.msisdn = arena_printf(
		    arena, "%lld",
		    (long long)identifier_open(setup->keys, IDENTIFIER_MSISDN, line->msisdn));
	}
	return ERR_OK;
}

/* Paid, and the carrier's answer decides. */
static bool delivering(int64_t state)
{
	return state == ORDER_PAID || state == ORDER_SUBMITTED || state == ORDER_DELIVERY_UNKNOWN;
}

static void talk_begin(struct errand *errand)
{
	const struct clock *clock = &errand_setup(errand)->env->clock;
	struct topup       *topup = errand->task;

	topup->sent_ms = clock->now_ms(clock->ctx);
	talk_turn(errand, NULL);
}

static void talk_answered(struct errand *errand)
{
	struct topup *topup = errand->task;

	talk_turn(errand, &topup->talk.call);
}

static void talk_turn(struct errand *errand, const struct net_call *last)
{
	struct topup *topup = errand->task;

	if (errand_setup(errand)->carrier->turn(&topup->talk, last) == CARRIER_CALL) {
		errand_call(errand, &topup->talk.call, talk_answered);
	} else {
		errand_store(errand, outcome_apply, NULL);
	}
}

/* Before the first byte leaves: from now on the job's row says "ask". */
static enum err sent_apply(struct store *store, struct errand *errand)
{
	struct topup        *topup = errand->task;
	struct settlement    settlement;
	struct order_get_row order;
	struct follow        follow;
	bool                 alarm;
	enum err             err = follow_begin(store, errand, &follow);

	if (err == ERR_OK) {
		err = happen(store, topup, ORDER_EVENT_SENT, &settlement);
	}
	if (err == ERR_OK) {
		err = follow_end(store, errand, &follow,
		                 &(struct follow_plan){ .kind = JOB_DELIVERY_ASK }, &alarm);
	}
	if (err == ERR_OK) {
		err = order_get(store->db, store->arena, topup->order.id, &order);
	}
	/* Taken back in this very moment: then it is not sent. */
	if (err == ERR_OK && (order.withdrawn != 0 || !delivering(order.state))) {
		topup->talk.task.kind = CARRIER_ASK;
	}
	return err;
}

/* "If not active by then you get your money back": as soon as the carrier says
 * for good that it is not done. */
static enum err withdraw_apply(struct store *store, struct errand *errand)
{
	struct settlement settlement;

	return settle(store,
	              &(struct happening){
			  .order_id = errand->job.subject,
			  .event = ORDER_EVENT_WITHDRAW,
			  .note = STR("not delivered in time"),
		      },
	              &settlement);
}

static enum err outcome_apply(struct store *store, struct errand *errand)
{
	const struct topup   *topup = errand->task;
	const struct carrier *carrier = errand_setup(errand)->carrier;
	struct order_get_row  order;
	struct settlement     settlement = { .verdict = ORDER_IGNORE };
	struct follow         follow;
	enum order_event      event;
	enum err              err = order_get(store->db, store->arena, topup->order.id, &order);

	if (err == ERR_OK) {
		err = follow_begin(store, errand, &follow);
	}
	if (err != ERR_OK) {
		return err;
	}
	event = event_of(topup, &follow, carrier, (enum order_state)order.state, store->now_ms);
	if (event != ORDER_EVENT_COUNT) {
		err = happen(store, topup, event, &settlement);
		order.state = settlement.state;
	}
	if (err == ERR_OK && event == ORDER_EVENT_DELIVERED && settlement.verdict == ORDER_STEP &&
	    (carrier->caps & CARRIER_MAY_TAKE_BACK) == 0) {
		return happen(store, topup, ORDER_EVENT_DELIVERY_SETTLED, &settlement);
	}
	return err == ERR_OK ? wait_on(store, errand, &follow, &order) : err;
}

/* ORDER_EVENT_COUNT: nothing that the order has to know. */
static enum order_event event_of(const struct topup *topup, const struct follow *follow,
                                 const struct carrier *carrier, enum order_state state,
                                 int64_t now_ms)
{
	static const enum order_event sent[CARRIER_OUTCOME_COUNT] = {
		[CARRIER_DONE] = ORDER_EVENT_DELIVERED,
		[CARRIER_ACCEPTED] = ORDER_EVENT_SENT,
		[CARRIER_REFUSED] = ORDER_EVENT_DELIVERY_DECLINED,
		[CARRIER_UNKNOWN] = ORDER_EVENT_DELIVERY_UNKNOWN,
		[CARRIER_RETRY] = ORDER_EVENT_COUNT,
		[CARRIER_CONFIG] = ORDER_EVENT_COUNT,
	};
	static const enum order_event asked[CARRIER_OUTCOME_COUNT] = {
		[CARRIER_DONE] = ORDER_EVENT_DELIVERED,
		[CARRIER_ACCEPTED] = ORDER_EVENT_SENT,
		[CARRIER_REFUSED] = ORDER_EVENT_DELIVERY_DECLINED,
		[CARRIER_UNKNOWN] = ORDER_EVENT_COUNT, /* silence tells nothing new */
		[CARRIER_RETRY] = ORDER_EVENT_DELIVERY_ABSENT,
		[CARRIER_CONFIG] = ORDER_EVENT_COUNT,
	};
	enum carrier_outcome outcome = topup->talk.outcome;

	assert(outcome < CARRIER_OUTCOME_COUNT);
	if (topup->talk.task.kind == CARRIER_ACTIVATE) {
		return sent[outcome];
	}
	if (state != ORDER_ACTIVE) {
		return asked[outcome];
	}
	switch (outcome) {
	case CARRIER_DONE:
		return now_ms - follow->before.created_ms >= (int64_t)carrier->take_back_s * 1000
		           ? ORDER_EVENT_DELIVERY_SETTLED
		           : ORDER_EVENT_COUNT;
	case CARRIER_REFUSED:
		return topup->talk.reason == CARRIER_REASON_TAKEN_BACK
		           ? ORDER_EVENT_DELIVERY_UNDONE
		           : ORDER_EVENT_DELIVERY_DECLINED;
	case CARRIER_RETRY:
		/* It was done, and now the carrier knows nothing of it: a person looks. */
		return ORDER_EVENT_DELIVERY_DECLINED;
	default:
		return ORDER_EVENT_COUNT;
	}
}

static enum err happen(struct store *store, const struct topup *topup, enum order_event event,
                       struct settlement *ret)
{
	const struct carrier_talk *talk = &topup->talk;
	struct str                 note = STR("");

	if (talk->reason != CARRIER_REASON_NONE && talk->detail.len > 0) {
		note = arena_printf(store->arena, "%.*s: %.*s",
		                    STR_ARG(carrier_reason_name(talk->reason)),
		                    STR_ARG(talk->detail));
	} else if (talk->reason != CARRIER_REASON_NONE) {
		note = carrier_reason_name(talk->reason);
	}
	return settle(store,
	              &(struct happening){
			  .order_id = topup->order.id,
			  .event = event,
			  .note = note,
			  .sent_ms = topup->sent_ms,
		      },
	              ret);
}

/* The promised time; and once it is taken back, when nothing that was sent
 * before can be on its way any more (settle.c asks for that). */
static int64_t back_by(const struct store *store, const struct topup *topup,
                       const struct order_get_row *order)
{
	if (order->withdrawn == 0)
		return topup->refund_ms;
	return topup->talk.outcome == CARRIER_RETRY
	           ? store->now_ms + store->config->number[SETTING_delivery_horizon_s] * 1000
	           : 0;
}

/* The next try, and who has to know when it takes too long. */
static enum err wait_on(struct store *store, struct errand *errand, const struct follow *follow,
                        const struct order_get_row *order)
{
	const struct topup        *topup = errand->task;
	const struct carrier_talk *talk = &topup->talk;
	bool                       waiting = delivering(order->state), alarm = false;
	bool                       again = talk->task.kind == CARRIER_ACTIVATE &&
	             (talk->outcome == CARRIER_RETRY || talk->outcome == CARRIER_CONFIG);
	enum err err;

	if (!waiting && order->state != ORDER_ACTIVE) {
		return ERR_OK;
	}
	if (talk->outcome == CARRIER_CONFIG) {
		log_line(LOG_ERROR, "carrier cannot be used", LOG_NUMBER("order", order->id),
		         LOG_TEXT("reason", carrier_reason_text(talk->reason)),
		         LOG_TEXT("detail", talk->detail));
	}
	err = follow_end(store, errand, follow,
	                 &(struct follow_plan){
			     .kind = again ? JOB_DELIVER : JOB_DELIVERY_ASK,
			     .reason = carrier_reason_name(talk->reason),
			     .alarms = waiting,
			     .not_after_ms = waiting ? back_by(store, topup, order) : 0,
			     .desk = talk->outcome == CARRIER_CONFIG,
			 },
	                 &alarm);
	return err == ERR_OK && alarm ? notice_order(store, NOTICE_ORDER_SLOW, order) : err;
}
