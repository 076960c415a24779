/*
 * pay_unionpay.c - UnionPay's gateway 5.1.0: the payer's browser carries the
 * payment to it by a form; it answers by signed callbacks and to queries.
 *
 * A payment is known there by our number and its time (orderId, txnTime); both
 * come from the task, the same at every try.  Source: GATEWAYS 7.
 */
#include "gate/unionpay.h"

#include "base/str.h"
#include "base/time.h"

enum {
	PAY_TIME_S = 900,       /* payTimeout when the task says none: 15 minutes, as advised */
	DEADLINE_SLACK_S = 300, /* their clock and ours; the last confirmation on its way */
	TITLE_MAX = 96,         /* bytes of commodityName */
	NUMBER_MIN = 8          /* characters of an orderId */
};
#define AMOUNT_MAX INT64_C(999999999999)

static bool             start_body(const struct pay_config *config, const struct pay_task *task,
                                   struct arena *arena, struct str *ret);
static enum pay_outcome start_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret);
static bool             query_wrap(const struct pay_config *config, const struct pay_task *task,
                                   struct arena *arena, struct net_call *ret);
static enum pay_outcome query_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret);
static bool             refund_body(const struct pay_config *config, const struct pay_task *task,
                                    struct arena *arena, struct str *ret);
static bool             refund_wrap(const struct pay_config *config, const struct pay_task *task,
                                    struct arena *arena, struct net_call *ret);
static enum pay_outcome refund_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret);
static bool refund_query_wrap(const struct pay_config *config, const struct pay_task *task,
                              struct arena *arena, struct net_call *ret);
static enum pay_outcome refund_query_parse(const struct pay_config *config,
                                           const struct pay_task *task, const struct net_call *call,
                                           struct arena *arena, struct pay_facts *ret);
static bool             takes(const struct pay_config *config, struct money amount);
static enum pay_hook_result hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret);

const struct pay_gateway pay_unionpay = {
	.name = "unionpay",
	.caps = PAY_CAN_REDIRECT | PAY_CAN_REFUND | PAY_CAN_REFUND_PART | PAY_CAN_BILL,
	.open = unionpay_open,
	.hook_open = unionpay_hook_open,
	.close = unionpay_close,
	.check = unionpay_check,
	.takes = takes,
	/* payTimeout closes a payment; there is nothing else that does. */
	.verb[PAY_VERB_START] = { .body = start_body, .parse = start_parse },
	.verb[PAY_VERB_QUERY] = { .wrap = query_wrap, .parse = query_parse },
	.verb[PAY_VERB_REFUND] = { .body = refund_body,
	                           .wrap = refund_wrap,
	                           .parse = refund_parse },
	.verb[PAY_VERB_REFUND_QUERY] = { .wrap = refund_query_wrap, .parse = refund_query_parse },
	.verb[PAY_VERB_BILL] = { .parse = unionpay_bill_parse },
	.verb[PAY_VERB_BILL_FILE] = { .wrap = unionpay_bill_file_wrap,
	                              .parse = unionpay_bill_file_parse },
	.hook = hook,
	.good = { .content_type = "text/plain", .body = "ok" },
	.bad = { .content_type = "text/plain", .body = "no" },
	.bill = unionpay_bill,
};

static void head_put(const struct pay_config *config, const char *type, const char *subtype,
                     struct unionpay_message *message);
static bool number_valid(struct str number);
static bool money_put(struct money money, struct arena *arena, struct unionpay_message *message);
static struct str risk_info(struct str title, struct arena *arena);
static int64_t    pay_timeout_s(const struct pay_task *task);
static bool       body_write(const struct unionpay_message *message, struct arena *arena,
                             struct str *ret);
static bool       query_write(const struct pay_config *config, struct str number, int64_t created_s,
                              struct arena *arena, struct net_call *ret);
