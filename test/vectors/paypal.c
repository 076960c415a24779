/*
 * paypal.c - judges of the vectors of PayPal (Orders v2).
 */
#include "vectors/vector.h"

static const char *const marks[] = { "trust_root_pem", "legacy_sdk_loopback", NULL };

const struct vector_gateway vector_paypal = {
	.name = "paypal",
	.marks = marks,
	.judges = NULL,
	.judge_count = 0,
};
