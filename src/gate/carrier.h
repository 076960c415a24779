/*
 * carrier.h - a carrier: whoever opens, closes and tops up lines in a network.
 *
 * A carrier is a step machine without I/O: the engine calls turn(), carries out
 * the one exchange that it asks for, hands back what came, and so on until
 * CARRIER_FINISHED.  Bytes in, facts out; every reply is hostile until parsed.
 *
 *	talk = { .task = …, .config = …, .arena = … };
 *	turn(&talk, NULL) -> CARRIER_CALL: net.call(&talk.call) … done
 *	turn(&talk, &talk.call) -> … -> CARRIER_FINISHED: outcome, reason, detail
 *
 * Source: TELECOM 0 (the five demands on an adapter), RELIABILITY 2 and P10.
 */
#pragma once
#include "base/env.h"

/*   id         name        what is wanted                                              */
#define CARRIER_KINDS(X)                                                                 \
	X(ACTIVATE, "activate") /* the line is in service with its number and its pack */ \
	X(SUSPEND,  "suspend")  /* the line is closed, a live session included */         \
	X(RESUME,   "resume")   /* the line is in service again */                        \
	X(ASK,      "ask")      /* changes nothing: what became of `asked`? */

#define X(id, name) CARRIER_##id,
enum carrier_kind { CARRIER_KINDS(X) CARRIER_KIND_COUNT };
#undef X

/*
 * How a talk ended.
 *   id         name         what the engine may do
 */
#define CARRIER_OUTCOMES(X)                                                                    \
	X(DONE,     "done")     /* it is so: read back from the carrier, not only acknowledged */ \
	X(ACCEPTED, "accepted") /* the carrier has it and works on it; ask again */               \
	X(REFUSED,  "refused")  /* the carrier's final no */                                      \
	X(UNKNOWN,  "unknown")  /* it may have happened: ask; never repeat, never refund */       \
	X(RETRY,    "retry")    /* surely not done by this talk: the same task may be sent again. \
	                         * From ASK: the task asked about is surely not done */           \
	X(CONFIG,   "config")   /* our fault or the wrong peer: stop and tell a person */

#define X(id, name) CARRIER_##id,
enum carrier_outcome { CARRIER_OUTCOMES(X) CARRIER_OUTCOME_COUNT };
#undef X

/*   id            stored name       sentence for staff and logs */
#define CARRIER_REASONS(X)                                                                   \
	X(NONE,         "none",          "nothing to add")                                   \
	X(UNREACHABLE,  "unreachable",   "the carrier could not be reached")                 \
	X(SILENT,       "silent",        "the carrier took the connection but gave no answer") \
	X(GARBLED,      "garbled",       "the carrier's answer makes no sense")              \
	X(MISMATCH,     "mismatch",      "the carrier shows something else than was asked")  \
	X(NOT_DONE,     "not_done",      "the carrier knows nothing of it")                  \
	X(IN_PROGRESS,  "in_progress",   "the carrier has accepted it and works on it")      \
	X(BAD_IMSI,     "bad_imsi",      "the carrier does not take this IMSI")              \
	X(BAD_NUMBER,   "bad_number",    "the carrier does not take this telephone number")  \
	X(NUMBER_TAKEN, "number_taken",  "the telephone number is on another SIM")           \
	X(DECLINED,     "declined",      "the carrier declined")                             \
	X(TAKEN_BACK,   "taken_back",    "the carrier did it, then took it back")            \
	X(PROTOCOL,     "protocol",      "the peer does not speak the expected protocol")

#define X(id, name, sentence) CARRIER_REASON_##id,
enum carrier_reason { CARRIER_REASONS(X) CARRIER_REASON_COUNT };
#undef X

/* What an adapter can do; bits of carrier.caps. */
enum {
	CARRIER_CAN_SUSPEND = 1,     /* SUSPEND and RESUME are more than records of ours */
	CARRIER_INSTANT = 2,         /* an answer is final within one talk; never ACCEPTED */
	CARRIER_MAY_TAKE_BACK = 4,   /* after DONE, ASK may yet say REFUSED, TAKEN_BACK */
	CARRIER_IDEMPOTENT = 8       /* the same task sent twice is done once */
};

/* One piece of work.  Strings are borrowed for the whole talk. */
struct carrier_task {
	enum carrier_kind kind;
	enum carrier_kind asked;   /* for ASK: the kind of the task asked about */
	struct str        imsi;    /* digits */
	struct str        msisdn;  /* E.164 digits without "+" */
	struct str        iccid;   /* digits */
	struct str        order;   /* our order number: the partner's idempotency key */
	struct str        pack;    /* catalogue code of what was bought; empty: none */
	struct str        sandbox; /* outcome for the sandbox carrier; empty: its default */
};

/* Where the partners live; from the settings. */
struct carrier_config {
	struct str ctrl_url;    /* "ctrl://127.0.0.1:4259" */
	struct str vty_url;     /* "vty://127.0.0.1:4258" */
	struct str sandbox_url; /* "sandbox:carrier" */
	int32_t    deadline_ms; /* of one exchange; 0: CARRIER_DEADLINE_MS */
};

#define CARRIER_DEADLINE_MS 5000
#define CARRIER_DETAIL_MAX  160 /* bytes of the peer's own words kept for staff */
#define CARRIER_TURNS_MAX   24  /* a talk never asks for more exchanges (asserted) */

enum carrier_turn {
	CARRIER_CALL,    /* carry out talk->call, then turn again with it */
	CARRIER_FINISHED /* outcome, reason and detail are set */
};

struct carrier_talk {
	/* set by the engine before the first turn */
	struct carrier_task          task;
	const struct carrier_config *config;
	struct arena                *arena; /* lives until the talk is finished */
	/* asked for after CARRIER_CALL; the engine sets done and arg.  Answers live in arena. */
	struct net_call call;
	/* after CARRIER_FINISHED */
	enum carrier_outcome outcome;
	enum carrier_reason  reason;
	struct str           detail; /* the peer's own words, printable; may be empty */
	/* the adapter's own; zero at the start */
	int32_t step;
	int32_t turns;
	bool    touched; /* a change was sent: from now on silence means UNKNOWN */
	bool    tried;   /* tried to create the subscriber */
	bool    created; /* and did */
};

struct carrier {
	const char *name; /* as the setting `carrier` spells it */
	unsigned    caps;
	int32_t     take_back_s; /* MAY_TAKE_BACK: within so long after DONE */
	/* One step; `last` is NULL at first, then the finished call. */
	enum carrier_turn (*turn)(struct carrier_talk *talk, const struct net_call *last);
};

extern const struct carrier carrier_sandbox;
extern const struct carrier carrier_osmohlr;

/* The adapter of that name; NULL when there is none. */
const struct carrier *carrier_find(struct str name);

/* Names as stored and shown; static storage. */
struct str carrier_outcome_name(enum carrier_outcome outcome);
struct str carrier_reason_name(enum carrier_reason reason);
struct str carrier_reason_text(enum carrier_reason reason); /* English, for staff and logs */

/* For adapters: end the talk.  detail: the peer's words, made printable and cut here. */
enum carrier_turn carrier_finish(struct carrier_talk *talk, enum carrier_outcome outcome,
                                 enum carrier_reason reason, struct str detail);
/* For adapters: ask for one exchange.  body must live in talk->arena. */
enum carrier_turn carrier_ask(struct carrier_talk *talk, struct str method, struct str url,
                              struct str body, size_t answer_max);
