/*
 * antom.c - judges of the vectors of Antom (Alipay+ global).
 */
#include "vectors/vector.h"

static const char *const marks[] = { "client_id", "ack_body", NULL };

const struct vector_gateway vector_antom = {
	.name = "antom",
	.marks = marks,
	.judges = NULL,
	.judge_count = 0,
};
