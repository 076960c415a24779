/*
 * policy_test.c - API keys, scopes, JSON bodies and idempotency keys, with
 * routes of the test's own.
 */
#include "house.h"

#include "base/str.h"
#include "store/once_sql.h"
#include "web/policy.h"
#include "web/route.h"
#include "web/session.h"

enum outcome { DO, REFUSE, FAIL };

struct effect {
	struct once *once;
	enum outcome outcome;
};

struct ask {
	struct arena    arena;
	struct request  request;
	struct response response;
};

static struct house house;
static enum outcome outcome; /* of the next command */
static int          effect_count;

static enum err effect_apply(struct store *store, struct command *command)
{
	struct effect *effect = command->arg;
	enum err       err;

	if (effect->outcome == REFUSE)
		return ERR_OK;
	effect_count++;
	err = once_answer(store, effect->once, 201,
	                  arena_printf(store->arena, "{\"effect\":%d}", effect_count));
	return effect->outcome == FAIL ? ERR_DISK : err;
}

static enum err form_apply(struct store *store, struct command *command)
{
	struct effect *effect = command->arg;

	effect_count++;
	return once_answer(store, effect->once, 303, STR("/en/orders/KL-TEST"));
}

static void refused(struct request *request, struct response *response)
{
	web_problem(request, response, 409, "not_now", "Not now", STR("later"), NULL, 0);
}

static void effect_post(struct request *request, struct response *response)
{
	struct effect *effect = ARENA_NEW(request->arena, struct effect);

	assert_non_null(effect);
	*effect = (struct effect){ .once = &request->once, .outcome = outcome };
	request_command(request, response, effect_apply, effect, refused);
}

static void form_post(struct request *request, struct response *response)
{
	struct effect *effect = ARENA_NEW(request->arena, struct effect);

	assert_non_null(effect);
	effect->once = &request->once;
	request_command(request, response, form_apply, effect, NULL);
}

static void plain_get(struct request *request, struct response *response)
{
	(void)request;
	response_json(response, 200, STR("{}"));
}

static const struct route api_route = {
	METHOD_POST, "/api/test", effect_post, ROLE_KEY, ROUTE_ONCE | ROUTE_ORDERS_WRITE,
	FIELDS_LOGIN
};
static const struct route get_route = { METHOD_GET, "/api/test",      plain_get,
	                                ROLE_KEY,   ROUTE_LINES_READ, FIELDS_NONE };
static const struct route form_route = {
	METHOD_POST, "/test", form_post, ROLE_GUEST, ROUTE_LANG | ROUTE_CSRF | ROUTE_ONCE,
	FIELDS_LOGIN
};

static int open_house(void **state)
{
	(void)state;
	house_open(&house, false, NULL);
	outcome = DO;
	effect_count = 0;
	return 0;
}

static int close_house(void **state)
{
	(void)state;
	house_close(&house);
	return 0;
}

static void ask_begin(struct ask *ask, const char *method, const char *target, const char *body)
{
	arena_init(&ask->arena, REQUEST_ARENA_MAX);
	request_init(&ask->request, house.web, &ask->arena);
	ask->request.method = str_from(method);
	ask->request.target = ask->request.path = str_from(target);
	ask->request.body = str_from(body);
	ask->request.peer = STR("198.51.100.7");
}

static void ask_header(struct ask *ask, const char *name, struct str value)
{
	ask->request.headers[ask->request.header_count++] = (struct header){ str_from(name),
		                                                             value };
}

/* What web_handle() does after it has found a route. */
static void ask_send(struct ask *ask, const struct route *route)
{
	ask->request.response = &ask->response;
	ask->request.route = route;
	ask->response = (struct response){ .status = 500 };
	buf_init(&ask->response.body, &ask->arena, RESPONSE_BODY_MAX);
	if (policy_check(&ask->request, &ask->response))
		route->handler(&ask->request, &ask->response);
	web_finish(&ask->request, &ask->response);
}

static void ask_end(struct ask *ask)
{
	request_end(&ask->request);
	arena_free(&ask->arena);
}

