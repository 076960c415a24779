/*
 * unionpay.c - judges of the vectors of UnionPay's gateway 5.1.0.
 */
#include "vectors/vector.h"

static const char *const marks[] = { "merchant_cert_id", "unionpay_signer_cert_pem", NULL };

const struct vector_gateway vector_unionpay = {
	.name = "unionpay",
	.marks = marks,
	.judges = NULL,
	.judge_count = 0,
};
