/*
 * unionpay_message.h - what UnionPay's gateway 5.1.0 sends and is sent: names
 * and values, signed by a hash of a hash.
 *
 * Pure.  Source: GATEWAYS 7; the official Java sample.
 */
#pragma once
#include "base/cert.h"
#include "base/url.h"
#include "core/money.h"

#define UNIONPAY_FIELD_MAX   64
#define UNIONPAY_MESSAGE_MAX 131072 /* bytes of a message that is no file */

/* Names are unique.  All strings are borrowed. */
struct unionpay_message {
	struct url_pair field[UNIONPAY_FIELD_MAX];
	size_t          count;
};

/*
 * What a respCode says about what was asked (appendix 5 of the gateway's papers; GATEWAYS 7).
 */
enum unionpay_class {
	UNIONPAY_OK,     /* 00; A6: with a defect */
	UNIONPAY_UNSURE, /* 03, 04, 05: ask; 42: paid after the deadline, will be given back */
	UNIONPAY_BUSY,   /* 02, 37, 39: not taken up; later */
	UNIONPAY_ABSENT, /* 34: there is no such transaction; 98: no such file */
	UNIONPAY_REPEAT, /* 12: this number was there before: ask */
	UNIONPAY_CONFIG, /* 10, 11, 13, 31, 32, 43: format, signature, rights */
	UNIONPAY_NO      /* all others: final */
};
enum unionpay_class unionpay_class_of(struct str code);

/* An empty value is left out: the gateway's own programs disagree about them. */
void unionpay_put(struct unionpay_message *message, struct str name, struct str value);
/* Empty when it is absent. */
struct str unionpay_get(const struct unionpay_message *message, struct str name);
/* An answer: a=b&c=d, not encoded.  A value begins behind the first '=' and may hold more of them;
 * '&' between braces or brackets belongs to it.  False: a name twice or empty, too many. */
bool unionpay_split(struct str answer, struct unionpay_message *ret);
/* A callback's body or our own form: encoded once. */
bool unionpay_read_form(struct str form, struct arena *arena, struct unionpay_message *ret);
struct str unionpay_form(const struct unionpay_message *message, struct arena *arena);

/* All but the signature, by the bytes of the names, as they are: "a=b&c=d". */
struct str unionpay_canonical(const struct unionpay_message *message, struct arena *arena);
/* Adds certId and signature (signMethod 01: RSA over the lower-case hexadecimal SHA-256). */
bool unionpay_sign(struct unionpay_message *message, const struct rsa_key *key,
                   struct str cert_id, struct arena *arena);

/* Who may sign to us. */
struct unionpay_trust {
	struct cert_trust chain; /* the pinned roots and middles */
	bool              test;  /* the test system's signer too */
};

/* Was it signed by UnionPay itself?  The certificate comes with the message (signPubKeyCert, as
 * it stands, CR LF included: it is signed too), so it must have a chain to the pinned roots at
 * that moment and UnionPay's name as its owner: merchants have certificates of the same
 * authority.  SHA-1 in that chain is accepted: the test system's leaf has nothing better. */
bool unionpay_proven(const struct unionpay_message *message, const struct unionpay_trust *trust,
                     int64_t now_s, struct arena *arena);

/* "20260102110405", Beijing's clock (UTC+8, no daylight saving). */
struct str unionpay_time(struct arena *arena, int64_t utc_s);
bool       unionpay_time_read(struct str text, int64_t *ret_utc_s);
/* "1980" and "392"; false: no digits, more than 12 of them, zero, no known currency. */
bool unionpay_money_read(struct str amount, struct str currency, struct money *ret);
