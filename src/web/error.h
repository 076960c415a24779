/*
 * error.h - how the house says no: a page in the reader's language, or
 * application/problem+json (RFC 9457) for programs.
 */
#pragma once
#include "web/field.h"
#include "web/request.h"

/*   id              status  code for programs            title (English, fixed) */
#define WEB_REFUSALS(X)                                                                    \
	X(BAD_REQUEST,    400, "bad_request",             "The request is not well formed") \
	X(BAD_FIELD,      400, "bad_field",               "A field is not acceptable")      \
	X(VERSION,        400, "unknown_version",         "There is no such version")       \
	X(KEY_MISSING,    400, "idempotency_key_missing", "An idempotency key is needed")   \
	X(UNAUTHORIZED,   401, "unauthorized",            "A valid API key is needed")      \
	X(FORBIDDEN,      403, "forbidden",               "This is not allowed")            \
	X(CSRF,           403, "csrf",                    "The form has expired")           \
	X(NOT_FOUND,      404, "not_found",               "There is no such thing")         \
	X(METHOD,         405, "method_not_allowed",      "The method is not allowed here") \
	X(IN_FLIGHT,      409, "idempotency_in_flight",   "The same request is under way")  \
	X(TOO_LARGE,      413, "too_large",               "The body is too large")          \
	X(URI_TOO_LONG,   414, "uri_too_long",            "The address is too long")        \
	X(MEDIA_TYPE,     415, "unsupported_media_type",  "The media type is not accepted") \
	X(KEY_REUSED,     422, "idempotency_mismatch",    "The key was used before")        \
	X(LIMITED,        429, "rate_limited",            "Too many requests")              \
	X(HEADERS,        431, "headers_too_large",       "The headers are too large")      \
	X(INTERNAL,       500, "internal",                "Something failed here")          \
	X(BUSY,           503, "busy",                    "Busy; try again shortly")        \
	X(DEADLINE,       503, "deadline",                "No answer in time")

#define X(id, status, code, title) WEB_##id,
enum web_refusal { WEB_REFUSALS(X) WEB_REFUSAL_COUNT };
#undef X

#define WEB_WAIT_S 2 /* what Retry-After says when a queue is full */

/* Its HTTP status. */
int web_refusal_status(enum web_refusal refusal);

/* Replaces whatever the response held so far. */
void web_refuse(struct request *request, struct response *response, enum web_refusal refusal);
/* 429 or 503 with Retry-After; wait_s >= 1. */
void web_refuse_wait(struct request *request, struct response *response, enum web_refusal refusal,
                     int64_t wait_s);
/* 400 that names the field. */
void web_refuse_field(struct request *request, struct response *response,
                      enum field_problem problem, struct str name);
/* The same for a field of an object inside of the body: "sandbox", "outcome". */
void web_refuse_field_in(struct request *request, struct response *response,
                         enum field_problem problem, const char *object, struct str name);
/* A failure (disk, memory …): logged once, answered with 500 or 503. */
void web_fail(struct request *request, struct response *response, enum err err);

/* One field of an API request that is wrong. */
struct web_field_error {
	const char *pointer; /* "/sim" (RFC 6901) */
	const char *code;    /* never translated */
	struct str  detail;  /* in the caller's language */
};
/* A handler's own refusal of an API call. */
void web_problem(struct request *request, struct response *response, int status, const char *code,
                 const char *title, struct str detail, const struct web_field_error *errors,
                 size_t error_count);
