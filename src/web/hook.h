/*
 * hook.h - callbacks of payment gateways: POST /hook/{gateway}.
 *
 * The web room sees no gateway.  main brings this table; each row has a pure
 * function that proves raw bytes with a verification key and reads them.  What
 * is not proven costs no write (HOUSE, "One request" 8; SECURITY F1).
 */
#pragma once
#include "base/arena.h"
#include "core/payment.h"

#define HOOK_HEADER_MAX 64

/* What came in, as it came in. */
struct hook_call {
	struct str        path;    /* with the query, as called */
	const struct str *headers; /* "Name: value" lines */
	size_t            header_count;
	struct str        body;
	int64_t           now_s;
};

/*   id        HTTP status */
#define HOOK_VERDICTS(X) \
	X(FACTS, 200)   /* proven: *ret_report holds it                     */ \
	X(IGNORED, 200) /* proven, of no interest                           */ \
	X(DAMAGED, 400) /* proven, and yet not readable: the log tells      */ \
	X(FORGED, 401)  /* not proven                                       */ \
	X(STALE, 401)   /* proven, too old or from the future               */ \
	X(ASK, 200)     /* cannot be proven here: ask the gateway about it  */ \
	X(FOREIGN, 400) /* proven, and of another merchant                  */
#define X(id, status) HOOK_##id,
enum hook_verdict { HOOK_VERDICTS(X) HOOK_VERDICT_COUNT };
#undef X

/* What this provider wants to hear. */
struct hook_words {
	struct str content_type, body;
};

/* One gateway that calls us. */
struct hook {
	struct str        name; /* as in the address */
	struct hook_words good, bad;
	/* Texts of *ret_report live in the arena. */
	enum hook_verdict (*read)(const void *ctx, const struct hook_call *call,
	                          struct arena *arena, struct payment_report *ret_report);
	const void *ctx; /* main's: the verification key */
};

/* All of them; must outlive the web. */
struct hook_table {
	const struct hook *rows;
	size_t             count;
};
