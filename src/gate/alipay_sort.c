/*
 * alipay_sort.c - what a code of Alipay's gateway means: 10000 done, 10003 under
 * way, 20000 unknown, 40001 to 40006 ours to mend, 40004 as its sub_code says
 * (GATEWAYS 2).
 */
#include "gate/alipay.h"

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

static const struct row codes[] = {
	ROW(ANY, "10000", OK, UNKNOWN),
	ROW(PAY_VERB_DEBIT, "10003", OK, PENDING),
	ROW(ANY, "10003", UNKNOWN, UNKNOWN),
	ROW(ANY, "20000", UNKNOWN, UNKNOWN),
	ROW(ANY, "20001", CONFIG, UNKNOWN), /* our authorisation there */
	ROW(ANY, "40001", CONFIG, UNKNOWN),
	ROW(ANY, "40002", CONFIG, UNKNOWN),
	ROW(ANY, "40003", CONFIG, UNKNOWN),
	ROW(ANY, "40005", RETRY, UNKNOWN), /* turned away at the door: too many calls */
	ROW(ANY, "40006", CONFIG, UNKNOWN),
};

static const struct row sub_codes[] = {
	/* nobody knows what happened: ask, then send the same again */
	ROW(ANY, "ACQ.SYSTEM_ERROR", UNKNOWN, UNKNOWN),
	ROW(ANY, "SYSTEM_ERROR", UNKNOWN, UNKNOWN),
	ROW(ANY, "aop.ACQ.SYSTEM_ERROR", UNKNOWN, UNKNOWN),
	ROW(ANY, "AOP.ACQ.SYSTEM_ERROR", UNKNOWN, UNKNOWN),
	/* a page that is open is no trade yet: only who logs in makes one */
	ROW(PAY_VERB_QUERY, "ACQ.TRADE_NOT_EXIST", ABSENT, UNKNOWN),
	ROW(PAY_VERB_CLOSE, "ACQ.TRADE_NOT_EXIST", ABSENT, UNKNOWN),
	ROW(PAY_VERB_REFUND_QUERY, "ACQ.TRADE_NOT_EXIST", ABSENT, UNKNOWN),
	/* paid or closed before we came: ask which */
	ROW(ANY, "ACQ.TRADE_HAS_SUCCESS", UNKNOWN, UNKNOWN),
	ROW(PAY_VERB_CLOSE, "ACQ.TRADE_STATUS_ERROR", UNKNOWN, UNKNOWN),
	ROW(PAY_VERB_CLOSE, "ACQ.REASON_TRADE_STATUS_INVALID", UNKNOWN, UNKNOWN),
	ROW(PAY_VERB_CLOSE, "ACQ.REASON_ILLEGAL_STATUS", UNKNOWN, UNKNOWN),
	ROW(PAY_VERB_CLOSE, "ACQ.TRADE_HAS_CLOSE", OK, EXPIRED),
	/* the number of a refund was used with another amount: something is there */
	ROW(PAY_VERB_REFUND, "ACQ.DISCORDANT_REPEAT_REQUEST", UNKNOWN, UNKNOWN),
	ROW(ANY, "ACQ.SELLER_BALANCE_NOT_ENOUGH", FUNDS, UNKNOWN),
	/* agreements */
	ROW(PAY_VERB_AGREEMENT, "USER_AGREEMENT_NOT_EXIST", ABSENT, UNKNOWN),
	ROW(PAY_VERB_UNSIGN, "USER_AGREEMENT_NOT_EXIST", OK, EXPIRED),
	ROW(PAY_VERB_UNSIGN, "AGREEMENT_HAS_BEEN_UNSIGNED", OK, EXPIRED),
	/* no statement of that day */
	ROW(PAY_VERB_BILL, "isp.bill_not_exist", ABSENT, UNKNOWN),
	ROW(PAY_VERB_BILL, "BILL_NOT_EXIST", ABSENT, UNKNOWN),
	/* ours to mend */
	ROW(ANY, "ACQ.INVALID_PARAMETER", CONFIG, UNKNOWN),
	ROW(ANY, "ACQ.ACCESS_FORBIDDEN", CONFIG, UNKNOWN),
	ROW(ANY, "ACQ.PARTNER_ERROR", CONFIG, UNKNOWN),
	ROW(ANY, "ACQ.EXIST_FORBIDDEN_WORD", CONFIG, UNKNOWN),
};

static const struct row *find(const struct row *rows, size_t count, enum pay_verb_id verb,
                              struct str code)
{
	for (size_t i = 0; i < count; i++)
		if ((rows[i].verb == ANY || rows[i].verb == verb) && str_eq(rows[i].code, code))
			return &rows[i];
	return NULL;
}

/* A question that was refused says nothing about what was asked. */
static bool is_question(enum pay_verb_id verb)
{
	return verb == PAY_VERB_QUERY || verb == PAY_VERB_REFUND_QUERY ||
	       verb == PAY_VERB_AGREEMENT || verb == PAY_VERB_BILL;
}

enum pay_outcome alipay_sort(enum pay_verb_id verb, struct str code, struct str sub_code,
                             enum payment_state *ret_state)
{
	const struct row *row = find(codes, COUNT_OF(codes), verb, code);

	*ret_state = PAYMENT_UNKNOWN;
	if (row == NULL && str_eq(code, STR("40004"))) {
		row = find(sub_codes, COUNT_OF(sub_codes), verb, sub_code);
		/* isp.* is Alipay's own trouble, whatever it is called. */
		if (row == NULL && (str_starts(sub_code, STR("isp.")) || sub_code.len == 0))
			return PAY_OUTCOME_UNKNOWN;
		if (row == NULL)
			return is_question(verb) ? PAY_OUTCOME_UNKNOWN : PAY_OUTCOME_DECLINED;
	}
	if (row == NULL)
		return PAY_OUTCOME_UNKNOWN;
	*ret_state = row->state;
	return row->outcome;
}
