/*
 * transcript_test.c - runs every test/web/NAME.http through web_handle().
 *
 * A transcript is a list of steps against one fresh web:
 *
 *	@ what the step shows
 *	peer 203.0.113.9          (before the request) where it comes from
 *	clock +1801               the time moves on, seconds
 *	times 11                  the request is sent so often; the last answer counts
 *	jar off                   no cookies with this request
 *	GET /zh-Hans/login HTTP/1.1
 *	Header: value
 *	                          (an empty line, then a body if there is one)
 *	email=a%40b.example&csrf={csrf}
 *	--
 *	200                       expected status
 *	Header: value             expected exactly;  Header ~ part;  !Header absent
 *	| part of the body        !| not in the body
 *
 * A file shop_NAME.http begins with the goods of stock.h and the sandbox:
 *
 *	happen pay_succeeded KL-…  something happens to an order (core/order.h)
 *	Location => quote /en/quotes/   what follows there in the header is {quote}
 *	|> line /en/lines/         what follows there in the body, up to a quote mark
 *
 * {csrf} and {ik} come from the last page with a form, {session} is the present
 * cookie, {invite} a one-time link's token, {key} an API key.  With goods there are
 * {api} and {api_other}, keys of two accounts with all scopes, and {api_lines}
 * with lines:read only, of a third.
 */
#include "record.h"
#include "stock.h"

#include <glob.h>
#include <stdlib.h>

#include "base/str.h"
#include "web/asset.h"

#define FILE_MAX   ((size_t)256 * 1024)
#define VALUE_MAX  512
#define JAR_MAX    4
#define SCOPES_ALL ((1u << SCOPE_COUNT) - 1)
#define KEPT_MAX   16

struct cookie {
	char name[64], value[VALUE_MAX];
};

struct run {
	struct house    house;
	const char     *file;
	int             line;
	char            title[200], csrf[VALUE_MAX], ik[VALUE_MAX], peer[64];
	struct str      api[3];
	struct cookie   jar[JAR_MAX];
	struct cookie   kept[KEPT_MAX]; /* {name} -> value, by "=>" and "|>" */
	bool            no_jar;
	long            times;
	struct arena    arena;
	struct request  request;
	struct response response;
	struct str      body; /* not packed */
	int             failed;
};

static void complain(struct run *run, const char *what, struct str detail)
{
	print_error("%s:%d: %s: %s \"%.*s\" (status %d)\n", run->file, run->line, run->title, what,
	            STR_ARG(detail), run->response.status);
	run->failed++;
}

/* A value that an answer was made to give. */
static bool kept_value(const struct run *run, struct str text, struct str *ret, size_t *ret_len)
{
	for (size_t i = 0; i < KEPT_MAX && run->kept[i].name[0] != 0; i++) {
		size_t len = strlen(run->kept[i].name);

		if (text.len < len + 2 || text.ptr[0] != '{' || text.ptr[len + 1] != '}' ||
		    memcmp(text.ptr + 1, run->kept[i].name, len) != 0)
			continue;
		*ret = str_from(run->kept[i].value);
		*ret_len = len + 2;
		return true;
	}
	return false;
}

/* {name} -> its value. */
static struct str expand(struct run *run, struct str text)
{
	struct buf out;

	buf_init(&out, &run->arena, FILE_MAX);
	while (text.len > 0) {
		const struct {
			struct str name, value;
		} names[] = {
			{ STR("{csrf}"), str_from(run->csrf) },
			{ STR("{ik}"), str_from(run->ik) },
			{ STR("{session}"), str_from(run->jar[0].value) },
			{ STR("{invite}"), run->house.invite },
			{ STR("{key}"), run->house.key },
			{ STR("{api}"), run->api[0] },
			{ STR("{api_other}"), run->api[1] },
			{ STR("{api_lines}"), run->api[2] },
			{ STR("{css}"), STR(ASSET_KEEPLINE_CSS_URL) },
		};
		struct str value;
		size_t     i = 0, len;

		if (kept_value(run, text, &value, &len)) {
			buf_add(&out, value);
			text = str_skip(text, len);
			continue;
		}
		while (i < COUNT_OF(names) && !str_starts(text, names[i].name))
			i++;
		if (i < COUNT_OF(names)) {
			buf_add(&out, names[i].value);
			text = str_skip(text, names[i].name.len);
			continue;
		}
		buf_add_char(&out, text.ptr[0]);
		text = str_skip(text, 1);
	}
	return buf_str(&out);
}

