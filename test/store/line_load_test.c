/*
 * line_load_test.c - a lines file meets the stock: new, known, filled in,
 * refused; by batches, in bulk, stopped and gone on with.
 */
#include "test.h"

#include "shop.h"

#include "base/time.h"
#include "store/import_sql.h"
#include "store/line_bulk.h"
#include "store/line_sql.h"

#define POVO_IMSI INT64_C(440519800000000)

static struct shop           shop;
static struct line_row_rules rules;
static struct arena          arena;
static struct line_load     *load;
static bool                  stop;

static bool tick(void *ctx, const char *doing, size_t done, size_t total)
{
	(void)ctx;
	(void)doing;
	assert_true(done <= total);
	return !stop;
}

static const struct load_watch watch = { .tick = tick };

static int begin(void **state)
{
	(void)state;
	shop_open(&shop, false);
	line_row_rules_fill(&shop.catalogue, tokyo_day(shop.now_ms / 1000), false, false, &rules);
	arena_init(&arena, 256 << 20);
	stop = false;
	load = ARENA_NEW(&arena, struct line_load);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	shop_close(&shop);
	return 0;
}

/* Number i of an invented stock. */
static struct line_row line(int64_t i)
{
	const struct plan_brand *brand = plan_brand(&shop.catalogue, STR("povo"));

	return (struct line_row){
		.imsi = POVO_IMSI + i,
		.iccid = INT64_C(898130000000000000) + i,
		.msisdn = INT64_C(819010000000) + i,
		.brand = (int32_t)(brand - shop.catalogue.brands),
		.payment = LINE_PREPAID,
		.state = LINE_ACTIVE,
		.identity = true,
		.activated_day = rules.today - 10,
	};
}

static void file_begin(void)
{
	*load = (struct line_load){ 0 };
	line_load_init(load, &arena, shop.write_db, &shop.keys, &rules);
}

static void file_of(int64_t from, int64_t count)
{
	file_begin();
	for (int64_t i = from; i < from + count; i++) {
		struct line_row row = line(i);

		assert_int_equal(line_load_add(load, &row, (int32_t)(i - from + 2)), ERR_OK);
	}
}

static int64_t stock(void)
{
	struct line_highest_row highest;

	assert_int_equal(line_highest(shop.read_db, &highest), ERR_OK);
	return highest.id;
}

static void name_file(uint8_t name, int64_t wanted_before)
{
	struct digest hash = { .byte = { name } };
	int64_t       before = 0;

	assert_int_equal(line_load_begin(load, &hash, 1, &before), ERR_OK);
	assert_int_equal(before, wanted_before);
}

static void store_all(uint8_t name)
{
	size_t next = 0;

	name_file(name, -1);
	while (next < load->count)
		assert_int_equal(line_load_batch(load, next, 7, 1, &next), ERR_OK);
}

static void expect(size_t created, size_t updated, size_t unchanged, size_t refused)
{
	assert_int_equal(line_load_match(load, &watch), ERR_OK);
	assert_int_equal(load->outcome_count[LOAD_CREATED], created);
	assert_int_equal(load->outcome_count[LOAD_UPDATED], updated);
	assert_int_equal(load->outcome_count[LOAD_UNCHANGED], unchanged);
	assert_int_equal(load->outcome_count[LOAD_REFUSED], refused);
}

static void new_lines_are_made_whole(void **state)
{
	struct line_get_row        row;
	struct line_id_by_imsi_row found;
	struct keep_columns        columns;
	struct line_keep           keep;
	int64_t                    before = stock();

	(void)state;
	file_of(0, 30);
	expect(30, 0, 0, 0);
	store_all(1);
	assert_int_equal(stock(), before + 30);
	assert_int_equal(
	    line_id_by_imsi(shop.read_db,
	                    identifier_seal(&shop.keys, IDENTIFIER_IMSI, POVO_IMSI + 3), &found),
	    ERR_OK);
	assert_int_equal(line_get(shop.read_db, &shop.arena, found.id, &row), ERR_OK);
	assert_int_equal(identifier_open(&shop.keys, IDENTIFIER_MSISDN, row.msisdn),
	                 INT64_C(819010000003));
	assert_int_equal(row.tail, 3);
	assert_true(row.serial_null);
	assert_str(row.brand, "povo");
	assert_int_equal(row.identity, 1);
	assert_int_equal(row.safe_until_day, rules.today - 10 + 179);
	columns = (struct keep_columns){ .value = { row.keep_a, row.keep_b, row.keep_c, row.keep_d,
		                                    row.keep_e, row.keep_order } };
	line_keep_from(&shop.catalogue, row.brand, LINE_ACTIVE, &columns, rules.today, &keep);
	assert_true(keep.known);
}

