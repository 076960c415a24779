/*
 * stripe_world.h - Stripe without a network, for its tests: settings, requests
 * of ours, objects of theirs.
 */
#pragma once
#include "test.h"

#include "base/hash.h"
#include "base/str.h"
#include "gate/pay.h"
#include "gate/stripe_wire.h"

#define ORDER           "KP0123456789ABCDEFGHJKMNPQRS"
#define REFUND          "KR0123456789ABCDEFGHJKMNPQRS"
#define NOW_S           1790000000
#define SESSION         "cs_test_a1B2"
#define INTENT          "pi_3Abc"

#define STRIPE_SETTINGS 6

/* Settings and files of a test. */
struct given {
	const char *name, *value;
};

struct world {
	struct arena      arena;
	struct given      settings[STRIPE_SETTINGS];
	struct pay_config config, verify;
	struct pay_task   task;
	struct net_call   call;
	struct pay_facts  facts;
};

void card_open(struct world *world);
void card_close(struct world *world);
/* open() and hook_open() with world->settings. */
bool card_config(struct world *world, struct pay_problem *ret);
/* The request of a verb, in world->call. */
void card_ask(struct world *world, enum pay_verb_id verb);
/* What that answer to it comes to; world->facts. */
enum pay_outcome card_answer(struct world *world, enum pay_verb_id verb, int32_t status,
                             struct str body);
/* A header of world->call. */
struct str card_header(const struct world *world, const char *name);

#define EXPECT(outcome, expected) \
	assert_str(pay_outcome_name(outcome), pay_outcome_name(PAY_OUTCOME_##expected).ptr)
#define EXPECT_STATE(world, expected) \
	assert_str(payment_state_name((world)->facts.state), \
	           payment_state_name(PAYMENT_##expected).ptr)

/* Objects of theirs; `inner` is an id in quotes, or an object. */
struct str  card_session(struct world *world, const char *status, const char *paid,
                         const char *inner);
const char *card_intent(struct world *world, const char *status, int64_t received,
                        const char *disputed);
struct str  card_refund(struct world *world, const char *status, const char *number);
/* A text with one piece of it swapped for another. */
struct str card_swapped(struct world *world, struct str text, const char *from, const char *to);
