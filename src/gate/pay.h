/*
 * pay.h - a payment gateway: one struct of pure functions per provider.
 *
 * A verb is three functions: body() writes what must be the same at every try,
 * wrap() the request of this try around it (address, time, signature), parse()
 * turns what came back into facts.  hook() proves a callback with verification
 * keys only, bill() reads a day's statement.  Transport, retry, database and
 * clock belong to the engine (work/), so every vector runs without a network.
 * Source: GATEWAYS 8 and 9.
 *
 * The engine commits the body of a verb that moves anything before its first
 * byte leaves; every later try sends the same number and the same body.
 *
 * Facts are the only thing that reaches the books, and never blindly: who
 * settles compares our number, amount and currency with the stored order and
 * quarantines what differs (GATEWAYS 9, invariant 2).  Whether the merchant in
 * an answer is ours, the gateway's own functions judge.
 */
#pragma once
#include "base/env.h"
#include "core/fx.h"
#include "core/payment.h"

/*
 * What one exchange came to.
 *   id         name        what the engine may do
 */
#define PAY_OUTCOMES(X)                                                                    \
	X(OK,       "ok")       /* facts hold; look at facts.state */                      \
	X(DECLINED, "declined") /* the gateway's final no to this verb */                  \
	X(RETRY,    "retry")    /* surely not executed: the same task may be sent again */ \
	X(UNKNOWN,  "unknown")  /* query; never a new number, never a refund on a guess */ \
	X(CONFIG,   "config")   /* our fault: stop and tell a person */                    \
	X(ABSENT,   "absent")   /* of a question: asked, and the gateway knows of nothing */ \
	X(FUNDS,    "funds")    /* not now, our own balance there is short: the same later */ \
	X(LOGIN,    "login")    /* the token is not taken any more: a new one, then again */ \
	X(FOREIGN,  "foreign")  /* proven, and of another merchant: quarantine, tell a person */

#define X(id, name) PAY_OUTCOME_##id,
enum pay_outcome { PAY_OUTCOMES(X) PAY_OUTCOME_COUNT };
#undef X

/*
 * What a callback came to, and how the address answers it.
 *   id         name         HTTP status
 */
#define PAY_HOOKS(X)                                                                          \
	X(FACTS,    "facts",     200) /* verified: store, then acknowledge */                 \
	X(IGNORED,  "ignored",   200) /* verified, of no interest */                          \
	X(DAMAGED,  "damaged",   400) /* verified, yet not readable: tell a person */         \
	X(FORGED,   "forged",    401) /* no valid signature: nothing is stored */             \
	X(STALE,    "stale",     401) /* a valid signature, too old or from the future */     \
	X(ASK,      "ask",       200) /* a hint that cannot be proven here: ask about it now */ \
	X(FOREIGN,  "foreign",   400) /* verified, of another merchant: tell a person */

#define X(id, name, status) PAY_HOOK_##id,
enum pay_hook_result { PAY_HOOKS(X) PAY_HOOK_COUNT };
#undef X

/*
 * What can be asked of a gateway.
 *   id             name             moves something: its body is committed first
 */
#define PAY_VERBS(X)                                                                            \
	X(START,        "start",        true)  /* open the payment: facts.way and url */        \
	X(QUERY,        "query",        false) /* what became of it? */                         \
	X(CAPTURE,      "capture",      true)  /* take what was APPROVED */                     \
	X(CLOSE,        "close",        true)  /* nobody may pay it any more; SUCCEEDED: paid */ \
	X(REFUND,       "refund",       true)                                                   \
	X(REFUND_QUERY, "refund_query", false)                                                  \
	X(TOKEN,        "token",        false) /* facts.token, facts.expires_s: for all others */ \
	X(SIGN,         "sign",         true)  /* open an agreement: facts.way and url */       \
	X(AGREEMENT,    "agreement",    false) /* what became of it? */                         \
	X(NOTICE,       "notice",       true)  /* announce a debit, where the provider asks it */ \
	X(DEBIT,        "debit",        true)  /* a payment by agreement, without the payer */  \
	X(UNSIGN,       "unsign",       true)  /* end the agreement */                          \
	X(BILL,         "bill",         false) /* facts.url of a day's statement */             \
	X(BILL_FILE,    "bill_file",    false) /* and its bytes: call.answer */                 \
	X(RATE,         "rate",         false) /* its own: 1 amount.currency is facts.rate of   \
	                                        * payer.currency, until facts.expires_s */  \
	X(POSTPONE,     "postpone",     true)  /* the next debit of an agreement to debit_day */

