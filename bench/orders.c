/*
 * orders.c - whole orders: quote, order, the gateway's signed callback, and for
 * some of them questions until the line is active.
 *
 * The same chain for Keepline's API and for the peer, which answers alike.  An
 * idempotency key is made of run, connection and number, so that what was sent
 * again after a crash is the same order.
 */
#include "bench/scenario.h"

#include "base/str.h"
#include "bench/clock.h"

#include <stdlib.h>
#include <string.h>

#define ID_MAX      64
#define REQUEST_MAX 2048
#define ASK_MAX      10000 /* questions about one order */
#define ASK_EVERY_NS 1000000

enum kind { KIND_QUOTE, KIND_ORDER, KIND_HOOK, KIND_ASK, KIND_ACTIVE, KIND_COUNT };

/* Where a connection stands in its chain. */
struct chain {
	enum kind step; /* what it sends next */
	int64_t   number;
	char      quote[ID_MAX], order[ID_MAX], payment[ID_MAX];
	long long amount;
	char      currency[4];
	int64_t   hook_ns; /* the callback was sent */
	int       asked;
	char      request[REQUEST_MAX];
};

struct orders {
	int64_t                  failures; /* first: see scenario_failures() */
	const struct load_setup *setup;
	FILE                    *journal;
	int64_t                  begun;
	struct chain             chain[ENGINE_CONNECTION_MAX];
};


static size_t quote_write(const struct orders *orders, struct chain *chain);
static size_t order_write(const struct orders *orders, struct chain *chain, int connection);
static size_t hook_write(const struct orders *orders, struct chain *chain);
static size_t ask_write(const struct orders *orders, struct chain *chain);
static bool   text_behind(struct str body, const char *before, char *ret, size_t size);

static bool orders_next(void *ctx, struct engine *engine, int connection, struct str *ret,
                        int *ret_kind)
{
	struct orders *orders = ctx;
	struct chain  *chain = &orders->chain[connection];
	size_t         len = 0;

	if (chain->step == KIND_QUOTE && engine_over(engine))
		return false;
	switch (chain->step) {
	case KIND_QUOTE:
		chain->number = orders->begun++;
		len = quote_write(orders, chain);
		break;
	case KIND_ORDER: len = order_write(orders, chain, connection); break;
	case KIND_HOOK:
		chain->hook_ns = clock_ns();
		len = hook_write(orders, chain);
		break;
	case KIND_ASK: len = ask_write(orders, chain); break;
	default: break;
	}
	assert(len > 0);
	*ret = (struct str){ .ptr = chain->request, .len = len };
	*ret_kind = (int)chain->step;
	return true;
}

static bool quote_read(struct chain *chain, int status, struct str body)
{
	char amount[24];

	chain->step = KIND_QUOTE;
	if (status != 201 || !text_behind(body, "\"id\":\"", chain->quote, sizeof(chain->quote)) ||
	    !text_behind(body, "\"pay\":{\"amount\":", amount, sizeof(amount)))
		return false;
	chain->amount = strtoll(amount, NULL, 10);
	body = str_skip(body, (size_t)str_find(body, STR("\"pay\":{")));
	if (!text_behind(body, "\"currency\":\"", chain->currency, sizeof(chain->currency)))
		return false;
	chain->step = KIND_ORDER;
	return true;
}

static bool order_read(struct orders *orders, struct chain *chain, int status, struct str body)
{
	chain->step = KIND_QUOTE;
	if (status != 201 || !text_behind(body, "\"id\":\"", chain->order, sizeof(chain->order)) ||
	    !text_behind(body, "/sandbox/pay/", chain->payment, sizeof(chain->payment)))
		return false;
	if (orders->journal != NULL)
		fprintf(orders->journal, "placed %s\n", chain->order);
	chain->step = KIND_HOOK;
	return true;
}

static bool hook_read(struct orders *orders, struct chain *chain, int status)
{
	chain->step = KIND_QUOTE;
	if (status != 200)
		return false;
	if (orders->journal != NULL)
		fprintf(orders->journal, "paid %s\n", chain->order);
	if (orders->setup->ask_every > 0 && chain->number % orders->setup->ask_every == 0) {
		chain->step = KIND_ASK;
		chain->asked = 0;
	}
	return true;
}

static bool ask_read(struct engine *engine, int connection, struct chain *chain, int status,
                     struct str body)
{
	chain->step = KIND_QUOTE;
	if (status != 200)
		return false;
	if (str_find(body, STR("\"state\":\"active\"")) < 0) {
		chain->step = KIND_ASK;
		engine_pause(engine, connection, ASK_EVERY_NS);
		return ++chain->asked < ASK_MAX;
	}
	engine_record(engine, KIND_ACTIVE, clock_ns() - chain->hook_ns);
	return true;
}

static void orders_answer(void *ctx, struct engine *engine, int connection, int kind, int status,
                          struct str head, struct str body)
{
	static const char *const names[KIND_COUNT] = { "quote", "order", "callback", "question",
		                                       "" };

