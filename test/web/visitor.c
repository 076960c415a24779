/*
 * visitor.c - see visitor.h.
 */
#include "visitor.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>

#include "web/form.h"
#include "web/session.h"

#define VISIT_MEMORY_MAX   REQUEST_ARENA_MAX
#define VISITOR_MEMORY_MAX ((size_t)4 * 1024 * 1024)

static void person_make(struct visitor *visitor, const char *name)
{
	struct str              token = visitor_text(visitor, "%-32.32s", name);
	struct account_register add = { .email_blind = visitor_text(visitor, "%-16.16s", name),
		                        .email_box = token,
		                        .password = STR("x"),
		                        .lang = STR("en"),
		                        .role = ROLE_MEMBER };
	struct session_open     open = { .role = ROLE_MEMBER, .agent = STR("test") };
	struct command          command = { .apply = account_register_apply, .arg = &add };

	assert_int_equal(writer_run(visitor->house->writer, &command), ERR_OK);
	visitor->account_id = open.account_id = add.account_id;
	sha256(token, &open.token_hash);
	command = (struct command){ .apply = session_open_apply, .arg = &open };
	assert_int_equal(writer_run(visitor->house->writer, &command), ERR_OK);
	snprintf(visitor->cookie, sizeof(visitor->cookie), SESSION_COOKIE "=s.%.*s",
	         STR_ARG(form_base64url(&visitor->arena, token)));
}

void visitor_open(struct visitor *visitor, struct house *house, const char *name)
{
	static const struct str mark = STR_INIT("name=\"csrf\" value=\"");
	struct str              body, value, rest;

	*visitor = (struct visitor){ .house = house };
	arena_init(&visitor->arena, VISITOR_MEMORY_MAX);
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++)
		arena_init(&visitor->visit[i].arena, VISIT_MEMORY_MAX);
	person_make(visitor, name);
	assert_int_equal(visitor_get(visitor, STR("/en/topup")), 200);
	body = visitor_body(visitor);
	assert_true(str_find(body, mark) > 0);
	str_cut(str_skip(body, (size_t)str_find(body, mark) + mark.len), '"', &value, &rest);
	snprintf(visitor->csrf, sizeof(visitor->csrf), "%.*s", STR_ARG(value));
}

void visitor_close(struct visitor *visitor)
{
	for (size_t i = 0; i < VISITOR_AT_ONCE; i++)
		arena_free(&visitor->visit[i].arena);
	arena_free(&visitor->arena);
}

void visitor_begin(struct visitor *visitor, size_t at, const char *method, struct str path,
                   struct str form)
{
	struct visit   *visit = &visitor->visit[at];
	struct request *request = &visit->request;

	arena_reset(&visit->arena);
	request_init(request, visitor->house->web, &visit->arena);
	request->method = str_from(method);
	request->target = arena_str(&visit->arena, path);
	request->peer = STR("198.51.100.7");
	request->headers[request->header_count++] = (struct header){ STR("Host"),
		                                                     STR("localhost:8080") };
	request->headers[request->header_count++] = (struct header){ STR("Cookie"),
		                                                     str_from(visitor->cookie) };
	if (str_eq(request->method, STR("POST"))) {
		request->headers[request->header_count++] = (struct header){
			STR("Content-Type"), STR("application/x-www-form-urlencoded")
		};
		request->body = arena_printf(&visit->arena, "csrf=%s&%.*s", visitor->csrf,
		                             STR_ARG(form));
	}
	web_handle(visitor->house->web, request, &visit->response);
}

int visitor_get(struct visitor *visitor, struct str path)
{
	visitor_begin(visitor, 0, "GET", path, STR(""));
	house_settle(visitor->house, &visitor->visit[0].response);
	return visitor->visit[0].response.status;
}

int visitor_post(struct visitor *visitor, struct str path, struct str form)
{
	visitor_begin(visitor, 0, "POST", path, form);
	house_settle(visitor->house, &visitor->visit[0].response);
	return visitor->visit[0].response.status;
}

struct str visitor_body(const struct visitor *visitor)
{
	return buf_str(&visitor->visit[0].response.body);
}

struct str visitor_location(struct visitor *visitor)
{
	const struct response *response = &visitor->visit[0].response;

	for (size_t i = 0; i < response->header_count; i++)
		if (str_eq(response->headers[i].name, STR("Location")))
			return arena_str(&visitor->arena, response->headers[i].value);
	return STR("");
}

struct str visitor_text(struct visitor *visitor, const char *format, ...)
{
	char    text[2048];
	va_list args;
	int     len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert_true(len >= 0 && len < (int)sizeof(text));
	return arena_str(&visitor->arena, str_from(text));
}

struct str visitor_quote(struct visitor *visitor, int line, const char *pack)
{
	struct str form = visitor_text(visitor, "pack=%s&method=sandbox%%3ACNY&sim=%lld", pack,
	                               (long long)stock_imsi(line));

	assert_int_equal(visitor_post(visitor, STR("/en/topup"), form), 303);
	return str_skip(visitor_location(visitor), sizeof("/en/quotes/") - 1);
}

struct str visitor_order(struct visitor *visitor, struct str quote)
{
	struct str form = visitor_text(visitor, "ik=of-%.*s&quote=%.*s", STR_ARG(quote),
	                               STR_ARG(quote));
	struct str page = visitor_text(visitor, "/en/quotes/%.*s", STR_ARG(quote));

	assert_int_equal(visitor_post(visitor, STR("/en/orders"), form), 303);
	assert_int_equal(visitor_get(visitor, page), 303);
	return str_skip(visitor_location(visitor), sizeof("/en/orders/") - 1);
}

int64_t house_count(const struct house *house, const char *sql)
{
	sqlite3      *handle;
	sqlite3_stmt *stmt;
	int64_t       count;

	assert_int_equal(sqlite3_open_v2(house->path, &handle, SQLITE_OPEN_READONLY, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	count = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	return count;
}
