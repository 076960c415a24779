/*
 * people.c - who comes to our door: buyers who press, cancel and walk away,
 * staff who take back, and the gateway with its callbacks.
 */
#include "sim.h"

#include "base/str.h"
#include "gate/pay.h"
#include "store/desk_command.h"
#include "store/once.h"
#include "store/public_id.h"

/* Staff looks at what the machine has put aside, and does what the desk offers. */
static void staff_looks(void *who, int64_t what)
{
	static const enum desk_act acts[2][2] = { { DESK_ACT_CLOSE, DESK_ACT_RESUME },
		                                  { DESK_ACT_RESUME, DESK_ACT_CLOSE } };
	struct truth              *truth = who;
	struct arena               arena;
	struct once                once = { .arena = &arena };
	struct desk_action         action = { .order_id = truth->order_id,
		                              .actor = 2,
		                              .reason = STR("another amount"),
		                              .once = &once };
	int64_t                    first = world_between(&sim.world, 0, 1);
	enum err                   err = ERR_OK;

	(void)what;
	arena_init(&arena, 1 << 16);
	for (int i = 0; i < 2 && err == ERR_OK; i++) {
		action.act = acts[first][i];
		err = life_run(desk_action_apply, &action);
		if (err == ERR_OK && action.refusal == DESK_REFUSAL_NONE)
			break;
	}
	arena_free(&arena);
	if (err != ERR_OK)
		world_plan(&sim.world, sim.world.now_ms + 600000, staff_looks, truth, 0);
}

static void callback_heard(const struct pay_facts *facts)
{
	struct payment_report report = {
		.method = PAY_SANDBOX,
		.number = facts->order,
		.state = facts->state,
		.money = facts->amount,
		.reference = facts->reference,
		.event = facts->event,
	};
	enum settle_doubt doubt;

	if (life_hear(&report, &doubt) != ERR_OK)
		return;
	sim.callbacks += doubt == SETTLE_DOUBT_NONE || doubt == SETTLE_DOUBT_AMOUNT;
}

void people_hook(void *ctx, enum letter_kind kind, struct truth *truth, struct str header,
                 struct str body)
{
	struct sim          *me = ctx;
	struct arena         arena;
	struct pay_facts     facts;
	enum pay_hook_result heard;
	struct pay_callback  in = { .headers = &header,
		                    .header_count = 1,
		                    .body = body,
		                    .now_s = me->world.now_ms / 1000 };
	struct pay_config    verify = { .secret = { .ptr = (const char *)me->shop.keys.sandbox.byte,
		                                    .len = KEY_SIZE } };

	me->tally.hooks++;
	arena_init(&arena, (size_t)1 << 20);
	heard = pay_sandbox.hook(&verify, &in, &arena, &facts);
	if (kind == LETTER_FORGED && heard != PAY_HOOK_FORGED)
		sim_fail("a forged callback was believed", truth->order_id);
	if (kind != LETTER_FORGED && heard != PAY_HOOK_FACTS)
		sim_fail("an honest callback was not believed", truth->order_id);
	if (heard == PAY_HOOK_FACTS)
		callback_heard(&facts);
	arena_free(&arena);
	/* Also when it got no answer: what we stored of it waits for a person. */
	if (kind == LETTER_WRONG)
		world_plan(&sim.world, sim.world.now_ms + world_between(&sim.world, 1, 3600000),
		           staff_looks, truth, 0);
}

static void user_presses(void *who, int64_t what)
{
	struct truth *truth = who;

	partners_press(&sim.partners, truth, (enum sandbox_button)what);
	check_truth(truth);
}

static void user_wishes(void *who, int64_t what)
{
	struct order_wish wish = { .order_id = ((struct truth *)who)->order_id,
		                   .account_id = sim.shop.account_id,
		                   .event = (enum order_event)what };

	if (what == ORDER_EVENT_WITHDRAW)
		wish.actor = 2;
	if (life_run(order_wish_apply, &wish) != ERR_OK)
		return;
	if (!wish.found)
		sim_fail("an order is not there", wish.order_id);
	if (what == ORDER_EVENT_CANCEL && wish.refusal == ORDER_REFUSAL_NONE &&
	    wish.state == ORDER_CANCELLED)
		((struct truth *)who)->cancelled = true;
}

