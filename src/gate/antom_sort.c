/*
 * antom_sort.c - what a result of Antom means: S is done, F is final, U is
 * unknown; and the codes that say more than their class (GATEWAYS 3).
 */
#include "gate/antom.h"

#include "base/str.h"

/* Rows without a verb hold for all. */
#define ANY PAY_VERB_COUNT

/* One code of the provider's. */
struct row {
	enum pay_verb_id   verb;
	struct str         code;
	enum pay_outcome   outcome;
	enum payment_state state; /* PAYMENT_UNKNOWN: the code does not tell */
};

#define ROW(verb_id, code_text, outcome_id, state_id) \
	{ \
		.verb = (verb_id), .code = STR_INIT(code_text), \
		.outcome = PAY_OUTCOME_##outcome_id, .state = PAYMENT_##state_id, \
	}

static const struct row rows[] = {
	/* opening: the payer has to act now, under the address that comes with it */
	ROW(PAY_VERB_START, "PAYMENT_IN_PROCESS", OK, PENDING),
	ROW(PAY_VERB_DEBIT, "PAYMENT_IN_PROCESS", OK, PENDING),
	/* questions: what is not there may be sent (again) */
	ROW(PAY_VERB_QUERY, "ORDER_NOT_EXIST", ABSENT, UNKNOWN),
	ROW(PAY_VERB_REFUND_QUERY, "ORDER_NOT_EXIST", ABSENT, UNKNOWN),
	ROW(PAY_VERB_REFUND_QUERY, "REFUND_NOT_EXIST", ABSENT, UNKNOWN),
	/* closing what is closed already */
	ROW(PAY_VERB_CLOSE, "ORDER_NOT_EXIST", ABSENT, UNKNOWN),
	ROW(PAY_VERB_CLOSE, "ORDER_IS_CLOSED", OK, EXPIRED),
	ROW(PAY_VERB_CLOSE, "ORDER_IS_CANCELED", OK, EXPIRED),
	/* money back */
	ROW(PAY_VERB_REFUND, "REFUND_IN_PROCESS", OK, REFUNDING),
	ROW(ANY, "MERCHANT_BALANCE_NOT_ENOUGH", FUNDS, UNKNOWN),
	/* an agreement that has ended is ended */
	ROW(PAY_VERB_UNSIGN, "INVALID_ACCESS_TOKEN", OK, EXPIRED),
	ROW(PAY_VERB_UNSIGN, "EXPIRED_ACCESS_TOKEN", OK, EXPIRED),
	ROW(PAY_VERB_UNSIGN, "TOKEN_NOT_EXIST", OK, EXPIRED),
	/* our number was used with other content: something may be there, so ask */
	ROW(ANY, "REPEAT_REQ_INCONSISTENT", UNKNOWN, UNKNOWN),
	/* F or not, nobody knows what happened */
	ROW(ANY, "SYSTEM_ERROR", UNKNOWN, UNKNOWN),
	ROW(ANY, "UNKNOWN_EXCEPTION", UNKNOWN, UNKNOWN),
	/* turned away at the door */
	ROW(ANY, "REQUEST_TRAFFIC_EXCEED_LIMIT", RETRY, UNKNOWN),
	/* keys, contract, or a request that we should not have sent */
	ROW(ANY, "ACCESS_DENIED", CONFIG, UNKNOWN),
	ROW(ANY, "CLIENT_INVALID", CONFIG, UNKNOWN),
	ROW(ANY, "CURRENCY_NOT_SUPPORT", CONFIG, UNKNOWN),
	ROW(ANY, "INVALID_API", CONFIG, UNKNOWN),
	ROW(ANY, "INVALID_CLIENT", CONFIG, UNKNOWN),
	ROW(ANY, "INVALID_CLIENT_STATUS", CONFIG, UNKNOWN),
	ROW(ANY, "INVALID_CONTRACT", CONFIG, UNKNOWN),
	ROW(ANY, "INVALID_MERCHANT_STATUS", CONFIG, UNKNOWN),
	ROW(ANY, "INVALID_SIGNATURE", CONFIG, UNKNOWN),
	ROW(ANY, "KEY_NOT_FOUND", CONFIG, UNKNOWN),
	ROW(ANY, "MEDIA_TYPE_NOT_ACCEPTABLE", CONFIG, UNKNOWN),
	ROW(ANY, "MERCHANT_KYB_NOT_QUALIFIED", CONFIG, UNKNOWN),
	ROW(ANY, "MERCHANT_NOT_REGISTERED", CONFIG, UNKNOWN),
	ROW(ANY, "METHOD_NOT_SUPPORTED", CONFIG, UNKNOWN),
	ROW(ANY, "NO_INTERFACE_DEF", CONFIG, UNKNOWN),
	ROW(ANY, "OAUTH_FAILED", CONFIG, UNKNOWN),
	ROW(ANY, "PARAM_ILLEGAL", CONFIG, UNKNOWN),
	ROW(ANY, "SETTLE_CONTRACT_NOT_MATCH", CONFIG, UNKNOWN),
	ROW(ANY, "VERIFY_UNMATCHED", CONFIG, UNKNOWN),
};

/* A question that was refused says nothing about what was asked. */
static bool is_question(enum pay_verb_id verb)
{
	return verb == PAY_VERB_QUERY || verb == PAY_VERB_REFUND_QUERY;
}

enum pay_outcome antom_sort(enum pay_verb_id verb, const struct antom_answer *answer,
                            enum payment_state *ret_state)
{
	*ret_state = PAYMENT_UNKNOWN;
	if (answer->status == 'S')
		return PAY_OUTCOME_OK;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if ((rows[i].verb != ANY && rows[i].verb != verb) ||
		    !str_eq(rows[i].code, answer->code))
			continue;
		*ret_state = rows[i].state;
		return rows[i].outcome;
	}
	if (answer->status == 'F' && !is_question(verb))
		return PAY_OUTCOME_DECLINED;
	return PAY_OUTCOME_UNKNOWN;
}
