/*
 * public_id.h - the names under which rows are known outside: made from the
 * row's number by encryption, so that they cost no column and no index, tell
 * nothing of how many there are, and cannot be guessed (ADR 003).
 *
 *   ord_ + 26 characters (one AES block, Crockford base 32; forged ones are
 *   refused without a look-up); KL-XXXX-XXXX, the order's short number for
 *   people (40 bits; shown only to its owner and staff).  A payment's number is
 *   letters and digits only, at most 32, as the strictest gateway wants it.
 */
#pragma once
#include "base/arena.h"
#include "store/store.h"

#define PUBLIC_IDS(X) \
	X(ORDER, "ord_") X(QUOTE, "quo_") X(LINE, "line_") X(NOTICE, "msg_") \
	X(PAYMENT, "KP") X(REFUND, "KR") X(ACCOUNT, "acc_") \
	X(DEVICE, "dev_")
#define X(id, prefix) PUBLIC_##id,
enum public_kind { PUBLIC_IDS(X) PUBLIC_KIND_COUNT };
#undef X

/* id > 0; the text lives in the arena. */
struct str public_id(struct arena *arena, const struct keys *keys, enum public_kind kind,
                     int64_t id);
/* False when the text is no id of this kind that we made. */
bool public_id_parse(const struct keys *keys, enum public_kind kind, struct str text, int64_t *ret);

/* "KL-7F3K-29QD"; id < 2^40. */
struct str order_number(struct arena *arena, const struct keys *keys, int64_t id);
/* Forgiving in case, dashes and I/L/O; false when it is none. */
bool order_number_parse(const struct keys *keys, struct str text, int64_t *ret);
