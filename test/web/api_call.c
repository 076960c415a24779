/*
 * api_call.c - see api_call.h.
 */
#include "api_call.h"

#include "base/str.h"
#include "record.h"
#include "stock.h"
#include "store/public_id.h"

#define SCOPES_ALL ((1u << SCOPE_COUNT) - 1)

static const char *const sandbox_flags[] = { "--sandbox=yes", "--line_topups_per_day=100", NULL };

struct house      api_house;
static struct str key;

static int open_with(const char *const *flags)
{
	house_open(&api_house, false, flags);
	stock_open(&api_house);
	key = stock_key(&api_house, "one@api.example", SCOPES_ALL);
	return 0;
}

int api_open(void **state)
{
	(void)state;
	return open_with(sandbox_flags);
}

int api_open_plain(void **state)
{
	(void)state;
	return open_with(NULL);
}

int api_open_strict(void **state)
{
	static const char *const flags[] = { "--sandbox=yes", "--line_topups_per_day=1", NULL };

	(void)state;
	return open_with(flags);
}

int api_close(void **state)
{
	(void)state;
	house_close(&api_house);
	return 0;
}

static void call_header(struct call *call, const char *name, struct str value)
{
	call->request.headers[call->request.header_count++] = (struct header){ str_from(name),
		                                                               value };
}

/* Sends it, and leaves it parked when it has to wait. */
void call_begin(struct call *call, const char *method, struct str target, const char *once,
                struct str body)
{
	*call = (struct call){ 0 };
	arena_init(&call->arena, REQUEST_ARENA_MAX);
	request_init(&call->request, api_house.web, &call->arena);
	call->request.method = str_from(method);
	call->request.target = target;
	call->request.peer = STR("198.51.100.7");
	call->request.body = arena_str(&call->arena, body);
	call_header(call, "Authorization", arena_printf(&call->arena, "Bearer %.*s", STR_ARG(key)));
	if (body.len > 0)
		call_header(call, "Content-Type", STR("application/json"));
	if (once != NULL)
		call_header(call, "Idempotency-Key", arena_str(&call->arena, str_from(once)));
	web_handle(api_house.web, &call->request, &call->response);
}

int call_end(struct call *call)
{
	struct str body;

	house_settle(&api_house, &call->response);
	record_exchange(&call->request, &call->response);
	body = buf_str(&call->response.body);
	call->answer = json_loadb(body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(call->answer);
	return call->response.status;
}

void call_free(struct call *call)
{
	json_decref(call->answer);
	request_end(&call->request);
	arena_free(&call->arena);
}

struct str call_text(const struct call *call, const char *name)
{
	const char *value = json_string_value(json_object_get(call->answer, name));

	assert_non_null(value);
	return str_from(value);
}

/* A quote by the API; its public id, in the house's arena. */
struct str api_quote(int64_t imsi, const char *pack, const char *currency)
{
	struct call call;
	struct str  id, body;

	body = arena_printf(&api_house.arena,
	                    "{\"pack\":\"%s\",\"sim\":\"%lld\",\"method\":\"sandbox\","
	                    "\"currency\":\"%s\"}",
	                    pack, (long long)imsi, currency);
	call_begin(&call, "POST", STR("/api/v1/quotes"), NULL, body);
	assert_int_equal(call_end(&call), 201);
	id = arena_str(&api_house.arena, call_text(&call, "id"));
	call_free(&call);
	return id;
}

/* Places it; `more` is what stands in the body behind the quote. */
int api_place(struct call *call, struct str quote, const char *once, const char *more)
{
	call_begin(call, "POST", STR("/api/v1/orders"), once,
	           arena_printf(&api_house.arena, "{\"quote\":\"%.*s\"%s}", STR_ARG(quote), more));
	return call_end(call);
}

int api_get(struct call *call, const char *path, struct str id)
{
	call_begin(call, "GET", arena_printf(&api_house.arena, "%s%.*s", path, STR_ARG(id)), NULL,
	           STR(""));
	return call_end(call);
}

struct str api_order_id(int64_t id)
{
	return public_id(&api_house.arena, &api_house.keys, PUBLIC_ORDER, id);
}

struct str call_answer_header(const struct call *call, const char *name)
{
	for (size_t i = 0; i < call->response.header_count; i++)
		if (str_eq(call->response.headers[i].name, str_from(name)))
			return call->response.headers[i].value;
	return STR("");
}

struct order_get_row api_order(struct str public)
{
	struct order_get_row row;
	int64_t              id = 0;
	bool                 known = public_id_parse(&api_house.keys, PUBLIC_ORDER, public, &id) ||
	             public_id_parse(&api_house.keys, PUBLIC_QUOTE, public, &id);

	assert_true(known);
	assert_int_equal(order_get(api_house.reader, &api_house.arena, id, &row), ERR_OK);
	return row;
}
