/*
 * view.h - what each page needs, as typed raw values: no HTML, no translated
 * text.  A handler fills one struct from rows and hands it to its page
 * function (src/web/pages/NAME.page -> page_NAME(struct out *, const struct
 * NAME_view *)).
 *
 * Common rules.  Times are UTC seconds (_s) and 0 means "not yet" or "none";
 * days are civil days in Tokyo (_day), 0 likewise.  Money is struct money;
 * currency 0 means "none".  Every str is borrowed from the request's arena or
 * from rows that live as long, and is raw: pages escape.  Numbers of people
 * (line, mail) come masked; a page never masks.  Arrays have a _count.
 *
 * Addresses the pages link and post to, all below the language ("/zh-Hans"):
 *   GET  /                      GET,POST /register  /login      POST /logout
 *   GET,POST /topup             GET  /quotes/ID     (the final confirmation)
 *   POST /orders                (csrf, ik, quote)   GET /orders  /orders/KL-…
 *   GET  /orders/KL-…/receipt   GET  /orders/KL-…/state (JSON)
 *   POST /orders/KL-…/cancel    POST /orders/KL-…/pay (to the gateway again)
 *   GET  /lines  /lines/ID      GET  /messages  /messages/ID
 *   GET  /help  /legal  /privacy  /accessibility
 *   GET,POST /sandbox/pay/REF
 *   GET  /account               POST /account/devices/end  /account/password
 *   GET  /desk  /desk/orders/KL-…  /desk/lines  /desk/rates  /desk/audit
 *   POST /desk/search           POST /desk/orders/KL-…/act  /desk/rates/confirm
 *   GET,POST /desk/welcome/TOKEN
 */
#pragma once
#include "core/desk.h"
#include "core/fx.h"
#include "core/keep.h"
#include "core/line.h"
#include "core/money.h"
#include "core/notice.h"
#include "core/order.h"
#include "web/frame.h"

/* ---- pieces shared by several pages ------------------------------------- */

/* What a pack gives; names come from the catalogue, in the reader's language. */
struct pack_view {
	struct str   id;         /* its code: "keep-180" */
	struct str   name;       /* "Keep number, 180 days" */
	struct str   about;      /* one short line; empty: the page says valid and keep days */
	struct str   brand;      /* the brand whose SIMs it fits, where several are listed */
	struct money price;      /* JPY, tax included */
	int32_t      tax_bp;     /* 1000 = 10 % */
	int32_t      keep_days;  /* how long it keeps the number; 0: not by itself */
	int32_t      valid_days; /* of what it gives; 0: nothing that runs out */
};

/* A locked rate: what one unit of the paying currency is worth in yen. */
struct rate_view {
	uint16_t   currency;       /* the paying currency; CURRENCY_JPY: no rate is needed */
	int64_t    sell_e6;        /* yen for 1 unit as charged, margin included, x 10^6 */
	int64_t    mid_e6;         /* the middle rate, x 10^6 */
	int32_t    margin_bp;
	struct str source;         /* "ecb", "gateway", "demo", "operator" (core/fx.h) */
	int64_t    as_of_s;
	int64_t    expires_s;      /* the lock ends; 0: not locked */
	int32_t    lock_s;         /* whole length of the lock, for the ring */
};

/* How one can pay: method names are the stored ones ("alipay", "wechat", "card",
 * "paypal", "unionpay", "sandbox"); one row per method and currency. */
struct method_view {
	struct str       method;
	struct rate_view rate;
	const struct money *amounts; /* one per pack of the page, in the packs' order */
	bool             chosen;
};

/* Why a number is kept until that day (DOMAIN R1): core/keep.h's cause and what
 * its words name. */
struct why_view {
	enum keep_cause  cause;
	int32_t          cause_day;    /* of the event that set the date */
	struct pack_view pack;         /* PACK; id empty: none */
	int32_t          until_day;    /* PACK: last day of what it gives; 0: nothing runs out */
	struct money     amount;       /* METERED: the floor */
	int32_t          months;       /* PARKED */
	struct str       source;       /* where the rule is written: a title or an address */
	int32_t          source_day;   /* when we read it */
};

