/*
 * till.c - see till.h.
 */
#include "work/till.h"

#include "base/log.h"
#include "base/str.h"
#include "core/plan.h"
#include "store/line_keep.h"
#include "store/public_id.h"

#define TOKEN_SPARE_S 60 /* a token that ends so soon is renewed first */
#define NONCE_BYTES   16
#define TITLE_MAX     120 /* bytes; the strictest gateway takes 127 */

static void       token_begin(struct errand *errand);
static void       token_answered(struct errand *errand);
static void       body_begin(struct errand *errand);
static enum err   body_keep(struct store *store, struct errand *errand);
static void       send(struct errand *errand);
static void       answered(struct errand *errand);
static void       judged(struct errand *errand, enum pay_outcome outcome);
static void       nonce_make(struct errand *errand, struct pay_task *task);
static struct str base_url(const struct work_setup *setup);

enum err till_load(struct errand *errand, const struct order_get_row *order,
                   const struct payment_get_row *payment, struct till *ret)
{
	const struct work_setup *setup = errand_setup(errand);
	struct arena            *arena = &errand->arena;
	struct str               base = base_url(setup);

	if (payment->gateway <= PAY_NONE || payment->gateway >= PAY_METHOD_COUNT) {
		return ERR_CORRUPT;
	}
	*ret = (struct till){
		.method = (enum pay_method)payment->gateway,
		.config = &setup->pay_config[payment->gateway],
		.payment_id = payment->id,
		.task = {
			.order = public_id(arena, setup->keys, PUBLIC_PAYMENT, payment->id),
			.amount = { .amount = payment->amount,
			            .currency = (uint16_t)payment->currency },
			.created_s = payment->created_ms / 1000,
			.expires_s = order->expires_s,
			.reference = payment->reference_null ? STR("") : payment->reference,
		},
	};
	ret->gateway = setup->pay_find != NULL ? setup->pay_find(ret->method)
	                                       : pay_find(ret->method);
	ret->task.hook_url = arena_printf(arena, "%.*s/hook/%s", STR_ARG(base),
	                                  ret->gateway == NULL ? "" : ret->gateway->name);
	return ERR_OK;
}

void till_refund(struct errand *errand, const struct refund_get_row *refund, struct till *till)
{
	till->refund_id = refund->id;
	till->task.refund = public_id(&errand->arena, errand_setup(errand)->keys, PUBLIC_REFUND,
	                              refund->id);
	till->task.give_back = (struct money){ .amount = refund->amount,
		                               .currency = (uint16_t)refund->currency };
	till->task.refund_created_s = refund->created_ms / 1000;
	till->task.refund_reference = refund->reference_null ? STR("") : refund->reference;
}

enum err till_start(struct errand *errand, const struct order_get_row *order, struct till *till)
{
	const struct work_setup    *setup = errand_setup(errand);
	struct arena               *arena = &errand->arena;
	struct str                  base = base_url(setup), name = STR("Keepline");
	const struct plan_pack     *pack = NULL;
	const struct catalogue     *catalogue;
	struct payment_page_get_row page;
	enum err err = payment_page_get(setup->db, arena, till->payment_id, &page);

	if (err != ERR_OK) {
		return err;
	}
	err = pack_of_key(setup->db, arena, setup->catalogue, order->pack, &pack, &catalogue);
	if (err == ERR_OK) {
		name = plan_text_in(&pack->name, page.lang);
	} else if (err != ERR_NOT_FOUND) {
		return err;
	}
	till->task.title = str_take(name, TITLE_MAX);
	till->task.lang = page.lang;
	till->task.device = page.device == PAY_DEVICE_PHONE ? PAY_DEVICE_PHONE : PAY_DEVICE_DESK;
	till->task.payer_ip = page.payer_ip;
	/* The same at every try: it becomes part of the committed body. */
	till->task.return_url = arena_printf(arena, "%.*s/back/%.*s/%.*s", STR_ARG(base),
	                                     STR_ARG(page.lang), STR_ARG(till->task.order));
	return ERR_OK;
}

bool till_can(const struct errand *errand, const struct till *till, enum pay_verb_id verb)
{
	return till->gateway != NULL && pay_verb(till->gateway, verb) != NULL &&
	       (till->method == PAY_SANDBOX || errand_setup(errand)->pay_open[till->method]);
}

void till_begin(struct errand *errand, enum pay_verb_id verb, errand_then *then)
{
	struct till *till = errand->task;

	assert(till_can(errand, till, verb));
	till->verb = verb;
	till->then = then;
	till->again = false;
	till->facts = (struct pay_facts){ 0 };
	till->task.body = STR("");
	token_begin(errand);
}

/* For gateways that want to be logged in to. */
static void token_begin(struct errand *errand)
{
	struct till           *till = errand->task;
	const struct pay_verb *verb = pay_verb(till->gateway, PAY_VERB_TOKEN);
	struct str             token;

	if (verb == NULL || pay_verb(till->gateway, till->verb)->wrap == NULL) {
		body_begin(errand);
		return;
	}
	token = errand_token(errand, till->method);
	if (token.len > 0) {
		till->task.token = arena_str(&errand->arena, token);
		body_begin(errand);
		return;
	}
	till->task.body = STR("");
	till->task.now_ms = errand_now_ms(errand);
	nonce_make(errand, &till->task);
	if (pay_build(verb, till->config, &till->task, &errand->arena, &till->call)) {
		errand_call(errand, &till->call, token_answered);
	} else {
		judged(errand, PAY_OUTCOME_CONFIG);
	}
}

