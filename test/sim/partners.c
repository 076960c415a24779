/*
 * partners.c - see partners.h.
 */
#include "partners.h"

#include "base/str.h"

/* A request on its way. */
struct parcel {
	struct partners *partners;
	struct net_call *call; /* touched only while `epoch` is ours */
	int64_t          epoch;
	struct str       request;
	bool             carrier;
	bool             answer_lost;
	struct str       answer; /* empty: nothing came back */
};

/* A callback on its way. */
struct letter {
	struct partners *partners;
	struct truth    *truth;
	struct str       body;
};

static void       net_call(void *ctx, struct net_call *call);
static void       parcel_arrives(void *who, int64_t what);
static void       parcel_answered(void *who, int64_t what);
static struct str gateway_says(struct partners *partners, struct str request, bool *ret_lost);
static struct str carrier_says(struct partners *partners, struct str request, bool *ret_lost);
static void       letters_plan(struct partners *partners, struct truth *truth);
static void       letters_lie(struct partners *partners, struct truth *truth);
static void       letter_arrives(void *who, int64_t what);

void partners_begin(struct partners *partners, struct world *world, const struct faults *faults,
                    struct str hook_key)
{
	partners->world = world;
	partners->faults = *faults;
	partners->hook_key = hook_key;
	partners->truth_count = 0;
	partners->epoch = 1;
	arena_init(&partners->arena, (size_t)1 << 30);
}

void partners_end(struct partners *partners)
{
	arena_free(&partners->arena);
}

struct net partners_net(struct partners *partners)
{
	return (struct net){ .call = net_call, .ctx = partners };
}

void partners_forget_us(struct partners *partners)
{
	partners->epoch++;
}

struct truth *partners_order(struct partners *partners, int64_t order_id, struct str payment,
                             struct str order, struct money amount, enum sandbox_outcome outcome,
                             enum sandbox_delivery_outcome delivery)
{
	struct truth *truth = &partners->truth[partners->truth_count++];

	assert(partners->truth_count <= PARTNER_ORDERS_MAX);
	*truth = (struct truth){
		.placed = true,
		.order_id = order_id,
		.number = arena_str(&partners->arena, payment),
		.order_text = arena_str(&partners->arena, order),
	};
	truth->payment = (struct sandbox_payment){
		.ref = truth->number,
		.outcome = outcome,
		.amount = amount,
		.created_ms = partners->world->now_ms,
	};
	truth->delivery.outcome = delivery;
	if (outcome != SANDBOX_PAGE)
		letters_plan(partners, truth);
	if (world_chance(partners->world, partners->faults.forged))
		letters_lie(partners, truth);
	return truth;
}

void partners_press(struct partners *partners, struct truth *truth, enum sandbox_button button)
{
	if (sandbox_gateway_press(&truth->payment, button, partners->world->now_ms))
		letters_plan(partners, truth);
}

bool truth_paid(const struct truth *truth, int64_t now_ms)
{
	enum payment_state state = sandbox_gateway_state(&truth->payment, now_ms);

	return state == PAYMENT_SUCCEEDED || state == PAYMENT_REFUNDING ||
	       state == PAYMENT_REFUNDED;
}

bool truth_refunded(const struct truth *truth, int64_t now_ms)
{
	(void)now_ms;
	return truth->payment.refunded_amount > 0;
}

bool truth_credited(const struct truth *truth, int64_t now_ms)
{
	return truth->deliveries > 0 &&
	       sandbox_carrier_state(&truth->delivery, now_ms) == SANDBOX_DELIVERY_IS_DONE;
}

/* Chance decides at once what will become of the exchange; time does the rest. */
static void net_call(void *ctx, struct net_call *call)
{
	struct partners *partners = ctx;
	struct world    *world = partners->world;
	struct faults   *faults = &partners->faults;
	struct parcel   *parcel = ARENA_NEW(&partners->arena, struct parcel);
	int64_t          there_ms = world->now_ms + world_between(world, 1, faults->delay_ms_max);

	assert(parcel != NULL);
	*parcel = (struct parcel){
		.partners = partners,
		.call = call,
		.epoch = partners->epoch,
		.request = arena_str(&partners->arena, call->body),
		.carrier = str_find(call->url, STR("carrier")) >= 0,
		.answer_lost = world_chance(world, faults->lost_after),
	};
	if (world_chance(world, faults->refused)) {
		call->result = NET_REFUSED;
		world_plan(world, world->now_ms + 1, parcel_answered, parcel, NET_REFUSED);
		return;
	}
	if (world_chance(world, faults->late))
		there_ms += world_between(world, 1, 120000);
	if (!world_chance(world, faults->lost_before)) {
		world_plan(world, there_ms, parcel_arrives, parcel, 0);
		if (world_chance(world, faults->twice))
			world_plan(world, there_ms + world_between(world, 1, 60000), parcel_arrives,
			           parcel, 1);
	}
	/* Our own patience. */
	world_plan(world, world->now_ms + call->deadline_ms, parcel_answered, parcel, NET_UNKNOWN);
}

/* what: 1 for the copy, whose answer nobody hears. */
static void parcel_arrives(void *who, int64_t what)
{
	struct parcel   *parcel = who;
	struct partners *partners = parcel->partners;
	struct world    *world = partners->world;
	bool             lost = false;
	struct str       answer = parcel->carrier ? carrier_says(partners, parcel->request, &lost)
	                                          : gateway_says(partners, parcel->request, &lost);

	if (what == 1 || lost || parcel->answer_lost)
		return;
	parcel->answer = answer;
	world_plan(world, world->now_ms + world_between(world, 1, partners->faults.delay_ms_max),
	           parcel_answered, parcel, NET_ANSWER);
}

