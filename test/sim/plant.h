/*
 * plant.h - bugs that we plant, to see whether the simulator finds them
 * (RELIABILITY P13): tests that find nothing may be blind.
 *
 * Each is a wrapper that the linker puts before a function of ours
 * (`-Wl,--wrap=name`), in a simulator of its own; the sources know nothing of
 * it.  At most one bug is alive in a run, chosen by name on the command line.
 */
#pragma once
#include "base/base.h"

/*   id                  what a hasty change would do */
#define PLANTS(X)                                                                       \
	X(NONE,              "nothing: the wrapped simulator is the simulator")         \
	X(SYNC_NORMAL,       "acknowledges what is not on the disk: synchronous=NORMAL") \
	X(COMMIT_IGNORED,    "acknowledges although the commit failed")                 \
	X(SYNC_IGNORED,      "goes on after a failed sync")                             \
	X(INBOX_IGNORED,     "takes a callback again that it knows")                    \
	X(AMOUNT_IGNORED,    "does not compare the amount of a callback")               \
	X(DOUBLE_BOOKING,    "books the same money again when it hears of it again")    \
	X(UNKNOWN_IS_NO,     "gives back while it is unknown whether it was delivered") \
	X(HASTY_WITHDRAWAL,  "gives back while a request may still be on its way")      \
	X(LATE_MONEY_KEPT,   "ignores money that comes after the end of an order")      \
	X(CANCEL_DELIVERED,  "delivers what its buyer has cancelled")                   \
	X(OPENED_IS_PAID,    "takes an opened payment for a paid one")                  \
	X(NO_IS_YES,         "takes a carrier's no for a yes")                          \
	X(REFUND_SHORT,      "gives back one less than was paid")                       \
	X(REFUND_CURRENCY,   "gives back in yen what was paid in another currency")     \
	X(PRICE_BOOKED,      "books one more than was paid")                            \
	X(REFUND_UNBOOKED,   "does not book what was given back")                       \
	X(BALANCE_FORGOTTEN, "now and then forgets to store an account's sum")          \
	X(STATE_FORGOTTEN,   "now and then forgets to store an order's step")           \
	X(JOB_LOST,          "now and then loses a job")                                \
	X(GIVES_UP,          "asks a silent partner three times and never again")       \
	X(NO_POLLING,        "waits for callbacks only")                                \
	X(NEW_NUMBER,        "tries again under another number")                        \
	X(KEEP_FORGOTTEN,    "delivers, and does not move the line's day")

#define X(id, what) PLANT_##id,
enum plant { PLANTS(X) PLANT_COUNT };
#undef X

/* Is that one alive? */
bool plant_lives(enum plant plant);
/* Now and then: each n-th time that it is asked. */
bool plant_strikes(enum plant plant, int n);

/* For sim.c, which is also linked without any plant: false, no such name. */
bool plant_choose(struct str name) __attribute__((weak));
void plant_list(void) __attribute__((weak));
