/*
 * uniform_test.c - a look-up never tells whether something exists: not by its
 * words and not by its work (RELIABILITY P23, SECURITY F5).
 *
 * Work is counted, not timed: the steps of the database's own machine for
 * everything that a request asks it, which are the same number each time.
 *
 *	uniform_test time [N]    measures: so many of each in turn, medians and
 *	                         Welch's t (below 4.5: not to be told apart)
 */
#include "api_call.h"
#include "stock.h"
#include "test.h"
#include "visitor.h"

#include "base/str.h"
#include "core/sim.h"
#include "store/public_id.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <time.h>

/* Reading one row of a line costs thirty. */
enum { STEPS_APART_MAX = 8 };

static struct house   house;
static struct visitor max, guest;
static struct arena   kept; /* the answers */
static int64_t        steps, statements;

static void guest_open(void);

static int statement_ended(unsigned what, void *ctx, void *stmt, void *ns)
{
	(void)what;
	(void)ctx;
	(void)ns;
	statements++;
	steps += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
	return 0;
}

/* Called for each connection that is opened. */
static int connection_opened(sqlite3 *handle, char **problem, const void *api)
{
	(void)problem;
	(void)api;
	return sqlite3_trace_v2(handle, SQLITE_TRACE_PROFILE, statement_ended, NULL);
}

static int setup(void **state)
{
	static const char *const flags[] = { "--sandbox=yes", "--lookup-per-hour=1000",
		                             "--lookup-per-day=1000", "--lookup-per-network=1000",
		                             NULL };

	(void)state;
	if (sqlite3_auto_extension((void (*)(void))connection_opened) != SQLITE_OK)
		return -1;
	arena_init(&kept, 64 << 20);
	house_open(&house, false, flags);
	stock_open(&house);
	visitor_open(&max, &house, "max");
	guest_open();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	visitor_close(&guest);
	visitor_close(&max);
	house_close(&house);
	arena_free(&kept);
	sqlite3_reset_auto_extension();
	return 0;
}

struct seen {
	int        status;
	int64_t    steps, statements;
	struct str body; /* without tokens and what was typed */
};

/* Of each answer another: the forms' tokens, and what was typed. */
static struct str blanked(struct visitor *visitor, struct str typed)
{
	static const struct str token = STR_INIT("name=\"csrf\" value=\"");
	struct str              body = visitor_body(visitor), value, rest;
	struct buf              out;

	buf_init(&out, &kept, 256 * 1024);
	while (body.len > 0) {
		if (str_starts(body, typed)) {
			buf_add(&out, STR("TYPED"));
			body = str_skip(body, typed.len);
		} else if (str_starts(body, token)) {
			str_cut(str_skip(body, token.len), '"', &value, &rest);
			body = rest;
		} else {
			buf_add_char(&out, body.ptr[0]);
			body = str_skip(body, 1);
		}
	}
	return buf_str(&out);
}

static struct seen seen_of(struct visitor *visitor, int status, struct str typed)
{
	return (struct seen){ .status = status,
		              .steps = steps,
		              .statements = statements,
		              .body = blanked(visitor, typed) };
}

static struct seen type_number(const char *number)
{
	struct str form = visitor_text(&max, "pack=keep-180&method=sandbox%%3AJPY&sim=%s", number);

	steps = statements = 0;
	return seen_of(&max, visitor_post(&max, STR("/en/topup"), form), str_from(number));
}

static struct seen look(struct str line)
{
	steps = statements = 0;
	return seen_of(&max, visitor_get(&max, visitor_text(&max, "/en/lines/%.*s", STR_ARG(line))),
	               line);
}

static struct seen log_in(const char *name, const char *password)
{
	struct str form = visitor_text(&guest, "email=%s%%40mail.example&password=%s", name,
	                               password);

	steps = statements = 0;
	return seen_of(&guest, visitor_post(&guest, STR("/en/login"), form), str_from(name));
}

/* Somebody without an account: a cookie and its form's token. */
static void guest_open(void)
{
	static const struct str mark = STR_INIT("name=\"csrf\" value=\"");
	const struct response  *response = &guest.visit[0].response;
	struct str              value, rest, body;

	visitor_open(&guest, &house, "nobody");
	guest.cookie[0] = '\0';
	assert_int_equal(visitor_get(&guest, STR("/en/login")), 200);
	for (size_t i = 0; i < response->header_count; i++) {
		if (str_eq(response->headers[i].name, STR("Set-Cookie")) &&
		    str_starts(response->headers[i].value, STR("__Host-keepline="))) {
			str_cut(response->headers[i].value, ';', &value, &rest);
			snprintf(guest.cookie, sizeof guest.cookie, "%.*s", STR_ARG(value));
		}
	}
	assert_true(guest.cookie[0] != '\0');
	body = visitor_body(&guest);
	str_cut(str_skip(body, (size_t)str_find(body, mark) + mark.len), '"', &value, &rest);
	snprintf(guest.csrf, sizeof guest.csrf, "%.*s", STR_ARG(value));
	assert_int_equal(visitor_post(&guest, STR("/en/register"),
	                              STR("email=lily%40mail.example&password=kettle+sparrow+7")),
	                 303);
}

/* The same words, look-ups and, but for a branch or two, steps. */
static void assert_same(const struct seen *one, const struct seen *other, const char *what)
{
	if (one->status != other->status || one->statements != other->statements ||
	    llabs(one->steps - other->steps) > STEPS_APART_MAX || !str_eq(one->body, other->body))
		fail_msg("%s: %d, %zu bytes, %lld steps, %lld statements; else %d, %zu, %lld, %lld",
		         what, other->status, other->body.len, (long long)other->steps,
		         (long long)other->statements, one->status, one->body.len,
		         (long long)one->steps, (long long)one->statements);
}

