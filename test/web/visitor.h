/*
 * visitor.h - somebody with an account and a browser, for tests of pages: sends
 * requests one after the other, or several at once.
 */
#pragma once
#include "stock.h"

#include "base/str.h"

#define VISITOR_AT_ONCE 4 /* requests under way at the same time */

/* One request and its answer. */
struct visit {
	struct arena    arena;
	struct request  request;
	struct response response;
};

struct visitor {
	struct house *house;
	struct arena  arena; /* what is kept between requests */
	int64_t       account_id;
	char          cookie[160], csrf[160];
	struct visit  visit[VISITOR_AT_ONCE]; /* [0]: of visitor_get and visitor_post */
};

/* A new account, logged in. */
void visitor_open(struct visitor *visitor, struct house *house, const char *name);
void visitor_close(struct visitor *visitor);

/* Sends and waits; the status.  `form` goes without its token. */
int visitor_get(struct visitor *visitor, struct str path);
int visitor_post(struct visitor *visitor, struct str path, struct str form);
/* Starts only; settle with house_settle(). */
void visitor_begin(struct visitor *visitor, size_t at, const char *method, struct str path,
                   struct str form);

struct str visitor_body(const struct visitor *visitor);
/* Where the answer leads; kept. */
struct str visitor_location(struct visitor *visitor);
/* Formats into what is kept between requests. */
struct str visitor_text(struct visitor *visitor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A quote for a line of the stock, by its IMSI: "quo_…". */
struct str visitor_quote(struct visitor *visitor, int line, const char *pack);
/* The order made of it: "KL-…". */
struct str visitor_order(struct visitor *visitor, struct str quote);
/* The single number that a query gives. */
int64_t house_count(const struct house *house, const char *sql);
