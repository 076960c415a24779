/*
 * api_call.h - calls of the API in tests: a house with goods, one account's
 * key, and requests that are sent, settled and read as JSON.
 */
#pragma once
#include <jansson.h>

#include "house.h"
#include "store/order_sql.h"

/* One call. */
struct call {
	struct arena    arena;
	struct request  request;
	struct response response;
	json_t         *answer; /* NULL: not answered yet, or not JSON */
};

extern struct house api_house;

/* Set-up and tear-down of a test: with the sandbox, without it, and with one top-up a line and
 * day. */
int api_open(void **state);
int api_open_plain(void **state);
int api_open_strict(void **state);
int api_close(void **state);

/* Sends it, and leaves it parked when it has to wait; once: an idempotency key, or NULL. */
void       call_begin(struct call *call, const char *method, struct str target, const char *once,
                      struct str body);
int        call_end(struct call *call); /* its status */
void       call_free(struct call *call);
struct str call_text(const struct call *call, const char *name); /* a member of the answer */
struct str call_answer_header(const struct call *call, const char *name); /* "": none */

/* A quote by the API; its public id, in the house's arena. */
struct str api_quote(int64_t imsi, const char *pack, const char *currency);
/* Places it; `more` is what stands in the body behind the quote. */
int api_place(struct call *call, struct str quote, const char *once, const char *more);
int api_get(struct call *call, const char *path, struct str id);
struct str           api_order_id(int64_t id);
struct order_get_row api_order(struct str public_id);