#define X(id, name, moves) PAY_VERB_##id,
enum pay_verb_id { PAY_VERBS(X) PAY_VERB_COUNT };
#undef X

/* How the payer pays, after START or SIGN. */
enum pay_way {
	PAY_WAY_NONE,
	PAY_WAY_REDIRECT, /* go to url */
	PAY_WAY_QR,       /* show url as a QR code */
	PAY_WAY_FORM      /* POST `form` (x-www-form-urlencoded) to url, by a form of ours */
};

/* Where the payer sits: which of the provider's pages fits. */
enum pay_device { PAY_DEVICE_DESK, PAY_DEVICE_PHONE };

#define PAY_DEADLINE_MS 15000
#define PAY_ANSWER_MAX  65536 /* bytes of one answer */
#define PAY_BODY_MAX    65536 /* bytes of one callback */
#define PAY_TOKEN_MAX   4096
#define PAY_NUMBER_MAX  32    /* characters of our numbers: [0-9A-Z] (public_id.h) */

/* What a gateway told us.  Strings live in the arena given to parse() or hook(). */
struct pay_facts {
	struct str         order;      /* our number of the payment */
	struct str         refund;     /* our number of the refund: the facts are about it */
	enum payment_state state;      /* CREATED, PENDING, APPROVED, SUCCEEDED, FAILED, EXPIRED,
	                                * REFUNDING, REFUNDED or DISPUTED */
	struct money       amount;     /* of the payment; of the refund where `refund` is set */
	struct str         reference;  /* the provider's own number, given back in the task; a
	                                * gateway with two of them packs both in here */
	struct str         event;      /* the provider's event id; callbacks only */
	int64_t            occurred_s; /* by the provider's clock; 0: not told */
	struct money       payer;      /* what the payer's wallet paid; currency 0: not told */
	struct money       fee;        /* the gateway's; currency 0: not told */
	struct fx_decimal  rate;       /* the gateway's own; mantissa 0: not told */
	enum pay_way       way;        /* START and SIGN only */
	struct str         url, form;
	int64_t            expires_s;  /* the gateway closes it then; 0: not told */
	struct str         token;      /* TOKEN only; secret */
	struct str         agreement;  /* the provider's number of an agreement */
	struct str         reason;     /* the provider's code for a no; may be empty */
};

/* One payment or refund to speak about.  Strings are borrowed. */
struct pay_task {
	struct str      order;      /* our number, the provider's idempotency key */
	struct money    amount;
	int64_t         created_s;  /* of the payment: the same at every try */
	int64_t         expires_s;  /* it must not be payable after this */
	struct str      reference;  /* as facts told it; empty: not known yet */
	struct str      refund;     /* REFUND and REFUND_QUERY: our number of the refund */
	struct money    give_back;  /* REFUND and REFUND_QUERY */
	int64_t         refund_created_s;
	struct str      refund_reference; /* as facts told it; empty: not known yet */
	struct str      title;      /* what is bought, as the payer reads it */
	struct str      lang;       /* BCP 47 of the payer's page */
	enum pay_device device;
	struct str      payer_ip;   /* START only: some providers want it */
	struct str      return_url, hook_url;
	struct str      agreement;  /* SIGN: our number; DEBIT, UNSIGN …: the provider's */
	int32_t         period_days, period_months; /* SIGN: one of them, between two debits */
	int32_t         debit_day;  /* SIGN, POSTPONE: civil day of the next debit */
	int32_t         bill_day;   /* BILL: civil day where the provider lives */
	struct str      bill_url;   /* BILL_FILE: as BILL told it */
	/* of this try */
	int64_t         now_ms;
	struct str      nonce;      /* 32 lower-case hex digits, new each time */
	struct str      token;      /* as TOKEN told it */
	struct str      body;       /* what body() made, as committed */
	struct str      sandbox;    /* outcome for the sandbox gateway; empty: its default */
};

