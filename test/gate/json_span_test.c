/*
 * json_span_test.c - the exact bytes of an inner object, and every text that
 * is no strict JSON object.
 */
#include "test.h"

#include "base/str.h"
#include "gate/json_span.h"

static struct json_span spans[8];
static size_t           count;

static bool reads(struct str text)
{
	return json_span_read(text, 4096, spans, COUNT_OF(spans), &count);
}

static struct str value(const char *name)
{
	struct str found = STR("absent");

	json_span_find(spans, count, str_from(name), &found);
	return found;
}

static void inner_objects_as_they_were_sent(void **state)
{
	(void)state;
	assert_true(reads(STR("{\"alipay_trade_query_response\":{\"code\":\"10000\","
	                      "\"qr\":\"https:\\/\\/qr.example\\/a\", \"n\" : [1,{\"a\":null}]},"
	                      "\"sign\":\"abc==\"}")));
	assert_int_equal(count, 2);
	assert_str(spans[0].name, "alipay_trade_query_response");
	assert_str(spans[0].value, "{\"code\":\"10000\",\"qr\":\"https:\\/\\/qr.example\\/a\","
	                           " \"n\" : [1,{\"a\":null}]}");
	assert_str(value("sign"), "\"abc==\"");
	assert_str(value("Sign"), "absent");
}

/* Who searches the text for "sign" or counts braces without strings is led astray. */
static void traps_inside_of_strings(void **state)
{
	(void)state;
	assert_true(reads(STR(" {\"r\" : {\"memo\":\"}} ,\\\"sign\\\":\\\"forged\\\" {\\\\\"}\r\n ,"
	                      "\t\"sign\" : \"true\"}\n")));
	assert_str(value("r"), "{\"memo\":\"}} ,\\\"sign\\\":\\\"forged\\\" {\\\\\"}");
	assert_str(value("sign"), "\"true\"");
}

static void values_of_every_kind(void **state)
{
	(void)state;
	assert_true(reads(STR("{\"a\":-0.5e+10,\"b\":[],\"c\":{},\"d\":true,\"e\":\"\",\"f\":[[1],"
	                      "{\"x\":[2,\"\\u4fdd\"]}],\"\":0}")));
	assert_int_equal(count, 7);
	assert_str(value("a"), "-0.5e+10");
	assert_str(value("b"), "[]");
	assert_str(value("c"), "{}");
	assert_str(value("d"), "true");
	assert_str(value("e"), "\"\"");
	assert_str(value("f"), "[[1],{\"x\":[2,\"\\u4fdd\"]}]");
	assert_str(value(""), "0");
	assert_true(reads(STR("{}")));
	assert_int_equal(count, 0);
}

static void texts_that_are_no_object(void **state)
{
	static const struct str refused[] = {
		STR_INIT(""),
		STR_INIT("{"),
		STR_INIT("}"),
		STR_INIT("[]"),
		STR_INIT("\"a\""),
		STR_INIT("{\"a\"}"),
		STR_INIT("{\"a\":}"),
		STR_INIT("{\"a\":1,}"),
		STR_INIT("{,\"a\":1}"),
		STR_INIT("{\"a\":1}}"),
		STR_INIT("{\"a\":1} x"),
		STR_INIT("{\"a\":1 \"b\":2}"),
		STR_INIT("{a:1}"),
		STR_INIT("{'a':1}"),
		STR_INIT("{\"a\":[1,]}"),
		STR_INIT("{\"a\":[1}"),
		STR_INIT("{\"a\":{\"b\":1]}"),
		STR_INIT("{\"a\":{\"b\"}}"),
		STR_INIT("{\"a\":01}"),
		STR_INIT("{\"a\":1.}"),
		STR_INIT("{\"a\":.5}"),
		STR_INIT("{\"a\":+1}"),
		STR_INIT("{\"a\":1e}"),
		STR_INIT("{\"a\":-}"),
		STR_INIT("{\"a\":tru}"),
		STR_INIT("{\"a\":NaN}"),
		STR_INIT("{\"a\":\"\n\"}"),
		STR_INIT("{\"a\":\"\\x\"}"),
		STR_INIT("{\"a\":\"\\u12g4\"}"),
		STR_INIT("{\"a\":\"\\"),
		STR_INIT("{\"a\":\"\\u12"),
		STR_INIT("{\"a\":\"\xff\"}"),
		STR_INIT("{\"a\":1\0}"),
		STR_INIT("\xef\xbb\xbf{}"),
		STR_INIT("{\"a\":/**/1}"),
		/* twice, openly or by an escape */
		STR_INIT("{\"a\":1,\"a\":2}"),
		STR_INIT("{\"a\":1,\"\\u0061\":2}"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		if (reads(refused[i]))
			fail_msg("accepted: %.*s", STR_ARG(refused[i]));
	}
}

static void limits(void **state)
{
	char       deep[2 * JSON_SPAN_DEPTH_MAX + 16];
	size_t     len;
	struct str nine = STR(
	    "{\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1}");

	(void)state;
	for (int levels = JSON_SPAN_DEPTH_MAX - 1; levels <= JSON_SPAN_DEPTH_MAX; levels++) {
		len = 5;
		memcpy(deep, "{\"a\":", len);
		for (int i = 0; i < levels; i++)
			deep[len++] = '[';
		for (int i = 0; i < levels; i++)
			deep[len++] = ']';
		deep[len++] = '}';
		assert_int_equal(reads((struct str){ deep, len }), levels < JSON_SPAN_DEPTH_MAX);
	}
	assert_false(reads(nine));
	assert_true(json_span_read(STR("{\"a\":1}"), 7, spans, COUNT_OF(spans), &count));
	assert_false(json_span_read(STR("{\"a\":1}"), 6, spans, COUNT_OF(spans), &count));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inner_objects_as_they_were_sent),
		cmocka_unit_test(traps_inside_of_strings),
		cmocka_unit_test(values_of_every_kind),
		cmocka_unit_test(texts_that_are_no_object),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
