/*
 * plan_link.h - a catalogue being read: its rows so far, and the mistakes
 * found.  For plan_parse.c only.
 */
#pragma once
#include "core/plan.h"
#include "core/plan_key.h"

struct plan_draft {
	struct str            text; /* the copy that every text points into */
	struct catalogue      head; /* [catalogue] */
	void                 *rows[PLAN_SECTION_COUNT];
	size_t                count[PLAN_SECTION_COUNT];
	uint16_t             *order[PLAN_SECTION_COUNT]; /* by code */
	struct plan_problems *problems;
};

/* Puts rows in order, finds doubles, and follows every reference. */
void plan_link(struct arena *arena, struct plan_draft *draft);
/* The finished catalogue of a draft without problems. */
void plan_draft_catalogue(const struct plan_draft *draft, struct catalogue *ret);

/* Mistakes.  `at` lies in the draft's text and gives the line; empty: line 0. */
void plan_problem_add(struct plan_draft *draft, enum plan_problem_kind kind, struct str at);
/* The mistake of the section headed `header`, about a key it lacks. */
void plan_problem_missing(struct plan_draft *draft, enum plan_problem_kind kind,
                          struct str header, const char *key);
/* A mistake made elsewhere; its line is set here. */
void plan_problem_put(struct plan_draft *draft, const struct plan_problem *problem, struct str at);

/* The origin within a row; NULL: the section has none. */
struct plan_origin *plan_row_origin(int section, void *row);
/* The place of `code` in rows of row_size ordered by `order`: true when it is
 * there.  Otherwise *ret is where it would go. */
bool plan_order_find(const void *rows, size_t row_size, const uint16_t *order, size_t count,
                     struct str code, size_t *ret);
