/*
 * app_hook.c - see app_hook.h.
 */
#include "app_hook.h"

#include "base/str.h"
#include "gate/pay.h"

/* What one row's read() needs. */
struct reader {
	const struct pay_gateway *gateway;
	enum pay_method           method;
	struct pay_config         verify;
};

static enum hook_verdict hook_read(const void *ctx, const struct hook_call *call,
                                   struct arena *arena, struct payment_report *ret_report);

enum err app_hooks(struct arena *arena, const struct app_pay *pay, const struct hook_table **ret)
{
	struct hook_table *table = ARENA_NEW(arena, struct hook_table);
	struct hook       *rows = ARENA_ARRAY(arena, struct hook, PAY_METHOD_COUNT);

	if (table == NULL || rows == NULL)
		return ERR_MEMORY;
	for (enum pay_method method = PAY_NONE + 1; method < PAY_METHOD_COUNT; method++) {
		const struct pay_gateway *gateway = pay_find(method);
		struct reader            *reader = ARENA_NEW(arena, struct reader);

		if (reader == NULL)
			return ERR_MEMORY;
		if (gateway == NULL || gateway->hook == NULL || !pay->till[method].open)
			continue;
		*reader = (struct reader){ .gateway = gateway,
			                   .method = method,
			                   .verify = pay->till[method].verify };
		rows[table->count++] = (struct hook){
			.name = str_from(gateway->name),
			.good = { str_from(gateway->good.content_type),
			          str_from(gateway->good.body) },
			.bad = { str_from(gateway->bad.content_type), str_from(gateway->bad.body) },
			.read = hook_read,
			.ctx = reader,
		};
	}
	table->rows = rows;
	*ret = table;
	return ERR_OK;
}

static enum hook_verdict hook_read(const void *ctx, const struct hook_call *call,
                                   struct arena *arena, struct payment_report *ret_report)
{
	static const enum hook_verdict verdict_of[PAY_HOOK_COUNT] = {
		[PAY_HOOK_FACTS] = HOOK_FACTS,     [PAY_HOOK_IGNORED] = HOOK_IGNORED,
		[PAY_HOOK_DAMAGED] = HOOK_DAMAGED, [PAY_HOOK_FORGED] = HOOK_FORGED,
		[PAY_HOOK_STALE] = HOOK_STALE,     [PAY_HOOK_ASK] = HOOK_ASK,
		[PAY_HOOK_FOREIGN] = HOOK_FOREIGN,
	};
	const struct reader *reader = ctx;
	struct pay_callback  callback = { .path = call->path,
		                          .headers = call->headers,
		                          .header_count = call->header_count,
		                          .body = call->body,
		                          .now_s = call->now_s };
	struct pay_facts     facts = { 0 };
	enum pay_hook_result result = reader->gateway->hook(&reader->verify, &callback, arena,
	                                                    &facts);

	assert(result < PAY_HOOK_COUNT);
	if (result == PAY_HOOK_FACTS || result == PAY_HOOK_ASK)
		*ret_report = (struct payment_report){
			.method = reader->method,
			.number = facts.order,
			.refund = facts.refund,
			.state = facts.state,
			.money = facts.amount,
			.reference = facts.reference,
			.event = facts.event,
		};
	return verdict_of[result];
}
