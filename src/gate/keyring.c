/*
 * keyring.c - see keyring.h.
 */
#include "gate/keyring.h"

#include "base/str.h"

static bool block_next(struct str *rest, struct str *ret);
static bool text_left(struct str rest);

bool keyring_open(struct str text, int bits_min, struct keyring *ret)
{
	struct keyring ring = { 0 };
	struct str     rest = text, block;
	bool           good = true;

	if (str_find(text, STR("-----BEGIN")) < 0) {
		good = rsa_key_public(str_trim(text), bits_min, &ring.key[0]);
		ring.count = good ? 1 : 0;
		rest = STR("");
	}
	while (good && block_next(&rest, &block)) {
		good = ring.count < KEYRING_MAX &&
		       rsa_key_public(block, bits_min, &ring.key[ring.count]);
		ring.count += good ? 1 : 0;
	}
	if (!good || ring.count == 0 || text_left(rest)) {
		keyring_close(&ring);
		return false;
	}
	*ret = ring;
	return true;
}

void keyring_close(struct keyring *ring)
{
	for (size_t i = 0; i < ring->count; i++)
		rsa_key_close(ring->key[i]);
	*ring = (struct keyring){ 0 };
}

bool keyring_verify(const struct keyring *ring, struct str data, struct str base64,
                    struct arena *arena)
{
	for (size_t i = 0; i < ring->count; i++)
		if (rsa_verify_sha256_base64(ring->key[i], data, base64, arena))
			return true;
	return false;
}

bool keyring_holds(const struct keyring *ring, const struct rsa_key *key)
{
	for (size_t i = 0; i < ring->count; i++)
		if (rsa_key_pair(ring->key[i], key))
			return true;
	return false;
}

/* From the next "-----BEGIN" to the end of its "-----END …-----". */
static bool block_next(struct str *rest, struct str *ret)
{
	struct str from, tail, dashes = STR("-----"), close = STR("-----END ");
	ptrdiff_t  begin = str_find(*rest, STR("-----BEGIN")), end, last;

	if (begin < 0)
		return false;
	from = str_skip(*rest, (size_t)begin);
	end = str_find(from, close);
	if (end < 0)
		return false;
	tail = str_skip(from, (size_t)end + close.len);
	last = str_find(tail, dashes);
	if (last < 0)
		return false;
	*ret = str_take(from, (size_t)end + close.len + (size_t)last + dashes.len);
	*rest = str_skip(from, ret->len);
	return true;
}

/* A block that was begun and not ended is a damaged file, not its end. */
static bool text_left(struct str rest)
{
	return str_find(rest, STR("-----BEGIN")) >= 0;
}
