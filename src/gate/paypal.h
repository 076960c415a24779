/*
 * paypal.h - the parts of the PayPal gateway between its files: pay_paypal.c
 * (settings, token, payments), paypal_wire.c, paypal_fact.c, paypal_refund.c,
 * paypal_hook.c, paypal_sign.c, paypal_agree.c and paypal_bill.c.
 *
 * An order is the payment, its capture is the money.  The reference holds both
 * numbers of theirs: "ORDER CAPTURE".  custom_id is our payment, invoice_id our
 * payment or, of a refund, our refund.
 * Source: GATEWAYS 1 and 6; checked against @paypal/paypal-server-sdk 2.5.0.
 */
#pragma once
#include <jansson.h>

#include "base/cert.h"
#include "gate/pay.h"

#define PAYPAL_ANSWER_MAX   262144 /* bytes of one order with all its payments */
#define PAYPAL_PAGE_MAX      4194304 /* bytes of a page of a statement */
#define PAYPAL_ID_MAX       64     /* bytes of an id of theirs */
#define PAYPAL_CERT_MAX     16     /* certificates in our file */
#define PAYPAL_HOOK_AGE_S   345600 /* they resend for three days: what is older is stale */
#define PAYPAL_HOOK_AHEAD_S 300

/* One certificate that we have: the address that it was got from, and it with its middles. */
struct paypal_cert {
	struct str url, pem; /* url empty: not told */
};

/* What open() and hook_open() made; config->own. */
struct paypal {
	struct str         client_id;   /* of open() alone */
	struct str         webhook_ids; /* comma separated */
	struct cert_trust  trust;
	struct paypal_cert cert[PAYPAL_CERT_MAX];
	size_t             cert_count;
};

/* --- wire ---------------------------------------------------------------------------- */
/* {"currency_code":"JPY","value":"1980"}; NULL: it cannot be said in what PayPal takes. */
json_t *paypal_amount(struct money money, struct arena *arena);
/* The text of "value"; empty as above.  TWD and HUF have no decimals at PayPal. */
struct str paypal_value(struct money money, struct arena *arena);
/* Can it be said?  More than zero, and in a currency of PayPal's. */
bool paypal_takes(struct money money);
/* The object under that name; false: absent or not exact. */
bool paypal_money(const json_t *object, const char *name, struct arena *arena, struct money *ret);
/* One of our numbers: 1..PAY_NUMBER_MAX of [0-9A-Za-z_-]. */
bool paypal_number_valid(struct str number);
/* One of theirs, which may stand in a path: 1..PAYPAL_ID_MAX of [0-9A-Za-z_-]. */
bool paypal_id_valid(struct str id);
/* The first and the second number of a reference; empty when it is not there. */
struct str paypal_order_id(struct str reference);
struct str paypal_capture_id(struct str reference);

/* One request.  id empty: no PayPal-Request-Id. */
struct paypal_request {
	struct str method, path, body, id;
};
/* False: no token in the task, or arena spent. */
bool paypal_call(const struct pay_config *config, const struct pay_task *task,
                 const struct paypal_request *request, struct arena *arena, struct net_call *ret);
/* What came back, where it is no 2xx: its outcome and reason, never OK.  False: it is one. */
bool paypal_failed(const struct net_call *call, struct arena *arena, enum pay_outcome *ret,
                   struct pay_facts *ret_facts);
/* links[rel].href; empty when it is absent. */
struct str paypal_link(const json_t *object, const char *rel, struct arena *arena);

/* --- facts --------------------------------------------------------------------------- */
/* An order.  OK, FOREIGN (another payee), or UNKNOWN (not what it should be). */
enum pay_outcome paypal_order_facts(const json_t *order, struct str merchant, struct arena *arena,
                                    struct pay_facts *ret);
/* A capture by itself, as callbacks bring it. */
bool paypal_capture_facts(const json_t *capture, struct arena *arena, struct pay_facts *ret);
/* A refund by itself; refund is empty when it is none that we have made. */
bool paypal_refund_facts(const json_t *refund, struct arena *arena, struct pay_facts *ret);
/* RFC 3339 under that name, in seconds; 0: absent. */
int64_t paypal_time_s(const json_t *object, const char *name, struct arena *arena);

/* --- signed messages ------------------------------------------------------------------ */
/* The headers of a callback. */
struct paypal_transmission {
	struct str id, time, algorithm, cert_url, signature;
};

/* What a message is worth.  Only SIGNED is proof. */
enum paypal_verdict {
	PAYPAL_SIGNED,
	PAYPAL_BAD_ADDRESS, /* of the certificate: nothing may be got from there */
	PAYPAL_BAD_ALGORITHM,
	PAYPAL_BAD_CERTIFICATE, /* no chain to our roots, not PayPal's, not valid then */
	PAYPAL_BAD_SIGNATURE
};

/* https, host paypal.com or below it, no user, no other port. */
bool paypal_address_valid(struct str url);
/* transmission-id|transmission-time|webhook-id|crc32 of the raw body, decimal, unsigned. */
struct str paypal_message(const struct paypal_transmission *sent, struct str webhook_id,
                          struct str body, struct arena *arena);
/* Judge a message with that certificate (leaf first, its middles behind it).  It must have been
 * valid when the message was sent; one that was renewed since counts as it is now. */
enum paypal_verdict paypal_judge(const struct cert_trust          *trust,
                                 const struct paypal_transmission *sent, struct str webhook_id,
                                 struct str body, struct str pem, int64_t now_s,
                                 struct arena *arena);

/* --- pay_gateway's own; see pay.h ------------------------------------------------------ */
bool paypal_hook_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                      struct pay_problem *ret_problem);
enum pay_hook_result paypal_hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret);
void                 paypal_hook_close(struct paypal *own);
/* What check() tells of the certificates in the file. */
void paypal_hook_check(const struct paypal *own, int64_t now_s, struct arena *arena,
                       pay_finding_visit *visit, void *ctx);
bool paypal_bill(const struct pay_config *config, struct str file, struct arena *arena,
                 pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                 struct pay_bill_problem *ret_problem);

#define PAYPAL_BODY(noun) \
	bool paypal_##noun##_body(const struct pay_config *config, const struct pay_task *task, \
	                          struct arena *arena, struct str *ret)
#define PAYPAL_WRAP(noun) \
	bool paypal_##noun##_wrap(const struct pay_config *config, const struct pay_task *task, \
	                          struct arena *arena, struct net_call *ret)
#define PAYPAL_PARSE(noun) \
	enum pay_outcome paypal_##noun##_parse(const struct pay_config *config, \
	                                       const struct pay_task   *task, \
	                                       const struct net_call *call, struct arena *arena, \
	                                       struct pay_facts *ret)

/* Verbs; see pay.h. */
PAYPAL_BODY(refund);
PAYPAL_WRAP(refund);
PAYPAL_PARSE(refund);
PAYPAL_WRAP(refund_query);
PAYPAL_PARSE(refund_query);
PAYPAL_PARSE(bill);
PAYPAL_WRAP(bill_file);
PAYPAL_PARSE(bill_file);
PAYPAL_BODY(sign);
PAYPAL_WRAP(sign);
PAYPAL_PARSE(sign);
PAYPAL_WRAP(agreement);
PAYPAL_PARSE(agreement);
PAYPAL_BODY(debit);
PAYPAL_WRAP(debit);
PAYPAL_PARSE(debit);
PAYPAL_WRAP(unsign);
PAYPAL_PARSE(unsign);
