/*
 * reconcile_test.c - the three-way match against its table, and at random: what
 * is booked and what breaks is everything, once each.
 */
#include "core/reconcile.h"
#include "table.h"

#include "base/arena.h"
#include "base/buf.h"

#define DAY_S   86400
#define ROW_MAX 8

static const struct recon_terms terms = { .from_s = DAY_S, .to_s = 2 * DAY_S, .fee_bp = 120 };

struct world {
	struct recon_ours   ours[ROW_MAX];
	struct recon_theirs theirs[ROW_MAX];
	size_t              ours_count, theirs_count;
	struct arena        arena;
	struct buf          said;
};

static struct str word(struct str *rest)
{
	struct str head, tail;

	*rest = str_trim(*rest);
	str_cut(*rest, ' ', &head, &tail);
	*rest = str_trim(tail);
	return head;
}

static int64_t number(struct str text)
{
	int64_t value = 0;

	if (!str_to_int64(text, &value))
		fail_msg("\"%.*s\" is no number", STR_ARG(text));
	return value;
}

static struct money money_of(struct str *rest)
{
	struct money money;

	if (!currency_from_code(word(rest), &money.currency))
		fail_msg("no currency before \"%.*s\"", STR_ARG(*rest));
	money.amount = number(word(rest));
	return money;
}

static void name_of(struct str text, enum recon_kind *kind, int64_t *id)
{
	*kind = text.ptr[0] == 'r' ? RECON_REFUND : RECON_PAYMENT;
	*id = text.ptr[0] == '?' ? 0 : number(str_skip(text, 1));
}

static void ours_read(struct world *world, struct str text)
{
	struct recon_ours *ours = &world->ours[world->ours_count++];
	struct str         state;

	name_of(word(&text), &ours->kind, &ours->id);
	ours->money = money_of(&text);
	state = word(&text);
	ours->state = str_eq(state, STR("open"))   ? RECON_OPEN
	              : str_eq(state, STR("done")) ? RECON_DONE
	                                           : RECON_ENDED;
	ours->done_s = number(word(&text)) * DAY_S + 5;
	ours->reconciled = str_eq(word(&text), STR("known"));
}

static void theirs_read(struct world *world, struct str text)
{
	struct recon_theirs *theirs = &world->theirs[world->theirs_count++];

	name_of(word(&text), &theirs->kind, &theirs->id);
	theirs->row = (int64_t)world->theirs_count;
	theirs->money = money_of(&text);
	theirs->done = str_eq(word(&text), STR("done"));
	while (text.len > 0) {
		if (str_eq(word(&text), STR("fee")))
			theirs->fee = money_of(&text);
		else
			theirs->settled = money_of(&text);
	}
}

static void each(struct world *world, struct str cell, void (*read)(struct world *, struct str))
{
	struct str part;

	while (cell.len > 0 && !str_eq(cell, STR("-"))) {
		str_cut(cell, ',', &part, &cell);
		read(world, str_trim(part));
	}
}

static void say(struct world *world, struct str what, enum recon_kind kind, int64_t id)
{
	buf_printf(&world->said, "%s%.*s ", buf_str(&world->said).len > 0 ? ", " : "",
	           STR_ARG(what));
	if (id == 0)
		buf_add(&world->said, STR("?"));
	else
		buf_printf(&world->said, "%c%d", kind == RECON_REFUND ? 'r' : 'p', (int)id);
}

static void broken(void *ctx, const struct recon_break *found)
{
	say(ctx, recon_break_name(found->kind), found->about, found->id);
}

static void booked(void *ctx, const struct recon_ours *ours, const struct recon_theirs *theirs)
{
	assert_int_equal(ours->id, theirs->id);
	say(ctx, STR("booked"), ours->kind, ours->id);
}

static void world_open(struct world *world)
{
	*world = (struct world){ 0 };
	arena_init(&world->arena, 1 << 20);
	buf_init(&world->said, &world->arena, 65536);
}

static void match_is_as_written(void **state)
{
	struct table table = table_open("test/core/reconcile.t", "match");

	(void)state;
	while (table_next(&table, 3)) {
		struct world        world;
		struct recon_result result;

		world_open(&world);
		each(&world, table.cell[0], ours_read);
		each(&world, table.cell[1], theirs_read);
		qsort(world.theirs, world.theirs_count, sizeof(*world.theirs), recon_theirs_order);
		qsort(world.ours, world.ours_count, sizeof(*world.ours), recon_ours_order);
		assert_true(recon_match(world.ours, world.ours_count, world.theirs,
		                        world.theirs_count, &terms, broken, booked, &world,
		                        &result));
		if (buf_str(&world.said).len == 0)
			buf_add(&world.said, STR("-"));
		table_expect(&table, 2, buf_str(&world.said));
		arena_free(&world.arena);
	}
}

