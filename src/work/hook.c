/*
 * hook.c - HOOK: the sandbox gateway calls us back, as a provider would: a
 * signed POST over HTTP to the address under public_url, twice, late or never.
 *
 * The job's attempt counts the callbacks that were acknowledged; the list of
 * all that are to come follows from the payment (sandbox/gateway.h).
 */
#include "base/str.h"
#include "store/order_sql.h"
#include "work/errand.h"
#include "work/partner.h"

#define HOOK_PATH       "/hook/sandbox"
#define HOOK_ANSWER_MAX 4096
#define HOOK_TRY_MAX_MS (INT64_C(3) * 86400 * 1000) /* then the provider gives up */

struct hook {
	struct sandbox_hook list[SANDBOX_HOOKS_MAX];
	size_t              count;
	struct str          header;
	struct net_call     call;
	bool                acknowledged;
};

static enum err hook_load(struct errand *errand, struct hook *hook);
static void     hook_send(struct errand *errand, const struct sandbox_hook *due);
static void     hook_answered(struct errand *errand);
static enum err hook_apply(struct store *store, struct errand *errand);

void hook_begin(struct errand *errand)
{
	struct hook *hook = ARENA_NEW(&errand->arena, struct hook);
	enum err     err = hook == NULL ? ERR_MEMORY : ERR_OK;

	errand->task = hook;
	if (err == ERR_OK) {
		err = hook_load(errand, hook);
	}
	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		errand_fail(errand, err);
	} else if (errand->job.attempt < (int64_t)hook->count &&
	           hook->list[errand->job.attempt].due_ms <= errand->now_ms) {
		hook_send(errand, &hook->list[errand->job.attempt]);
	} else {
		errand_store(errand, hook_apply, NULL);
	}
}

/* ERR_NOT_FOUND: not the sandbox gateway's business; the job ends. */
static enum err hook_load(struct errand *errand, struct hook *hook)
{
	const struct work_setup *setup = errand_setup(errand);
	struct arena            *arena = &errand->arena;
	struct order_get_row     order;
	struct sandbox_payment   payment;
	enum err                 err = order_get(setup->db, arena, errand->job.subject, &order);

	if (err == ERR_OK) {
		err = partner_payment(setup->db, arena, setup->keys, order.payment_id, &payment);
	}
	if (err == ERR_OK) {
		hook->count = sandbox_gateway_hooks(&payment, arena, hook->list);
	}
	return err;
}

static void hook_send(struct errand *errand, const struct sandbox_hook *due)
{
	const struct work_setup *setup = errand_setup(errand);
	struct hook             *hook = errand->task;
	struct str key = { .ptr = (const char *)setup->keys->sandbox.byte, .len = KEY_SIZE };
	struct str base = setup->config->text[SETTING_public_url];

	while (str_ends(base, STR("/"))) {
		base = str_take(base, base.len - 1);
	}
	hook->header = sandbox_gateway_sign(key, due->body, errand->now_ms / 1000, &errand->arena);
	hook->call = (struct net_call){
		.method = STR("POST"),
		.url = arena_printf(&errand->arena, "%.*s" HOOK_PATH, STR_ARG(base)),
		.content_type = STR("application/json"),
		.body = due->body,
		.headers = &hook->header,
		.header_count = 1,
		.answer_max = HOOK_ANSWER_MAX,
	};
	errand_call(errand, &hook->call, hook_answered);
}

static void hook_answered(struct errand *errand)
{
	struct hook *hook = errand->task;

	hook->acknowledged = hook->call.result == NET_ANSWER && hook->call.status == 200;
	errand_store(errand, hook_apply, NULL);
}

static enum err hook_apply(struct store *store, struct errand *errand)
{
	const struct hook *hook = errand->task;
	struct job_get_row job;
	enum err           err = job_get(store->db, store->arena, errand->job.id, &job);
	int64_t            sent, created_ms, due_ms;

	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	sent = errand->job.attempt;
	if (hook->acknowledged || store->now_ms - job.created_ms >= HOOK_TRY_MAX_MS) {
		sent++;
	}
	if (sent >= (int64_t)hook->count) {
		return job_end(store->db, job.id);
	}
	/* The next callback begins its own schedule of tries. */
	created_ms = hook->list[sent].due_ms;
	due_ms = job_next_ms(JOB_HOOK, created_ms, store->now_ms);
	if (created_ms > store->now_ms || sent > errand->job.attempt) {
		due_ms = created_ms;
	}
	return job_set(store->db, &(struct job_set_args){
				      .id = job.id,
				      .kind = job.kind,
				      .created_ms = created_ms,
				      .due_ms = due_ms,
				      .attempt = sent,
				  });
}
