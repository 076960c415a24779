/*
 * unionpay_world.h - UnionPay's side for our tests: it signs with keys of
 * unionpay_keys.h what the gateway would say.
 */
#pragma once
#include "gate/pay.h"
#include "gate/unionpay_message.h"

#define MERCHANT "777290058110048"
#define ORDER    "7F3K29QD0M5T8XWA"
#define REFUND   "8G4M30RE1N6V9YXB"
#define QUERY_ID "512601021104051234568"
#define SENT_S   1798780800 /* 2027-01-01 13:20:00 in Beijing */
#define NOW_S    (SENT_S + 60)

/* Made anew for each test; the task may be changed by it. */
struct unionpay_world {
	struct arena      arena;
	struct pay_config config, verify, test_verify; /* the last one with unionpay_test=yes */
	struct pay_task   task;
	struct rsa_key   *signer;
};
extern struct unionpay_world up;

int unionpay_setup(void **state);
int unionpay_teardown(void **state);

/* A setting that stands before the ones of this world; rows end with a NULL name. */
struct unionpay_setting {
	const char *name, *text;
};
struct pay_source unionpay_source(const struct unionpay_setting *over);

/* What the gateway would say of our payment, not signed yet. */
struct unionpay_message up_said(void);
void up_set(struct unionpay_message *message, const char *name, const char *value);
/* signPubKeyCert, with CR LF, and the signature. */
void up_sign(struct unionpay_message *message, const struct rsa_key *key, const char *cert);
/* As answers come: not encoded. */
struct str up_plain(const struct unionpay_message *message);
/* As callbacks come, signed. */
struct str up_notice(struct unionpay_message *message, const struct rsa_key *key, const char *cert);
enum pay_outcome up_parsed(enum pay_verb_id verb, struct str answer, struct pay_facts *ret);
/* Signs, then parses. */
enum pay_outcome up_answered(enum pay_verb_id verb, struct unionpay_message *message,
                          struct pay_facts *ret);
enum pay_hook_result up_called(const struct pay_config *with, struct str body, int64_t now_s,
                            struct pay_facts *ret);
/* Our request, taken apart. */
struct unionpay_message up_request(enum pay_verb_id verb, struct net_call *ret_call);
struct unionpay_message up_front_form(struct pay_facts *ret);
const char *up_field(const struct unionpay_message *message, const char *name);