static bool    about(const struct unionpay_message *message, struct str number, int64_t created_s);
static bool    facts_read(const struct unionpay_message *message, struct pay_facts *ret);
static int64_t trace_time_s(const struct unionpay_message *message);
static struct str api(const struct pay_config *config, const char *name, struct arena *arena);

static bool takes(const struct pay_config *config, struct money amount)
{
	(void)config;
	return amount.amount > 0 && amount.amount <= AMOUNT_MAX &&
	       currency_exponent(amount.currency) >= 0;
}

/* --- 01/01: pay --------------------------------------------------------------------- */
static bool start_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	const struct unionpay  *own = config->own;
	struct unionpay_message message;

	if (!number_valid(task->order))
		return false;
	head_put(config, "01", "01", &message);
	if (own->acquirer.len > 0) {
		unionpay_put(&message, STR("merCatCode"), own->category);
		unionpay_put(&message, STR("merName"), own->name);
		unionpay_put(&message, STR("merAbbr"), own->short_name);
	}
	unionpay_put(&message, STR("channelType"),
	             task->device == PAY_DEVICE_PHONE ? STR("08") : STR("07"));
	unionpay_put(&message, STR("orderId"), task->order);
	unionpay_put(&message, STR("txnTime"), unionpay_time(arena, task->created_s));
	unionpay_put(&message, STR("payTimeout"), unionpay_time(arena, pay_timeout_s(task)));
	unionpay_put(&message, STR("frontUrl"), task->return_url);
	unionpay_put(&message, STR("backUrl"), task->hook_url);
	unionpay_put(&message, STR("riskRateInfo"), risk_info(task->title, arena));
	return money_put(task->amount, arena, &message) && body_write(&message, arena, ret);
}

/* Nothing has left: the form is signed for the browser to carry. */
static enum pay_outcome start_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	const struct unionpay  *own = config->own;
	struct unionpay_message message;
	struct pay_facts        facts = {
		       .order = task->order,
		       .state = PAYMENT_PENDING,
		       .amount = task->amount,
		       .way = PAY_WAY_FORM,
		       .url = api(config, "frontTransReq.do", arena),
		       .expires_s = pay_timeout_s(task),
	};

	(void)call;
	if (!unionpay_read_form(task->body, arena, &message) ||
	    !unionpay_sign(&message, own->key, own->cert_id, arena))
		return PAY_OUTCOME_CONFIG;
	facts.form = unionpay_form(&message, arena);
	if (arena->failed || facts.form.len == 0)
		return PAY_OUTCOME_CONFIG;
	*ret = facts;
	return PAY_OUTCOME_OK;
}

/* --- 00/00: query ------------------------------------------------------------------- */
static bool query_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	return query_write(config, task->order, task->created_s, arena, ret);
}

/* respCode is about the question, origRespCode about the payment. */
static enum pay_outcome query_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	int64_t                 now_s = task->now_ms / 1000;
	struct unionpay_message message;
	struct pay_facts        facts = { .order = task->order };
	enum pay_outcome        outcome = unionpay_answer(config, call, now_s, arena, &message);

	ret->reason = outcome == PAY_OUTCOME_OK ? unionpay_get(&message, STR("respCode")) : STR("");
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!about(&message, task->order, task->created_s))
		return PAY_OUTCOME_UNKNOWN;
	if (!str_eq(ret->reason, STR("00"))) {
		outcome = unionpay_outcome(unionpay_class_of(ret->reason));
		/* A question that was not answered leaves all open. */
		return outcome == PAY_OUTCOME_ABSENT || outcome == PAY_OUTCOME_CONFIG
		           ? outcome
		           : PAY_OUTCOME_UNKNOWN;
	}
	ret->reason = unionpay_get(&message, STR("origRespCode"));
	facts.reason = ret->reason;
	switch (unionpay_class_of(ret->reason)) {
	case UNIONPAY_OK:
		if (!facts_read(&message, &facts))
			return PAY_OUTCOME_UNKNOWN;
		facts.state = PAYMENT_SUCCEEDED;
		break;
	case UNIONPAY_UNSURE:
		return PAY_OUTCOME_UNKNOWN;
	default:
		/* Until payTimeout the payer may try another card. */
		facts.state = now_s > pay_timeout_s(task) + DEADLINE_SLACK_S ? PAYMENT_FAILED
		                                                             : PAYMENT_PENDING;
		facts.amount = task->amount;
	}
	facts.order = task->order;
	*ret = facts;
	return PAY_OUTCOME_OK;
}