/* How to reach and to sign for one gateway; made once at start by open(). */
struct pay_config {
	struct str  url;         /* "https://…" without a slash at its end, or "sandbox:gateway" */
	struct str  pages;       /* origins, blank separated, where a payer may be sent */
	struct str  merchant;
	struct str  secret;      /* for gateways whose key is one text */
	const void *own;         /* the gateway's parsed keys */
	int32_t     deadline_ms; /* 0: PAY_DEADLINE_MS */
};

/* Where open() takes values from: settings and the files that they name.  `setting` is the
 * name behind the gateway's own prefix: "url" for stripe_url. */
struct pay_source {
	struct str (*text)(const void *ctx, const char *setting); /* empty: not set */
	/* The file's bytes in the arena; true and empty: not set; false: it cannot be read. */
	bool (*file)(const void *ctx, const char *setting, struct arena *arena, struct str *ret);
	const void *ctx;
	int64_t     now_s;
};

/* Why a gateway cannot be used: for a person, in English, without any key. */
struct pay_problem {
	const char *setting; /* behind the prefix */
	struct str  text;
};

/* One thing that `keepline config check` has looked at. */
struct pay_finding {
	bool        good;
	const char *setting;
	struct str  text; /* "RSA 2048, serial …, valid until 2027-01-31" */
};
typedef void pay_finding_visit(void *ctx, const struct pay_finding *finding);

/* One verb; parse NULL: the gateway has no such thing. */
struct pay_verb {
	/* The same bytes for the same task at every try; NULL: there are none to keep.
	 * False: the task cannot be expressed (arena spent, an amount or a number that the
	 * provider does not take). */
	bool (*body)(const struct pay_config *config, const struct pay_task *task,
	             struct arena *arena, struct str *ret);
	/* The request of this try around task->body; its strings live in the arena.  NULL, or a
	 * call without url: nothing leaves from here (the payer's browser carries it), and
	 * parse() is called with call NULL.  False as above. */
	bool (*wrap)(const struct pay_config *config, const struct pay_task *task,
	             struct arena *arena, struct net_call *ret);
	/* Judge the finished call.  *ret is written for OK, and its reason for any other
	 * outcome that has one.  Strings live in the arena. */
	enum pay_outcome (*parse)(const struct pay_config *config, const struct pay_task *task,
	                          const struct net_call *call, struct arena *arena,
	                          struct pay_facts *ret);
};

/* A callback as it arrived. */
struct pay_callback {
	struct str        path;    /* with the query, as called */
	const struct str *headers; /* "Name: value" lines */
	size_t            header_count;
	struct str        body;    /* raw bytes: what was signed */
	int64_t           now_s;
};

/* What the provider wants to hear, after the commit or on refusal. */
struct pay_ack {
	const char *content_type, *body;
};

/*
 * One row of a statement.
 *   id        name
 */
#define PAY_BILL_KINDS(X)                                                       \
	X(PAYMENT, "payment")                                                   \
	X(REFUND,  "refund")                                                    \
	X(FEE,     "fee")     /* a fee of its own */                            \
	X(PAYOUT,  "payout")  /* to our bank */                                 \
	X(DISPUTE, "dispute") /* charged back, or won back */                   \
	X(OTHER,   "other")   /* named in `reason`; a person looks */

#define X(id, name) PAY_BILL_##id,
enum pay_bill_kind { PAY_BILL_KINDS(X) PAY_BILL_KIND_COUNT };
#undef X

struct pay_bill_row {
	enum pay_bill_kind kind;
	int64_t            row;       /* line of the file, from 1 */
	struct str         order, refund; /* our numbers; empty: not told */
	struct str         reference; /* the provider's */
	struct str         batch;     /* of the payout or settlement; may be empty */
	struct money       amount;    /* as paid or given back, more than zero */
	struct money       fee;       /* taken (+) or given back (-); currency 0: not told */
	struct money       settled;   /* what reaches us (-: is taken); currency 0: not told */
	struct fx_decimal  rate;      /* amount's to settled's currency; mantissa 0: not told */
	int64_t            at_s;
	bool               done;      /* false: still under way in the snapshot */
	struct str         reason;
};

/* Sums that the file itself states; count -1: it states none. */
struct pay_bill_sum {
	int64_t      count;
	struct money paid, given_back, fee, settled; /* currency 0: not stated */
};