static void compare_numbers(enum sim_kind kind, int64_t shut)
{
	const char *text = arena_cstr(&max.arena, sim_text(&max.arena, kind, shut));
	struct seen closed, unknown;

	(void)type_number(text); /* whatever is read once only */
	closed = type_number(text);
	assert_int_equal(closed.status, 422);
	assert_true(closed.statements > 2 && closed.steps > 20);
	for (int64_t i = 10; i < 30; i++) {
		text = arena_cstr(&max.arena, sim_text(&max.arena, kind, shut + i));
		unknown = type_number(text);
		assert_same(&closed, &unknown, text);
	}
}

static void an_unknown_number_costs_what_a_closed_one_does(void **state)
{
	(void)state;
	compare_numbers(SIM_IMSI, stock_imsi(STOCK_GONE));
	compare_numbers(SIM_ICCID, stock_iccid(STOCK_GONE));
	compare_numbers(SIM_SERIAL, stock_serial(STOCK_GONE));
}

/* The counter does see what it is there for. */
static void other_work_is_seen(void **state)
{
	char        text[32];
	struct seen closed, sold;

	(void)state;
	snprintf(text, sizeof text, "%lld", (long long)stock_imsi(STOCK_GONE));
	closed = type_number(text);
	snprintf(text, sizeof text, "%lld", (long long)stock_imsi(STOCK_PREPAID));
	sold = type_number(text);
	assert_int_equal(sold.status, 303);
	assert_true(sold.steps != closed.steps);
}

static void a_strange_line_costs_what_none_does(void **state)
{
	struct seen theirs, none;
	struct str  id = public_id(&max.arena, &house.keys, PUBLIC_LINE,
	                           stock_line_id(STOCK_PREPAID));

	(void)state;
	theirs = look(id);
	assert_int_equal(theirs.status, 404);
	id = public_id(&max.arena, &house.keys, PUBLIC_LINE, 1234567);
	none = look(id);
	assert_same(&theirs, &none, "a line that is not there");
}

static void an_unknown_address_costs_what_a_known_one_does(void **state)
{
	struct seen known, unknown;

	(void)state;
	known = log_in("lily", "not+her+password+7");
	assert_int_equal(known.status, 422);
	unknown = log_in("lena", "not+her+password+7");
	assert_same(&known, &unknown, "an address that is not there");
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t request_ns(int64_t imsi)
{
	struct str form = visitor_text(&max, "pack=keep-180&method=sandbox%%3AJPY&sim=%lld",
	                               (long long)imsi);
	int64_t    begin_ns = now_ns();
	int        status = visitor_post(&max, STR("/en/topup"), form);
	int64_t    end_ns = now_ns();

	assert(status == 422);
	return end_ns - begin_ns;
}

static int sooner(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Mean and its error squared, without the slowest tenth: those are the machine's. */
static void statistics(int64_t *sample, int64_t count, double *ret_mean, double *ret_error)
{
	double  sum = 0, squares = 0;
	int64_t used = count * 9 / 10;

	qsort(sample, (size_t)count, sizeof *sample, sooner);
	for (int64_t i = 0; i < used; i++)
		sum += (double)sample[i];
	for (int64_t i = 0; i < used; i++)
		squares += ((double)sample[i] - sum / (double)used) *
		           ((double)sample[i] - sum / (double)used);
	*ret_mean = sum / (double)used;
	*ret_error = squares / (double)(used - 1) / (double)used;
}

static int measure(int64_t count)
{
	int64_t *closed = calloc((size_t)count, sizeof *closed);
	int64_t *unknown = calloc((size_t)count, sizeof *unknown);
	int64_t  imsi = stock_imsi(STOCK_GONE);
	double   mean[2], error[2], square;

	assert(closed != NULL && unknown != NULL && setup(NULL) == 0);
	(void)request_ns(imsi);
	for (int64_t i = 0; i < count; i++) {
		closed[i] = request_ns(imsi);
		unknown[i] = request_ns(imsi + 10 + i % 80);
		house.mono_ms += 3600000; /* or the limits would answer */
		house.now_ms += 1;
		arena_reset(&max.arena);
	}
	statistics(closed, count, &mean[0], &error[0]);
	statistics(unknown, count, &mean[1], &error[1]);
	square = (mean[0] - mean[1]) * (mean[0] - mean[1]) / (error[0] + error[1]);
	printf("closed line %.1f us, unknown number %.1f us (medians of %lld), t squared = %.2f\n",
	       (double)closed[count / 2] / 1000, (double)unknown[count / 2] / 1000,
	       (long long)count, square);
	free(closed);
	free(unknown);
	return teardown(NULL) == 0 && square < 4.5 * 4.5 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_number_costs_what_a_closed_one_does),
		cmocka_unit_test(other_work_is_seen),
		cmocka_unit_test(a_strange_line_costs_what_none_does),
		cmocka_unit_test(an_unknown_address_costs_what_a_known_one_does),
	};

	if (argc > 1 && strcmp(argv[1], "time") == 0) {
		int64_t count = 10000;

		if (argc > 2 && (!str_to_int64(str_from(argv[2]), &count) || count < 100))
			return 64;
		return measure(count);
	}
	return cmocka_run_group_tests(tests, setup, teardown);
}
