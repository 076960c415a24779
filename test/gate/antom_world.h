/*
 * antom_world.h - Antom as its tests see it: a gateway set up like an
 * operator's, answers and callbacks signed by the provider's rule with its own
 * throw-away key.
 */
#pragma once
#include "test.h"

#include "base/str.h"
#include "gate/ali_keys.h"
#include "gate/antom.h"

#define NOW     1790000000 /* 2026-09-21T14:13:20Z */
#define ORDER   "KP0123456789ABCDEFGHJKMNPQRS"
#define REFUND  "KR0123456789ABCDEFGHJKMNPQRS"
#define CLIENT  "5X00000000000000"
#define PAID_ID "20260921194010800100188000000001"

/* Members of answers: a result that is done or going on, and the amount. */
#define DONE                                                                \
	"\"result\":{\"resultCode\":\"SUCCESS\",\"resultStatus\":\"S\"," \
	"\"resultMessage\":\"success\"}"
#define GOING                                                      \
	"\"result\":{\"resultCode\":\"PAYMENT_IN_PROCESS\","     \
	"\"resultStatus\":\"U\",\"resultMessage\":\"going on\"}"
#define AMOUNT "\"paymentAmount\":{\"currency\":\"JPY\",\"value\":\"1980\"}"

/* One gateway as an operator sets it, and what an answer is made of. */
struct world {
	struct arena      arena;
	struct pay_config config, verify;
	struct pay_task   task;
	struct pay_facts  facts;
	struct net_call   call;
	struct str        public_keys, client, settle;
	const char       *signer; /* PEM: who signs the answer; NULL: nobody */
	const char       *named;  /* the answer's Client-Id; NULL: none */
	const char       *path;   /* signed; NULL: as called */
	int32_t           status;
};

/* One callback; NULL and 0: as it should be. */
struct notice {
	const char *path, *client, *time, *body, *signer;
	int64_t     now_s;
};

struct pay_source antom_world_source(const struct world *world);
void              antom_world_open(struct world *world);
void              antom_world_close(struct world *world);
/* The provider's signature by that key over a message. */
struct str antom_signed(struct world *world, const char *key, const struct antom_message *message);
/* Ask, and answer with that body, signed as the world says. */
enum pay_outcome antom_tell(struct world *world, enum pay_verb_id id, const char *body);
enum pay_outcome antom_tellf(struct world *world, enum pay_verb_id id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum pay_hook_result antom_notify(struct world *world, const struct notice *notice);

#define assert_outcome(got, id) assert_str(pay_outcome_name(got), pay_outcome_name(id).ptr)
#define assert_state(world, id) \
	assert_str(payment_state_name((world)->facts.state), payment_state_name(id).ptr)
#define assert_hook(got, id) assert_str(pay_hook_name(got), pay_hook_name(id).ptr)
