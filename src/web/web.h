/*
 * web.h - the HTTP house: everything that answers requests, in one struct.
 *
 * web_handle() takes a whole request and gives an answer, or parks it; it
 * knows no socket (web/server.c does).  One struct web belongs to one thread,
 * the loop's.  HOUSE "One request through the house".
 */
#pragma once
#include "base/config.h"
#include "base/env.h"
#include "core/payment.h"
#include "store/store.h"
#include "store/writer.h"
#include "web/api_key.h"
#include "web/error.h"
#include "web/limit.h"
#include "web/metric.h"
#include "web/request.h"


struct catalogue;
struct hook_table; /* callbacks of gateways; main brings it */
struct seen;
struct packer;
struct squeezer;
struct flights;
struct quote_memo;
struct offers;

/* What main brings.  All of it must outlive the web. */
struct web_setup {
	const struct env        *env;
	const struct config     *config;
	const struct keys       *keys;
	const struct catalogue  *catalogue;
	struct writer           *writer;
	struct db               *db; /* a reader of the loop's own */
	const struct hook_table *hooks;
	struct str               form_targets; /* origins of gateways, for CSP form-action */
	struct pay_taker         pay;          /* what may be charged where */
	bool                     threaded;     /* pool threads; false in tests */
};

struct web {
	struct web_setup        setup;
	const struct env        *env;
	const struct config     *config;
	const struct keys       *keys;
	const struct catalogue  *catalogue; /* the newest; replaced between requests only */
	struct writer           *writer;
	struct db               *db;
	const struct hook_table *hooks;
	struct arena            *arena; /* the web's own, never reset */
	struct limits           *limits;
	struct pool             *pool;
	struct api_keys         *api_keys;
	struct seen             *seen;
	struct flights          *flights;
	struct quote_memo       *rates; /* see store/quote.h */
	struct metrics           metrics;
	struct packer           *packer;
	struct squeezer         *squeezer; /* callbacks, as they are stored */
	struct offers           *offers; /* web/offer.h; made at first use */
	struct str               csp;    /* the Content-Security-Policy of every answer */
	struct str               origin; /* of public_url: "https://keepline.example" */
	int                      pressure; /* requests in 100 ms, more when they waited */
	struct request          *waiting;  /* parked by request_wait(), asked in turn */
	bool                     stopping; /* /readyz says no, connections close */
};

enum err web_open(struct arena *arena, const struct web_setup *setup, struct web **ret);
/* Every command must be settled by then. */
void web_close(struct web *web);

/* Makes a request ready to be filled; the arena is the request's. */
void request_init(struct request *request, struct web *web, struct arena *arena);
/* Answers a filled request, or parks it (response->parked): then
 * request->finished is called by web_settle() once the answer is there.
 * Request and response must live until then. */
void web_handle(struct web *web, struct request *request, struct response *response);
/* Continues what was parked and is ready; returns how many steps were done. */
size_t web_settle(struct web *web);
/* Continues what waited by request_wait() and may go on; how many.  For web.c. */
size_t request_waited(struct web *web);
/* Gives a parked or handled response its headers, packs its body, counts and
 * logs it, and tells the server.  For web/request.c. */
void web_finish(struct request *request, struct response *response);
/* One snapshot for all that a handler reads: what it shows agrees, and a lock is
 * taken once.  Never held while the request is parked.  For web/request.c. */
void web_look(struct request *request);
void web_looked(struct request *request);
/* For the server's own refusals (a deadline, too many connections): a finished
 * answer without any handler. */
void web_refuse_now(struct request *request, struct response *response,
                    enum web_refusal refusal);
/* Frees what the arena does not hold (JSON). */
void request_end(struct request *request);