/* --- 04/00: give back --------------------------------------------------------------- */
static bool refund_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret)
{
	struct unionpay_message message;

	/* Without queryId nothing can be given back: ask about the payment first. */
	if (!number_valid(task->order) || !number_valid(task->refund) || task->reference.len == 0 ||
	    task->give_back.currency != task->amount.currency)
		return false;
	head_put(config, "04", "00", &message);
	unionpay_put(&message, STR("channelType"), STR("07"));
	unionpay_put(&message, STR("orderId"), task->refund);
	unionpay_put(&message, STR("txnTime"), unionpay_time(arena, task->refund_created_s));
	unionpay_put(&message, STR("origQryId"), task->reference);
	unionpay_put(&message, STR("backUrl"), task->hook_url);
	/* Comes back as it is: the callback would not tell whose refund it is. */
	unionpay_put(&message, STR("reqReserved"), task->order);
	return money_put(task->give_back, arena, &message) && body_write(&message, arena, ret);
}

static bool refund_wrap(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct net_call *ret)
{
	struct unionpay_message message;

	return unionpay_read_form(task->body, arena, &message) &&
	       unionpay_request(config, &message, api(config, "backTransReq.do", arena), arena,
	                        ret);
}

/* 00 says that it was taken up; what became of it, the query and the callback say. */
static enum pay_outcome refund_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	struct unionpay_message message;
	enum pay_outcome        outcome = unionpay_answer(config, call, task->now_ms / 1000, arena,
	                                                  &message);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!about(&message, task->refund, task->refund_created_s))
		return PAY_OUTCOME_UNKNOWN;
	ret->reason = unionpay_get(&message, STR("respCode"));
	outcome = unionpay_outcome(unionpay_class_of(ret->reason));
	/* "No such transaction": the payment that it names is not there. */
	if (outcome == PAY_OUTCOME_ABSENT)
		return PAY_OUTCOME_DECLINED;
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	*ret = (struct pay_facts){
		.order = task->order,
		.refund = task->refund,
		.state = PAYMENT_REFUNDING,
		.amount = task->give_back,
		.reference = unionpay_get(&message, STR("queryId")),
	};
	return PAY_OUTCOME_OK;
}

static bool refund_query_wrap(const struct pay_config *config, const struct pay_task *task,
                              struct arena *arena, struct net_call *ret)
{
	return query_write(config, task->refund, task->refund_created_s, arena, ret);
}

static enum pay_outcome refund_query_parse(const struct pay_config *config,
                                           const struct pay_task *task, const struct net_call *call,
                                           struct arena *arena, struct pay_facts *ret)
{
	struct unionpay_message message;
	struct pay_facts        facts = { 0 };
	enum pay_outcome        outcome = unionpay_answer(config, call, task->now_ms / 1000, arena,
	                                                  &message);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (!about(&message, task->refund, task->refund_created_s))
		return PAY_OUTCOME_UNKNOWN;
	ret->reason = unionpay_get(&message, STR("respCode"));
	if (!str_eq(ret->reason, STR("00"))) {
		outcome = unionpay_outcome(unionpay_class_of(ret->reason));
		return outcome == PAY_OUTCOME_ABSENT || outcome == PAY_OUTCOME_CONFIG
		           ? outcome
		           : PAY_OUTCOME_UNKNOWN;
	}
	ret->reason = unionpay_get(&message, STR("origRespCode"));
	switch (unionpay_class_of(ret->reason)) {
	case UNIONPAY_OK:
		facts.state = PAYMENT_REFUNDED;
		break;
	case UNIONPAY_UNSURE:
	case UNIONPAY_REPEAT:
		return PAY_OUTCOME_UNKNOWN;
	default:
		return PAY_OUTCOME_DECLINED;
	}
	if (!facts_read(&message, &facts))
		return PAY_OUTCOME_UNKNOWN;
	facts.order = task->order;
	facts.refund = task->refund;
	*ret = facts;
	return PAY_OUTCOME_OK;
}

