/*
 * page.h - from a handler to its page: the frame that all pages share, and the
 * buffer they are written into.
 *
 *	struct help_view view = { … };
 *	struct out out;
 *
 *	page_frame(request, NAV_HELP, &view.frame);
 *	page_start(request, response, 200, &out);
 *	page_help(&out, &view);
 */
#pragma once
#include "text/out.h"
#include "web/request.h"
#include "web/view.h"

/* "/zh-Hans": the language part of addresses. */
struct str page_base(const struct request *request);
/* Everything of the frame, from the request, the session and the settings. */
void page_frame(struct request *request, enum nav nav, struct frame *ret);
/* An HTML answer; pages write to *ret.  Sets the look cookie where needed. */
void page_start(struct request *request, struct response *response, int status, struct out *ret);
/* The hidden fields of a form: the CSRF token and, if asked for, a new
 * idempotency key.  After a refused POST the form keeps the key it came with. */
void page_form(struct request *request, bool once, struct form *ret);
/* One more thing to mend at the input of that id; "": the form as a whole. */
void page_problem(struct form *form, const char *field, struct message words);
/* Words without parts; with a number, which is {n}. */
struct message page_words(enum msg msg);
struct message page_words_n(enum msg msg, int64_t n);
/* `next` of a query or form as a path below the language: begins with one '/',
 * holds no "//", "\\", control or scheme; else empty. */
struct str page_next(struct str next);
/* ?done=registered, signed_out … -> what the next page says. */
enum flash page_flash(const struct request *request);