static void keep_field(struct str body, const char *mark, char *ret)
{
	ptrdiff_t  at = str_find(body, str_from(mark));
	struct str value, rest;

	if (at < 0)
		return;
	str_cut(str_skip(body, (size_t)at + strlen(mark)), '"', &value, &rest);
	snprintf(ret, VALUE_MAX, "%.*s", STR_ARG(value));
}

static void keep_cookie(struct run *run, struct str set)
{
	struct str pair, rules, name, value;

	str_cut(set, ';', &pair, &rules);
	str_cut(pair, '=', &name, &value);
	for (size_t i = 0; i < JAR_MAX; i++) {
		if (run->jar[i].name[0] != 0 && !str_eq(name, str_from(run->jar[i].name)))
			continue;
		snprintf(run->jar[i].name, sizeof(run->jar[i].name), "%.*s", STR_ARG(name));
		snprintf(run->jar[i].value, VALUE_MAX, "%.*s", STR_ARG(value));
		return;
	}
}

static void add_cookies(struct run *run)
{
	struct buf cookies;

	if (run->no_jar || request_header(&run->request, "Cookie").len > 0)
		return;
	buf_init(&cookies, &run->arena, 4096);
	for (size_t i = 0; i < JAR_MAX; i++)
		if (run->jar[i].value[0] != 0)
			buf_printf(&cookies, "%s%s=%s", cookies.len > 0 ? "; " : "",
			           run->jar[i].name, run->jar[i].value);
	if (cookies.len > 0)
		run->request.headers[run->request.header_count++] = (struct header){
			STR("Cookie"), buf_str(&cookies)
		};
}

/* Start line, headers, an empty line, a body. */
static void fill(struct run *run, struct str text)
{
	struct str line, rest, value;

	arena_reset(&run->arena);
	text = expand(run, text);
	request_init(&run->request, run->house.web, &run->arena);
	str_cut(text, '\n', &line, &text);
	str_cut(line, ' ', &run->request.method, &rest);
	str_cut(rest, ' ', &run->request.target, &value);
	while (str_cut(text, '\n', &line, &text) && line.len > 0) {
		str_cut(line, ':', &line, &value);
		assert_true(run->request.header_count < REQUEST_HEADER_MAX);
		run->request.headers[run->request.header_count++] = (struct header){
			line, str_trim(value)
		};
	}
	while (str_ends(text, STR("\n")))
		text.len--;
	run->request.body = text;
	run->request.peer = str_from(run->peer);
	add_cookies(run);
}

static void send(struct run *run, struct str text)
{
	for (long i = 0; i < run->times; i++) {
		if (i > 0)
			request_end(&run->request);
		fill(run, text);
		web_handle(run->house.web, &run->request, &run->response);
		house_settle(&run->house, &run->response);
		record_exchange(&run->request, &run->response);
	}
	run->body = run->response.is_asset ? asset_bytes(run->response.asset, PACKING_NONE)
	                                   : buf_str(&run->response.body);
	keep_field(run->body, "name=\"csrf\" value=\"", run->csrf);
	keep_field(run->body, "name=\"ik\" value=\"", run->ik);
	for (size_t i = 0; !run->no_jar && i < run->response.header_count; i++)
		if (str_eq(run->response.headers[i].name, STR("Set-Cookie")))
			keep_cookie(run, run->response.headers[i].value);
}