static void entries_are_as_written(void **state)
{
	struct table table = table_open("test/core/reconcile.t", "entries");

	(void)state;
	while (table_next(&table, 2)) {
		struct world        world;
		struct ledger_entry entry;

		world_open(&world);
		each(&world, table.cell[0], theirs_read);
		recon_entry(4, &world.theirs[0], &entry);
		assert_true(ledger_balanced(&entry));
		for (size_t i = 0; i < entry.count; i++) {
			const struct ledger_posting *posting = &entry.posting[i];

			buf_printf(&world.said, "%s%.*s", i > 0 ? ", " : "",
			           STR_ARG(ledger_kind_name(posting->kind)));
			if (posting->owner != 0)
				buf_printf(&world.said, ":%d", (int)posting->owner);
			buf_printf(&world.said, " %.*s %+d",
			           STR_ARG(currency_code(posting->money.currency)),
			           (int)posting->money.amount);
		}
		if (entry.count == 0)
			buf_add(&world.said, STR("-"));
		table_expect(&table, 1, buf_str(&world.said));
		arena_free(&world.arena);
	}
}

struct tally {
	int64_t booked[2 * 64], broken[2 * 64], foreign;
};

static void tally_break(void *ctx, const struct recon_break *found)
{
	struct tally *tally = ctx;

	if (found->id == 0)
		tally->foreign++;
	else
		tally->broken[(size_t)found->about * 64 + (size_t)found->id]++;
}

static void tally_booked(void *ctx, const struct recon_ours *ours,
                         const struct recon_theirs *theirs)
{
	struct tally *tally = ctx;

	assert_true(money_eq(ours->money, theirs->money));
	assert_true(theirs->done && ours->state == RECON_DONE && !ours->reconciled);
	tally->booked[(size_t)ours->kind * 64 + (size_t)ours->id]++;
}

/* Whatever comes: nothing is booked twice, nothing that differs is booked, and each row of
 * theirs is either booked, told, or still open on both sides. */
static void nothing_is_booked_twice_or_lost(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct recon_ours   ours[64];
		struct recon_theirs theirs[128];
		struct tally        tally = { 0 };
		struct recon_result result;
		size_t              ours_count = 0, theirs_count = 0, told = 0, quiet = 0;

		for (int64_t id = 1; id < 40; id++) {
			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			if (seed % 5 > 0)
				ours[ours_count++] = (struct recon_ours){
					.kind = id < 20 ? RECON_PAYMENT : RECON_REFUND,
					.id = id,
					.money = { (int64_t)(1 + seed % 3), CURRENCY_JPY },
					.state = (enum recon_state)(seed / 7 % 3),
					.done_s = (int64_t)(seed / 11 % 3) * DAY_S,
					.reconciled = seed % 13 == 0,
				};
			for (uint64_t copies = seed / 17 % 3; copies > 0; copies--) {
				theirs[theirs_count] = (struct recon_theirs){
					.kind = id < 20 ? RECON_PAYMENT : RECON_REFUND,
					.id = seed % 23 == 0 ? 0 : id,
					.row = (int64_t)theirs_count + 1,
					.money = { (int64_t)(1 + seed / 19 % 3), CURRENCY_JPY },
					.done = seed % 29 != 0,
				};
				theirs_count++;
			}
		}
		qsort(theirs, theirs_count, sizeof(*theirs), recon_theirs_order);
		assert_true(recon_match(ours, ours_count, theirs, theirs_count, &terms, tally_break,
		                        tally_booked, &tally, &result));
		for (size_t i = 0; i < COUNT_OF(tally.booked); i++) {
			assert_in_range(tally.booked[i], 0, 1);
			told += (size_t)(tally.booked[i] + tally.broken[i]);
		}
		for (size_t i = 0; i < theirs_count; i++)
			quiet += !theirs[i].done;
		assert_true(told + (size_t)tally.foreign + quiet >= theirs_count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(match_is_as_written),
		cmocka_unit_test(entries_are_as_written),
		cmocka_unit_test(nothing_is_booked_twice_or_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