struct line_view {
	struct str      id;        /* public id, used in addresses */
	struct str      number;    /* masked: "080-****-5678" */
	struct str      brand;     /* "docomo" */
	struct str      network;   /* "NTT DOCOMO (440-10)"; may be empty */
	enum line_state state;
	int32_t         today_day;
	int32_t         start_day;      /* when the present window began: left end of the bar */
	int32_t         safe_until_day; /* kept to the end of this day; 0: unknown;
	                                 * KEEP_DAY_NEVER: as long as its contract */
	int32_t         lost_day;       /* the last day on which it can be saved; 0: not known */
	bool            money_welcome;  /* a top-up is allowed in this state */
};

/* ---- start, register, login ------------------------------------------------ */

/* Something worth knowing, with its source (DOMAIN 11). */
struct fact_view {
	struct str text;
	struct str source, source_url; /* who says so; the address may be empty */
	int32_t    source_day;         /* when it was read; 0: not given */
};

/* A brand, its packs and its retention rule, as data (DOMAIN 4). */
struct brand_view {
	struct str   carrier, brand;  /* "KDDI", "povo2.0" */
	const struct keep_rule *rule; /* NULL: not known */
	struct fact_view keep;        /* of the rule; text empty: the page says it in words */
	const struct pack_view *packs;
	size_t       pack_count;
	const struct fact_view *facts;
	size_t       fact_count;
};

struct home_view {
	struct frame frame;
	const struct brand_view *brands;
	size_t       brand_count;
	struct line_view line;        /* the account's line that needs us first; id empty: none */
	int32_t      line_count;
	int32_t      active_p50_s, active_p95_s; /* measured in the last days; 0: too few */
};

struct register_view {
	struct frame frame;
	struct form  form;
	struct str   email;  /* as typed */
	struct str   next;   /* address below base to go to afterwards; may be empty */
	int32_t      password_min; /* characters */
};

struct login_view {
	struct frame frame;
	struct form  form;
	struct str   email, next;
	bool         ended;  /* the session ran out: say why one is asked again */
};

/* ---- top-up and final confirmation ------------------------------------------- */

/* How the typed SIM number was understood, said only to a signed-in, rate-limited
 * person, and with the last two digits only (WEB 0.2, SECURITY F5). */
struct sim_view {
	struct str typed;    /* as typed, shown again */
	struct str kind;     /* "imsi", "iccid", "serial"; empty: not checked yet */
	struct str network;  /* "docomo"; empty: unknown */
	struct str plmn;     /* "440-10"; empty */
	struct str last2;    /* the number's last two digits when it matched; else empty */
};

struct topup_view {
	struct frame frame;
	struct form  form;
	struct line_view line;     /* chosen line; id empty: a SIM has to be typed */
	bool         line_own;     /* it is one of the account's lines: there is a page of it */
	const struct pack_view *packs; /* grouped by brand when there are several */
	size_t       pack_count;
	size_t       pack_chosen;  /* index; pack_count: none */
	size_t       pack_open;    /* so many are seen at once, in whole groups; the rest unfolds */
	struct sim_view sim;
	const struct method_view *methods;
	size_t       method_count;
	bool         confirm_iccid; /* the check digit is wrong: offer "printed so on my card" */
	int32_t      active_p50_s, active_p95_s;
	int32_t      delivery_refund_s;
};

struct confirm_view {
	struct frame frame;
	struct form  form;
	struct str   quote;      /* public id, posted back */
	struct pack_view pack;
	struct line_view line;   /* safe_until_day: as it is now */
	int32_t      before_day; /* kept until, without this order; 0 unknown */
	int32_t      after_day;  /* kept until, with it; 0: the pack does not move it */
	struct money price, tax; /* JPY, tax is inside of price */
	struct money pay;        /* what is charged, in the paying currency */
	struct rate_view rate;
	struct str   method;
	int32_t      active_p50_s, active_p95_s;
	int32_t      delivery_refund_s; /* undelivered after this: money back */
	struct str   seller;     /* issuer_name */
	bool         expired;    /* the lock ran out: offer a new quote, no paying button */
	struct money old_pay;    /* currency set: the amount changed since the last page, say so */
	struct str   topup_path; /* below base: back to the form with everything kept */
};

