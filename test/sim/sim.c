/*
 * sim.c - the simulator: the real core, store and worker on a simulated clock
 * and a simulated disk, between partners that lose, delay, repeat and lie by
 * loss.  We die at any change of the disk, by kill -9 or with the power, and
 * the disk fails in every way that it tells of (test/store/disk.h).
 *
 *	sim [--orders N] [--verbose] SEED [LAST_SEED]
 *	sim [--orders N] --each SEED [LAST_SEED]     a death at each change of the disk
 *
 * After each step: no order is credited twice, none is both credited and given
 * back, what our books say is true at the partners, and the books sum to zero.
 * After each death: what was acknowledged is there.  Then the faults end, and
 * within four simulated days every captured yen is a credit or a refund
 * (RELIABILITY P1-P6, P10-P12).
 */
#include "plant.h"
#include "sim.h"

#include "base/log.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

struct sim sim;

void sim_fail(const char *what, int64_t order_id)
{
	printf("not ok - seed %lld: %s (order %lld, simulated ms %lld, change %lld of the disk)\n",
	       (long long)sim.seed, what, (long long)order_id,
	       (long long)(sim.world.now_ms - SHOP_BEGIN_MS), (long long)sim.disk.op_count);
	fflush(stdout);
	exit(1);
}

/* One moment: what is due happens, the worker works until nothing is left to
 * do now.  Between any two of its steps, and at any write, we may die. */
static int64_t moment(void)
{
	struct world *world = &sim.world;
	int64_t       next_ms;
	size_t        settled;

	sim.shop.now_ms = world->now_ms;
	world_act_due(world);
	do {
		life_weather();
		next_ms = life_restarted() ? world->now_ms : work_step(sim.work, world->now_ms);
		if (!sim.calm && world_chance(world, sim.partners.faults.crash))
			life_kill();
		sim.storing = true;
		settled = work_settle(sim.work);
		if (life_restarted())
			settled = 1;
		sim.storing = false;
		sim.tally.steps++;
	} while (settled > 0);
	check_new();
	return next_ms;
}

static void run_until(int64_t end_ms)
{
	while (sim.world.now_ms < end_ms) {
		int64_t work_ms = moment(), next_ms = world_next_ms(&sim.world);

		next_ms = work_ms < next_ms ? work_ms : next_ms;
		if (next_ms <= sim.world.now_ms)
			next_ms = sim.world.now_ms + 1;
		sim.world.now_ms = next_ms < end_ms ? next_ms : end_ms;
	}
}

static void faults_draw(struct world *world, struct faults *ret)
{
	*ret = (struct faults){
		.refused = world_between(world, 0, 100),
		.lost_before = world_between(world, 0, 150),
		.lost_after = world_between(world, 0, 150),
		.twice = world_between(world, 0, 100),
		.late = world_between(world, 0, 100),
		.hook_lost = world_chance(world, 100) ? 1000 : world_between(world, 0, 400),
		.hook_twice = world_between(world, 0, 300),
		.hook_late = world_between(world, 0, 200),
		.forged = world_between(world, 0, 50),
		.crash = world_between(world, 0, 3),
		.disk = world_chance(world, 300) ? 0 : world_between(world, 0, 10),
		.die_every = world_chance(world, 100) ? 0
		                                      : (int64_t)100 << world_between(world, 0, 6),
		.delay_ms_max = world_between(world, 5, 5000),
	};
}

