/*
 * aead.h - the two AES modes of payment gateways: AES-256-GCM (WeChat's
 * callbacks) and AES-128-CBC without IV (Alipay's biz_content).  By OpenSSL.
 *
 * Data at rest uses box_seal() of base/hash.h instead.
 */
#pragma once
#include "base/arena.h"

#define GCM_KEY_SIZE   32
#define GCM_NONCE_SIZE 12
#define GCM_TAG_SIZE   16
#define CBC_KEY_SIZE   16

/* `sealed` is ciphertext and tag.  The plain text, in the arena, only when the tag is right: it
 * is checked before a byte is given out (GATEWAYS 4).  False also on any other size of key or
 * nonce.  An empty plain text is allowed. */
bool gcm_open(struct str key, struct str nonce, struct str bound, struct str sealed,
              struct arena *arena, struct str *ret);
bool gcm_seal(struct str key, struct str nonce, struct str bound, struct str plain,
              struct arena *arena, struct str *ret);
/* AES-128-CBC, PKCS#7, IV of zeros: hides, does not prove; the text it came with is signed. */
bool cbc_open(struct str key, struct str sealed, struct arena *arena, struct str *ret);
bool cbc_seal(struct str key, struct str plain, struct arena *arena, struct str *ret);