	struct orders *orders = ctx;
	struct chain  *chain = &orders->chain[connection];
	bool           good = false;

	switch ((enum kind)kind) {
	case KIND_QUOTE: good = quote_read(chain, status, body); break;
	case KIND_ORDER: good = order_read(orders, chain, status, body); break;
	case KIND_HOOK: good = hook_read(orders, chain, status); break;
	case KIND_ASK: good = ask_read(engine, connection, chain, status, body); break;
	default: break;
	}
	if (!good)
		scenario_failed(orders, names[kind], status, head, body);
}

void scenario_orders(const struct load_setup *setup, struct scenario *ret)
{
	static struct orders orders;

	orders.setup = setup;
	if (setup->journal != NULL) {
		orders.journal = fopen(setup->journal, "a");
		assert(orders.journal != NULL);
	}
	*ret = (struct scenario){
		.ctx = &orders,
		.kind = { "quote", "order", "hook", "ask", "active" },
		.next = orders_next,
		.answer = orders_answer,
	};
}

static size_t api_write(const struct orders *orders, struct chain *chain, const char *path,
                        const char *more, const char *body, size_t body_len)
{
	int len = snprintf(chain->request, REQUEST_MAX,
	                   "POST %s HTTP/1.1\r\nHost: %.*s\r\nAuthorization: Bearer %s\r\n"
	                   "Content-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n%.*s",
	                   path, STR_ARG(orders->setup->host), orders->setup->token, body_len, more,
	                   (int)body_len, body);

	return len > 0 && len < REQUEST_MAX ? (size_t)len : 0;
}

static size_t quote_write(const struct orders *orders, struct chain *chain)
{
	const struct load_setup *setup = orders->setup;
	char                     body[256];
	int64_t line = (setup->imsi_skip + chain->number) % setup->imsi_count * setup->imsi_step;
	int     len = snprintf(body, sizeof(body),
	                       "{\"pack\":\"keep-180\",\"sim\":\"%lld\",\"method\":\"sandbox\","
	                           "\"currency\":\"CNY\"}",
	                       (long long)(setup->imsi + line));

	return api_write(orders, chain, "/api/v1/quotes", "", body, (size_t)len);
}

static size_t order_write(const struct orders *orders, struct chain *chain, int connection)
{
	char body[256], more[128];
	int  len = snprintf(body, sizeof(body),
	                    "{\"quote\":\"%s\",\"sandbox\":{\"outcome\":\"page\"}}", chain->quote);

	snprintf(more, sizeof(more), "Idempotency-Key: %s-%d-%lld\r\n", orders->setup->run,
	         connection, (long long)chain->number);
	return api_write(orders, chain, "/api/v1/orders", more, body, (size_t)len);
}

/* 300 bytes, as callbacks of real gateways rather have more. */
static size_t hook_write(const struct orders *orders, struct chain *chain)
{
	uint64_t mixed = (uint64_t)chain->hook_ns;
	char     body[512];
	int      len = snprintf(body, sizeof(body),
	                    "{\"event\":\"evt_%.20s\",\"order\":\"%s\",\"reference\":\"sbx_%.20s\","
	                     "\"state\":\"succeeded\",\"amount\":%lld,\"currency\":\"%s\","
	                     "\"at\":%lld,\"payer\":\"",
	                    chain->payment + 2, chain->payment, chain->payment + 2, chain->amount,
	                    chain->currency, (long long)time(NULL));

	/* A payer's sealed name: nothing that could be made shorter than it is. */
	while (len < 298) {
		mixed = mixed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		body[len++] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[mixed >> 59];
	}
	body[len++] = '"';
	body[len++] = '}';
	return hook_request(orders->setup, (struct str){ .ptr = body, .len = (size_t)len },
	                    chain->request, REQUEST_MAX);
}

static size_t ask_write(const struct orders *orders, struct chain *chain)
{
	char id[ID_MAX];
	int  len;

	memcpy(id, chain->order, sizeof(id));
	len = snprintf(chain->request, REQUEST_MAX,
	                   "GET /api/v1/orders/%s HTTP/1.1\r\nHost: %.*s\r\n"
	                   "Authorization: Bearer %s\r\n\r\n",
	                   id, STR_ARG(orders->setup->host), orders->setup->token);
	return len > 0 && len < REQUEST_MAX ? (size_t)len : 0;
}

/* The run of letters, digits and _ behind `before`. */
static bool text_behind(struct str body, const char *before, char *ret, size_t size)
{
	ptrdiff_t at = str_find(body, str_from(before));
	size_t    len = 0;

	if (at < 0)
		return false;
	body = str_skip(body, (size_t)at + strlen(before));
	while (len < body.len && len < size - 1 &&
	       (body.ptr[len] == '_' || (body.ptr[len] >= '0' && body.ptr[len] <= '9') ||
	        (body.ptr[len] >= 'A' && body.ptr[len] <= 'Z') ||
	        (body.ptr[len] >= 'a' && body.ptr[len] <= 'z'))) {
		ret[len] = body.ptr[len];
		len++;
	}
	ret[len] = '\0';
	return len > 0;
}
