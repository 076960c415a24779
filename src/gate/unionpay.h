/*
 * unionpay.h - the parts of the UnionPay gateway: its keys, and its statement.
 *
 * pay_unionpay.c puts them together.  Source: GATEWAYS 7.
 */
#pragma once
#include "gate/pay.h"
#include "gate/unionpay_message.h"

/* What open() made; hook_open() leaves out the key and all that is for requests. */
struct unionpay {
	struct rsa_key       *key;
	struct cert          *cert;
	struct str            cert_id; /* its serial, decimal, without a limit of bits */
	struct unionpay_trust trust;
	struct str            roots, middles; /* PEM, for check() */
	struct str            file_url;       /* where statements are fetched */
	/* of an institution that buys in for us (accessType 1); empty: we sign ourselves */
	struct str            acquirer, category, name, short_name;
	uint16_t              currency; /* of statements, which do not tell it */
};

/* Of struct pay_gateway: see pay.h. */
bool unionpay_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                   struct pay_problem *ret_problem);
/* The same without our key. */
bool unionpay_hook_open(const struct pay_source *source, struct arena *arena,
                        struct pay_config *ret, struct pay_problem *ret_problem);
/* Allowed on what is closed already. */
void unionpay_close(struct pay_config *config);
/* Our key and certificate, and each root and middle. */
void unionpay_check(const struct pay_config *config, int64_t now_s, struct arena *arena,
                    pay_finding_visit *visit, void *ctx);

/* Adds certId and signature and makes the request.  False: arena spent, too many fields. */
bool unionpay_request(const struct pay_config *config, struct unionpay_message *message,
                      struct str url, struct arena *arena, struct net_call *ret);
/* OK: the answer is proven and its merchant is ours; *ret holds it. */
enum pay_outcome unionpay_answer(const struct pay_config *config, const struct net_call *call,
                                 int64_t now_s, struct arena *arena,
                                 struct unionpay_message *ret);
/* What a respCode leaves to do. */
enum pay_outcome unionpay_outcome(enum unionpay_class class);

/* The verbs BILL and BILL_FILE: there is one address for all days. */
enum pay_outcome unionpay_bill_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret);
/* Asks for bill_day's file, at that address only. */
bool unionpay_bill_file_wrap(const struct pay_config *config, const struct pay_task *task,
                             struct arena *arena, struct net_call *ret);
/* OK: the answer is proven; unionpay_bill() reads it.  ABSENT: no such file, or not yet. */
enum pay_outcome unionpay_bill_file_parse(const struct pay_config *config,
                                          const struct pay_task *task, const struct net_call *call,
                                          struct arena *arena, struct pay_facts *ret);

/* A day's statement: the signed answer of BILL_FILE, its zip, or the ZM file alone. */
bool unionpay_bill(const struct pay_config *config, struct str file, struct arena *arena,
                   pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                   struct pay_bill_problem *ret_problem);
