/*
 * world.c - see world.h.
 */
#include "test.h"

#include "work/world.h"

#include "base/str.h"
#include "store/db_sqlite.h"
#include "store/job_sql.h"
#include "store/notice_sql.h"
#include "store/sandbox_sql.h"

static void world_call(void *ctx, struct net_call *call)
{
	struct world *world = ctx;

	call->next = NULL;
	call->status = 0;
	call->answer = (struct str){ 0 };
	*world->last = call;
	world->last = &call->next;
}

static enum carrier_turn scripted_turn(struct carrier_talk *talk, const struct net_call *last)
{
	bool ask = talk->task.kind == CARRIER_ASK;

	if (last == NULL)
		return carrier_ask(talk, STR("POST"), STR("test:carrier"),
		                   ask ? STR("ask") : STR("activate"), 64);
	if (last->result != NET_ANSWER)
		return carrier_finish(talk,
		                      last->result == NET_REFUSED && !ask ? CARRIER_RETRY
		                                                          : CARRIER_UNKNOWN,
		                      CARRIER_REASON_SILENT, STR(""));
	assert_int_equal(last->answer.len, 2);
	return carrier_finish(talk, (enum carrier_outcome)(last->answer.ptr[0] - 'A'),
	                      (enum carrier_reason)(last->answer.ptr[1] - 'A'), STR("said so"));
}

const struct carrier carrier_scripted = {
	.name = "scripted",
	.caps = CARRIER_MAY_TAKE_BACK,
	.take_back_s = 10,
	.turn = scripted_turn,
};

static void count_verb(struct world *world, struct str body)
{
	static const struct {
		const char *word;
		size_t      place;
	} verbs[] = {
		{ "\"activate\"", offsetof(struct world, activate) },
		{ "\"ask\"", offsetof(struct world, ask) },
		{ "\"query\"", offsetof(struct world, query) },
		{ "\"close\"", offsetof(struct world, close) },
		{ "\"refund_query\"", offsetof(struct world, refund_query) },
		{ "\"verb\":\"refund\"", offsetof(struct world, refund) },
	};

	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		if (str_find(body, str_from(verbs[i].word)) >= 0)
			++*(int *)((char *)world + verbs[i].place);
	}
}

static void scripted_answer(struct world *world, struct net_call *call)
{
	char *said = arena_alloc(call->arena, 2);

	assert_true(world->script_next < world->script_count);
	said[0] = (char)('A' + world->script[world->script_next].outcome);
	said[1] = (char)('A' + world->script[world->script_next].reason);
	world->script_next++;
	call->answer = (struct str){ .ptr = said, .len = 2 };
	call->result = NET_ANSWER;
}

/* A callback or a mail arrives. */
static void outside_answer(struct world *world, struct net_call *call)
{
	if (str_starts(call->url, STR("smtp")))
		world->mail++;
	else
		world->hook++;
	assert_true(world->seen_count < WORLD_SEEN_MAX);
	snprintf(world->seen[world->seen_count], sizeof world->seen[0], "%.*s",
	         STR_ARG(call->body));
	if (call->header_count > 0)
		snprintf(world->header[world->seen_count], sizeof world->header[0], "%.*s",
		         STR_ARG(call->headers[0]));
	world->seen_count++;
	call->result = world->http_status == 0 ? NET_REFUSED : NET_ANSWER;
	call->status = world->http_status;
}

static void answer(struct world *world, struct net_call *call)
{
	bool sandbox = str_starts(call->url, STR("sandbox"));

	call->result = NET_REFUSED;
	if (str_starts(call->url, STR("http")) || str_starts(call->url, STR("smtp"))) {
		outside_answer(world, call);
		return;
	}
	if (sandbox)
		count_verb(world, call->body);
	else if (str_eq(call->body, STR("ask")))
		world->ask++;
	else
		world->activate++;
	if (world->fault == FAULT_REFUSED)
		return;
	if (world->fault != FAULT_LOST && sandbox)
		partner_answer(world->partner, call);
	else if (world->fault != FAULT_LOST)
		scripted_answer(world, call);
	if (world->fault == FAULT_LOST || world->fault == FAULT_LOST_ANSWER)
		call->result = NET_UNKNOWN;
	if (world->fault == FAULT_GARBLED)
		call->answer = STR("{\"order\":7");
}

static bool carry(struct world *world)
{
	struct net_call *call = world->first;

	if (call == NULL || world->hold)
		return false;
	world->first = NULL;
	world->last = &world->first;
	while (call != NULL) {
		struct net_call *next = call->next;

		answer(world, call);
		call->done(call);
		call = next;
	}
	return true;
}

static void world_hire(struct world *world)
{
	struct shop         *shop = &world->shop;
	struct partner_setup partner = {
		.env = &shop->env, .db = shop->read_db, .writer = shop->writer, .keys = &shop->keys
	};
	struct work_setup work = { .env = &shop->env,
		                   .db = shop->read_db,
		                   .writer = shop->writer,
		                   .keys = &shop->keys,
		                   .config = &shop->config,
		                   .catalogue = &shop->catalogue,
		                   .carrier = world->carrier };

	world->first = NULL;
	world->last = &world->first;
	work.carrier_config.sandbox_url = STR(PARTNER_CARRIER_URL);
	work.pay_config[PAY_SANDBOX].url = STR(PARTNER_GATEWAY_URL);
	work.pay_find = world->gateways;
	for (int i = 0; i < PAY_METHOD_COUNT && world->gateways != NULL; i++) {
		work.pay_open[i] = true;
		work.pay_config[i].pages = i == PAY_SANDBOX ? STR("") : world->pages;
	}
	arena_init(&world->arena, 64 << 20);
	assert_int_equal(partner_open(&world->arena, &partner, &world->partner), ERR_OK);
	assert_int_equal(work_open(&world->arena, &work, &world->work), ERR_OK);
}

