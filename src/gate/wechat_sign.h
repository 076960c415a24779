/*
 * wechat_sign.h - what WeChat Pay signs and seals: requests, answers and
 * callbacks of API v3, the start of a payment in WeChat, and the text of API v2.
 *
 * Every line of a v3 text ends with a line feed, the empty body's too.  The
 * same bytes are signed and sent.  Source: GATEWAYS 4.
 */
#pragma once
#include <jansson.h>

#include "base/cert.h"
#include "base/url.h"

#define WECHAT_SKEW_S        300 /* a text older or newer than this is refused */
#define WECHAT_VERIFIERS_MAX 8
#define WECHAT_APIV3_MAX     2   /* APIv3 keys side by side: the new one and the old one */
#define WECHAT_SEALED_MAX    65536 /* bytes of one sealed text, in base 64 */

/* One key of WeChat's that signs answers and callbacks. */
struct wechat_verifier {
	struct str      id;   /* a certificate's serial, upper hex; or PUB_KEY_ID_... */
	struct rsa_key *key;
	struct cert    *cert; /* NULL in public-key mode */
};

/* What proves a message and opens what it seals; nothing here can move money. */
struct wechat_keys {
	struct wechat_verifier verifier[WECHAT_VERIFIERS_MAX];
	size_t                 verifier_count;
	struct str             apiv3[WECHAT_APIV3_MAX]; /* 32 bytes each */
	size_t                 apiv3_count;
};

/* --- texts that are signed; in the arena, empty when it is spent.  `path` is without the
 * host and with the query. */
struct str wechat_request_text(struct arena *arena, struct str method, struct str path,
                               struct str timestamp, struct str nonce, struct str body);
struct str wechat_answer_text(struct arena *arena, struct str timestamp, struct str nonce,
                              struct str body);
/* For the page or app that opens the payment; `last` is "prepay_id=..." in a page or mini
 * program, the bare prepay_id in an app. */
struct str wechat_pay_text(struct arena *arena, struct str appid, struct str timestamp,
                           struct str nonce, struct str last);

/* The value of the header Authorization.  `serial` is that of our own certificate. */
struct wechat_signer {
	const struct rsa_key *key;
	struct str            mchid, serial;
};
struct wechat_request {
	struct str method, path, timestamp, nonce, body;
};
bool wechat_authorization(const struct wechat_signer *signer,
                          const struct wechat_request *request, struct arena *arena,
                          struct str *ret);
/* paySign of JSAPI, mini program and app. */
bool wechat_pay_sign(const struct rsa_key *key, struct str text, struct arena *arena,
                     struct str *ret);

/* Where an answer's or a callback's proof stands. */
struct wechat_stamp {
	struct str timestamp, nonce, serial, signature;
};
enum wechat_proof {
	WECHAT_PROOF_NONE,   /* no header of a proof is there */
	WECHAT_PROOF_FORGED, /* headers that are not whole, an unknown key, a wrong signature */
	WECHAT_PROOF_STALE,  /* a right signature, more than WECHAT_SKEW_S off */
	WECHAT_PROOF_VALID
};
/* Reads the four Wechatpay-* headers; NONE, FORGED when some are absent or twice, else VALID. */
enum wechat_proof wechat_stamp_read(const struct str *lines, size_t count,
                                    struct wechat_stamp *ret);
/* Signature first, then age: an old forgery is a forgery. */
enum wechat_proof wechat_prove(const struct wechat_keys *keys, const struct wechat_stamp *stamp,
                               struct str body, int64_t now_s, struct arena *arena);

/* The plain text of {"algorithm","ciphertext","nonce","associated_data"} by any of the APIv3
 * keys.  False: another algorithm, damaged, or a tag that no key confirms. */
bool wechat_unseal(const struct wechat_keys *keys, const json_t *resource, struct arena *arena,
                   struct str *ret);
/* GET /v3/certificates: every certificate of the answer, opened by the APIv3 key, as PEM one
 * after the other.  False: damaged, none, or one whose serial is not what is told. */
bool wechat_certificates(const struct wechat_keys *keys, struct str answer, struct arena *arena,
                         struct str *ret);

/* --- API v2 (papay of the mainland).  Sorts the pairs in place. */
enum wechat_v2_digest { WECHAT_V2_MD5, WECHAT_V2_HMAC_SHA256 };
/* "a=1&b=2&key=KEY": sorted, without `sign` and empty values. */
struct str wechat_v2_text(struct arena *arena, struct url_pair *pairs, size_t count,
                          struct str key);
/* Upper hex. */
struct str wechat_v2_sign(struct arena *arena, enum wechat_v2_digest digest,
                          struct url_pair *pairs, size_t count, struct str key);
