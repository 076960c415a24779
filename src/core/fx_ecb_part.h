/*
 * fx_ecb_part.h - what the two readers of fx_ecb.h share; for them only.
 */
#pragma once
#include "core/fx_ecb.h"

bool fx_ecb_code_valid(struct str code); /* three letters A-Z */
/* Puts what stood there into a problem: at most 32 bytes, whole characters. */
void fx_ecb_found(struct fx_ecb_problem *problem, struct str found);