static void parcel_answered(void *who, int64_t what)
{
	struct parcel   *parcel = who;
	struct net_call *call = parcel->call;

	if (parcel->epoch != parcel->partners->epoch || call == NULL)
		return;
	parcel->call = NULL;
	call->result = (enum net_result)what;
	call->status = what == NET_ANSWER ? 200 : 0;
	if (what == NET_ANSWER)
		call->answer = arena_str(call->arena, parcel->answer);
	call->done(call);
}

static struct truth *truth_find(struct partners *partners, struct str number, bool carrier)
{
	for (size_t i = 0; i < partners->truth_count; i++) {
		struct truth *truth = &partners->truth[i];
		if (str_eq(carrier ? truth->order_text : truth->number, number))
			return truth;
	}
	return NULL;
}

static struct str gateway_says(struct partners *partners, struct str request, bool *ret_lost)
{
	struct sandbox_answer answer;
	struct truth         *truth;
	struct str            ref;
	int64_t               before;

	if (!sandbox_gateway_ref(request, &partners->arena, &ref))
		partners->complain("the gateway cannot read our request", 0);
	truth = truth_find(partners, ref, false);
	/* A number that we never gave out would be a second payment for one order. */
	if (truth == NULL)
		partners->complain("the gateway is asked about a payment that nobody made", 0);
	before = truth->payment.refunded_amount;
	answer = sandbox_gateway_answer(&truth->payment, request, partners->world->now_ms,
	                                &partners->arena);
	truth->payment.ref = truth->number;
	truth->refunds += truth->payment.refunded_amount > before;
	partners->look(truth);
	*ret_lost = answer.lost;
	return answer.bytes;
}

static struct str carrier_says(struct partners *partners, struct str request, bool *ret_lost)
{
	struct sandbox_delivery_answer answer;
	enum sandbox_delivery_outcome  outcome;
	struct truth                  *truth;
	struct str                     order;

	if (!sandbox_carrier_order(request, &partners->arena, &order))
		partners->complain("the carrier cannot read our request", 0);
	truth = truth_find(partners, order, true);
	if (truth == NULL)
		partners->complain("the carrier gets a number that is no order's", 0);
	outcome = truth->delivery.outcome;
	answer = sandbox_carrier_answer(&truth->delivery, request, partners->world->now_ms,
	                                &partners->arena);
	if (answer.changed) {
		/* How it goes is the world's choice, not the request's. */
		truth->delivery.outcome = outcome;
		truth->delivery.order = truth->order_text;
		truth->deliveries++;
		answer = sandbox_carrier_answer(&truth->delivery, request, partners->world->now_ms,
		                                &partners->arena);
		truth->delivery.order = truth->order_text;
	}
	partners->look(truth);
	*ret_lost = answer.lost;
	return answer.bytes;
}

static void letters_plan(struct partners *partners, struct truth *truth)
{
	struct sandbox_hook hooks[SANDBOX_HOOKS_MAX];
	struct world       *world = partners->world;
	size_t              count = sandbox_gateway_hooks(&truth->payment, &partners->arena, hooks);

	for (size_t i = 0; i < count; i++) {
		struct letter *letter = ARENA_NEW(&partners->arena, struct letter);
		int64_t        at_ms = hooks[i].due_ms +
		                world_between(world, 1, partners->faults.delay_ms_max);

		assert(letter != NULL);
		*letter = (struct letter){ .partners = partners,
			                   .truth = truth,
			                   .body = hooks[i].body };
		if (world_chance(world, partners->faults.hook_lost))
			continue;
		if (world_chance(world, partners->faults.hook_late))
			at_ms += world_between(world, 1000, 7200000);
		world_plan(world, at_ms, letter_arrives, letter, 0);
		if (world_chance(world, partners->faults.hook_twice))
			world_plan(world, at_ms + world_between(world, 1, 3600000), letter_arrives,
			           letter, 0);
	}
}

/* Somebody says that it is paid, or that more was paid than was asked for. */
static void letters_lie(struct partners *partners, struct truth *truth)
{
	struct sandbox_hook    hooks[SANDBOX_HOOKS_MAX];
	struct sandbox_payment payment = truth->payment;
	enum letter_kind kind = world_chance(partners->world, 500) ? LETTER_FORGED : LETTER_WRONG;
	struct letter   *letter = ARENA_NEW(&partners->arena, struct letter);

	payment.outcome = SANDBOX_PAID;
	payment.pressed = SANDBOX_BUTTON_NONE;
	payment.amount.amount += kind == LETTER_WRONG;
	assert(letter != NULL && sandbox_gateway_hooks(&payment, &partners->arena, hooks) > 0);
	*letter = (struct letter){ .partners = partners, .truth = truth, .body = hooks[0].body };
	world_plan(partners->world,
	           partners->world->now_ms + world_between(partners->world, 1, 1200000),
	           letter_arrives, letter, kind);
}

/* what: enum letter_kind */
static void letter_arrives(void *who, int64_t what)
{
	static const struct str stranger = STR_INIT("a stranger's key, of that length");
	struct letter          *letter = who;
	struct partners        *partners = letter->partners;
	struct str              key = what == LETTER_FORGED ? stranger : partners->hook_key;

	partners->hook(partners->hook_ctx, (enum letter_kind)what, letter->truth,
	               sandbox_gateway_sign(key, letter->body, partners->world->now_ms / 1000,
	                                    &partners->arena),
	               letter->body);
}