/* --- callbacks ---------------------------------------------------------------------- */
/* The body alone is read: a query of our own address is not signed by anyone. */
static enum pay_hook_result hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret)
{
	const struct unionpay  *own = verify->own;
	struct unionpay_message message;
	struct pay_facts        facts = { 0 };
	struct str              type, number;

	if (!unionpay_read_form(in->body, arena, &message) ||
	    !unionpay_proven(&message, &own->trust, in->now_s, arena))
		return PAY_HOOK_FORGED;
	if (!str_eq(unionpay_get(&message, STR("merId")), verify->merchant))
		return PAY_HOOK_FOREIGN;
	type = unionpay_get(&message, STR("txnType"));
	number = unionpay_get(&message, STR("orderId"));
	if (!str_eq(type, STR("01")) && !str_eq(type, STR("04")))
		return PAY_HOOK_IGNORED;
	if (!number_valid(number))
		return PAY_HOOK_DAMAGED;
	if (str_eq(type, STR("01"))) {
		facts.order = number;
		facts.state = PAYMENT_SUCCEEDED;
	} else {
		facts.order = unionpay_get(&message, STR("reqReserved"));
		facts.refund = number;
		facts.state = PAYMENT_REFUNDED;
	}
	/* What is no success may still become one: a query tells. */
	if (unionpay_class_of(unionpay_get(&message, STR("respCode"))) != UNIONPAY_OK) {
		*ret = (struct pay_facts){ .order = facts.order, .refund = facts.refund };
		return PAY_HOOK_ASK;
	}
	facts.event = arena_printf(arena, "%.*s-%.*s",
	                           STR_ARG(unionpay_get(&message, STR("queryId"))), STR_ARG(type));
	if (!facts_read(&message, &facts) || arena->failed)
		return PAY_HOOK_DAMAGED;
	*ret = facts;
	return PAY_HOOK_FACTS;
}

/* --- writing ------------------------------------------------------------------------ */
static void head_put(const struct pay_config *config, const char *type, const char *subtype,
                     struct unionpay_message *message)
{
	const struct unionpay *own = config->own;

	message->count = 0;
	unionpay_put(message, STR("version"), STR("5.1.0"));
	unionpay_put(message, STR("encoding"), STR("UTF-8"));
	unionpay_put(message, STR("signMethod"), STR("01"));
	unionpay_put(message, STR("txnType"), str_from(type));
	unionpay_put(message, STR("txnSubType"), str_from(subtype));
	unionpay_put(message, STR("bizType"), STR("000201"));
	unionpay_put(message, STR("accessType"), own->acquirer.len > 0 ? STR("1") : STR("0"));
	unionpay_put(message, STR("acqInsCode"), own->acquirer);
	unionpay_put(message, STR("merId"), config->merchant);
}

static bool number_valid(struct str number)
{
	for (size_t i = 0; i < number.len; i++) {
		char c = number.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
			return false;
	}
	return number.len >= NUMBER_MIN && number.len <= PAY_NUMBER_MAX;
}

static bool money_put(struct money money, struct arena *arena, struct unionpay_message *message)
{
	if (!takes(NULL, money))
		return false;
	unionpay_put(message, STR("txnAmt"), arena_printf(arena, "%lld", (long long)money.amount));
	unionpay_put(message, STR("currencyCode"), arena_printf(arena, "%03u", money.currency));
	return true;
}