static void token_answered(struct errand *errand)
{
	struct till           *till = errand->task;
	const struct pay_verb *verb = pay_verb(till->gateway, PAY_VERB_TOKEN);
	struct pay_facts       facts = { 0 };
	enum pay_outcome       outcome = verb->parse(till->config, &till->task, &till->call,
	                                             &errand->arena, &facts);

	till->task.body = STR("");
	if (outcome != PAY_OUTCOME_OK || facts.token.len == 0) {
		/* Nothing has moved: the verb itself has not left. */
		judged(errand, outcome == PAY_OUTCOME_CONFIG ? outcome : PAY_OUTCOME_RETRY);
		return;
	}
	errand_token_set(errand, till->method, facts.token, facts.expires_s - TOKEN_SPARE_S);
	till->task.token = facts.token;
	body_begin(errand);
}

/* The bytes of a verb that moves something are written down first, once. */
static void body_begin(struct errand *errand)
{
	struct till                *till = errand->task;
	const struct pay_verb      *verb = pay_verb(till->gateway, till->verb);
	struct payment_call_get_row row;
	enum err                    err;

	if (!pay_verb_moves(till->verb) || verb->body == NULL) {
		send(errand);
		return;
	}
	err = payment_call_get(errand_setup(errand)->db, &errand->arena, till->payment_id,
	                       till->refund_id, till->verb, &row);
	if (err == ERR_OK) {
		till->task.body = row.body;
		send(errand);
	} else if (err != ERR_NOT_FOUND) {
		errand_fail(errand, err);
	} else if (!verb->body(till->config, &till->task, &errand->arena, &till->task.body) ||
	           till->task.body.len == 0) {
		judged(errand, PAY_OUTCOME_CONFIG);
	} else {
		errand_store(errand, body_keep, send);
	}
}

static enum err body_keep(struct store *store, struct errand *errand)
{
	const struct till *till = errand->task;

	return payment_call_add(store->db, till->payment_id, till->refund_id, till->verb,
	                        till->task.body, store->now_ms);
}

static void send(struct errand *errand)
{
	struct till           *till = errand->task;
	const struct pay_verb *verb = pay_verb(till->gateway, till->verb);

	till->task.now_ms = errand_now_ms(errand);
	nonce_make(errand, &till->task);
	till->call = (struct net_call){ 0 };
	if (verb->wrap != NULL &&
	    !pay_build(verb, till->config, &till->task, &errand->arena, &till->call)) {
		judged(errand, PAY_OUTCOME_CONFIG);
	} else if (till->call.url.len == 0) {
		judged(errand,
		       verb->parse(till->config, &till->task, NULL, &errand->arena, &till->facts));
	} else {
		errand_call(errand, &till->call, answered);
	}
}

static void answered(struct errand *errand)
{
	struct till     *till = errand->task;
	enum pay_outcome outcome = pay_verb(till->gateway, till->verb)
	                               ->parse(till->config, &till->task, &till->call,
	                                       &errand->arena, &till->facts);

	assert(outcome < PAY_OUTCOME_COUNT);
	if (outcome == PAY_OUTCOME_LOGIN) {
		errand_token_set(errand, till->method, STR(""), 0);
		if (!till->again) {
			till->again = true;
			token_begin(errand); /* once; the body stays as it is committed */
			return;
		}
		outcome = PAY_OUTCOME_CONFIG;
	}
	judged(errand, outcome);
}

static void judged(struct errand *errand, enum pay_outcome outcome)
{
	struct till *till = errand->task;

	assert(outcome < PAY_OUTCOME_COUNT);
	till->outcome = outcome;
	if (outcome == PAY_OUTCOME_CONFIG || outcome == PAY_OUTCOME_FOREIGN) {
		log_line(LOG_ERROR, "gateway needs a person",
		         LOG_TEXT("gateway", str_from(till->gateway->name)),
		         LOG_TEXT("verb", pay_verb_name(till->verb)),
		         LOG_TEXT("outcome", pay_outcome_name(outcome)),
		         LOG_TEXT("reason", till->facts.reason));
	}
	till->then(errand);
}

static void nonce_make(struct errand *errand, struct pay_task *task)
{
	const struct rand *rand = &errand_setup(errand)->env->rand;
	uint8_t            bytes[NONCE_BYTES];

	rand->fill(rand->ctx, bytes, sizeof(bytes));
	task->nonce = hex_encode(&errand->arena,
	                         (struct str){ .ptr = (const char *)bytes, .len = sizeof(bytes) });
}

static struct str base_url(const struct work_setup *setup)
{
	struct str base = setup->config->text[SETTING_public_url];

	while (str_ends(base, STR("/"))) {
		base = str_take(base, base.len - 1);
	}
	return base;
}