/* A call with the house's key; the status. */
static int call(struct ask *ask, const char *once, const char *body)
{
	ask_begin(ask, "POST", "/api/test", body);
	ask_header(ask, "Authorization",
	           arena_printf(&ask->arena, "Bearer %.*s", STR_ARG(house.key)));
	ask_header(ask, "Content-Type", STR("application/json"));
	if (once != NULL)
		ask_header(ask, "Idempotency-Key", str_from(once));
	ask_send(ask, &api_route);
	house_settle(&house, &ask->response);
	return ask->response.status;
}

static bool body_has(const struct ask *ask, const char *text)
{
	return str_find(buf_str(&ask->response.body), str_from(text)) >= 0;
}

static struct str answer_header(const struct ask *ask, const char *name)
{
	for (size_t i = 0; i < ask->response.header_count; i++)
		if (str_eq(ask->response.headers[i].name, str_from(name)))
			return ask->response.headers[i].value;
	return (struct str){ 0 };
}

static void no_key_no_answer(void **state)
{
	static const char *const wrong[] = {
		"",
		"Basic abc",
		"Bearer",
		"Bearer kl_",
		"Bearer kl_0000000000000000000000000000000000000000000000000000",
		"Bearer xx_0000000000000000000000000000000000000000000000000000",
	};
	struct ask ask;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		ask_begin(&ask, "GET", "/api/test", "");
		ask_header(&ask, "Authorization", str_from(wrong[i]));
		ask_send(&ask, &get_route);
		assert_int_equal(ask.response.status, 401);
		assert_str(ask.response.content_type, "application/problem+json; charset=utf-8");
		assert_true(answer_header(&ask, "WWW-Authenticate").len > 0);
		assert_true(body_has(&ask, "\"code\":\"unauthorized\""));
		ask_end(&ask);
	}
}

static void a_key_does_what_its_scopes_say(void **state)
{
	struct api_key_add add = { .account_id = 5,
		                   .name = STR("narrow"),
		                   .scopes = SCOPE_ORDERS_READ | SCOPE_ORDERS_WRITE };
	struct command     command = { .apply = api_key_add_apply, .arg = &add };
	struct str token = token_make(&house.arena, &house.env.rand, STR("kl_"), &add.token_hash);
	struct ask ask;

	(void)state;
	assert_int_equal(writer_run(house.writer, &command), ERR_OK);
	ask_begin(&ask, "GET", "/api/test", "");
	ask_header(&ask, "Authorization", arena_printf(&ask.arena, "Bearer %.*s", STR_ARG(token)));
	ask_send(&ask, &get_route);
	assert_int_equal(ask.response.status, 403);
	ask_end(&ask);
	ask_begin(&ask, "GET", "/api/test", "");
	ask_header(&ask, "Authorization",
	           arena_printf(&ask.arena, "Bearer %.*s", STR_ARG(house.key)));
	ask_send(&ask, &get_route);
	assert_int_equal(ask.response.status, 200);
	assert_int_equal(ask.request.session.account_id, 1000);
	ask_end(&ask);
}

static void wrong_keys_are_slowed_down(void **state)
{
	struct ask ask;

	(void)state;
	for (int i = 0; i <= 60; i++) {
		ask_begin(&ask, "GET", "/api/test", "");
		ask_header(&ask, "Authorization", STR("Bearer kl_wrong"));
		ask_send(&ask, &get_route);
		assert_int_equal(ask.response.status, i < 60 ? 401 : 429);
		ask_end(&ask);
	}
}

static void bodies_are_checked(void **state)
{
	static const struct {
		const char *body;
		int         status;
		const char *says;
	} cases[] = {
		{ "{\"email\":\"a\"}", 201, "effect" },
		{ "", 201, "effect" },
		{ "{\"mail\":\"a\"}", 400, "\"pointer\":\"/mail\",\"code\":\"unknown_field\"" },
		{ "{\"email\":5}", 400, "\"pointer\":\"/email\",\"code\":\"malformed\"" },
		{ "{\"email\":null}", 400, "malformed" },
		{ "{\"email\":\"a\",\"email\":\"b\"}", 400, "bad_request" },
		{ "{\"email\":\"a\\u0000b\"}", 400, "bad_request" },
		{ "{\"email\":\"a\\nb\"}", 400, "malformed" },
		{ "{\"email\":\"\xff\"}", 400, "bad_request" },
		{ "[]", 400, "bad_request" },
		{ "{\"email\":\"a\"} x", 400, "bad_request" },
		{ "{\"email\":[[[[[[[[[[]]]]]]]]]]}", 400, "bad_request" },
		{ "{", 400, "bad_request" },
	};
	char key[8];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ask ask;

		snprintf(key, sizeof(key), "k%zu", i);
		call(&ask, key, cases[i].body);
		if (ask.response.status != cases[i].status || !body_has(&ask, cases[i].says)) {
			print_error("%s: %d %.*s\n", cases[i].body, ask.response.status,
			            STR_ARG(buf_str(&ask.response.body)));
			fail();
		}
		ask_end(&ask);
	}
}