void world_open(struct world *world, const struct carrier *carrier)
{
	*world = (struct world){ .carrier = carrier, .http_status = 200 };
	shop_open(&world->shop, false);
	world->shop.env.net = (struct net){ .call = world_call, .ctx = world };
	world_hire(world);
}

void world_close(struct world *world)
{
	while (work_settle(world->work) > 0)
		continue;
	work_close(world->work);
	shop_close(&world->shop);
	arena_free(&world->arena);
}

void world_crash(struct world *world)
{
	work_close(world->work);
	arena_free(&world->arena);
	shop_crash(&world->shop);
	world_hire(world);
}

bool world_inch(struct world *world)
{
	int64_t begun = work_figures(world->work).begun;

	if (carry(world) || work_settle(world->work) > 0)
		return true;
	(void)work_step(world->work, world->shop.now_ms);
	return work_figures(world->work).begun > begun;
}

void world_turn(struct world *world)
{
	for (int i = 0; world_inch(world); i++)
		assert_true(i < 10000);
}

void world_run(struct world *world, int64_t ms)
{
	int64_t until_ms = world->shop.now_ms + ms;

	for (int i = 0; i < 10000; i++) {
		int64_t next_ms;

		world_turn(world);
		next_ms = work_step(world->work, world->shop.now_ms);
		if (next_ms > until_ms)
			break;
		world->shop.now_ms = next_ms > world->shop.now_ms ? next_ms
		                                                  : world->shop.now_ms + 1;
	}
	world->shop.now_ms = until_ms;
	world_turn(world);
}

void world_say(struct world *world, enum carrier_outcome outcome, enum carrier_reason reason)
{
	assert_true(world->script_count < WORLD_SCRIPT_MAX);
	world->script[world->script_count++] = (struct say){ .outcome = outcome, .reason = reason };
}

static enum err press_apply(struct store *store, struct command *command)
{
	int64_t changes;

	return sandbox_payment_press(store->db, *(int64_t *)command->arg, SANDBOX_BUTTON_PAY,
	                             store->now_ms, &changes);
}

int64_t world_paid(struct world *world)
{
	int64_t               id = shop_place(&world->shop, world->shop.line_id);
	int64_t               payment_id = shop_order(&world->shop, id).payment_id;
	struct payment_report paid = shop_report(&world->shop, id, PAYMENT_SUCCEEDED, "");

	assert_int_equal(shop_run(&world->shop, press_apply, &payment_id), ERR_OK);
	assert_int_equal(shop_tell(&world->shop, &paid), SETTLE_DOUBT_NONE);
	return id;
}

int64_t world_steered(struct world *world, enum sandbox_outcome gateway,
                      enum sandbox_delivery_outcome carrier)
{
	struct shop         *shop = &world->shop;
	struct order_placing placing = { .order_id = shop_quote(shop, shop->line_id, "keep-180",
		                                                CURRENCY_CNY),
		                         .account_id = shop->account_id,
		                         .sandbox = partner_steering(gateway, carrier) };

	assert_int_equal(shop_run(shop, order_placing_apply, &placing), ERR_OK);
	assert_true(placing.placed);
	return placing.order_id;
}

static enum err move_apply(struct store *store, struct command *command)
{
	char sql[96];

	snprintf(sql, sizeof sql,
	         "update orders set gateway = %d where id = (select max(id) from orders)",
	         *(int *)command->arg);
	return db_exec(store->db, sql);
}

int64_t world_place_at(struct world *world, enum pay_method method)
{
	struct shop         *shop = &world->shop;
	int                  gateway = (int)method;
	struct order_placing placing = { .order_id = shop_quote(shop, shop->line_id, "keep-180",
		                                                CURRENCY_CNY),
		                         .account_id = shop->account_id };

	assert_int_equal(shop_run(shop, move_apply, &gateway), ERR_OK);
	assert_int_equal(shop_run(shop, order_placing_apply, &placing), ERR_OK);
	assert_true(placing.placed);
	return placing.order_id;
}

struct job_get_row world_job(struct world *world, int64_t order_id)
{
	struct order_get_row order = shop_order(&world->shop, order_id);
	struct job_get_row   job = { .kind = JOB_KIND_COUNT };

	if (order.job_id != 0)
		assert_int_equal(
		    job_get(world->shop.read_db, &world->shop.arena, order.job_id, &job), ERR_OK);
	return job;
}

enum order_state world_state(struct world *world, int64_t order_id)
{
	return (enum order_state)shop_order(&world->shop, order_id).state;
}

int world_count(struct world *world, int64_t order_id, enum order_event cause)
{
	int64_t                    id = shop_order(&world->shop, order_id).event_id;
	struct order_event_get_row event;
	int                        count = 0;

	while (id != 0) {
		assert_int_equal(
		    order_event_get(world->shop.read_db, &world->shop.arena, id, &event), ERR_OK);
		count += event.cause == (int64_t)cause;
		id = event.prev;
	}
	return count;
}

int world_told(struct world *world, enum notice kind)
{
	struct account_heads_row account;
	struct notice_get_row    notice;
	int                      count = 0;

	assert_int_equal(account_heads(world->shop.read_db, &world->shop.arena,
	                               world->shop.account_id, &account),
	                 ERR_OK);
	for (int64_t id = account.last_notice; id != 0; id = notice.prev) {
		assert_int_equal(notice_get(world->shop.read_db, id, &notice), ERR_OK);
		count += notice.kind == (int64_t)kind;
	}
	return count;
}