/* "name what stands before": the value behind it, up to a quote mark or a blank. */
static void keep_value(struct run *run, struct str text, struct str spec)
{
	struct str name, before, value;
	ptrdiff_t  at;
	size_t     i = 0, len = 0;

	str_cut(spec, ' ', &name, &before);
	at = str_find(text, before);
	if (at < 0) {
		complain(run, "nothing to keep", spec);
		return;
	}
	value = str_skip(text, (size_t)at + before.len);
	while (len < value.len && strchr("\"<?& ", value.ptr[len]) == NULL)
		len++;
	while (i < KEPT_MAX && run->kept[i].name[0] != 0 &&
	       !str_eq(str_from(run->kept[i].name), name))
		i++;
	assert_true(i < KEPT_MAX);
	snprintf(run->kept[i].name, sizeof(run->kept[i].name), "%.*s", STR_ARG(name));
	snprintf(run->kept[i].value, VALUE_MAX, "%.*s", (int)len, value.ptr);
}

static struct str header_value(const struct run *run, struct str name)
{
	for (size_t i = 0; i < run->response.header_count; i++)
		if (str_eq_nocase(run->response.headers[i].name, name))
			return run->response.headers[i].value;
	return STR("");
}

static bool header_says(const struct run *run, struct str name, struct str value, bool part)
{
	for (size_t i = 0; i < run->response.header_count; i++) {
		const struct header *header = &run->response.headers[i];

		if (str_eq_nocase(header->name, name) &&
		    (part ? str_find(header->value, value) >= 0 : str_eq(header->value, value)))
			return true;
	}
	return str_eq_nocase(name, STR("Content-Type")) &&
	       str_eq(run->response.content_type, value);
}

static void check_header(struct run *run, struct str line)
{
	struct str name, value;

	if (line.ptr[0] == '!') {
		if (header_says(run, str_skip(line, 1), STR(""), true))
			complain(run, "unwanted header", line);
	} else if (str_find(line, STR(" ~ ")) > 0) {
		size_t at = (size_t)str_find(line, STR(" ~ "));

		if (!header_says(run, str_take(line, at), str_skip(line, at + 3), true))
			complain(run, "header lacks", line);
	} else if (str_cut(line, ':', &name, &value)) {
		if (!header_says(run, name, str_trim(value), false))
			complain(run, "header is not", line);
	} else {
		complain(run, "cannot read the expectation", line);
	}
}

/* One expectation. */
static void check(struct run *run, struct str line)
{
	int64_t status;

	line = expand(run, line);
	if (str_to_int64(line, &status)) {
		if (run->response.status != status)
			complain(run, "status is not", line);
	} else if (str_starts(line, STR("|> "))) {
		keep_value(run, run->body, str_skip(line, 3));
	} else if (str_find(line, STR(" => ")) > 0) {
		size_t at = (size_t)str_find(line, STR(" => "));

		keep_value(run, header_value(run, str_take(line, at)), str_skip(line, at + 4));
	} else if (str_starts(line, STR("| "))) {
		if (str_find(run->body, str_skip(line, 2)) < 0)
			complain(run, "body lacks", line);
	} else if (str_starts(line, STR("!| "))) {
		if (str_find(run->body, str_skip(line, 3)) >= 0)
			complain(run, "body has", line);
	} else {
		check_header(run, line);
	}
}

/* Whatever the answer, these are there (SECURITY V3 3.4). */
static void check_always(struct run *run)
{
	static const char *const lines[] = {
		"Strict-Transport-Security ~ max-age=63072000; includeSubDomains",
		"X-Content-Type-Options: nosniff",
		"Referrer-Policy: same-origin",
		"Content-Security-Policy ~ default-src 'none';",
		"Content-Security-Policy ~ frame-ancestors 'none'",
		"Cache-Control ~ a", /* every policy has this letter or is no-store */
	};

	for (size_t i = 0; i + 1 < COUNT_OF(lines); i++)
		check_header(run, str_from(lines[i]));
	if (!header_says(run, STR("Cache-Control"), STR(""), true) ||
	    !header_says(run, STR("Vary"), STR(""), true))
		complain(run, "no policy for caches", STR(""));
	if (run->body.len > 0 && run->response.content_type.len == 0)
		complain(run, "no content type", STR(""));
}

