/*
 * stripe.c - judges of the vectors of Stripe.
 */
#include "vectors/vector.h"

static const char *const marks[] = { "api_version", "stateful_mock", NULL };

const struct vector_gateway vector_stripe = {
	.name = "stripe",
	.marks = marks,
	.judges = NULL,
	.judge_count = 0,
};
