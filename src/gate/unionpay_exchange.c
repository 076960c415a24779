/*
 * unionpay_exchange.c - one exchange with UnionPay: a signed form out, a signed
 * answer back; and the verbs that fetch a day's statement.
 */
#include "gate/unionpay.h"

#include "base/str.h"
#include "base/time.h"

bool unionpay_request(const struct pay_config *config, struct unionpay_message *message,
                      struct str url, struct arena *arena, struct net_call *ret)
{
	const struct unionpay *own = config->own;
	struct net_call        call = {
		       .method = STR("POST"),
		       .url = url,
		       .content_type = STR("application/x-www-form-urlencoded; charset=UTF-8"),
		       .answer_max = PAY_ANSWER_MAX,
		       .arena = arena,
	};

	call.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS;
	if (!unionpay_sign(message, own->key, own->cert_id, arena))
		return false;
	call.body = unionpay_form(message, arena);
	if (call.body.len == 0 || arena->failed)
		return false;
	*ret = call;
	return true;
}

enum pay_outcome unionpay_answer(const struct pay_config *config, const struct net_call *call,
                                 int64_t now_s, struct arena *arena, struct unionpay_message *ret)
{
	const struct unionpay *own = config->own;
	struct str             answer = call->answer;

	if (call->result == NET_REFUSED)
		return PAY_OUTCOME_RETRY;
	/* Facts outlive the call; a statement's answer tells none. */
	if (answer.len <= UNIONPAY_MESSAGE_MAX)
		answer = arena_str(arena, answer);
	if (call->result != NET_ANSWER || call->status != 200 || !unionpay_split(answer, ret) ||
	    !unionpay_proven(ret, &own->trust, now_s, arena))
		return PAY_OUTCOME_UNKNOWN;
	if (!str_eq(unionpay_get(ret, STR("merId")), config->merchant))
		return PAY_OUTCOME_FOREIGN;
	return PAY_OUTCOME_OK;
}

enum pay_outcome unionpay_outcome(enum unionpay_class class)
{
	switch (class) {
	case UNIONPAY_OK:
		return PAY_OUTCOME_OK;
	case UNIONPAY_BUSY:
		return PAY_OUTCOME_RETRY;
	case UNIONPAY_ABSENT:
		return PAY_OUTCOME_ABSENT;
	case UNIONPAY_CONFIG:
		return PAY_OUTCOME_CONFIG;
	case UNIONPAY_NO:
		return PAY_OUTCOME_DECLINED;
	case UNIONPAY_UNSURE:
	case UNIONPAY_REPEAT:
		break;
	}
	return PAY_OUTCOME_UNKNOWN;
}

/* --- 76/01: a day's statement ------------------------------------------------------- */
/* There is one address for all days: nobody has to be asked for it. */
enum pay_outcome unionpay_bill_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	const struct unionpay *own = config->own;

	(void)task;
	(void)call;
	(void)arena;
	if (own->file_url.len == 0)
		return PAY_OUTCOME_CONFIG;
	*ret = (struct pay_facts){ .url = own->file_url };
	return PAY_OUTCOME_OK;
}

bool unionpay_bill_file_wrap(const struct pay_config *config, const struct pay_task *task,
                             struct arena *arena, struct net_call *ret)
{
	const struct unionpay  *own = config->own;
	struct civil            day = civil_from_day(task->bill_day);
	struct unionpay_message message = { 0 };

	if (own->file_url.len == 0 || !str_eq(task->bill_url, own->file_url))
		return false;
	unionpay_put(&message, STR("version"), STR("5.1.0"));
	unionpay_put(&message, STR("encoding"), STR("UTF-8"));
	unionpay_put(&message, STR("signMethod"), STR("01"));
	unionpay_put(&message, STR("txnType"), STR("76"));
	unionpay_put(&message, STR("txnSubType"), STR("01"));
	unionpay_put(&message, STR("bizType"), STR("000000"));
	unionpay_put(&message, STR("accessType"), own->acquirer.len > 0 ? STR("1") : STR("0"));
	unionpay_put(&message, STR("acqInsCode"), own->acquirer);
	unionpay_put(&message, STR("merId"), config->merchant);
	unionpay_put(&message, STR("fileType"), STR("00"));
	unionpay_put(&message, STR("settleDate"),
	             arena_printf(arena, "%02d%02d", day.month, day.day));
	unionpay_put(&message, STR("txnTime"), unionpay_time(arena, task->now_ms / 1000));
	if (!unionpay_request(config, &message,
	                      arena_printf(arena, "%.*s/", STR_ARG(own->file_url)), arena, ret))
		return false;
	ret->answer_max = PAY_BILL_MAX;
	return true;
}

enum pay_outcome unionpay_bill_file_parse(const struct pay_config *config,
                                          const struct pay_task *task, const struct net_call *call,
                                          struct arena *arena, struct pay_facts *ret)
{
	struct unionpay_message message;
	enum pay_outcome        outcome = unionpay_answer(config, call, task->now_ms / 1000, arena,
	                                                  &message);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	ret->reason = unionpay_get(&message, STR("respCode"));
	return unionpay_outcome(unionpay_class_of(ret->reason));
}
