/*
 * once.c - naming, finding and writing the answers of idempotency keys.
 */
#include "store/once.h"

#include <string.h>

#include "base/buf.h"
#include "store/once_sql.h"

static int64_t positive63(const struct digest *digest);

void once_name(const struct key *key, int64_t scope, struct str text, struct str method,
               struct str path, struct str body, struct arena *arena, struct once *ret)
{
	struct digest digest, body_digest;
	struct buf    buf;

	buf_init(&buf, arena, text.len + method.len + path.len + 512);
	buf_add_int64(&buf, scope);
	buf_add_char(&buf, '\n');
	buf_add(&buf, text);
	hmac_sha256(key, buf_str(&buf), &digest);
	*ret = (struct once){ .id = positive63(&digest), .arena = arena };
	buf.len = 0;
	buf_add(&buf, method);
	buf_add_char(&buf, ' ');
	buf_add(&buf, path);
	buf_add_char(&buf, '\n');
	sha256(body, &body_digest);
	sha256_pair(buf_str(&buf),
	            (struct str){ .ptr = (const char *)body_digest.byte, .len = HASH_SIZE },
	            &digest);
	ret->fingerprint = positive63(&digest);
}

enum err once_look(struct db *db, struct once *once)
{
	struct once_by_id_row row;
	enum err              err = once_by_id(db, once->arena, once->id, &row);

	if (err == ERR_NOT_FOUND) {
		once->state = ONCE_NEW;
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	once->state = row.fingerprint == once->fingerprint ? ONCE_REPLAY : ONCE_MISMATCH;
	once->status = (int32_t)row.status;
	once->body = row.body_null ? (struct str){ 0 } : row.body;
	return ERR_OK;
}

enum err once_answer(struct store *store, struct once *once, int32_t status, struct str body)
{
	assert(status >= 200 && status < 400 && body.len <= ONCE_BODY_MAX);
	once->body = arena_str(once->arena, body);
	once->status = status;
	if (once->arena->failed)
		return ERR_MEMORY;
	if (once->id == 0)
		return ERR_OK;
	return once_insert(store->db, once->id, once->fingerprint, store->now_ms / 1000, status, 0,
	                   &once->body);
}

/* 1 .. 2^63-1 from the first bytes of a digest. */
static int64_t positive63(const struct digest *digest)
{
	uint64_t value;

	memcpy(&value, digest->byte, sizeof(value));
	value &= INT64_MAX;
	return value == 0 ? 1 : (int64_t)value;
}
