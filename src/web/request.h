/*
 * request.h - one HTTP request and its answer, without a socket.
 *
 * web/server.c fills it from libmicrohttpd; tests and the simulator fill it
 * from text.  Everything lives in the request's arena.
 */
#pragma once
#include "base/buf.h"
#include "core/role.h"
#include "store/once.h"
#include "store/writer.h"
#include "web/asset.h"
#include "web/pool.h"

#define REQUEST_BODY_MAX    ((size_t)64 * 1024)
#define REQUEST_ARENA_MAX   ((size_t)4 * 1024 * 1024)
#define REQUEST_HEADER_MAX  64
#define REQUEST_HEADERS_MAX ((size_t)12 * 1024) /* bytes of all names and values */
#define REQUEST_FIELD_MAX   32
#define REQUEST_API_VERSION "2026-11-21" /* of the API: changes only when something breaks */
#define RESPONSE_BODY_MAX   ((size_t)1024 * 1024)
#define RESPONSE_HEADER_MAX 24

/* A name and its value: of a header, a field, a query. */
struct header {
	struct str name, value;
};

/* Who asks; filled by the policy before a handler runs. */
struct session {
	int64_t    id;         /* 0: none */
	int64_t    account_id; /* 0: guest */
	enum role  role;
	uint32_t   scopes; /* of an API key: enum scope, joined */
	struct str email;  /* masked */
	struct str csrf;   /* this response's token, padded afresh (BREACH) */
	struct str lang;   /* the account's language; empty: none */
	int32_t    unread_count;
	uint8_t    secret[16]; /* what csrf is made of */
	bool       ended;      /* a cookie came with a session that is over */
};

struct web;
struct route;
struct lang;
struct request;
struct response;
struct json_t;

/* Continues a request after its command was committed. */
typedef void request_then(struct request *request, struct response *response);

/* Is what a parked request waits for there? */
typedef bool request_ready(struct request *request);

struct request {
	struct arena *arena;
	struct web   *web; /* server-wide: config, catalogue, keys, limits */
	struct db    *db;  /* this thread's reader */
	int64_t       now_ms;
	/* as received */
	struct str    method, target; /* target: path and query, undecoded */
	struct header headers[REQUEST_HEADER_MAX];
	size_t        header_count;
	struct str    body;
	struct str    peer; /* address, from the socket or a trusted proxy */
	bool          too_large; /* the body was cut: 413 */
	/* made by the router */
	const struct route *route;
	const char         *allow;   /* methods of a path, for 405 */
	int64_t             start_ms; /* monotonic */
	struct str          path;    /* decoded, without the language prefix */
	struct str          part[4]; /* the {…} parts of the route's pattern */
	const struct lang  *lang;
	bool                lang_sure; /* by the address or the browser's own choice */
	struct session      session;
	struct header       query[REQUEST_FIELD_MAX]; /* decoded */
	size_t              query_count;
	struct header       form[REQUEST_FIELD_MAX]; /* decoded; of a JSON body: its scalars */
	size_t              form_count;
	struct json_t      *json; /* the body of an API call, an object; freed by the machinery */
	struct str          idempotency_key;
	bool                in_flight; /* the key is in web->flights */
	struct once         once; /* pass it to once_answer() in a ONCE route's command */
	char                id[17]; /* request id, hex, for log and error pages */
	/* a command or a task in flight */
	struct response *response;
	struct command   command;
	enum err (*apply)(struct store *store, struct command *command);
	request_then    *then;
	struct task      task;
	void (*work)(void *arg);
	void (*finished)(struct request *request); /* the server's; NULL in tests */
	void            *owner;                    /* the server's */
	request_ready   *ready;     /* of request_wait(); NULL: it does not wait so */
	int64_t          ready_ms;  /* monotonic: not longer than that */
	struct request  *waiting;   /* the next one that waits */
	bool             looking;   /* a snapshot of the database is held */
	bool             abandoned; /* its client was answered by a deadline: nobody listens */
};

struct response {
	int           status;
	struct str    content_type; /* with charset */
	struct buf    body;
	struct header headers[RESPONSE_HEADER_MAX];
	size_t        header_count;
	bool          parked; /* a command is in flight: no answer yet */
	/* a static file instead of a body */
	bool          is_asset;
	enum asset_id asset;
	enum packing  packing;
	struct str    packed; /* what is sent instead of body; empty: the body itself */
	/* made by the handler or the machinery */
	bool          cacheable; /* a policy for caches is in the headers already */
	bool          close;     /* close the connection behind this answer */
	const char   *code;      /* of a refusal, for the log; NULL */
};

/* The bytes that go out: of the asset, packed, or the body. */
struct str response_bytes(const struct response *response);

/* The value of a received header, query or form field; empty when absent. */
struct str request_header(const struct request *request, const char *name);
struct str request_query(const struct request *request, const char *name);
struct str request_form(const struct request *request, const char *name);
/* Is the route under /api or /hook: is the other side a program? */
bool request_is_api(const struct request *request);

/* Park the request until `apply` is committed, then continue with `then`.
 * A full queue answers 503 with Retry-After by itself, a failure 500.
 * In a ONCE route an answer already stored under the key is given instead;
 * and where apply() called once_answer(), that is the answer and `then` is not
 * called (NULL allowed).  `then` is for refusals and for routes without ONCE. */
void request_command(struct request *request, struct response *response,
                     enum err (*apply)(struct store *, struct command *), void *arg,
                     request_then *then);
/* Park the request until work(arg) was done on a pool thread.  A full queue
 * answers 503 with Retry-After. */
void request_work(struct request *request, struct response *response, void (*work)(void *arg),
                  void *arg, request_then *then);

/* Park the request until ready() says so, at most for wait_ms; then continue.
 * ready() is asked again and again: it must be quick and not write. */
void request_wait(struct request *request, struct response *response, request_ready *ready,
                  int64_t wait_ms, request_then *then);

/* value is borrowed until the response is sent; control characters are a bug. */
void response_header(struct response *response, const char *name, struct str value);
/* Gives the answer stored under the idempotency key, or 422 when the key was
 * used for something else. */
void request_answer(struct request *request, struct response *response);
/* 303 to a path below the request's language ("/orders/KL-…"). */
void response_redirect(struct request *request, struct response *response, struct str path);
/* 303 to any address of ours or of a listed partner. */
void response_redirect_to(struct response *response, struct str url);
/* A JSON answer; text is copied. */
void response_json(struct response *response, int status, struct str text);
