/*
 * sandbox_bill.h - the sandbox gateway's statement, as struct pay_gateway wants
 * it (pay.h, bill).
 */
#pragma once
#include "gate/pay.h"

/* CSV by header name; see docs/sandbox.md.  It states no sums. */
bool sandbox_bill(const struct pay_config *config, struct str file, struct arena *arena,
                  pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                  struct pay_bill_problem *ret_problem);