static void a_form_is_no_json(void **state)
{
	struct ask ask;

	(void)state;
	ask_begin(&ask, "POST", "/api/test", "email=a");
	ask_header(&ask, "Authorization",
	           arena_printf(&ask.arena, "Bearer %.*s", STR_ARG(house.key)));
	ask_header(&ask, "Content-Type", STR("application/x-www-form-urlencoded"));
	ask_header(&ask, "Idempotency-Key", STR("a"));
	ask_send(&ask, &api_route);
	assert_int_equal(ask.response.status, 415);
	ask_end(&ask);
}

static void a_key_is_needed_where_something_happens(void **state)
{
	static char long_key[300];
	struct ask  ask;

	(void)state;
	assert_int_equal(call(&ask, NULL, "{}"), 400);
	assert_true(body_has(&ask, "idempotency_key_missing"));
	ask_end(&ask);
	memset(long_key, 'k', 256);
	assert_int_equal(call(&ask, long_key, "{}"), 400);
	ask_end(&ask);
	long_key[255] = 0;
	assert_int_equal(call(&ask, long_key, "{}"), 201);
	ask_end(&ask);
}

static void the_same_key_gives_the_same_answer(void **state)
{
	struct ask ask;

	(void)state;
	assert_int_equal(call(&ask, "one", "{\"email\":\"a\"}"), 201);
	assert_str(buf_str(&ask.response.body), "{\"effect\":1}");
	assert_int_equal(answer_header(&ask, "Idempotent-Replayed").len, 0);
	ask_end(&ask);
	assert_int_equal(call(&ask, "one", "{\"email\":\"a\"}"), 201);
	assert_str(buf_str(&ask.response.body), "{\"effect\":1}");
	assert_str(answer_header(&ask, "Idempotent-Replayed"), "true");
	ask_end(&ask);
	assert_int_equal(call(&ask, "one", "{\"email\":\"b\"}"), 422);
	assert_true(body_has(&ask, "idempotency_mismatch"));
	ask_end(&ask);
	assert_int_equal(call(&ask, "two", "{\"email\":\"a\"}"), 201);
	assert_str(buf_str(&ask.response.body), "{\"effect\":2}");
	ask_end(&ask);
	assert_int_equal(effect_count, 2);
}

static void a_refusal_does_not_use_up_the_key(void **state)
{
	struct ask ask;

	(void)state;
	outcome = REFUSE;
	assert_int_equal(call(&ask, "one", "{}"), 409);
	assert_true(body_has(&ask, "not_now"));
	ask_end(&ask);
	outcome = DO;
	assert_int_equal(call(&ask, "one", "{}"), 201);
	assert_int_equal(answer_header(&ask, "Idempotent-Replayed").len, 0);
	ask_end(&ask);
}

static void a_failure_leaves_nothing(void **state)
{
	struct ask ask;

	(void)state;
	outcome = FAIL;
	assert_int_equal(call(&ask, "one", "{}"), 500);
	assert_true(body_has(&ask, "\"request_id\":\""));
	ask_end(&ask);
	outcome = DO;
	assert_int_equal(call(&ask, "one", "{}"), 201);
	assert_int_equal(answer_header(&ask, "Idempotent-Replayed").len, 0);
	ask_end(&ask);
}

