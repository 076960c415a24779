/*
 * rate.h - exchange rates as they are stored: what a currency stands at, why
 * it may not be sold, and the two ways in which a rate changes anything.
 *
 * A published rate is never changed.  A step of more than FX_JUMP_BP pauses the
 * sales of its currency until a person has confirmed it, also when calmer days
 * follow; it is over by itself when the rate comes back near the last one that
 * was accepted, or after RATE_DAYS_MAX published days at the new height.
 * Source: DOMAIN 11, SECURITY F17.
 */
#pragma once
#include "core/fx.h"
#include "store/once.h"
#include "store/writer.h"

#define RATE_DAYS_MAX   30  /* published days that a step is looked for in: six weeks */
#define RATE_REASON_MAX 200 /* characters of a reason, as the desk's */

/* The audit's word for it. */
#define RATE_AUDIT "rate_confirm"

/* A currency now; yen are never asked for. */
struct rate_look {
	enum fx_refusal refusal;     /* NONE: it is sold at `rate` */
	bool            known;       /* what follows is set */
	struct fx_rate  rate;        /* JPY -> currency */
	int32_t         day;         /* published for */
	int64_t         confirmed_s; /* 0: nobody had to, or nobody has yet */
	struct fx_rate  before;      /* JUMP: the rate that it moved away from */
};
enum err rate_look(struct db *db, struct arena *arena, uint16_t currency, int64_t now_s,
                   struct rate_look *ret);

/* One rate out of a file or from the network: 1 EUR = value. */
struct rate_new {
	uint16_t          currency;
	int32_t           day;
	struct fx_decimal value;
	enum fx_source    source;
};

enum rate_put {
	RATE_ADDED,
	RATE_KNOWN,    /* the very same was there */
	RATE_REPLACED, /* in the place of one of the demo */
	RATE_DIFFERS,  /* another one was published: nothing is changed */
	RATE_PUT_COUNT
};
/* Inside a transaction of the caller's; *ret_known for DIFFERS only. */
enum err rate_put(struct db *db, struct arena *arena, const struct rate_new *rate,
                  enum rate_put *ret, struct fx_decimal *ret_known);

/*   id       HTTP  message key */
#define RATE_REFUSALS(X) \
	X(NONE, 200, RATE_REFUSE_MOVED) \
	X(REASON, 422, DESK_REFUSE_REASON) /* it needs a reason */ \
	X(MOVED, 409, RATE_REFUSE_MOVED)   /* no step of that day waits (any more) */

#define X(id, status, message) RATE_REFUSAL_##id,
enum rate_refusal { RATE_REFUSALS(X) RATE_REFUSAL_COUNT };
#undef X

/* "I have looked at it": for command.arg. */
struct rate_confirm {
	uint16_t     currency;
	int32_t      day;      /* of the rate that was looked at */
	int64_t      actor;    /* the account of the member of staff; 0: the operator */
	struct str   reason;   /* trimmed */
	struct once *once;     /* NULL: none */
	struct str   location; /* where the answer leads */
	/* result */
	enum rate_refusal refusal;
};
enum err rate_confirm_apply(struct store *store, struct command *command);
int      rate_refusal_status(enum rate_refusal refusal); /* HTTP */
