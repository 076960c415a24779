/*
 * out_test.c - escaping, place by place, of friendly and hostile values.
 */
#include "test.h"

#include "base/str.h"
#include "text/out.h"

static struct arena arena;
static struct buf   buf;
static struct out   o = { .buf = &buf };

#define HOSTILE "<script>alert(\"1\")</script>&'\x01\x7f"
#define TAMED   "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\uFFFD\uFFFD"

static void begin(enum lang_id id)
{
	buf_init(&buf, &arena, 1000);
	o.lang = lang_get(id);
}

static void in_text_and_attributes(void **state)
{
	(void)state;
	begin(LANG_EN);
	out_value(&o, STR(HOSTILE));
	assert_str(buf_str(&buf), TAMED);
	begin(LANG_EN);
	out_value(&o, HOSTILE);
	assert_str(buf_str(&buf), TAMED);
	begin(LANG_EN);
	out_attr(&o, STR(HOSTILE));
	assert_str(buf_str(&buf), TAMED);
	begin(LANG_EN);
	out_attr(&o, STR("x\" onload=\"y"));
	assert_str(buf_str(&buf), "x&quot; onload=&quot;y");
	begin(LANG_EN);
	out_value(&o, STR("两行\n\t\0"));
	assert_str(buf_str(&buf), "两行\n\t\uFFFD");
	begin(LANG_EN);
	out_raw(&o, STR("<b>"));
	assert_str(buf_str(&buf), "<b>");
}

static void numbers_by_place(void **state)
{
	struct money pay = { 110000, CURRENCY_CNY }, none = { 0 };

	(void)state;
	begin(LANG_JA);
	out_value(&o, 1234567);
	out_raw(&o, STR(" "));
	out_attr(&o, (int64_t)1234567);
	out_raw(&o, STR(" "));
	out_value(&o, (size_t)1000);
	out_raw(&o, STR(" "));
	out_value(&o, pay);
	out_raw(&o, STR(" "));
	out_attr(&o, pay);
	out_raw(&o, STR(" "));
	out_value(&o, none);
	assert_str(buf_str(&buf),
	           "1,234,567 1234567 1,000 "
	           "<span class=\"amt\"><abbr>CNY</abbr>1,100.00</span> CNY 1,100.00 –");
}

static void addresses(void **state)
{
	static const struct {
		const char *address;
		bool        link, image;
	} cases[] = {
		{ "", true, true },
		{ "/zh-Hans/orders?page=2", true, true },
		{ "orders/KL-1", true, true },
		{ "?a=b:c", true, true },
		{ "#x:y", true, true },
		{ "https://example.com/x?y=z", true, true },
		{ "HTTP://example.com", true, true },
		{ "data:image/png;base64,AAAA", false, true },
		{ "DATA:IMAGE/svg+xml,x", false, true },
		{ "data:text/html,<script>", false, false },
		{ "data:imagetext/html,x", false, false },
		{ "javascript:alert(1)", false, false },
		{ "JaVaScRiPt:alert(1)", false, false },
		{ " javascript:alert(1)", false, false },
		{ "java\tscript:alert(1)", false, false },
		{ "java\nscript:alert(1)", false, false },
		{ "\x01javascript:alert(1)", false, false },
		{ "vbscript:x", false, false },
		{ "mailto:a@example.com", false, false },
		{ ":x", false, false },
		{ "//evil.example/x", false, false },
		{ "\\\\evil.example", false, false },
		{ "/\\evil.example", false, false },
		{ "/ /evil", false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str address = str_from(cases[i].address);

		begin(LANG_EN);
		out_url(&o, address);
		assert_int_equal(!str_eq(buf_str(&buf), STR("#")), cases[i].link);
		begin(LANG_EN);
		out_url_image(&o, address);
		assert_int_equal(!str_eq(buf_str(&buf), STR("#")), cases[i].image);
	}
	begin(LANG_EN);
	out_url(&o, "/x?a=1&b=\"2\"");
	assert_str(buf_str(&buf), "/x?a=1&amp;b=&quot;2&quot;");
}

static void parts_of_addresses(void **state)
{
	(void)state;
	begin(LANG_EN);
	out_url_part(&o, STR("a/b?c=d&e=f#g \"<你.-_~:"));
	assert_str(buf_str(&buf), "a%2Fb%3Fc%3Dd%26e%3Df%23g%20%22%3C%E4%BD%A0.-_~%3A");
	begin(LANG_EN);
	out_url_part(&o, 1234567);
	assert_str(buf_str(&buf), "1234567");
}

static void paths(void **state)
{
	static const char *const good[] = { "", "/", "/orders?before=7", "/a//b" };
	static const char *const bad[] = { "orders", "//evil.example", "/\\evil", "javascript:x",
		                           "/a b",   "http://x",       "?a",      "/\n/x" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		begin(LANG_EN);
		out_url_path(&o, good[i]);
		assert_str(buf_str(&buf), good[i]);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		begin(LANG_EN);
		out_url_path(&o, str_from(bad[i]));
		assert_str(buf_str(&buf), "#");
	}
}

static struct str kept_until(enum lang_id id, bool attribute, struct part date)
{
	begin(id);
	out_words(&o, attribute, MSG_KEPT_UNTIL, -1, PARTS(date));
	return buf_str(&buf);
}

static void words_and_their_parts(void **state)
{
	struct money   pay = { 100, CURRENCY_JPY };
	struct message days = { .msg = MSG_DAYS_LEFT, .count = 180 };
	struct part    link = PART_LINK("date", STR("/ja"), "/legal?a=\"");
	struct part    bad = PART_LINK("date", STR("javascript:"), "/legal");
	struct part    bold = PART_HTML("date", "<b>");

	(void)state;
	assert_str(kept_until(LANG_EN, false, PART("date", HOSTILE)), "Kept until " TAMED);
	assert_str(kept_until(LANG_EN, true, PART("date", HOSTILE)), "Kept until " TAMED);
	assert_str(kept_until(LANG_EN, false, PART("date", pay)),
	           "Kept until <span class=\"amt\"><abbr>JPY</abbr>100</span>");
	assert_str(kept_until(LANG_EN, true, PART("date", pay)), "Kept until JPY 100");
	assert_str(kept_until(LANG_JA, false, link), "<a href=\"/ja/legal?a=&quot;\">まで維持");
	assert_str(kept_until(LANG_JA, false, bad), "<a href=\"#/legal\">まで維持");
	assert_str(kept_until(LANG_JA, false, bold), "<b>まで維持");
	assert_str(kept_until(LANG_JA, true, bold), "まで維持");
	begin(LANG_EN);
	out_words(&o, false, MSG_DAYS_LEFT, 1, NO_PARTS);
	assert_str(buf_str(&buf), "1 day left");
	begin(LANG_EN);
	out_value(&o, days);
	assert_str(buf_str(&buf), "180 days left");
}

static void a_page_that_is_too_long_says_so(void **state)
{
	(void)state;
	buf_init(&buf, &arena, 10);
	o.lang = lang_get(LANG_EN);
	for (int i = 0; i < 10; i++)
		out_value(&o, STR("<<<"));
	assert_true(buf.full);
	assert_true(buf.len <= 10);
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_text_and_attributes),
		cmocka_unit_test(numbers_by_place),
		cmocka_unit_test(addresses),
		cmocka_unit_test(parts_of_addresses),
		cmocka_unit_test(paths),
		cmocka_unit_test(words_and_their_parts),
		cmocka_unit_test(a_page_that_is_too_long_says_so),
	};

	arena_init(&arena, 4 << 20);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
