/*
 * api.h - what the handlers of the API share: beginning an answer, lists with
 * cursors, refusals in words, and the small objects that several answers hold.
 *
 * docs/openapi.yaml describes every answer; test/web/api_test.c and a stage
 * compare it with what is really sent.  Answers may only grow (API).
 */
#pragma once
#include "core/fx.h"
#include "core/plan.h"
#include "store/line_sql.h"
#include "text/message.h"
#include "web/cursor.h"
#include "web/error.h"
#include "web/request.h"

#define API_LIMIT_MAX     100 /* entries of a list at once */
#define API_LIMIT_DEFAULT 50

/* What only the API refuses; everything else has the codes of its noun.
 *   id      status  code for programs  title (English, fixed)  words */
#define API_REFUSALS(X)                                                                   \
	X(CURSOR, 400, "bad_cursor", "The cursor is not of this list", API_CURSOR)        \
	X(QUOTE, 422, "unknown_quote", "The quote is not known", API_NO_QUOTE)            \
	X(CURRENCY, 422, "unknown_currency", "There is no quote", REFUSAL_FX_CURRENCY)    \
	X(EMAIL, 422, "bad_email", "The address is not acceptable", REFUSAL_EMAIL_SHAPE)  \
	X(SANDBOX_OFF, 422, "sandbox_off", "The sandbox is off", API_SANDBOX_OFF)         \
	X(OUTCOME, 422, "unknown_outcome", "There is no such outcome", API_OUTCOME)

#define X(id, status, code, title, words) API_REFUSAL_##id,
enum api_refusal { API_REFUSALS(X) API_REFUSAL_COUNT };
#undef X

/* Which part of a list is asked for. */
struct api_page {
	enum cursor_kind kind;
	int64_t          scope; /* see cursor.h */
	int64_t          from;  /* position to begin with; 0: the beginning */
	size_t           limit; /* 1..API_LIMIT_MAX */
};

/* Reads ?cursor= and ?limit=.  False: refused, the response is ready. */
bool api_page_read(struct request *request, struct response *response, enum cursor_kind kind,
                   int64_t scope, struct api_page *ret);

/* A JSON answer whose text is written straight into the response's buffer. */
struct buf *api_answer(struct response *response, int status);
/* {"data":[ … and after the entries ],"has_more":…,"next":…}; next < 0: that was all. */
struct buf *api_list_begin(struct response *response);
void        api_list_end(struct request *request, const struct api_page *page, struct buf *buf,
                         int64_t next);

/* The refusal, at the field that `pointer` names; parts are those of its words. */
void api_refuse(struct request *request, struct response *response, enum api_refusal refusal,
                const char *pointer, const struct part *parts, size_t part_count);
/* The same as one of a list of mistakes. */
struct web_field_error api_mistake(struct request *request, enum api_refusal refusal,
                                   const char *pointer, const struct part *parts,
                                   size_t part_count);
/* A failure, or 404 for ERR_NOT_FOUND.  True: there was one, and it is answered. */
bool api_failed(struct request *request, struct response *response, enum err err);
/* A message as plain text in the caller's language. */
struct str api_words(struct request *request, struct message words);
/* "sim_" and "ICCID_CHECK" -> "sim_iccid_check", in the arena. */
const char *api_code(struct arena *arena, const char *prefix, struct str name);

/* {"id":"povo","name":"povo2.0"}; brand NULL: the catalogue no longer has it. */
void api_brand(struct request *request, struct buf *buf, struct str code,
               const struct plan_brand *brand);
/* Who says so, and when it holds: {"name","url","as_of","valid_from","valid_to","sureness"}. */
void api_origin(struct request *request, struct buf *buf, const struct plan_origin *origin);
/* The line that something is bought for: {"id","number" (masked),"brand"}. */
void api_line_brief(struct request *request, struct buf *buf, const struct catalogue *catalogue,
                    const struct line_get_row *line);
/* {"mid":"0.04823","margin_bp":150,"source":"ecb","as_of":…}: 1 JPY in the currency. */
void api_rate(struct buf *buf, const struct fx_rate *rate, int64_t margin_bp);
/* {"before":…,"after":…,"before_day":…,"after_day":…}: the last safe second, in UTC, and
 * its day in Tokyo; null where there is no date. */
void api_gain(struct buf *buf, int64_t before_day, int64_t after_day);
/* "2027-01-14T14:59:59Z": the end of that day in Tokyo; null for none and never. */
void api_day_end(struct buf *buf, int64_t day);
/* "2027-01-14"; null for none and never. */
void api_day(struct buf *buf, int64_t day);