static void the_same_file_again_changes_nothing(void **state)
{
	(void)state;
	file_of(0, 300);
	expect(300, 0, 0, 0);
	store_all(1);
	/* More rows than an eighth of the stock: one walk over both. */
	file_of(0, 300);
	expect(0, 0, 300, 0);
	/* Fewer: looked up one by one. */
	file_of(100, 10);
	expect(0, 0, 10, 0);
	file_of(290, 20);
	expect(10, 0, 10, 0);
}

static void what_stands_twice_is_refused_once(void **state)
{
	struct line_row row = line(5);

	(void)state;
	file_of(0, 10);
	row.imsi = POVO_IMSI + 77; /* another SIM, but the card's number is row 5's */
	row.msisdn = 0;
	assert_int_equal(line_load_add(load, &row, 12), ERR_OK);
	expect(10, 0, 0, 1);
	assert_int_equal(line_load_row(load, 10)->problem, LINE_ROW_PROBLEM_TWICE);
	assert_int_equal(line_load_row(load, 10)->column, LINE_COLUMN_ICCID);
	assert_int_equal(line_load_row(load, 10)->line_id, 7);
}

static void what_was_not_known_is_filled_in(void **state)
{
	struct line_row bare = line(1);

	(void)state;
	bare.iccid = bare.msisdn = 0;
	file_begin();
	assert_int_equal(line_load_add(load, &bare, 2), ERR_OK);
	expect(1, 0, 0, 0);
	store_all(1);
	file_of(1, 1);
	expect(0, 1, 0, 0);
	store_all(2);
	file_of(1, 1);
	expect(0, 0, 1, 0);
	/* And a file that knows less takes nothing away. */
	file_begin();
	assert_int_equal(line_load_add(load, &bare, 2), ERR_OK);
	expect(0, 0, 1, 0);
}

static void refused_for(struct line_row row, enum line_row_problem problem, enum line_column column)
{
	file_begin();
	assert_int_equal(line_load_add(load, &row, 2), ERR_OK);
	expect(0, 0, 0, 1);
	assert_int_equal(line_load_row(load, 0)->problem, problem);
	assert_int_equal(line_load_row(load, 0)->column, column);
}

static void a_file_does_not_change_a_line(void **state)
{
	struct line_row row;

	(void)state;
	file_of(0, 10);
	expect(10, 0, 0, 0);
	store_all(1);
	row = line(1);
	row.iccid += 1000;
	refused_for(row, LINE_ROW_PROBLEM_DIFFERS, LINE_COLUMN_ICCID);
	row = line(1);
	row.brand = (int32_t)(plan_brand(&shop.catalogue, STR("docomo-prepaid")) -
	                      shop.catalogue.brands);
	refused_for(row, LINE_ROW_PROBLEM_DIFFERS, LINE_COLUMN_BRAND);
	row = line(1);
	row.payment = LINE_POSTPAID;
	refused_for(row, LINE_ROW_PROBLEM_DIFFERS, LINE_COLUMN_PAYMENT);
	row = line(1);
	row.activated_day--;
	refused_for(row, LINE_ROW_PROBLEM_DIFFERS, LINE_COLUMN_ACTIVATED_ON);
	/* One number of this line, another of that. */
	row = line(1);
	row.msisdn = line(2).msisdn;
	refused_for(row, LINE_ROW_PROBLEM_TAKEN, LINE_COLUMN_MSISDN);
	/* State and days have moved on since; the file is no news. */
	row = line(1);
	row.state = LINE_SUSPENDED;
	row.kept_until_day = rules.today + 1;
	file_begin();
	assert_int_equal(line_load_add(load, &row, 2), ERR_OK);
	expect(0, 0, 1, 0);
}

static void a_cut_load_goes_on(void **state)
{
	size_t  next = 0;
	int64_t before = stock();

	(void)state;
	file_of(0, 50);
	expect(50, 0, 0, 0);
	name_file(9, -1);
	assert_int_equal(line_load_batch(load, 0, 20, 1, &next), ERR_OK);
	assert_int_equal(next, 20);
	shop_crash(&shop);
	assert_int_equal(stock(), before + 20);
	file_of(0, 50);
	expect(30, 0, 20, 0);
	name_file(9, 20);
	next = 0;
	while (next < load->count)
		assert_int_equal(line_load_batch(load, next, 20, 1, &next), ERR_OK);
	assert_int_equal(stock(), before + 50);
	file_of(0, 50);
	expect(0, 0, 50, 0);
	name_file(9, 50);
}