/* True: the line was a directive. */
static bool directive(struct run *run, struct str line)
{
	struct str word, value;
	int64_t    number;

	str_cut(line, ' ', &word, &value);
	if (str_eq(word, STR("@"))) {
		snprintf(run->title, sizeof(run->title), "%.*s", STR_ARG(value));
		run->times = 1;
		run->no_jar = false;
	} else if (str_eq(word, STR("peer"))) {
		snprintf(run->peer, sizeof(run->peer), "%.*s", STR_ARG(value));
	} else if (str_eq(word, STR("clock"))) {
		assert_true(str_to_int64(str_skip(value, 1), &number));
		run->house.now_ms += number * 1000;
		run->house.mono_ms += number * 1000;
	} else if (str_eq(word, STR("times"))) {
		assert_true(str_to_int64(value, &number));
		run->times = (long)number;
	} else if (str_eq(word, STR("happen"))) {
		struct str event, order;

		str_cut(value, ' ', &event, &order);
		arena_reset(&run->arena);
		if (stock_happen(&run->house, expand(run, order), event) != ERR_OK)
			complain(run, "cannot happen", value);
	} else if (str_eq(word, STR("jar"))) {
		run->no_jar = str_eq(value, STR("off"));
		if (str_eq(value, STR("new")))
			memset(run->jar, 0, sizeof(run->jar));
	} else {
		return line.len == 0 || line.ptr[0] == '#';
	}
	return true;
}

static void play(struct run *run, struct str text)
{
	struct str line, request = { 0 };
	enum { BEFORE, REQUEST, EXPECT } part = BEFORE;

	while (str_cut(text, '\n', &line, &text)) {
		run->line++;
		if (part == EXPECT && line.len == 0) {
			request_end(&run->request);
			part = BEFORE;
		} else if (part == EXPECT) {
			check(run, line);
		} else if (part == REQUEST && str_eq(line, STR("--"))) {
			send(run, (struct str){ request.ptr, (size_t)(line.ptr - request.ptr) });
			check_always(run);
			part = EXPECT;
		} else if (part == BEFORE && !directive(run, line)) {
			request = line;
			part = REQUEST;
		}
	}
	assert_int_equal(part, BEFORE); /* a file ends with an empty line */
}

static int run_file(const char *path)
{
	static char              file[FILE_MAX];
	struct run              *run = calloc(1, sizeof(*run));
	FILE                    *in = fopen(path, "rb");
	static const char *const flags[] = { "--sandbox=yes", NULL };
	bool                     shop = strstr(path, "/shop_") != NULL;
	size_t                   len;
	int                      failed;

	assert_non_null(run);
	assert_non_null(in);
	len = fread(file, 1, sizeof(file), in);
	fclose(in);
	assert_true(len < sizeof(file));
	run->file = path;
	snprintf(run->peer, sizeof(run->peer), "198.51.100.7");
	arena_init(&run->arena, REQUEST_ARENA_MAX);
	house_open(&run->house, false, shop ? flags : NULL);
	if (shop) {
		stock_open(&run->house);
		run->api[0] = stock_key(&run->house, "one@api.example", SCOPES_ALL);
		run->api[1] = stock_key(&run->house, "two@api.example", SCOPES_ALL);
		run->api[2] = stock_key(&run->house, "three@api.example", SCOPE_LINES_READ);
	}
	play(run, (struct str){ file, len });
	failed = run->failed;
	house_close(&run->house);
	arena_free(&run->arena);
	free(run);
	return failed;
}

static void transcripts(void **state)
{
	glob_t found;
	int    failed = 0;

	(void)state;
	assert_int_equal(glob("test/web/*.http", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 4);
	for (size_t i = 0; i < found.gl_pathc; i++)
		failed += run_file(found.gl_pathv[i]);
	globfree(&found);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(transcripts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
