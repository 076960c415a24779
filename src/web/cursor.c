/*
 * cursor.c - 8 bytes of encrypted position and 16 of a signature, base64url.
 */
#include "web/cursor.h"

#include <string.h>

#include "base/str.h"
#include "web/form.h"

#define POSITION_SIZE 8
#define SIGN_SIZE     16
#define CURSOR_SIZE   (POSITION_SIZE + SIGN_SIZE)
#define CURSOR_TWEAK  100 /* no other use of the key has tweaks this high */

static void sign(struct arena *arena, const struct keys *keys, enum cursor_kind kind, int64_t scope,
                 const uint8_t position[POSITION_SIZE], uint8_t ret[SIGN_SIZE]);

struct str cursor_text(struct arena *arena, const struct keys *keys, enum cursor_kind kind,
                       int64_t scope, int64_t position)
{
	uint8_t  bytes[CURSOR_SIZE];
	uint64_t sealed;

	assert(position >= 0 && kind < CURSOR_KIND_COUNT);
	sealed = cipher_int(&keys->number, CURSOR_TWEAK + kind, 64, (uint64_t)position);
	memcpy(bytes, &sealed, POSITION_SIZE);
	sign(arena, keys, kind, scope, bytes, bytes + POSITION_SIZE);
	return form_base64url(arena,
	                      (struct str){ .ptr = (const char *)bytes, .len = sizeof(bytes) });
}

bool cursor_parse(struct arena *arena, const struct keys *keys, enum cursor_kind kind,
                  int64_t scope, struct str text, int64_t *ret_position)
{
	uint8_t    bytes[CURSOR_SIZE], signature[SIGN_SIZE];
	struct str given = { .ptr = (const char *)bytes + POSITION_SIZE, .len = SIGN_SIZE };
	struct str good = { .ptr = (const char *)signature, .len = SIGN_SIZE };
	uint64_t   position;

	if (text.len != CURSOR_LENGTH || !form_base64url_decode(text, bytes, sizeof(bytes)))
		return false;
	sign(arena, keys, kind, scope, bytes, signature);
	if (!str_eq_secret(given, good))
		return false;
	memcpy(&position, bytes, POSITION_SIZE);
	position = decipher_int(&keys->number, CURSOR_TWEAK + kind, 64, position);
	if (position > INT64_MAX)
		return false;
	*ret_position = (int64_t)position;
	return true;
}

static void sign(struct arena *arena, const struct keys *keys, enum cursor_kind kind, int64_t scope,
                 const uint8_t position[POSITION_SIZE], uint8_t ret[SIGN_SIZE])
{
	struct digest digest;
	struct buf    buf;

	buf_init(&buf, arena, 128);
	buf_add(&buf, STR("cursor\n"));
	buf_add_int64(&buf, kind);
	buf_add_char(&buf, '\n');
	buf_add_int64(&buf, scope);
	buf_add_char(&buf, '\n');
	buf_add(&buf, (struct str){ .ptr = (const char *)position, .len = POSITION_SIZE });
	hmac_sha256(&keys->token, buf_str(&buf), &digest);
	memcpy(ret, digest.byte, SIGN_SIZE);
}
