/*
 * antom.h - what the files of the Antom adapter share: one gateway's keys, how
 * a request is wrapped, and how an answer is proven and sorted (GATEWAYS 3).
 */
#pragma once
#include "gate/antom_sign.h"
#include "gate/json_field.h"
#include "gate/pay.h"

/* Bytes of the provider's texts; their own limits are below these. */
enum {
	ANTOM_ID_MAX = 64,
	ANTOM_CODE_MAX = 64,
	ANTOM_TOKEN_MAX = 128,
	ANTOM_TIME_MAX = 40,
	ANTOM_URL_MAX = 2048,
	ANTOM_TITLE_MAX = 256,
	ANTOM_CURRENCY_LEN = 3,
	ANTOM_AMOUNT_MAX = 16 /* digits */
};

#define ANTOM_UNPAID_S (14 * 60) /* nobody can pay it later than this after it was opened */

/* Keys and words of one gateway; pay_config.own. */
struct antom {
	struct rsa_key *sign;    /* ours; NULL where only callbacks are proven */
	struct keyring  trusted; /* Antom's, old and new */
	struct str      key_version;
	struct str      root;    /* "/ams/api/v1/" or the sandbox's */
	struct str      method;  /* paymentMethodType: "ALIPAY_CN" */
	uint16_t        settle;  /* currency of the settlement contract */
};

/* A proven answer, its result read.  The object is the user's: json_decref(). */
struct antom_answer {
	json_t    *object;
	struct str code;
	char       status; /* 'S', 'F' or 'U' */
};

/* --- building.  All false when the arena is spent or the task cannot be said. */

/* A POST of task->body to root and `name`, signed at task->now_ms. */
bool antom_wrap(const struct pay_config *config, const struct pay_task *task, const char *name,
                struct arena *arena, struct net_call *ret);
bool antom_number_valid(struct str number); /* 1..ANTOM_ID_MAX of [0-9A-Za-z] */
/* {"currency":"JPY","value":"1980"}: minor units as a string.  NULL: none, unknown currency. */
json_t *antom_money(struct money money, struct arena *arena);
/* Texts are set when there is one; a title is cut between characters. */
void antom_put(json_t *object, const char *name, struct str text);
void antom_put_title(json_t *object, const char *name, struct str text);
/* Takes the reference. */
bool antom_write(json_t *object, struct arena *arena, struct str *ret);
struct str antom_instant(struct arena *arena, int64_t utc_s); /* ISO 8601 with +00:00 */
const char *antom_terminal(const struct pay_task *task);      /* "WEB" or "WAP" */

/* --- reading */

/* OK: proven and read, the object is there.  Else there is nothing to give back. */
enum pay_outcome antom_open_answer(const struct pay_config *config, const struct net_call *call,
                                   struct arena *arena, struct antom_answer *ret);
/* The same, sorted for that verb.  OK: the object is the user's, ret->state is what the code
 * alone tells (else PAYMENT_UNKNOWN).  Any other outcome: ret->reason may say why. */
enum pay_outcome antom_judge(const struct pay_config *config, enum pay_verb_id verb,
                             const struct net_call *call, struct arena *arena,
                             struct antom_answer *ret_answer, struct pay_facts *ret);
/* What the result's code means for that verb, by the tables in antom_sort.c.  OK and
 * *ret_state where the code alone tells the state, else PAYMENT_UNKNOWN there. */
enum pay_outcome antom_sort(enum pay_verb_id verb, const struct antom_answer *answer,
                            enum payment_state *ret_state);
/* {"currency":…,"value":…} under that name; more than zero. */
bool antom_read_money(const json_t *object, const char *name, struct arena *arena,
                      struct money *ret);
/* Seconds of an ISO 8601 text under that name; 0 when it is absent or damaged. */
int64_t antom_read_time(const json_t *object, const char *name, struct arena *arena);
/* The result's status and code; false when they are not there. */
bool antom_read_result(const json_t *object, struct arena *arena, char *ret_status,
                       struct str *ret_code);
/* settlementQuote: how the payment's currency was turned into ours.  Left alone when absent. */
void antom_read_quote(const json_t *object, uint16_t from, struct arena *arena,
                      struct fx_decimal *ret);
/* Where the payer goes: the first page of those told that is allowed. */
bool antom_read_page(const struct pay_config *config, const json_t *object,
                     enum pay_device device, struct arena *arena, struct pay_facts *ret);

/* --- the verbs, each of which has its own files */

/* The three functions of a verb, as pay.h says them. */
#define ANTOM_VERB(noun)                                                                         \
	bool antom_##noun##_body(const struct pay_config *config, const struct pay_task *task,   \
	                         struct arena *arena, struct str *ret);                          \
	bool antom_##noun##_wrap(const struct pay_config *config, const struct pay_task *task,   \
	                         struct arena *arena, struct net_call *ret);                     \
	enum pay_outcome antom_##noun##_parse(                                                   \
	    const struct pay_config *config, const struct pay_task *task,                        \
	    const struct net_call *call, struct arena *arena, struct pay_facts *ret);
/* antom_pay.c */
ANTOM_VERB(start)
ANTOM_VERB(query)
ANTOM_VERB(close)
ANTOM_VERB(refund)
ANTOM_VERB(refund_query)
ANTOM_VERB(rate)
/* antom_agree.c */
ANTOM_VERB(sign_up)
ANTOM_VERB(agreement)
ANTOM_VERB(debit)
ANTOM_VERB(unsign)
#undef ANTOM_VERB

/* The body of payments/pay; `token` is an agreement's, or empty for a cashier payment. */
bool antom_pay_body(const struct pay_config *config, const struct pay_task *task, struct str token,
                    struct arena *arena, struct str *ret);
/* What payments/pay answered, for START or DEBIT. */
enum pay_outcome antom_pay_read(const struct pay_config *config, const struct pay_task *task,
                                enum pay_verb_id verb, const struct net_call *call,
                                struct arena *arena, struct pay_facts *ret);
/* antom_hook.c: pay_gateway.hook. */
enum pay_hook_result antom_hook(const struct pay_config *verify, const struct pay_callback *in,
                                struct arena *arena, struct pay_facts *ret);
/* antom_bill.c: pay_gateway.bill, of a settlement CSV. */
bool antom_bill(const struct pay_config *config, struct str file, struct arena *arena,
                pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                struct pay_bill_problem *ret_problem);
