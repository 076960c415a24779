/*
 * alipay_world.h - Alipay's gateway as its tests see it: set up like an
 * operator's, answers and notifications signed by the provider's rule with its
 * own throw-away key.
 */
#pragma once
#include "test.h"

#include "base/str.h"
#include "gate/ali_keys.h"
#include "gate/alipay.h"

#define ALIPAY_NOW   1790000000 /* 2026-09-21 22:13:20 in Beijing */
#define ALIPAY_ORDER "KP0123456789ABCDEFGHJKMNPQRS"
#define ALIPAY_GIVE  "KR0123456789ABCDEFGHJKMNPQRS"
#define ALIPAY_APP   "2021000000000001"
#define ALIPAY_TRADE "2026092122001468450512505578"

/* Settings by name; a value of "key" rows is the file's content. */
struct alipay_setting {
	const char *name, *value;
};

/* One gateway, and how its answers are signed. */
struct alipay_world {
	struct arena                 arena;
	struct pay_config            config, verify;
	struct pay_task              task;
	struct pay_facts             facts;
	struct net_call              call;
	const struct alipay_setting *more; /* instead of the usual ones; ends with a NULL name */
	const char                  *signer; /* PEM; NULL: nobody */
	int32_t                      status;
};

struct pay_source alipay_world_source(const struct alipay_world *world);
void              alipay_world_open(struct alipay_world *world,
                                    const struct alipay_setting *more);
void              alipay_world_close(struct alipay_world *world);
/* The request of a verb; false: it cannot be said. */
bool alipay_ask(struct alipay_world *world, enum pay_verb_id id);
/* Ask, and answer with that content under the method's own name, or under `name`. */
enum pay_outcome alipay_tell(struct alipay_world *world, enum pay_verb_id id, const char *content);
enum pay_outcome alipay_tell_as(struct alipay_world *world, enum pay_verb_id id,
                                const char *name, const char *content);
/* A parameter of what was asked, url and body together; empty: not sent. */
struct str alipay_sent(struct alipay_world *world, struct str url, struct str body,
                       const char *name);
/* Is the request signed by our key over all that was sent? */
bool alipay_sent_proven(struct alipay_world *world, struct str url, struct str body);
/* A notification of these pairs ("a=b&c=d", values raw), signed in that order by that key. */
enum pay_hook_result alipay_notify(struct alipay_world *world, const char *pairs,
                                   enum alipay_order order, const char *key, int64_t now_s);

#define assert_outcome(got, id) assert_str(pay_outcome_name(got), pay_outcome_name(id).ptr)
#define assert_state(world, id) \
	assert_str(payment_state_name((world)->facts.state), payment_state_name(id).ptr)
#define assert_hook(got, id) assert_str(pay_hook_name(got), pay_hook_name(id).ptr)
