/*
 * owner_test.c - what belongs to one account is not there for another: every
 * id in every address and every form, tried by somebody else (OWASP API1); and
 * no answer holds a whole number of anybody (WEB 5.12).
 */
#include "visitor.h"

#include "web/route.h"

/* Everything that lily has. */
struct things {
	struct str quote, order, line, message, payment;
};

static struct house   house;
static struct visitor lily, max;
static struct things  hers;

static struct str id_after(struct visitor *visitor, const char *before)
{
	struct str body = visitor_body(visitor), value;
	ptrdiff_t  at = str_find(body, str_from(before));
	size_t     len = 0;

	if (at < 0)
		fail_msg("no \"%s\" in the page", before);
	value = str_skip(body, (size_t)at + strlen(before));
	while (len < value.len && strchr("\"/?&<", value.ptr[len]) == NULL)
		len++;
	return visitor_text(visitor, "%.*s", (int)len, value.ptr);
}

static int setup(void **state)
{
	static const char *const flags[] = { "--sandbox=yes", NULL };
	static const char *const steps[] = { "pay_succeeded", "sent", "delivered" };

	(void)state;
	house_open(&house, false, flags);
	stock_open(&house);
	visitor_open(&lily, &house, "lily");
	visitor_open(&max, &house, "max");
	hers.order = visitor_order(&lily, visitor_quote(&lily, STOCK_PREPAID, "keep-180"));
	visitor_get(&lily, visitor_text(&lily, "/en/orders/%.*s", STR_ARG(hers.order)));
	for (size_t i = 0; i < COUNT_OF(steps); i++)
		assert_int_equal(stock_happen(&house, hers.order, str_from(steps[i])), ERR_OK);
	assert_int_equal(visitor_get(&lily, STR("/en/lines")), 200);
	hers.line = id_after(&lily, "/en/lines/");
	assert_int_equal(visitor_get(&lily, STR("/en/messages")), 200);
	hers.message = id_after(&lily, "/en/messages/");
	/* A second order that still waits for money, and a quote behind it. */
	hers.order = visitor_order(&lily, visitor_quote(&lily, STOCK_PREPAID, "data-3gb"));
	assert_int_equal(
	    visitor_post(&lily, visitor_text(&lily, "/en/orders/%.*s/pay", STR_ARG(hers.order)),
	                 STR("")),
	    303);
	hers.payment = str_skip(visitor_location(&lily), sizeof("/en/sandbox/pay/") - 1);
	hers.quote = visitor_quote(&lily, STOCK_PREPAID, "keep-180");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	visitor_close(&max);
	visitor_close(&lily);
	house_close(&house);
	return 0;
}

static bool has(const char *pattern, const char *part)
{
	return strstr(pattern, part) != NULL;
}

/* Her id for a pattern, and one that was never given out. */
static bool ids_for(const char *pattern, struct str *ret_hers, struct str *ret_none)
{
	*ret_none = STR("KL-0000-0000");
	if (has(pattern, "/orders/{")) {
		*ret_hers = hers.order;
	} else if (has(pattern, "/quotes/{")) {
		*ret_hers = hers.quote;
		*ret_none = STR("quo_00000000000000000000000000");
	} else if (has(pattern, "/lines/{")) {
		*ret_hers = hers.line;
		*ret_none = STR("line_00000000000000000000000000");
	} else if (has(pattern, "/messages/{")) {
		*ret_hers = hers.message;
		*ret_none = STR("msg_00000000000000000000000000");
	} else if (has(pattern, "/sandbox/pay/{")) {
		*ret_hers = hers.payment;
		*ret_none = STR("KP00000000000000000000000000");
	} else {
		return false;
	}
	return true;
}

static struct str address(struct visitor *visitor, const char *pattern, struct str id)
{
	const char *open = strchr(pattern, '{'), *end = strchr(pattern, '}');

	return visitor_text(visitor, "/en%.*s%.*s%s", (int)(open - pattern), pattern, STR_ARG(id),
	                    end + 1);
}

