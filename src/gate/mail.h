/*
 * mail.h - one e-mail: a MIME message built from typed parts, and the call
 * that sends it.
 *
 * Pure.  No header can be injected, by construction: addresses pass a strict
 * check, every other text of a header is RFC 2047 words of base64, bodies are
 * base64, and all the rest is ours.  The same notice makes the same bytes each
 * time, Message-ID included, so a retry is the same message to whoever gets
 * it twice.
 */
#pragma once
#include "base/env.h"

#define MAIL_TEXT_MAX    262144 /* bytes of each body */
#define MAIL_SUBJECT_MAX 500    /* bytes of UTF-8 */
#define MAIL_ADDRESS_MAX 254    /* RFC 5321 4.5.3.1.3 */

struct mail {
	struct str from;      /* "Name <address>" or "address"; the setting mail_from */
	struct str to;        /* address */
	struct str subject;   /* UTF-8 */
	struct str text;      /* UTF-8, lines end in \n */
	struct str html;      /* UTF-8; empty: text only */
	struct str language;  /* BCP 47, for Content-Language; empty: none */
	struct str notice_id; /* what the Message-ID is made of: [0-9A-Za-z_-]{1,64} */
	int64_t    date_s;    /* when the notice was made, not when it is sent */
};

/* A plain address that may stand in an envelope and a header: ASCII, one "@", a local part of
 * RFC 5321 atoms, a domain of letters, digits, "-" and single dots. */
bool mail_address_valid(struct str address);

/* "Name <a@b>" -> name and a@b; "a@b" -> empty name.  False: no valid address in it. */
bool mail_from_parse(struct str from, struct str *ret_name, struct str *ret_address);

/* The whole message, CRLF lines, in the arena.  False: an address, the notice id or a text is not
 * usable (or the arena is spent). */
bool mail_message(struct arena *arena, const struct mail *mail, struct str *ret);

/* The call that sends it through `smtp_url` ("smtp://host:port"); everything lives in the arena. */
bool mail_call(struct arena *arena, const struct mail *mail, struct str smtp_url,
               int32_t deadline_ms, struct net_call *ret);

/*
 * What the server's answer means for the notice.
 *   id         name
 */
#define MAIL_OUTCOMES(X)                                                                \
	X(SENT,     "sent")    /* the server took it */                                 \
	X(REFUSED,  "refused") /* 5xx: this address or message will never be taken */   \
	X(RETRY,    "retry")   /* 4xx, unreachable, cut off: send the same message again */ \
	X(CONFIG,   "config")  /* our login or TLS is not accepted: tell a person, then retry */

#define X(id, name) MAIL_##id,
enum mail_outcome { MAIL_OUTCOMES(X) MAIL_OUTCOME_COUNT };
#undef X

/* What became of a finished call. */
enum mail_outcome mail_outcome(const struct net_call *call);
