/*
 * form_fuzz.c - what browsers and programs send, before anybody is known:
 * start lines and headers, paths, queries, forms, cookies, JSON bodies.
 *
 * rooms: base core text store web
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "store/account.h"
#include "text/lang.h"
#include "web/asset.h"
#include "web/body.h"
#include "web/form.h"
#include "web/page.h"
#include "web/password.h"
#include "web/peer.h"
#include "web/route.h"
#include "web/strict.h"
#include "web/web.h"

#define MEMORY_MAX ((size_t)8 * 1024 * 1024)

static const struct route json_route = {
	.method = METHOD_POST, .pattern = "/api/fuzz", .role = ROLE_KEY, .form = FIELDS_LOGIN
};

/* Whatever passes is UTF-8 without controls, and no name comes twice. */
static void forms(struct arena *arena, struct str text)
{
	struct header      pair[REQUEST_FIELD_MAX];
	struct str         name = { 0 }, path;
	size_t             count = 0;
	enum field_problem problem;

	if (form_parse(arena, text, pair, REQUEST_FIELD_MAX, &count, &name) == FORM_OK) {
		FUZZ_CHECK(count <= REQUEST_FIELD_MAX);
		for (size_t i = 0; i < count; i++) {
			FUZZ_CHECK(utf8_valid(pair[i].name) && utf8_valid(pair[i].value));
			for (size_t j = 0; j < i; j++)
				FUZZ_CHECK(!str_eq(pair[i].name, pair[j].name));
		}
		problem = field_check(FIELDS_LOGIN, pair, count, &name);
		FUZZ_CHECK(problem < FIELD_PROBLEM_COUNT);
	}
	if (form_decode_path(arena, text, &path)) {
		FUZZ_CHECK(path.len <= text.len && memchr(path.ptr, 0, path.len) == NULL);
		FUZZ_CHECK(memchr(path.ptr, '\n', path.len) == NULL);
	}
}

/* Escaping and decoding come back to where they began. */
static void there_and_back(struct arena *arena, struct str text)
{
	struct str escaped = form_escape(arena, text), back, coded;
	uint8_t    bytes[256];

	if (form_decode_path(arena, escaped, &back) && memchr(text.ptr, '/', text.len) == NULL)
		FUZZ_CHECK(str_eq(back, text));
	text = str_take(text, sizeof(bytes));
	coded = form_base64url(arena, text);
	FUZZ_CHECK(form_base64url_decode(coded, bytes, text.len));
	FUZZ_CHECK(memcmp(bytes, text.ptr, text.len) == 0);
}

/* A start line, then headers, as they might come over the wire. */
static void head(struct str text)
{
	struct header headers[REQUEST_HEADER_MAX];
	struct str    method, target, version, line;
	size_t        count = 0;
	int64_t       length = -2;

	str_cut(text, '\n', &line, &text);
	str_cut(line, ' ', &method, &line);
	str_cut(line, ' ', &target, &version);
	while (count < REQUEST_HEADER_MAX && str_cut(text, '\n', &line, &text)) {
		str_cut(line, ':', &headers[count].name, &headers[count].value);
		headers[count].value = str_trim(headers[count].value);
		count++;
	}
	if (strict_check(method, target, version, headers, count, &length) == STRICT_GOOD) {
		size_t lengths = 0, encodings = 0;

		FUZZ_CHECK(length >= -1 && target.len > 0 && target.ptr[0] == '/');
		for (size_t i = 0; i < count; i++) {
			lengths += str_eq_nocase(headers[i].name, STR("Content-Length"));
			encodings += str_eq_nocase(headers[i].name, STR("Transfer-Encoding"));
		}
		FUZZ_CHECK(lengths + encodings <= 1);
	}
}

static void values(struct arena *arena, struct str text)
{
	struct str          next = page_next(text), email, peer;
	struct str          part[ROUTE_PART_MAX];
	const struct route *route;
	const char         *allow;

	FUZZ_CHECK(next.len == 0 || (next.ptr[0] == '/' && str_find(next, STR("//")) < 0));
	FUZZ_CHECK(form_cookie(text, STR("__Host-keepline")).len <= text.len);
	FUZZ_CHECK(packing_choose(text) < PACKING_COUNT);
	FUZZ_CHECK(lang_negotiate(text) != NULL);
	FUZZ_CHECK(password_check(arena, text, STR("a@b.example")) < PASSWORD_VERDICT_COUNT);
	if (account_email_fold(arena, text, &email))
		FUZZ_CHECK(email.len <= ACCOUNT_EMAIL_MAX && str_find(email, STR("@")) > 0 &&
		           str_find(email, STR("\n")) < 0);
	peer = peer_behind(STR("127.0.0.1"), text, STR("127.0.0.1"));
	FUZZ_CHECK(peer.len > 0 && peer.len < 46);
	FUZZ_CHECK(route_find(STR("GET"), text, true, part, &route, &allow) < ROUTE_MATCH_COUNT);
}

static void json(struct arena *arena, struct str text)
{
	static struct request request;
	enum field_problem    problem = FIELD_OK;
	struct str            name = { 0 };

	memset(&request, 0, sizeof(request));
	request.arena = arena;
	request.route = &json_route;
	request.body = text;
	request.headers[0] = (struct header){ STR("Content-Type"), STR("application/json") };
	request.header_count = 1;
	if (body_read(&request, &problem, &name) == BODY_OK)
		for (size_t i = 0; i < request.form_count; i++)
			FUZZ_CHECK(utf8_valid(request.form[i].value));
	request_end(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   text = { .ptr = (const char *)data, .len = size };
	struct arena arena;
	uint8_t      which = fuzz_byte(&text);

	arena_init(&arena, MEMORY_MAX);
	switch (which % 5) {
	case 0:
		forms(&arena, text);
		break;
	case 1:
		there_and_back(&arena, text);
		break;
	case 2:
		head(text);
		break;
	case 3:
		values(&arena, text);
		break;
	default:
		json(&arena, text);
		break;
	}
	arena_free(&arena);
	return 0;
}