/* The second call comes while the first one is in the writer's queue. */
static void a_key_in_flight_is_told_so(void **state)
{
	struct ask first, second;

	(void)state;
	ask_begin(&first, "POST", "/api/test", "");
	ask_header(&first, "Authorization",
	           arena_printf(&first.arena, "Bearer %.*s", STR_ARG(house.key)));
	ask_header(&first, "Idempotency-Key", STR("one"));
	ask_send(&first, &api_route);
	assert_true(first.response.parked);
	ask_begin(&second, "POST", "/api/test", "");
	ask_header(&second, "Authorization",
	           arena_printf(&second.arena, "Bearer %.*s", STR_ARG(house.key)));
	ask_header(&second, "Idempotency-Key", STR("one"));
	ask_send(&second, &api_route);
	assert_int_equal(second.response.status, 409);
	assert_true(body_has(&second, "idempotency_in_flight"));
	house_settle(&house, &first.response);
	assert_int_equal(first.response.status, 201);
	ask_end(&first);
	ask_end(&second);
	assert_int_equal(call(&second, "one", ""), 201);
	assert_str(answer_header(&second, "Idempotent-Replayed"), "true");
	ask_end(&second);
	assert_int_equal(effect_count, 1);
}

static void form_begin(struct ask *ask, struct str cookie, struct str csrf)
{
	ask_begin(ask, "POST", "/test", "");
	ask->request.body = arena_printf(&ask->arena, "csrf=%.*s&ik=button&email=a", STR_ARG(csrf));
	ask->request.lang_sure = true;
	ask_header(ask, "Content-Type", STR("application/x-www-form-urlencoded"));
	ask_header(ask, "Cookie", cookie);
	ask_send(ask, &form_route);
}

/* A double click, two tabs, a reload: one effect, the same page for all. */
static void a_form_sent_twice_works_once(void **state)
{
	struct ask page, first, second;
	struct str cookie, rules, csrf;

	(void)state;
	ask_begin(&page, "GET", "/test", "");
	page.response = (struct response){ 0 };
	assert_int_equal(session_read(&page.request, &page.response), ERR_OK);
	session_csrf_make(&page.request);
	csrf = arena_str(&house.arena, page.request.session.csrf);
	str_cut(answer_header(&page, "Set-Cookie"), ';', &cookie, &rules);
	cookie = arena_str(&house.arena, cookie);
	ask_end(&page);

	form_begin(&first, cookie, csrf);
	form_begin(&second, cookie, csrf);
	assert_true(first.response.parked && second.response.parked);
	house_settle(&house, &first.response);
	house_settle(&house, &second.response);
	assert_int_equal(effect_count, 1);
	assert_int_equal(first.response.status, 303);
	assert_int_equal(second.response.status, 303);
	assert_str(answer_header(&first, "Location"), "/en/orders/KL-TEST");
	assert_str(answer_header(&second, "Location"), "/en/orders/KL-TEST");
	ask_end(&first);
	ask_end(&second);
}

/* Two answers to one session never carry the same bytes (BREACH). */
static void the_form_token_is_masked_afresh(void **state)
{
	struct ask ask;
	struct str first;

	(void)state;
	ask_begin(&ask, "GET", "/test", "");
	session_csrf_make(&ask.request);
	first = ask.request.session.csrf;
	session_csrf_make(&ask.request);
	assert_false(str_eq(first, ask.request.session.csrf));
	assert_true(session_csrf_good(&ask.request, first));
	assert_true(session_csrf_good(&ask.request, ask.request.session.csrf));
	ask.request.session.secret[0] ^= 1;
	assert_false(session_csrf_good(&ask.request, first));
	ask_end(&ask);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_house, close_house)
	const struct CMUnitTest tests[] = {
		TEST(no_key_no_answer),
		TEST(a_key_does_what_its_scopes_say),
		TEST(wrong_keys_are_slowed_down),
		TEST(bodies_are_checked),
		TEST(a_form_is_no_json),
		TEST(a_key_is_needed_where_something_happens),
		TEST(the_same_key_gives_the_same_answer),
		TEST(a_refusal_does_not_use_up_the_key),
		TEST(a_failure_leaves_nothing),
		TEST(a_key_in_flight_is_told_so),
		TEST(a_form_sent_twice_works_once),
		TEST(the_form_token_is_masked_afresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