static void user_behaves(struct truth *truth)
{
	static const enum sandbox_button buttons[] = {
		SANDBOX_BUTTON_PAY,      SANDBOX_BUTTON_PAY,  SANDBOX_BUTTON_PAY,
		SANDBOX_BUTTON_PAY,      SANDBOX_BUTTON_PAY,  SANDBOX_BUTTON_DECLINE,
		SANDBOX_BUTTON_PAY_LATE, SANDBOX_BUTTON_LOSE, SANDBOX_BUTTON_LOSE,
		SANDBOX_BUTTON_TIMEOUT
	};
	struct world *world = &sim.world;
	int64_t       now_ms = world->now_ms;
	int64_t       press_ms = now_ms + world_between(world, 500, 1000000);

	/* One in ten walks away. */
	if (truth->payment.outcome == SANDBOX_PAGE && !world_chance(world, 100))
		world_plan(world, press_ms, user_presses, truth,
		           buttons[world_between(world, 0, COUNT_OF(buttons) - 1)]);
	/* Some cancel in another tab while they pay. */
	if (world_chance(world, 80))
		world_plan(world,
		           world_chance(world, 500) ? press_ms + world_between(world, -400, 3000)
		                                    : now_ms + world_between(world, 1000, 1200000),
		           user_wishes, truth, ORDER_EVENT_CANCEL);
	/* Staff takes back where a delivery hangs, often while it is under way. */
	if (world_chance(world, 300))
		world_plan(world,
		           now_ms + world_between(world, 1000,
		                                  world_chance(world, 500) ? 60000 : 7200000),
		           user_wishes, truth, ORDER_EVENT_WITHDRAW);
}

static void user_orders(void *who, int64_t what)
{
	struct world        *world = &sim.world;
	struct order_placing placing = { .account_id = sim.shop.account_id };
	struct order_get_row order;
	struct truth        *truth;

	(void)who;
	(void)what;
	if (life_quote(sim.lines[world_between(world, 0, SIM_LINES - 1)],
	               world_chance(world, 500) ? "keep-180" : "povo-data-3gb",
	               world_chance(world, 300) ? CURRENCY_JPY : CURRENCY_CNY,
	               &placing.order_id) != ERR_OK ||
	    life_run(order_placing_apply, &placing) != ERR_OK) {
		sim.tally.unserved++;
		return;
	}
	if (!placing.found)
		sim_fail("a quote that was acknowledged is gone", placing.order_id);
	if (!placing.placed) {
		sim.tally.refused++;
		return;
	}
	sim.tally.placed++;
	sim.disk.calm = true;
	order = shop_order(&sim.shop, placing.order_id);
	sim.disk.calm = false;
	truth = partners_order(
	    &sim.partners, order.id,
	    public_id(&sim.shop.read_arena, &sim.shop.keys, PUBLIC_PAYMENT, order.payment_id),
	    order_number(&sim.shop.read_arena, &sim.shop.keys, order.id),
	    (struct money){ .amount = order.amount, .currency = (uint16_t)order.currency },
	    world_chance(world, 600)
		? SANDBOX_PAGE
		: (enum sandbox_outcome)world_between(world, SANDBOX_PAID,
	                                              SANDBOX_OUTCOME_COUNT - 1),
	    (enum sandbox_delivery_outcome)(
		world_chance(world, 500)
		    ? SANDBOX_DELIVERY_ACTIVE
		    : world_between(world, 0, SANDBOX_DELIVERY_OUTCOME_COUNT - 1)));
	user_behaves(truth);
	/* The second tab. */
	if (world_chance(world, 100) && life_run(order_placing_apply, &placing) == ERR_OK &&
	    !placing.again)
		sim_fail("one quote made two orders", placing.order_id);
	arena_reset(&sim.shop.read_arena);
}

void people_plan(int64_t order_count)
{
	struct world *world = &sim.world;

	for (int64_t i = 0; i < order_count; i++)
		world_plan(world, SHOP_BEGIN_MS + world_between(world, 0, SPREAD_MS), user_orders,
		           NULL, i);
}
