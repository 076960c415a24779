/*
 * life.c - our process: it starts, stores, dies at any change of the disk, and
 * comes back to what the disk has kept.
 */
#include "sim.h"

#include "base/str.h"

/* A death is followed by a whole verify once in so many. */
enum { VERIFY_EVERY = 16, FAULT_MS_MAX = 600000, FAULT_OPS_MAX = 40 };

static void work_start(void)
{
	struct work_setup setup = {
		.env = &sim.shop.env,
		.db = sim.shop.read_db,
		.writer = sim.shop.writer,
		.keys = &sim.shop.keys,
		.config = &sim.shop.config,
		.catalogue = &sim.shop.catalogue,
		.carrier = &carrier_sandbox,
		.carrier_config = { .sandbox_url = STR("sandbox:carrier") },
	};

	setup.pay_config[PAY_SANDBOX] = (struct pay_config){
		.url = STR("sandbox:gateway"),
		.merchant = STR("keepline"),
		.secret = { .ptr = (const char *)sim.shop.keys.sandbox.byte, .len = KEY_SIZE },
	};
	arena_init(&sim.work_arena, (size_t)256 << 20);
	if (work_open(&sim.work_arena, &setup, &sim.work) != ERR_OK)
		sim_fail("the worker does not open", 0);
}

static void death_plan(void)
{
	int64_t every = sim.partners.faults.die_every;

	if (sim.die_first > 0 && sim.tally.deaths == 0)
		disk_die_in(&sim.disk, sim.die_first);
	if (every > 0 && !sim.calm)
		disk_die_in(&sim.disk, disk_between(&sim.disk, 1, 2 * every));
}

void life_begin(const struct faults *faults)
{
	/* Each death of run_each() finds another fate. */
	disk_begin(&sim.disk,
	           world_draw(&sim.world) + (uint64_t)sim.die_first * UINT64_C(0xD1342543DE82EF95));
	sim.disk.calm = true;
	shop_open_on(&sim.shop, false, DISK_VFS);
	sim.shop.config.number[SETTING_line_topups_per_day] = 100000;
	/* Longer than anything is on its way in this world (partners.c). */
	sim.shop.config.number[SETTING_delivery_horizon_s] = 200;
	for (int i = 0; i < SIM_LINES; i++)
		sim.lines[i] = shop_add_line(&sim.shop, 440100000001000 + i);
	disk_settle(&sim.disk);
	sim.disk.calm = false;
	sim.partners.faults = *faults;
	sim.shop.env.net = partners_net(&sim.partners);
	check_open();
	work_start();
	death_plan();
}

void life_end(void)
{
	sim.disk.calm = true;
	work_close(sim.work);
	arena_free(&sim.work_arena);
	check_close();
	shop_close(&sim.shop);
	disk_end(&sim.disk);
}

/* Everything in memory is gone, and of what was written all that was not synced
 * may be. */
static void die_and_rise(void)
{
	struct picture before = check_picture();
	bool           stopped = !sim.disk.dead;
	bool           power = disk_between(&sim.disk, 0, 9) < 7;
	/* What failed half-way and was written again may be whole on the disk: a
	 * command that ended with an error may have come through. */
	bool under_way = sim.storing || sim.disk.write_failed;

	sim.tally.deaths++;
	sim.tally.power_losses += power;
	sim.tally.stops += stopped;
	sim.disk.dead = true;
	partners_forget_us(&sim.partners);
	work_close(sim.work);
	arena_free(&sim.work_arena);
	check_close();
	shop_die(&sim.shop);
	disk_rise(&sim.disk, power ? DISK_POWER : DISK_KILLED);
	shop_rise(&sim.shop);
	check_open();
	check_survived(&before, under_way);
	if (sim.tally.deaths % VERIFY_EVERY == 0)
		check_verify();
	sim.storing = false;
	work_start();
	death_plan();
}

bool life_restarted(void)
{
	if (sim.disk.sync_failed && !writer_broken(sim.shop.writer))
		sim_fail("a failed sync was taken for nothing", 0);
	if (!sim.disk.dead && !writer_broken(sim.shop.writer))
		return false;
	die_and_rise();
	return true;
}

void life_kill(void)
{
	sim.disk.dead = true;
	(void)life_restarted();
}

enum err life_run(enum err (*apply)(struct store *, struct command *), void *arg)
{
	enum err err;

	do {
		sim.storing = true;
		err = shop_run(&sim.shop, apply, arg);
	} while (err != ERR_OK && life_restarted());
	sim.storing = false;
	return err;
}

enum err life_quote(int64_t line_id, const char *pack, uint16_t currency, int64_t *ret)
{
	enum err err;

	do {
		sim.storing = true;
		err = shop_ask_quote(&sim.shop, line_id, pack, currency, ret);
	} while (err != ERR_OK && life_restarted());
	sim.storing = false;
	return err;
}

/* Who gets no answer tells it again, or has given it up. */
enum err life_hear(const struct payment_report *report, enum settle_doubt *ret)
{
	enum err err;

	do {
		sim.storing = true;
		err = shop_hear(&sim.shop, report, ret);
	} while (err != ERR_OK && life_restarted() && world_chance(&sim.world, 500));
	sim.storing = false;
	return err;
}

static void faults_end(void *who, int64_t what)
{
	(void)who;
	(void)what;
	disk_faults_end(&sim.disk);
}

void life_weather(void)
{
	struct disk *disk = &sim.disk;

	if (world_chance(&sim.world, 30))
		writer_checkpoint(sim.shop.writer, world_chance(&sim.world, 300));
	if (sim.calm || !world_chance(&sim.world, sim.partners.faults.disk))
		return;
	switch ((enum disk_fault)disk_between(disk, 0, DISK_FAULT_COUNT - 1)) {
	case DISK_FULL:
		disk_fault_in(disk, DISK_FULL, disk_between(disk, 1, FAULT_OPS_MAX), INT64_MAX);
		world_plan(&sim.world, sim.world.now_ms + disk_between(disk, 1000, FAULT_MS_MAX),
		           faults_end, NULL, 0);
		break;
	case DISK_WRITE_FAILS:
		disk_fault_in(disk, DISK_WRITE_FAILS, disk_between(disk, 1, FAULT_OPS_MAX),
		              disk_between(disk, 1, 3));
		break;
	case DISK_SYNC_FAILS:
		disk_fault_in(disk, DISK_SYNC_FAILS, disk_between(disk, 1, 3), 1);
		break;
	default:
		disk_fault_in(disk, DISK_READ_FAILS, disk_between(disk, 1, FAULT_OPS_MAX),
		              disk_between(disk, 1, 3));
		break;
	}
}
