/*
 * fill.h - from rows to what pages show: one place for packs, lines, reasons,
 * rates and orders, so that every page says the same of the same thing.
 *
 * Names come in the reader's language; numbers of people come out masked.
 * Everything filled lives in the request's arena or in the catalogue.
 */
#pragma once
#include "core/plan.h"
#include "store/line_keep.h"
#include "store/line_sql.h"
#include "store/order_sql.h"
#include "web/request.h"
#include "web/view.h"

#define FILL_LINES_MAX 200 /* of one account, on one page */

/* Today in Tokyo, for this request. */
int32_t fill_today(const struct request *request);
/* A text of the catalogue in the reader's language. */
struct str fill_text(const struct request *request, const struct plan_text *text);

/* A pack as this catalogue sells it for a brand; NULL: the first it fits. */
void fill_pack(struct request *request, const struct catalogue *catalogue,
               const struct plan_pack *pack, const struct plan_brand *brand, struct pack_view *ret);
/* The pack of an order, as its buyer saw it.  A version that is gone leaves
 * only the price to show; that is no failure. */
enum err fill_pack_of(struct request *request, struct pack_versions *packs,
                      const struct order_get_row *order, struct pack_view *ret);

/* A line for its owner.  `id` is set for lines only that the account looks
 * after; the caller says so. */
void fill_line(struct request *request, const struct line_get_row *line, bool own,
               struct line_view *ret);
/* Why it is kept until its day. */
enum err fill_why(struct request *request, const struct line_get_row *line, struct why_view *ret);
/* Does the account look after the line? */
enum err fill_owns(struct request *request, int64_t line_id, bool *ret);

/* The rate an order or quote was made at, and how long it is locked. */
void fill_rate(const struct order_get_row *order, struct rate_view *ret);
/* Kept until, without and with it; 0: no day is known, or it is not moved. */
void         fill_gain(const struct order_get_row *order, int32_t *ret_before, int32_t *ret_after);
struct money fill_paid(const struct order_get_row *order); /* what the payer pays */
struct str   fill_method(int64_t gateway);                 /* "sandbox"; static storage */
/* As its buyer is told: what staff have only asked for, or not agreed to, is none. */
enum refund_state fill_refund(const struct order_get_row *order);
/* A row of a list.  payment 0: placed when it was quoted. */
enum err fill_order_row(struct request *request, struct pack_versions *packs,
                        const struct order_get_row *order, struct order_row *ret);

/* Settings about the seller, and how fast we are, for pages of words. */
void fill_words(struct request *request, struct words_view *ret);
