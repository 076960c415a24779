/*
 * api_key.c - a cache in front of the table api_key.
 */
#include "web/api_key.h"

#include <string.h>

#include "base/str.h"
#include "store/session_sql.h"

static bool token_of(struct str authorization, struct str *ret);

enum err api_key_find(struct api_keys *keys, struct db *db, struct str authorization,
                      int64_t mono_ms, struct api_key *ret)
{
	struct api_key_by_token_row row;
	struct api_key             *slot;
	struct digest               hash;
	struct str                  token;
	enum err                    err;

	if (!token_of(authorization, &token))
		return ERR_NOT_FOUND;
	sha256(token, &hash);
	slot = &keys->slot[hash.byte[0] % API_KEY_SLOT_COUNT];
	if (slot->id != 0 && digest_eq(&slot->token_hash, &hash) &&
	    mono_ms - slot->read_ms < API_KEY_FRESH_MS) {
		*ret = *slot;
		return ERR_OK;
	}
	err = api_key_by_token(db, (struct str){ .ptr = (const char *)hash.byte, .len = HASH_SIZE },
	                       &row);
	if (err != ERR_OK)
		return err;
	if (row.revoked_s != 0)
		return ERR_NOT_FOUND;
	*slot = (struct api_key){ .id = row.id,
		                  .account_id = row.account_id,
		                  .scopes = (uint32_t)row.scopes,
		                  .token_hash = hash,
		                  .read_ms = mono_ms };
	*ret = *slot;
	return ERR_OK;
}

static bool token_of(struct str authorization, struct str *ret)
{
	struct str scheme = STR("Bearer "), token;

	if (authorization.len <= scheme.len ||
	    !str_eq_nocase(str_take(authorization, scheme.len), scheme))
		return false;
	token = str_skip(authorization, scheme.len);
	if (token.len != API_KEY_LENGTH || !str_starts(token, STR(API_KEY_PREFIX)))
		return false;
	*ret = token;
	return true;
}