/* The sandbox gateway's page: no real money. */
struct sandbox_pay_view {
	struct frame frame;
	struct form  form;
	struct str   ref;        /* the gateway's reference, in the address */
	struct str   order_number;
	struct money pay;
	struct str   method;
	int64_t      expires_s;
	bool         closed;     /* already decided: only the way back */
};

/* ---- order, receipt ------------------------------------------------------ */

struct order_view {
	struct frame frame;
	struct form  form;       /* for cancel and pay */
	struct str   number;     /* "KL-7F3K-29QD" */
	enum order_state  state;
	enum refund_state refund;
	struct pack_view pack;
	struct line_view line;
	int32_t      before_day, after_day;
	struct money price, tax, pay;
	struct money refund_amount;   /* what goes or went back; currency 0: nothing */
	struct rate_view rate;
	struct str   method;
	struct str   issuer_registration;
	int64_t      placed_s, paid_s, submitted_s, active_s; /* 0: not (yet) */
	int64_t      closed_s;        /* entered its final state */
	int64_t      pay_until_s;     /* the payment must arrive by then */
	int64_t      next_ask_s;      /* unknown: the partner is asked again then */
	int64_t      know_by_s;       /* by then we know, or a person is on it */
	int64_t      refund_by_s;     /* not active by then: the money goes back */
	int64_t      refund_asked_s, refund_done_s;
	int32_t      active_p50_s, active_p95_s;
	bool         late;            /* money came after the order had expired */
	bool         returned;        /* just back from the gateway: its answer is on the way */
	bool         can_pay, can_cancel;
	bool         has_receipt;
};

struct receipt_view {
	struct frame frame;
	struct str   number;
	int64_t      paid_s;
	struct str   issuer_name, issuer_registration, issuer_address;
	struct str   recipient;     /* masked mail; a simplified invoice needs none */
	struct pack_view pack;
	struct str   line_number;   /* masked */
	struct money price, tax;    /* JPY: total of the rate and the tax in it */
	int32_t      tax_bp;
	struct money pay;
	struct rate_view rate;
	struct str   method;
	int32_t      after_day;
	struct money refunded;      /* currency 0: nothing was given back */
	int64_t      refunded_s;
};

struct order_row {
	struct str        number;
	enum order_state  state;
	enum refund_state refund;
	struct pack_view  pack;
	struct str        line_number; /* masked */
	struct money      pay;
	struct str        method;
	int64_t           placed_s;
	int32_t           after_day;
};

struct orders_view {
	struct frame frame;
	const struct order_row *rows; /* newest first */
	size_t       row_count;
	struct str   next_path;       /* below base: older orders; empty: no more */
};

/* ---- the account ------------------------------------------------------------- */

/* A browser that is logged in. */
struct device_row {
	struct str id;
	struct str agent; /* "Firefox"; empty: unknown */
	int64_t    since_s, seen_s;
	bool       here; /* the one that asks */
};

struct account_view {
	struct frame frame;
	struct form  form;
	const struct device_row *rows; /* the newest first */
	size_t       row_count;
	int32_t      password_min; /* characters */
};

/* ---- lines ------------------------------------------------------------------- */

struct lines_view {
	struct frame frame;
	const struct line_view *lines; /* the one that ends first comes first */
	size_t       line_count;
	struct str   next_path;
};

struct lineof_view {
	struct frame frame;
	struct form  form;            /* for the one-tap extension (POST /topup) */
	struct line_view line;
	struct why_view  why;
	struct pack_view extend;      /* cheapest pack that keeps it; id empty: none */
	struct str   method;          /* how it was paid last; empty: never */
	uint16_t     currency;        /* of that payment */
	int32_t      extend_day;      /* kept until, with `extend` */
	const struct order_row *rows; /* history, newest first */
	size_t       row_count;
};

