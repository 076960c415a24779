/*
 * frame.h - what all pages have in common: the frame around them, and forms
 * with what has to be mended in them.  The rules are view.h's.
 */
#pragma once
#include "text/message.h"

/* ---- the frame around every page ---------------------------------------- */

/* The part of the site that the navigation marks as the present one. */
enum nav {
	NAV_NONE,
	NAV_HOME,
	NAV_LINES,
	NAV_ORDERS,
	NAV_MESSAGES,
	NAV_HELP,
	NAV_ACCOUNT,
	NAV_DESK,
	NAV_DESK_LINES,
	NAV_DESK_RATES,
	NAV_DESK_MONEY,
	NAV_DESK_AUDIT
};

/* One calm sentence on top of the next page, after a POST. */
enum flash {
	FLASH_NONE,
	FLASH_SIGNED_OUT,
	FLASH_REGISTERED,
	FLASH_CANCELLED,  /* the order was cancelled */
	FLASH_DESK_DONE,  /* the staff action was recorded */
	FLASH_RATE,       /* a rate was confirmed */
	FLASH_MISMATCH,   /* a difference with a statement was closed */
	FLASH_DEVICE,     /* one session of the account was ended */
	FLASH_DEVICES,    /* all but this one were */
	FLASH_PASSWORD,   /* the password was changed */
	FLASH_COUNT
};

struct frame {
	struct str base;       /* "/zh-Hans": the language part of every link */
	struct str path;       /* this page below base, with its query: "/topup?line=…" */
	struct str public_url; /* "https://keepline.example": no slash at the end; for hreflang */
	struct str css_text;   /* the style sheet, inlined on a first visit; empty: link css_url */
	struct str css_url, js_url, mark_url; /* hashed addresses: "/static/keepline.5f3a9c.css" */
	struct str desk_css_url; /* linked in addition on the staff's pages */
	struct str email;      /* masked; empty: nobody is signed in */
	struct str csrf;       /* this session's token, masked afresh for each answer (BREACH) */
	struct str sender;     /* who our mails come from; empty: mail is not set up */
	int64_t    now_s;
	int32_t    refresh_s;  /* without JavaScript reload after this time; 0: do not */
	int32_t    unread_count; /* unread messages of the account */
	enum nav   nav;
	enum flash flash;
	bool       staff;      /* signed in as staff: the desk's navigation */
	bool       sandbox;    /* no real money or network: every page says so */
	bool       error;      /* the form below has problems: title starts with "Error: " */
};

/* ---- forms ----------------------------------------------------------------- */

#define PROBLEM_MAX 8 /* problems shown at once; a form here has no more fields */

/* One thing to mend.  `field` is the id of the input ("sim", "email", "password",
 * "pack", "method", "reason") or empty for the form as a whole.  The parts of
 * `words` are borrowed like everything else here; its count is -1 where the
 * message has no plural. */
struct problem {
	struct str     field;
	struct message words;
};

/* All that has to be mended in one form, in the order of its fields. */
struct problems {
	struct problem item[PROBLEM_MAX];
	size_t         count;
};

/* The hidden fields of a form that changes something. */
struct form {
	struct str      csrf;
	struct str      ik;   /* idempotency key, minted with the page; empty: not needed */
	struct problems problems;
};
