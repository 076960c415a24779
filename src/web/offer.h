/*
 * offer.h - what the shop offers at the moment: ways to pay with their
 * currencies and amounts, and how long a top-up usually takes.
 *
 * Both are looked up at most once a minute and kept in the web's memory: they
 * are for showing only.  A quote reads the rates again (store/quote.h).
 */
#pragma once
#include "core/fx.h"
#include "core/payment.h"
#include "store/quote.h"
#include "web/request.h"
#include "web/view.h"

#define OFFER_FRESH_S      60
#define OFFER_CURRENCY_MAX 16
#define OFFER_DAYS         14 /* days of figures that "usually" rests on */
#define OFFER_FEW          5  /* fewer top-ups than this say nothing */

/* A currency that we sell in now, and its middle rate. */
struct offer_rate {
	uint16_t       currency;
	struct fx_rate rate;
};

/* Of one struct web; belongs to the loop's thread. */
struct offers {
	int64_t           rates_ms, times_ms;       /* when they were read; 0: never */
	struct offer_rate rate[OFFER_CURRENCY_MAX]; /* of the currencies we sell in now */
	size_t            rate_count;
	int32_t           p50_s, p95_s;
};

/* What a person chose to pay with: "sandbox:CNY" in forms and addresses. */
struct offer_choice {
	enum pay_method method; /* PAY_NONE: nothing chosen */
	uint16_t        currency;
};

/* What quotes are made from, for this request. */
void offer_quoter(const struct request *request, struct quoter *ret);

/* The rows of the form: each method in each currency that has a usable rate.
 * `amounts` of a row are what the packs cost, in their order. */
enum err offer_methods(struct request *request, const struct pack_view *packs, size_t pack_count,
                       struct offer_choice chosen, const struct method_view **ret,
                       size_t *ret_count);
/* False: not of that form, or nothing we know.  Whether it is sold at the
 * moment is the quote's business. */
bool       offer_choice_parse(const struct config *config, struct str text,
                               struct offer_choice *ret);
struct str offer_choice_text(struct request *request, struct offer_choice choice);
/* What to mark before anybody has chosen: as the account paid last, else the
 * currency of the reader's language, else yen. */
enum err offer_choice_usual(struct request *request, struct offer_choice *ret);

/* Half of the top-ups were active after *ret_p50_s, 19 of 20 after *ret_p95_s;
 * 0: too few to say. */
void offer_times(struct request *request, int32_t *ret_p50_s, int32_t *ret_p95_s);
/* The same from the counts of store/post.h's buckets; for the test. */
int32_t offer_quantile_s(const int64_t *counts, int32_t percent);
