/*
 * sample.h - every page of the site with made-up but likely data, for tests
 * and for people who want to look at pages without a server.
 */
#pragma once
#include "web/view.h"

struct sample_ctx {
	struct arena      *arena;
	const struct lang *lang;
	struct out        *out;
	struct str         css; /* to inline; empty: linked */
};

/* One page in one situation: "topup-error", "order-delivery_unknown". */
struct sample {
	const char *name;
	void (*render)(const struct sample_ctx *ctx);
	bool staff;
};

extern const struct sample samples_shop[];
extern const size_t        samples_shop_count;
extern const struct sample samples_start[], samples_order[], samples_desk[];
extern const size_t        samples_start_count, samples_order_count, samples_desk_count;

#define SAMPLE_NOW_S 1773491781 /* 2026-03-14 21:36:21 in Tokyo */
#define SAMPLE_TODAY 20526      /* 2026-03-14 */

/* A text as a catalogue would hold it, in the language of the page; in the
 * pseudo-language bracketed, so that tests can tell data from forgotten words. */
struct str       sample_text(const struct sample_ctx *ctx, const char *en, const char *hans,
                             const char *hant, const char *ja);
struct frame     sample_frame(const struct sample_ctx *ctx, const char *path, enum nav nav);
struct frame     sample_member(const struct sample_ctx *ctx, const char *path, enum nav nav);
struct pack_view sample_pack(const struct sample_ctx *ctx, size_t i); /* 0..2 */
struct line_view sample_line(size_t i);                               /* 0..4 */
struct rate_view sample_rate(uint16_t currency);
struct money     sample_money(int64_t amount, uint16_t currency);