static const char *form_for(const char *pattern)
{
	return has(pattern, "/sandbox/") ? "press=paid" : "";
}

/* The page without what differs in every answer: the id itself and tokens. */
static struct str blanked(struct visitor *visitor, struct str id)
{
	static const struct str token = STR_INIT("name=\"csrf\" value=\"");
	struct str              body = visitor_body(visitor), value, rest;
	struct buf              out;

	buf_init(&out, &visitor->arena, 256 * 1024);
	while (body.len > 0) {
		if (str_starts(body, id)) {
			buf_add(&out, STR("ID"));
			body = str_skip(body, id.len);
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

static void every_id_in_an_address_is_its_owners_alone(void **state)
{
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < route_count(); i++) {
		const struct route *route = route_at(i);
		const char         *method = route->method == METHOD_GET ? "GET" : "POST";
		struct str          id, none, theirs, unknown;

		if ((route->flags & ROUTE_LANG) == 0 || strchr(route->pattern, '{') == NULL ||
		    route->role != ROLE_MEMBER)
			continue;
		if (!ids_for(route->pattern, &id, &none))
			fail_msg("%s %s: which of lily's ids belongs there?", method,
			         route->pattern);
		visitor_begin(&max, 0, method, address(&max, route->pattern, id),
		              str_from(form_for(route->pattern)));
		house_settle(&house, &max.visit[0].response);
		if (max.visit[0].response.status != 404)
			fail_msg("%s %s: max got %d for what is lily's", method, route->pattern,
			         max.visit[0].response.status);
		theirs = blanked(&max, id);
		visitor_begin(&max, 0, method, address(&max, route->pattern, none),
		              str_from(form_for(route->pattern)));
		house_settle(&house, &max.visit[0].response);
		assert_int_equal(max.visit[0].response.status, 404);
		unknown = blanked(&max, none);
		if (!str_eq(theirs, unknown))
			fail_msg("%s %s: another answer than for an unknown one", method,
			         route->pattern);
		tried++;
	}
	assert_true(tried >= 10);
}

/* What max was refused is there for its owner: the test above can fail. */
static void her_own_ids_open_for_her(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count(); i++) {
		const struct route *route = route_at(i);
		struct str          id, none;
		int                 status;

		if (route->method != METHOD_GET || (route->flags & ROUTE_LANG) == 0 ||
		    strchr(route->pattern, '{') == NULL || route->role != ROLE_MEMBER ||
		    has(route->pattern, "/receipt") || has(route->pattern, "/pay") ||
		    !ids_for(route->pattern, &id, &none))
			continue;
		status = visitor_get(&lily, address(&lily, route->pattern, id));
		if (status != 200)
			fail_msg("%s: lily got %d for her own", route->pattern, status);
	}
}

static void an_id_in_a_form_or_query_is_its_owners_alone(void **state)
{
	struct str form;

	(void)state;
	form = visitor_text(&max, "ik=a&quote=%.*s", STR_ARG(hers.quote));
	assert_int_equal(visitor_post(&max, STR("/en/orders"), form), 404);
	form = visitor_text(&max, "pack=keep-180&method=sandbox%%3ACNY&line=%.*s",
	                    STR_ARG(hers.line));
	assert_int_equal(visitor_post(&max, STR("/en/topup"), form), 404);
	form = visitor_text(&max, "pack=keep-180&method=sandbox%%3ACNY&line=%.*s",
	                    STR_ARG(hers.quote));
	assert_int_equal(visitor_post(&max, STR("/en/topup"), form), 404);
	assert_int_equal(
	    visitor_get(&max, visitor_text(&max, "/en/topup?line=%.*s", STR_ARG(hers.line))), 404);
	assert_int_equal(visitor_get(&max, visitor_text(&max, "/en/orders?from=%.*s",
	                                                STR_ARG(hers.order))),
	                 404);
	assert_int_equal(visitor_get(&max, visitor_text(&max, "/en/messages?from=%.*s",
	                                                STR_ARG(hers.message))),
	                 404);
	/* A cursor behind her line shows his own lines only: he has none. */
	assert_int_equal(
	    visitor_get(&max, visitor_text(&max, "/en/lines?after=%.*s", STR_ARG(hers.line))), 200);
	assert_true(str_find(visitor_body(&max), STR("080-****")) < 0);
	assert_int_equal(
	    visitor_get(&max, visitor_text(&max, "/en/help?order=%.*s", STR_ARG(hers.order))), 200);
	assert_true(str_find(visitor_body(&max), STR("<b class=\"id\">KL-")) < 0);
	assert_int_equal(house_count(&house, "select count(*) from orders where account_id = 2"),
	                 0);
}

/* Both may top up one SIM; each sees only what is her or his own of it. */
static void two_owners_of_one_line_see_their_own_orders(void **state)
{
	struct str his = visitor_order(&max, visitor_quote(&max, STOCK_PREPAID, "voice-60"));
	struct str line = visitor_text(&max, "/en/lines/%.*s", STR_ARG(hers.line));

	(void)state;
	assert_int_equal(visitor_get(&max, line), 404); /* not yet paid for */
	assert_int_equal(stock_happen(&house, his, STR("pay_succeeded")), ERR_OK);
	assert_int_equal(stock_happen(&house, his, STR("delivered")), ERR_OK);
	assert_int_equal(visitor_get(&max, line), 200);
	assert_true(str_find(visitor_body(&max), his) > 0);
	assert_true(str_find(visitor_body(&max), hers.order) < 0);
	assert_int_equal(visitor_get(&lily, line), 200);
	assert_true(str_find(visitor_body(&lily), his) < 0);
	assert_true(str_find(visitor_body(&lily), hers.order) > 0);
}

static void no_answer_holds_a_whole_number(void **state)
{
	static const char *const numbers[] = { "440101234567890",    "8981100012345678905",
		                               "898110001234567890", "DN0512345678900",
		                               "818012345670",       "08012345670",
		                               "080-1234-5670",      "8012345670" };
	static const char *const pages[] = { "/",      "/topup",    "/orders",
		                             "/lines", "/messages", "/help" };
	static const char *const langs[] = { "en", "zh-Hans" };
	struct str               paths[64];
	size_t                   count = 0;

	(void)state;
	for (size_t l = 0; l < COUNT_OF(langs); l++) {
		for (size_t i = 0; i < COUNT_OF(pages); i++)
			paths[count++] = visitor_text(&lily, "/%s%s", langs[l], pages[i]);
		for (size_t i = 0; i < route_count(); i++) {
			const char *pattern = route_at(i)->pattern;
			struct str  id, none;

			if (route_at(i)->method == METHOD_GET && strchr(pattern, '{') != NULL &&
			    ids_for(pattern, &id, &none) && count < COUNT_OF(paths))
				paths[count++] = visitor_text(&lily, "/%s%.*s%.*s%s", langs[l],
				                              (int)(strchr(pattern, '{') - pattern),
				                              pattern, STR_ARG(id),
				                              strchr(pattern, '}') + 1);
		}
	}
	assert_true(count >= 20 && count < COUNT_OF(paths));
	for (size_t i = 0; i < count; i++) {
		visitor_get(&lily, paths[i]);
		for (size_t n = 0; n < COUNT_OF(numbers); n++)
			if (str_find(visitor_body(&lily), str_from(numbers[n])) >= 0)
				fail_msg("%.*s holds %s", STR_ARG(paths[i]), numbers[n]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_id_in_an_address_is_its_owners_alone),
		cmocka_unit_test(her_own_ids_open_for_her),
		cmocka_unit_test(an_id_in_a_form_or_query_is_its_owners_alone),
		cmocka_unit_test(two_owners_of_one_line_see_their_own_orders),
		cmocka_unit_test(no_answer_holds_a_whole_number),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