/* "{commodityName=…}": what would end a value is left out. */
static struct str risk_info(struct str title, struct arena *arena)
{
	static const struct str ends = STR_INIT("&={}[]\"<>\\");
	char                   *name = arena_alloc(arena, TITLE_MAX + 1);
	size_t                  len = 0;

	for (size_t i = 0; name && i < title.len && len < TITLE_MAX; i++) {
		struct str c = { .ptr = title.ptr + i, .len = 1 };

		if ((unsigned char)*c.ptr >= ' ' && str_find(ends, c) < 0)
			name[len++] = *c.ptr;
	}
	/* No character cut in its middle. */
	if (len == TITLE_MAX) {
		while (len > 0 && ((unsigned char)name[len - 1] & 0xC0) == 0x80)
			len--;
		if (len > 0 && (unsigned char)name[len - 1] >= 0xC0)
			len--;
	}
	return len > 0 ? arena_printf(arena, "{commodityName=%.*s}", (int)len, name) : STR("");
}

static int64_t pay_timeout_s(const struct pay_task *task)
{
	return task->expires_s > task->created_s ? task->expires_s : task->created_s + PAY_TIME_S;
}

static bool body_write(const struct unionpay_message *message, struct arena *arena, struct str *ret)
{
	struct str form = unionpay_form(message, arena);

	if (form.len == 0)
		return false;
	*ret = form;
	return true;
}

static bool query_write(const struct pay_config *config, struct str number, int64_t created_s,
                        struct arena *arena, struct net_call *ret)
{
	struct unionpay_message message;

	if (!number_valid(number))
		return false;
	head_put(config, "00", "00", &message);
	unionpay_put(&message, STR("orderId"), number);
	unionpay_put(&message, STR("txnTime"), unionpay_time(arena, created_s));
	return unionpay_request(config, &message, api(config, "queryTrans.do", arena), arena, ret);
}

static struct str api(const struct pay_config *config, const char *name, struct arena *arena)
{
	return arena_printf(arena, "%.*s/gateway/api/%s", STR_ARG(config->url), name);
}

/* --- reading ------------------------------------------------------------------------ */
/* An answer may be old or another's: it must name what was asked. */
static bool about(const struct unionpay_message *message, struct str number, int64_t created_s)
{
	struct str time = unionpay_get(message, STR("txnTime"));
	int64_t    time_s;

	return str_eq(unionpay_get(message, STR("orderId")), number) &&
	       unionpay_time_read(time, &time_s) && time_s == created_s;
}

/* What a payment or a refund that went through must tell; state and order are the caller's. */
static bool facts_read(const struct unionpay_message *message, struct pay_facts *ret)
{
	ret->reference = unionpay_get(message, STR("queryId"));
	ret->occurred_s = trace_time_s(message);
	return ret->reference.len > 0 &&
	       unionpay_money_read(unionpay_get(message, STR("txnAmt")),
	                           unionpay_get(message, STR("currencyCode")), &ret->amount);
}

/* traceTime "0102110405" lacks the year, which is txnTime's or the one after it; 0: not told. */
static int64_t trace_time_s(const struct unionpay_message *message)
{
	struct str trace = unionpay_get(message, STR("traceTime"));
	struct str sent = unionpay_get(message, STR("txnTime"));
	char       whole[15];
	int64_t    sent_s, trace_s;

	if (trace.len != 10 || !unionpay_time_read(sent, &sent_s))
		return 0;
	for (size_t i = 0; i < 4; i++)
		whole[i] = sent.ptr[i];
	for (size_t i = 0; i < 10; i++)
		whole[4 + i] = trace.ptr[i];
	if (!unionpay_time_read((struct str){ .ptr = whole, .len = 14 }, &trace_s))
		return 0;
	/* Sent in December, confirmed in January. */
	if (trace_s + 86400 * 180 < sent_s)
		trace_s += 86400 * 365;
	return trace_s;
}