static size_t index_count(void)
{
	struct line_indexes_row *indexes;
	size_t                   count;

	assert_int_equal(line_indexes(shop.read_db, &shop.arena, &indexes, &count), ERR_OK);
	return count;
}

static void bulk_is_all_or_nothing(void **state)
{
	struct digest     hash = { .byte = { 1 } };
	struct line_bulk *bulk;
	int64_t           before = stock();
	size_t            indexes = index_count();

	(void)state;
	file_of(0, 60000);
	expect(60000, 0, 0, 0);
	assert_true(line_bulk_pays(load, 60000));
	assert_int_equal(line_bulk_begin(load, &arena, &bulk), ERR_OK);
	stop = true;
	assert_int_equal(line_bulk_rows_end(bulk, &watch), ERR_REFUSED);
	stop = false;
	assert_int_equal(line_bulk_end(bulk, false, NULL, 0, NULL), ERR_OK);
	assert_int_equal(stock(), before);
	assert_int_equal(index_count(), indexes);
	assert_int_equal(line_bulk_begin(load, &arena, &bulk), ERR_OK);
	assert_int_equal(line_bulk_rows_end(bulk, &watch), ERR_OK);
	assert_int_equal(line_bulk_end(bulk, true, &hash, 1, &watch), ERR_OK);
	assert_int_equal(stock(), before + 60000);
	assert_int_equal(index_count(), indexes);
	name_file(1, 60000);
	file_of(59990, 20);
	expect(10, 0, 10, 0);
	assert_false(line_bulk_pays(load, 10));
}

/* Rows are written while the file is still read, in the hope that all are new. */
static void bulk_runs_ahead(void **state)
{
	struct digest     hash = { .byte = { 1 } };
	struct line_bulk *bulk;
	int64_t           before = stock();

	(void)state;
	file_begin();
	assert_int_equal(line_load_stock(load), ERR_OK);
	assert_int_equal(line_bulk_begin(load, &arena, &bulk), ERR_OK);
	for (int64_t i = 0; i < 30000; i++) {
		struct line_row row = line(i);

		assert_int_equal(line_load_add(load, &row, (int32_t)i + 2), ERR_OK);
		if (load->count % 1000 == 0)
			line_bulk_ready(bulk, load->count);
	}
	assert_int_equal(line_bulk_rows_end(bulk, &watch), ERR_OK);
	expect(30000, 0, 0, 0);
	assert_int_equal(line_bulk_end(bulk, true, &hash, 1, &watch), ERR_OK);
	assert_int_equal(stock(), before + 30000);
	file_of(0, 30000);
	expect(0, 0, 30000, 0);
}

static void a_hope_that_fails_leaves_nothing(void **state)
{
	struct line_bulk *bulk;
	struct line_row   row;
	int64_t           before;

	(void)state;
	file_of(0, 10);
	expect(10, 0, 0, 0);
	store_all(7);
	before = stock();
	file_begin();
	assert_int_equal(line_load_stock(load), ERR_OK);
	assert_int_equal(line_bulk_begin(load, &arena, &bulk), ERR_OK);
	for (int64_t i = 5; i < 3000; i++) {
		row = line(i);
		assert_int_equal(line_load_add(load, &row, (int32_t)i + 2), ERR_OK);
	}
	row = line(8); /* in stock, and twice in the file */
	assert_int_equal(line_load_add(load, &row, 4000), ERR_OK);
	assert_int_equal(line_bulk_rows_end(bulk, &watch), ERR_OK);
	expect(2990, 0, 5, 1);
	assert_int_equal(line_bulk_end(bulk, false, NULL, 0, NULL), ERR_OK);
	assert_int_equal(stock(), before);
	/* And the same rows go in by the other way. */
	expect(2990, 0, 5, 1);
	store_all(8);
	assert_int_equal(stock(), before + 2990);
}

static void the_watch_stops_the_comparing(void **state)
{
	(void)state;
	file_of(0, 3);
	stop = true;
	assert_int_equal(line_load_match(load, &watch), ERR_REFUSED);
	file_begin();
	stop = false;
	assert_int_equal(line_load_match(load, &watch), ERR_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(new_lines_are_made_whole),
		TEST(the_same_file_again_changes_nothing),
		TEST(what_stands_twice_is_refused_once),
		TEST(what_was_not_known_is_filled_in),
		TEST(a_file_does_not_change_a_line),
		TEST(a_cut_load_goes_on),
		TEST(bulk_is_all_or_nothing),
		TEST(bulk_runs_ahead),
		TEST(a_hope_that_fails_leaves_nothing),
		TEST(the_watch_stops_the_comparing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