/* ---- messages ------------------------------------------------------------ */

struct message_row {
	struct str  id;
	enum notice kind;
	struct notice_parts parts;
	int64_t     at_s;
	bool        read;
	bool        mailed;   /* the mail server has taken it */
};

struct messages_view {
	struct frame frame;
	const struct message_row *rows; /* newest first */
	size_t       row_count;
	struct str   next_path;
};

/* One message, whole. */
struct message_view {
	struct frame frame;
	struct message_row message;
};

/* ---- words: help, legal, privacy, accessibility -------------------------- */

struct words_view {
	struct frame frame;
	struct str   issuer_name, issuer_registration, issuer_address;
	struct str   issuer_manager, issuer_phone;
	struct str   support_email;
	int32_t      margin_bp, quote_s, delivery_refund_s;
	int32_t      active_p50_s, active_p95_s;
	struct str   order_number;  /* help asked for from an order; may be empty */
};

/* ---- errors ---------------------------------------------------------------- */

struct error_view {
	struct frame frame;
	int32_t      status;      /* 400 403 404 405 413 422 429 500 503 */
	const struct message *words; /* say it better; NULL: the status' own words */
	int32_t      retry_s;     /* 429, 503: seconds until one may try again; 0 unknown */
	struct str   request_id;  /* shown from 500 on */
	struct str   support_email;
};

/* ---- staff --------------------------------------------------------------- */

/* Which orders the desk lists. */
enum desk_tab {
	DESK_TAB_ALL,
	DESK_TAB_NEEDS,
	DESK_TAB_ACTIVATING,
	DESK_TAB_REFUNDS,
	DESK_TAB_COUNT
};

#define DESK_DAY_COUNT 14    /* bars of the first chart */
#define DESK_BUCKET_COUNT 5  /* 0–7, 8–30, 31–90, 91–180, 181+ days left */

struct desk_row {
	struct str        number;
	int64_t           placed_s;
	struct str        line_number; /* "**5678" */
	struct pack_view  pack;
	struct str        method;
	struct money      pay, price;
	enum order_state  state;
	enum refund_state refund;
	bool              stuck;       /* past its expected time */
	int64_t           age_s;       /* how long it took, or has been waiting; <0: not started */
	enum desk_act     act;         /* NONE also where nothing is urgent */
};

struct desk_view {
	struct frame frame;
	struct form  form;              /* of the search */
	int32_t      today_count;       /* top-ups active today */
	int32_t      usual_count;       /* by this time, in the mean of the last days; 0 unknown */
	struct money today_sum;         /* JPY */
	int32_t      active_p50_s, active_p95_s; /* today's; 0: none yet */
	int32_t      stuck_count, stuck_oldest_s;
	int32_t      losing_count, losing_told_count; /* numbers lost within 7 days */
	bool         losing_known;      /* the day's round over the lines has been */
	int32_t      day_first;         /* the day of the first bar */
	int32_t      day_count[DESK_DAY_COUNT];  /* top-ups */
	int32_t      day_p95_s[DESK_DAY_COUNT];  /* 0: none that day */
	int32_t      bucket_count[DESK_BUCKET_COUNT];
	enum desk_tab tab;
	int32_t      tab_count[DESK_TAB_COUNT];
	struct str   query;             /* as typed in the search */
	struct str   about;             /* whose orders these are, masked; empty: everybody's */
	const struct desk_row *rows;    /* stuck first, then newest */
	size_t       row_count;
	struct str   next_path;
};

/* One line of an order's whole history, whatever it was. */
enum desk_event {
	DESK_EVENT_STATE,
	DESK_EVENT_PAYMENT,
	DESK_EVENT_DELIVERY,
	DESK_EVENT_NOTICE,
	DESK_EVENT_STAFF,
	DESK_EVENT_COUNT
};

