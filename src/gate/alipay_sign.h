/*
 * alipay_sign.h - what Alipay's open platform signs (RSA2 = SHA256withRSA,
 * PKCS#1, base 64): requests, answers, notifications, and the newer REST
 * requests (GATEWAYS 2).
 */
#pragma once
#include "base/url.h"
#include "gate/keyring.h"

#define ALIPAY_FIELDS_MAX 96 /* parameters of one request or notification */

/* --- requests */

/* "a=1&b=2" of all pairs but `sign`, by the bytes of their names, values raw.  Empty: the arena
 * is spent. */
struct str alipay_text(const struct url_pair *pairs, size_t count, struct arena *arena);
/* The signature of that text by our key. */
bool alipay_sign(const struct url_pair *pairs, size_t count, const struct rsa_key *key,
                 struct arena *arena, struct str *ret);
/* The pairs in their order as application/x-www-form-urlencoded: a query or a body. */
struct str alipay_form(const struct url_pair *pairs, size_t count, struct arena *arena);

/* --- notifications */

/* What of a notification may have been signed; tried in this order.  Older messages sign without
 * sign_type, those of agreements and the service market with it; some senders leave out what is
 * empty. */
enum alipay_order {
	ALIPAY_WITHOUT_TYPE,
	ALIPAY_WITH_TYPE,
	ALIPAY_FILLED_WITHOUT_TYPE,
	ALIPAY_FILLED_WITH_TYPE,
	ALIPAY_ORDER_COUNT
};
/* The text that is signed in that order; a sign_type that is not sent counts as RSA2. */
struct str alipay_notify_text(const struct url_pair *pairs, size_t count, enum alipay_order order,
                              struct arena *arena);
/* Proven in any of the first `orders` orders?  Only sign_type RSA2 (or none) is. */
bool alipay_notify_proven(const struct url_pair *pairs, size_t count, size_t orders,
                          const struct keyring *trusted, struct arena *arena,
                          enum alipay_order *ret);

/* --- answers */

/* {"alipay_trade_query_response":{…},"sign":"…"}: borrowed from the answer. */
struct alipay_answer {
	struct str name;    /* "alipay_trade_query_response" or "error_response" */
	struct str content; /* its value, byte for byte as signed: {…}, or "…" when encrypted */
	struct str sign;    /* base 64; in the arena; empty: not signed */
};
/* False: no object with exactly one member named …_response. */
bool alipay_answer_split(struct str text, struct arena *arena, struct alipay_answer *ret);
bool alipay_answer_proven(const struct alipay_answer *answer, const struct keyring *trusted,
                          struct arena *arena);

/* --- REST (v3) */

struct alipay_rest {
	struct str auth;   /* "app_id=…[,app_cert_sn=…],nonce=…,timestamp=…" */
	struct str method, url, body; /* url: path and query */
	struct str token;  /* app_auth_token; may be empty */
};
/* auth from its parts; cert_sn may be empty. */
struct str alipay_rest_auth(struct str app_id, struct str cert_sn, struct str nonce,
                            int64_t now_ms, struct arena *arena);
struct str alipay_rest_text(const struct alipay_rest *rest, struct arena *arena);
/* The header `authorization`. */
bool alipay_rest_sign(const struct alipay_rest *rest, const struct rsa_key *key,
                      struct arena *arena, struct str *ret);
/* An answer's body, by its headers alipay-timestamp, alipay-nonce, alipay-signature. */
bool alipay_rest_proven(struct str timestamp, struct str nonce, struct str body, struct str sign,
                        const struct keyring *trusted, struct arena *arena);

/* --- certificates */

/* A certificate's number as Alipay counts: the MD5 of its issuer's names and decimal serial. */
bool alipay_cert_sn(struct str pem, struct arena *arena, struct str *ret);
/* Those of a bundle's roots that are signed by RSA, joined with '_'.  False: none, or damaged. */
bool alipay_root_sn(struct str bundle, struct arena *arena, struct str *ret);
