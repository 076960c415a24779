/*
 * request.h - one HTTP request and its answer, without a socket.
 *
 * web/server.c fills it from libmicrohttpd; tests and the simulator fill it
 * from text.  Everything lives in the request's arena.
 */
#pragma once
#include "base/buf.h"
#include "store/writer.h"

#define REQUEST_BODY_MAX    ((size_t)64 * 1024)
#define REQUEST_ARENA_MAX   ((size_t)4 * 1024 * 1024)
#define REQUEST_HEADER_MAX  64
#define REQUEST_FIELD_MAX   32
#define RESPONSE_HEADER_MAX 16

struct header {
	struct str name, value;
};

enum role { ROLE_GUEST, ROLE_MEMBER, ROLE_STAFF, ROLE_KEY /* an API key */, ROLE_COUNT };

/* Who asks; filled by the policy before a handler runs. */
struct session {
	int64_t    id;         /* 0: none */
	int64_t    account_id; /* 0: guest */
	enum role  role;
	uint32_t   scopes; /* of an API key */
	struct str email;  /* masked */
	struct str csrf;   /* this response's token, padded afresh (BREACH) */
};

struct web;
struct route;
struct lang;
struct request;
struct response;

/* Continues a request after its command was committed (or failed). */
typedef void request_then(struct request *request, struct response *response);

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
	/* made by the router */
	const struct route *route;
	struct str          path;    /* decoded, without the language prefix */
	struct str          part[4]; /* the {…} parts of the route's pattern */
	const struct lang  *lang;
	struct session      session;
	struct header       query[REQUEST_FIELD_MAX]; /* decoded */
	size_t              query_count;
	struct header       form[REQUEST_FIELD_MAX]; /* decoded */
	size_t              form_count;
	struct str          idempotency_key;
	char                id[17]; /* request id, hex, for log and error pages */
	/* a command in flight */
	struct command command;
	request_then  *then;
};

struct response {
	int           status;
	struct str    content_type; /* with charset */
	struct buf    body;
	struct header headers[RESPONSE_HEADER_MAX];
	size_t        header_count;
	bool          parked; /* a command is in flight: no answer yet */
};

/* The value of a received header, query or form field; empty when absent. */
struct str request_header(const struct request *request, const char *name);
struct str request_query(const struct request *request, const char *name);
struct str request_form(const struct request *request, const char *name);

/* Park the request until `apply` is committed, then continue with `then`.
 * A full queue answers 503 with Retry-After by itself. */
void request_command(struct request *request, struct response *response,
                     enum err (*apply)(struct store *, struct command *), void *arg,
                     request_then *then);

void response_header(struct response *response, const char *name, struct str value);
/* 303 to a path below the request's language. */
void response_redirect(struct request *request, struct response *response, struct str path);
