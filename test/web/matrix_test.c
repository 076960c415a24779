/*
 * matrix_test.c - every route against every role (SECURITY V8, OWASP API5):
 * who lacks the role, or the form's token, never reaches the handler, whatever
 * row is added.
 */
#include "house.h"

#include <sqlite3.h>

#include "base/str.h"
#include "web/form.h"
#include "web/route.h"
#include "web/session.h"

static struct house house;
static struct arena arena;
static char         cookie[ROLE_COUNT][128];

/* An account and a session of that role, straight into the database. */
static void person_make(enum role role)
{
	struct str token = arena_printf(&arena, "0123456789abcdef0123456789abcde%d", role);
	struct account_register add = { .email_blind = arena_printf(&arena, "blind-of-person%d",
		                                                    role),
		                        .email_box = token,
		                        .password = STR("x"),
		                        .lang = STR("en"),
		                        .role = role };
	struct session_open     open = { .role = role, .agent = STR("test") };
	struct command          command = { .apply = account_register_apply, .arg = &add };

	assert_int_equal(writer_run(house.writer, &command), ERR_OK);
	open.account_id = add.account_id;
	sha256(token, &open.token_hash);
	command = (struct command){ .apply = session_open_apply, .arg = &open };
	assert_int_equal(writer_run(house.writer, &command), ERR_OK);
	snprintf(cookie[role], sizeof(cookie[role]), SESSION_COOKIE "=s.%.*s",
	         STR_ARG(form_base64url(&arena, token)));
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)64 * 1024 * 1024);
	house_open(&house, false, NULL);
	person_make(ROLE_MEMBER);
	person_make(ROLE_STAFF);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	house_close(&house);
	arena_free(&arena);
	return 0;
}

/* The address of a pattern, its parts filled with something. */
static struct str address_of(const struct route *route)
{
	struct buf buf;

	buf_init(&buf, &arena, 512);
	if ((route->flags & ROUTE_LANG) != 0)
		buf_add(&buf, STR("/en"));
	for (const char *at = route->pattern; *at != 0; at++) {
		if (*at == '{') {
			buf_add(&buf, STR("KL-0000-0000"));
			at = strchr(at, '}');
			assert_non_null(at);
		} else {
			buf_add_char(&buf, *at);
		}
	}
	return buf_str(&buf);
}

/* The status that keeps this role out; 0: it may come in. */
static int kept_out(const struct route *route, enum role role)
{
	if (route->role == ROLE_KEY)
		return 401; /* a cookie is no key */
	if (route->role == ROLE_MEMBER && role == ROLE_GUEST)
		return 303;
	if (route->role == ROLE_STAFF && role != ROLE_STAFF)
		return role == ROLE_GUEST ? 303 : 404;
	return (route->flags & ROUTE_CSRF) != 0 ? 403 : 0;
}

static void try(const struct route *route, enum role role)
{
	static struct request  request;
	static struct response response;
	struct arena           own;
	int                    expected = kept_out(route, role);

	if (expected == 0)
		return;
	arena_init(&own, REQUEST_ARENA_MAX);
	request_init(&request, house.web, &own);
	request.method = route->method == METHOD_GET ? STR("GET") : STR("POST");
	request.target = address_of(route);
	request.peer = STR("127.0.0.1");
	request.headers[0] = (struct header){ STR("Cookie"), str_from(cookie[role]) };
	request.headers[1] = (struct header){ STR("Content-Type"),
		                              STR("application/x-www-form-urlencoded") };
	request.headers[2] = (struct header){ STR("Host"), STR("localhost") };
	request.header_count = 3;
	web_handle(house.web, &request, &response);
	if (response.parked || response.status != expected) {
		print_error("%.*s as role %d: %d, not %d\n", STR_ARG(request.target), role,
		            response.status, expected);
		fail();
	}
	request_end(&request);
	arena_free(&own);
}

static void nobody_comes_further_than_the_role_allows(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count(); i++)
		for (enum role role = ROLE_GUEST; role <= ROLE_STAFF; role++)
			try(route_at(i), role);
}

/* Who the cookie of that role is now. */
static enum role who(enum role role)
{
	static struct request  request;
	static struct response response;
	struct arena           own;

	response = (struct response){ 0 };
	arena_init(&own, REQUEST_ARENA_MAX);
	request_init(&request, house.web, &own);
	request.headers[0] = (struct header){ STR("Cookie"), str_from(cookie[role]) };
	request.header_count = 1;
	assert_int_equal(session_read(&request, &response), ERR_OK);
	while (web_settle(house.web) > 0)
		; /* "last seen" */
	arena_free(&own);
	return request.session.role;
}

/* The sessions of this test are real ones: else the matrix would prove nothing. */
static void the_sessions_are_good(void **state)
{
	(void)state;
	assert_int_equal(who(ROLE_MEMBER), ROLE_MEMBER);
	assert_int_equal(who(ROLE_STAFF), ROLE_STAFF);
}

/* However busy: after 12 hours (staff: 8) one logs in again. */
static void sessions_grow_old(void **state)
{
	(void)state;
	for (int minute = 0; minute < 12 * 60; minute += 10) {
		assert_int_equal(who(ROLE_MEMBER), ROLE_MEMBER);
		assert_int_equal(who(ROLE_STAFF), minute < 8 * 60 ? ROLE_STAFF : ROLE_GUEST);
		house.now_ms += 10 * 60 * 1000;
	}
	assert_int_equal(who(ROLE_MEMBER), ROLE_GUEST);
}

static void sql(const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(house.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Taking a role away, or closing an account, ends its sessions at once. */
static void lost_rights_are_lost_at_once(void **state)
{
	(void)state;
	assert_int_equal(who(ROLE_STAFF), ROLE_STAFF);
	sql("update account set role = 1 where role = 2");
	assert_int_equal(who(ROLE_STAFF), ROLE_GUEST);
	assert_int_equal(who(ROLE_MEMBER), ROLE_MEMBER);
	sql("update account set closed_s = 1");
	assert_int_equal(who(ROLE_MEMBER), ROLE_GUEST);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_sessions_are_good),
		TEST(nobody_comes_further_than_the_role_allows),
		TEST(sessions_grow_old),
		TEST(lost_rights_are_lost_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
