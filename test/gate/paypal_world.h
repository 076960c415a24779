/*
 * paypal_world.h - PayPal without a network, for its tests: settings, requests
 * of ours, objects of theirs.
 */
#pragma once
#include "test.h"

#include "base/str.h"
#include "gate/pay.h"
#include "gate/paypal.h"

#define ORDER           "KP0123456789ABCDEFGHJKMNPQRS"
#define REFUND          "KR0123456789ABCDEFGHJKMNPQRS"
#define NOW_S           1790000000 /* 2026-09-21T14:13:20Z */
#define THEIRS          "5O190127TN364715T"
#define TAKEN           "2GG279541U471931P"

#define WALLET_SETTINGS 8

/* Settings and files of a test. */
struct wallet_setting {
	const char *name, *value;
};

struct wallet {
	struct arena          arena;
	struct wallet_setting settings[WALLET_SETTINGS];
	struct pay_config     config, verify;
	struct pay_task       task;
	struct net_call       call;
	struct pay_facts      facts;
};

void wallet_open(struct wallet *wallet);
void wallet_close(struct wallet *wallet);
/* open() and hook_open() with wallet->settings. */
bool wallet_config(struct wallet *wallet, struct pay_problem *ret);
/* That setting from now on; opened anew. */
void wallet_set(struct wallet *wallet, const char *name, const char *value);
/* The request of a verb, in wallet->call. */
void wallet_ask(struct wallet *wallet, enum pay_verb_id verb);
/* What that answer to it comes to; wallet->facts. */
enum pay_outcome wallet_answer(struct wallet *wallet, enum pay_verb_id verb, int32_t status,
                               struct str body);
/* A header of wallet->call. */
struct str wallet_header(const struct wallet *wallet, const char *name);

#define EXPECT(outcome, expected) \
	assert_str(pay_outcome_name(outcome), pay_outcome_name(PAY_OUTCOME_##expected).ptr)
#define EXPECT_STATE(wallet, expected) \
	assert_str(payment_state_name((wallet)->facts.state), \
	           payment_state_name(PAYMENT_##expected).ptr)

/* Objects of theirs.  `payments` is what stands in its braces. */
struct str wallet_order(struct wallet *wallet, const char *status, const char *payments);
struct str wallet_capture(struct wallet *wallet, const char *status, const char *value);
struct str wallet_refund(struct wallet *wallet, const char *status, const char *number);
struct str wallet_swapped(struct wallet *wallet, struct str text, const char *from, const char *to);
