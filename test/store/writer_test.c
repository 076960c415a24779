/*
 * writer_test.c - group commit: nothing acknowledged is lost, a failing
 * neighbour harms nobody, a full queue and a full disk say so.
 */
#include "test.h"

#include "shop.h"

#include "store/audit_sql.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { PRODUCERS = 8, EACH = 250 };

static int shop_begin(void **state)
{
	static struct shop shop;

	shop_open(&shop, false);
	*state = &shop;
	return 0;
}

static int shop_begin_threaded(void **state)
{
	static struct shop shop;

	shop_open(&shop, true);
	*state = &shop;
	return 0;
}

static int shop_end(void **state)
{
	shop_close(*state);
	return 0;
}

static size_t audit_count(struct shop *shop)
{
	struct audit_list_row *rows;
	size_t                 count;

	assert_int_equal(
	    audit_list(shop->read_db, &shop->read_arena, INT64_MAX, 100000, &rows, &count), ERR_OK);
	arena_reset(&shop->read_arena);
	return count;
}

struct note {
	bool     fails;
	int      runs;
	unsigned size;
};

static enum err note_apply(struct store *store, struct command *command)
{
	struct note *note = command->arg;
	struct str   text = STR("because");
	enum err     err;

	note->runs++;
	if (note->size > 0) {
		char *filler = arena_alloc(store->arena, note->size);
		if (filler == NULL)
			return ERR_MEMORY;
		memset(filler, 'x', note->size);
		text = (struct str){ .ptr = filler, .len = note->size };
	}
	err = audit_add(store->db, 1, 1, STR("test"), 0, 0, text);
	/* It fails after it has written. */
	return note->fails ? ERR_REFUSED : err;
}

static void note_done(struct command *command)
{
	(void)command;
}

static void a_failing_neighbour_harms_nobody(void **state)
{
	struct shop   *shop = *state;
	struct note    notes[9] = { [4] = { .fails = true }, [7] = { .fails = true } };
	struct command commands[9];

	for (int i = 0; i < 9; i++) {
		commands[i] = (struct command){ .apply = note_apply,
			                        .arg = &notes[i],
			                        .done = note_done };
		assert_int_equal(writer_submit(shop->writer, &commands[i]), ERR_OK);
	}
	assert_int_equal(writer_settle(shop->writer, WRITER_LOOP), 9);
	for (int i = 0; i < 9; i++)
		assert_int_equal(commands[i].err, notes[i].fails ? ERR_REFUSED : ERR_OK);
	assert_int_equal(audit_count(shop), 7);
}

static void a_full_queue_says_so(void **state)
{
	static struct command commands[WRITER_QUEUE_MAX + 1];
	static struct note    notes[WRITER_QUEUE_MAX + 1];
	struct shop          *shop = *state;
	size_t                settled = 0;

	for (int i = 0; i <= WRITER_QUEUE_MAX; i++) {
		commands[i] = (struct command){ .apply = note_apply,
			                        .arg = &notes[i],
			                        .done = note_done };
		assert_int_equal(writer_submit(shop->writer, &commands[i]),
		                 i < WRITER_QUEUE_MAX ? ERR_OK : ERR_FULL);
	}
	while (settled < WRITER_QUEUE_MAX)
		settled += writer_settle(shop->writer, WRITER_LOOP);
	assert_int_equal(audit_count(shop), WRITER_QUEUE_MAX);
	assert_int_equal(notes[WRITER_QUEUE_MAX].runs, 0);
}

static void *produce(void *arg)
{
	struct shop *shop = arg;

	for (int i = 0; i < EACH; i++) {
		struct note note = { 0 };
		if (shop_run(shop, note_apply, &note) != ERR_OK)
			return arg;
	}
	return NULL;
}

static void many_threads_one_writer(void **state)
{
	struct shop *shop = *state;
	pthread_t    threads[PRODUCERS];
	void        *failed;

	for (int i = 0; i < PRODUCERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, produce, shop), 0);
	for (int i = 0; i < PRODUCERS; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(audit_count(shop), PRODUCERS * EACH);
}

/* The loop learns of a commit through its eventfd, and only then. */
static void completions_wake_their_owner(void **state)
{
	static struct command commands[500];
	static struct note    notes[500];
	struct shop          *shop = *state;
	struct pollfd loop = { .fd = writer_fd(shop->writer, WRITER_LOOP), .events = POLLIN };
	struct pollfd work = { .fd = writer_fd(shop->writer, WRITER_WORK), .events = POLLIN };
	size_t        settled = 0;

	for (int i = 0; i < 500; i++) {
		commands[i] = (struct command){ .apply = note_apply,
			                        .arg = &notes[i],
			                        .done = note_done,
			                        .owner = WRITER_LOOP };
		assert_int_equal(writer_submit(shop->writer, &commands[i]), ERR_OK);
	}
	while (settled < 500) {
		assert_int_equal(poll(&loop, 1, 5000), 1);
		settled += writer_settle(shop->writer, WRITER_LOOP);
	}
	assert_int_equal(poll(&loop, 1, 0), 0);
	assert_int_equal(poll(&work, 1, 0), 0);
	assert_int_equal(audit_count(shop), 500);
}

static void wake_count(void *ctx)
{
	atomic_fetch_add((atomic_int *)ctx, 1);
}

static void a_job_that_is_due_wakes_the_worker(void **state)
{
	struct shop          *shop = *state;
	atomic_int            wakes = 0;
	int64_t               id;
	struct payment_report paid;

	writer_on_jobs(shop->writer, wake_count, &wakes);
	id = shop_place(shop, shop->line_id);
	assert_int_equal(atomic_load(&wakes), 0);
	paid = shop_report(shop, id, PAYMENT_SUCCEEDED, "evt_1");
	shop_tell(shop, &paid);
	/* The wake follows the answer; the next command is behind it. */
	shop_happen(shop, id, ORDER_EVENT_SENT);
	assert_int_equal(atomic_load(&wakes), 1);
	writer_on_jobs(shop->writer, NULL, NULL);
}

/* A disk that is full refuses; what was acknowledged stays, and when there is
 * room again everything goes on. */
static void a_full_disk_loses_nothing_acknowledged(void **state)
{
	struct shop  *shop = *state;
	struct rlimit limit, small;
	size_t        acknowledged = 0, refused = 0;
	struct note   note = { .size = 20000 };

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 2 * 1024 * 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 300; i++) {
		if (shop_run(shop, note_apply, &note) == ERR_OK)
			acknowledged++;
		else
			refused++;
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_true(acknowledged > 10);
	assert_true(refused > 10);
	assert_int_equal(audit_count(shop), acknowledged);
	assert_int_equal(shop_run(shop, note_apply, &note), ERR_OK);
	assert_true(shop_place(shop, shop->line_id) > 0);
	shop_crash(shop);
	assert_int_equal(audit_count(shop), acknowledged + 1);
	shop_books_check(shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_failing_neighbour_harms_nobody, shop_begin,
		                                shop_end),
		cmocka_unit_test_setup_teardown(a_full_queue_says_so, shop_begin, shop_end),
		cmocka_unit_test_setup_teardown(many_threads_one_writer, shop_begin_threaded,
		                                shop_end),
		cmocka_unit_test_setup_teardown(completions_wake_their_owner, shop_begin_threaded,
		                                shop_end),
		cmocka_unit_test_setup_teardown(a_job_that_is_due_wakes_the_worker,
		                                shop_begin_threaded, shop_end),
		cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing_acknowledged, shop_begin,
		                                shop_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
