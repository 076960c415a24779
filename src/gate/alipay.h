/*
 * alipay.h - what the files of the Alipay adapter share: one gateway's keys,
 * how requests are made, and how answers are proven and sorted (GATEWAYS 2).
 */
#pragma once
#include "gate/alipay_sign.h"
#include "gate/json_field.h"
#include "gate/pay.h"

/* Bytes of the provider's texts; their own limits are below these. */
enum {
	ALIPAY_ID_MAX = 64,
	ALIPAY_CODE_MAX = 128,
	ALIPAY_TEXT_MAX = 256,
	ALIPAY_URL_MAX = 2048,
	ALIPAY_TIME_LEN = 19 /* "2026-01-02 03:04:05" */
};

#define ALIPAY_OFFSET_S (8 * 3600)           /* all its times are Beijing's */
#define ALIPAY_FEN_MAX  INT64_C(10000000000) /* of one payment: 100,000,000.00 yuan */

/* Keys and words of one gateway; pay_config.own.  config->merchant is the app_id. */
struct alipay {
	struct rsa_key *sign;    /* ours; NULL where only callbacks are proven */
	struct keyring  trusted; /* Alipay's, old and new */
	struct str      seller;  /* our account there; empty: not compared */
	struct str      scene;   /* sign_scene of agreements */
	struct str      app_cert_sn, root_cert_sn; /* certificate mode; else empty */
	struct str      aes_key; /* CBC_KEY_SIZE bytes; empty: content is not encrypted */
	struct str      app_cert, cert, root_cert; /* PEM, for check() */
	bool            qr;      /* a desk pays by QR code */
};

/* One request: what differs from verb to verb. */
struct alipay_request {
	const char *method;  /* "alipay.trade.query" */
	struct str  content; /* biz_content, JSON */
	struct str  notify_url, return_url; /* may be empty */
};

/* A proven answer; the object is the user's: json_decref(). */
struct alipay_reply {
	json_t    *object;
	struct str code, sub_code; /* sub_code may be empty */
};

/* --- building.  False when the arena is spent. */

/* A POST of the content, signed at task->now_ms. */
bool alipay_post(const struct pay_config *config, const struct pay_task *task,
                 const struct alipay_request *request, struct arena *arena, struct net_call *ret);
/* The whole request as an address for a browser. */
bool alipay_page(const struct pay_config *config, const struct pay_task *task,
                 const struct alipay_request *request, struct arena *arena, struct str *ret);
bool alipay_number_valid(struct str number); /* 1..ALIPAY_ID_MAX of [0-9A-Za-z_] */
/* "88.88".  False: not CNY, not more than zero, more than it takes. */
bool alipay_amount(struct money money, struct arena *arena, struct str *ret);
bool alipay_amount_read(struct str text, struct money *ret); /* "88.88", "88.8", "88" */
struct str alipay_instant(struct arena *arena, int64_t utc_s); /* "2026-01-02 03:04:05" */
/* Seconds of such a text; fractions are passed over.  0: damaged. */
int64_t alipay_instant_read(struct str text);
/* Texts are set when there is one; a title is cut between characters. */
void alipay_put(json_t *object, const char *name, struct str text);
void alipay_put_title(json_t *object, const char *name, struct str text);
bool alipay_write(json_t *object, struct arena *arena, struct str *ret); /* takes the reference */

/* --- reading */

/* Proven, read and sorted for that verb.  OK: *ret_reply is the user's and *ret_state what the
 * code alone tells (else PAYMENT_UNKNOWN).  Any other outcome: ret->reason may say why. */
enum pay_outcome alipay_judge(const struct pay_config *config, const char *method,
                              enum pay_verb_id verb, const struct net_call *call,
                              struct arena *arena, struct alipay_reply *ret_reply,
                              struct pay_facts *ret);
/* What code and sub_code mean for that verb (alipay_sort.c). */
enum pay_outcome alipay_sort(enum pay_verb_id verb, struct str code, struct str sub_code,
                             enum payment_state *ret_state);
/* Is the text under that name, when it is there, the one we asked about? */
bool alipay_names_ours(const json_t *object, const char *name, struct str ours,
                       struct arena *arena);
/* A text that may be absent: empty then. */
struct str alipay_read(const json_t *object, const char *name, struct arena *arena);
/* What trade_status is; TRADE_CLOSED of a trade that was paid is REFUNDED.  False: no such. */
bool alipay_status(struct str status, bool was_paid, enum payment_state *ret);

/* --- the verbs: the three functions of each, as pay.h says them. */
#define ALIPAY_VERB(noun)                                                                        \
	bool alipay_##noun##_body(const struct pay_config *config, const struct pay_task *task,  \
	                          struct arena *arena, struct str *ret);                         \
	bool alipay_##noun##_wrap(const struct pay_config *config, const struct pay_task *task,  \
	                          struct arena *arena, struct net_call *ret);                    \
	enum pay_outcome alipay_##noun##_parse(                                                  \
	    const struct pay_config *config, const struct pay_task *task,                        \
	    const struct net_call *call, struct arena *arena, struct pay_facts *ret);
/* alipay_pay.c */
ALIPAY_VERB(start)
ALIPAY_VERB(query)
ALIPAY_VERB(close)
ALIPAY_VERB(refund)
ALIPAY_VERB(refund_query)
/* alipay_agree.c; sign_up has no wrap: the browser carries it */
ALIPAY_VERB(agreement)
ALIPAY_VERB(debit)
ALIPAY_VERB(unsign)
ALIPAY_VERB(postpone)
/* alipay_bill.c; bill_file has no body */
ALIPAY_VERB(bill)
#undef ALIPAY_VERB
bool alipay_sign_up_body(const struct pay_config *config, const struct pay_task *task,
                         struct arena *arena, struct str *ret);
enum pay_outcome alipay_sign_up_parse(const struct pay_config *config,
                                      const struct pay_task *task, const struct net_call *call,
                                      struct arena *arena, struct pay_facts *ret);
bool alipay_bill_file_wrap(const struct pay_config *config, const struct pay_task *task,
                           struct arena *arena, struct net_call *ret);
enum pay_outcome alipay_bill_file_parse(const struct pay_config *config,
                                        const struct pay_task *task, const struct net_call *call,
                                        struct arena *arena, struct pay_facts *ret);

/* alipay_hook.c: pay_gateway.hook. */
enum pay_hook_result alipay_hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret);
/* alipay_bill.c: pay_gateway.bill, of a zip of GBK tables. */
bool alipay_bill_read(const struct pay_config *config, struct str file, struct arena *arena,
                      pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                      struct pay_bill_problem *ret_problem);