static uint64_t run(int64_t seed, int64_t orders)
{
	struct faults calm = { .delay_ms_max = 50 }, faults;

	sim.seed = seed;
	sim.seen_event = sim.callbacks = 0;
	sim.calm = sim.storing = false;
	sim.tally = (struct tally){ 0 };
	world_begin(&sim.world, (uint64_t)seed, SHOP_BEGIN_MS);
	faults_draw(&sim.world, &faults);
	if (sim.die_first > 0)
		faults.crash = faults.disk = faults.die_every = 0;
	partners_begin(&sim.partners, &sim.world, &faults,
	               (struct str){ .ptr = (const char *)sim.shop.keys.sandbox.byte,
	                             .len = KEY_SIZE });
	sim.partners.hook = people_hook;
	sim.partners.hook_ctx = &sim;
	sim.partners.complain = sim_fail;
	sim.partners.look = check_truth;
	life_begin(&faults);
	people_plan(orders);
	run_until(SHOP_BEGIN_MS + SPREAD_MS + 2 * 3600 * 1000);
	sim.calm = true;
	sim.partners.faults = calm;
	sim.disk.die_at = 0;
	disk_faults_end(&sim.disk);
	run_until(sim.world.now_ms + (int64_t)CALM_DAYS * DAY_MS);
	check_end();
	life_end();
	partners_end(&sim.partners);
	return sim.world.trace;
}

/* The same world again and again, with a death at its first change of the disk,
 * at its second, and so on to its last (RELIABILITY P5). */
static void run_each(int64_t seed, int64_t orders)
{
	int64_t deaths = 0, power_losses = 0;

	do {
		sim.die_first++;
		(void)run(seed, orders);
		deaths += sim.tally.deaths;
		power_losses += sim.tally.power_losses;
	} while (sim.tally.deaths > 0);
	sim.die_first = 0;
	printf("ok - seed %lld: %lld orders and a death at each of their %lld changes of the disk, "
	       "%lld of them with the power\n",
	       (long long)seed, (long long)orders, (long long)deaths, (long long)power_losses);
}

int main(int argc, char **argv)
{
	int64_t orders = 500, first = 0, last = 0;
	int     seeds = 0;
	bool    planted = false, each = false;

	setvbuf(stdout, NULL, _IOLBF, 0);
	log_limit(LOG_NOTHING);
	db_engine_start();
	for (int i = 1; i < argc; i++) {
		struct str arg = str_from(argv[i]);
		bool       good = true;

		if (str_eq(arg, STR("--verbose")))
			sim.verbose = true;
		else if (str_eq(arg, STR("--each")))
			each = true;
		else if (str_eq(arg, STR("--plant")) && i + 1 < argc && plant_choose != NULL)
			good = planted = plant_choose(str_from(argv[++i]));
		else if (str_eq(arg, STR("--plants")) && plant_list != NULL)
			return plant_list(), 0;
		else if (str_eq(arg, STR("--orders")) && i + 1 < argc)
			good = str_to_int64(str_from(argv[++i]), &orders);
		else
			good = str_to_int64(arg, seeds++ == 0 ? &first : &last);
		if (!good || orders < 1 || orders > PARTNER_ORDERS_MAX) {
			fprintf(stderr, "usage: sim [--orders N] [--verbose] SEED [LAST_SEED]\n");
			return 64;
		}
	}
	for (int64_t seed = first; seed <= (seeds > 1 ? last : first); seed++) {
		uint64_t     trace = each ? 0 : run(seed, orders);
		struct tally t = sim.tally;
		if (each) {
			run_each(seed, orders);
			continue;
		}
		/* The first seed twice: the same seed is the same world (P12). */
		if (seed == first && !planted && run(seed, orders) != trace)
			sim_fail("two runs of one seed differ", 0);
		printf("ok - seed %lld: %lld orders, %lld active, %lld given back, %lld unpaid, "
		       "%lld refused, %lld unserved; %lld callbacks; %lld deaths, %lld of them "
		       "with the power, %lld disk faults, %lld stops; trace %016llx\n",
		       (long long)seed, (long long)t.placed, (long long)t.active,
		       (long long)t.refunded, (long long)t.unpaid, (long long)t.refused,
		       (long long)t.unserved, (long long)t.hooks, (long long)t.deaths,
		       (long long)t.power_losses, (long long)sim.disk.counts.faults,
		       (long long)t.stops, (unsigned long long)trace);
	}
	return 0;
}