struct desk_event_row {
	int64_t           at_ms;
	enum desk_event   kind;
	struct message    words;  /* what happened */
	struct str        code;   /* its stored name: "pay_succeeded"; may be empty */
	bool              enters; /* the order came into `state` by it */
	enum order_state  state;
	struct str        detail; /* a partner's code, a person's reason; may be empty */
	struct str        who;    /* partner, staff mail (masked) or empty: the machine itself */
};

struct desk_posting_row {
	int64_t        at_s;
	int64_t        transaction;
	struct message event;    /* why the transaction was made */
	struct str     account;  /* "gateway_due:alipay" */
	struct money   amount;   /* signed */
};

struct desk_job_row {
	enum job_kind kind;
	bool          person;   /* waits for a person, is not tried by itself */
	int32_t       attempt_count;
	int64_t       since_s, due_s;
	struct str    note;     /* "unknown: timeout"; may be empty */
};

struct desk_order_view {
	struct frame frame;
	struct form  form;
	struct order_view order;     /* its frame is not used */
	struct str   account;        /* masked mail */
	struct str   sim;            /* masked */
	struct str   gateway_ref;    /* as the gateway knows it; may be empty */
	struct str   line_path;      /* below base: the line's orders */
	struct desk_advice advice;
	enum desk_act chosen;        /* after a refused try: what was tried; else NONE */
	bool         stuck, withdrawn;
	int64_t      age_s;
	struct str   reason, amount; /* as typed */
	struct money left;           /* of the payment: what could still go back */
	const struct desk_event_row *events; /* oldest first */
	size_t       event_count;
	bool         events_cut;     /* there are older ones */
	const struct desk_posting_row *postings; /* grouped by transaction */
	size_t       posting_count;
	const struct desk_job_row *jobs;
	size_t       job_count;
};

struct desk_line_row {
	struct line_view line;       /* number masked; id set */
	struct str   sim;            /* masked: "8981…4897" */
	struct str   account;        /* masked mail; may be empty */
	struct str   order_number;   /* last one; may be empty */
};

/* Search for lines; no rows and no query: nothing was asked yet. */
struct desk_lines_view {
	struct frame frame;
	struct form  form;
	struct str   query;          /* as typed */
	struct str   about;          /* whose lines these are, masked; may be empty */
	const struct desk_line_row *rows;
	size_t       row_count;
	struct str   next_path;
};

struct desk_audit_row {
	int64_t        at_s;
	struct str     who;          /* staff mail, masked */
	struct message words;        /* what was done */
	struct str     order_number; /* may be empty */
	struct str     line_id;      /* may be empty */
	struct str     reason;       /* may be empty */
};

/* What staff did, the newest first. */
struct desk_audit_view {
	struct frame frame;
	const struct desk_audit_row *rows;
	size_t       row_count;
	struct str   next_path;
};

/* What a currency stands at. */
struct desk_rate_row {
	uint16_t        currency;
	enum fx_refusal state;     /* NONE: in use */
	bool            known;     /* the following are set */
	int64_t         mid_e6;    /* yen for 1 unit, x 10^6 */
	struct str      source;    /* as in rate_view */
	int64_t         as_of_s, age_s;
	struct str      day;       /* 2026-11-20 */
	int64_t         before_e6; /* JUMP: where it moved away from */
	int32_t         step_bp;   /* JUMP: by how much, up or down */
	bool            confirmed; /* a person has looked at it */
};

/* The rates in use, and where they come from. */
struct desk_rates_view {
	struct frame frame;
	struct form  form;
	const struct desk_rate_row *rows;
	size_t       row_count, waiting_count; /* waiting: for a confirmation */
	struct str   reason;    /* as typed */
	bool         fetches;   /* this server fetches them by itself */
	int64_t      fetch_due_s;
	int64_t      failing_since_s; /* 0: it works */
	struct str   failing;   /* English, from the machine */
};

/* Set the first staff password from a one-time link. */
struct desk_welcome_view {
	struct frame frame;
	struct form  form;
	struct str   token;        /* from the address, posted back to the same one */
	struct str   email;        /* as typed */
	int32_t      password_min;
	bool         used;         /* the link was used or ran out */
};