/* False ends the reading. */
typedef bool pay_bill_visit(void *ctx, const struct pay_bill_row *row);

/* Why a statement cannot be read: line 0 is the file as a whole. */
struct pay_bill_problem {
	int64_t    line;
	struct str text; /* English, for the operator */
};

#define PAY_BILL_MAX     ((size_t)256 * 1024 * 1024) /* bytes, unpacked */
#define PAY_BILL_ROW_MAX 65536

/* What a gateway can do; bits of pay_gateway.caps. */
enum {
	PAY_CAN_REDIRECT = 1,
	PAY_CAN_QR = 2,
	PAY_CAN_REFUND = 4,
	PAY_CAN_REFUND_PART = 8,
	PAY_CAN_CLOSE = 16,
	PAY_CAN_AGREE = 32, /* SIGN, AGREEMENT, DEBIT and UNSIGN */
	PAY_CAN_BILL = 64
};

struct pay_gateway {
	const char     *name; /* as in /hook/{gateway}, PAY_METHODS, and before its settings */
	unsigned        caps;
	/* Parse the keys that sign and verify; false: *ret_problem says what to mend.  Never
	 * leaks what it made when it fails. */
	bool (*open)(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
	             struct pay_problem *ret_problem);
	/* The same for hook(): verification keys alone, never one that can move money. */
	bool (*hook_open)(const struct pay_source *source, struct arena *arena,
	                  struct pay_config *ret, struct pay_problem *ret_problem);
	/* What open() or hook_open() made; wipes the keys. */
	void (*close)(struct pay_config *config);
	/* Tell what every key and certificate is: dates, chain, purpose, pairs that match. */
	void (*check)(const struct pay_config *config, int64_t now_s, struct arena *arena,
	              pay_finding_visit *visit, void *ctx);
	/* May this be charged here?  Lowest and highest amount, currency.  NULL: anything. */
	bool (*takes)(const struct pay_config *config, struct money amount);
	struct pay_verb verb[PAY_VERB_COUNT];
	/* Verify, then read. */
	enum pay_hook_result (*hook)(const struct pay_config *verify, const struct pay_callback *in,
	                             struct arena *arena, struct pay_facts *ret);
	struct pay_ack  good, bad;
	int32_t         bill_offset_s; /* its days begin so long before those of UTC */
	/* Read a whole statement as downloaded.  False: *ret_problem says where and why.  Rows
	 * that were visited before it are void: the caller keeps them apart until the end. */
	bool (*bill)(const struct pay_config *config, struct str file, struct arena *arena,
	             pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
	             struct pay_bill_problem *ret_problem);
};

extern const struct pay_gateway pay_sandbox, pay_antom, pay_wechat, pay_unionpay, pay_stripe;
extern const struct pay_gateway pay_paypal;
extern const struct pay_gateway pay_alipay;

/* The gateway of that method; NULL when there is none. */
const struct pay_gateway *pay_find(enum pay_method method);
/* That verb; NULL when the gateway does not have it. */
const struct pay_verb    *pay_verb(const struct pay_gateway *gateway, enum pay_verb_id id);
bool                      pay_verb_moves(enum pay_verb_id id);
struct str                pay_verb_name(enum pay_verb_id id); /* static storage */

/* body(), where task->body is empty, then wrap(): a whole request.  The verb must have wrap. */
bool pay_build(const struct pay_verb *verb, const struct pay_config *config, struct pay_task *task,
               struct arena *arena, struct net_call *ret);

struct str pay_outcome_name(enum pay_outcome outcome); /* static storage */
struct str pay_hook_name(enum pay_hook_result result); /* static storage */
int        pay_hook_status(enum pay_hook_result result); /* HTTP */

/* For gateways: the value of a header, by its name without case.  False when it is absent or
 * there twice.  `lines` of a callback or of an answer (net_call.answer_headers). */
bool pay_header(const struct str *lines, size_t count, struct str name, struct str *ret);
/* Is this address on one of config->pages or on config->url's own origin?  An answer must not
 * send the payer anywhere else.  In pages, "*." as the host's beginning stands for every host
 * below. */
bool pay_page_allowed(const struct pay_config *config, struct str url);
