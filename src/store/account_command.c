/*
 * account_command.c - what the writer does for accounts and sessions.
 */
#include "store/account_command.h"

#include "base/str.h"
#include "store/account_sql.h"
#include "store/notice_command.h"
#include "store/notice_sql.h"
#include "store/session_sql.h"

#define TOKEN_SIZE   32          /* bytes */
#define TELL_AGAIN_S (24 * 3600) /* the owner hears of further tries no sooner */

static struct str hash_str(const struct digest *digest);
static enum err   tell_owner(struct store *store, int64_t account_id);

enum err account_register_apply(struct store *store, struct command *command)
{
	struct account_register    *arg = command->arg;
	struct account_by_email_row row;
	enum err err = account_by_email(store->db, store->arena, arg->email_blind, &row);

	arg->existed = err == ERR_OK; /* a command may be run twice: set it either way */
	if (err == ERR_OK) {
		arg->account_id = row.id;
		return tell_owner(store, row.id);
	}
	if (err != ERR_NOT_FOUND)
		return err;
	err = account_insert(store->db, arg->email_blind, arg->email_box, arg->password, arg->role,
	                     arg->lang, store->now_ms / 1000);
	if (err != ERR_OK)
		return err;
	arg->account_id = db_last_id(store->db);
	return notice_account(store, NOTICE_WELCOME, arg->account_id, 0, 0);
}

enum err session_open_apply(struct store *store, struct command *command)
{
	struct session_open *arg = command->arg;
	int64_t              now_s = store->now_ms / 1000;
	struct str           csrf = { .ptr = (const char *)arg->csrf, .len = sizeof(arg->csrf) };
	enum err             err = ERR_OK;

	if (arg->old_session != 0)
		err = session_delete(store->db, arg->old_session);
	if (err == ERR_OK)
		err = session_delete_oldest(store->db, arg->account_id,
		                            SESSION_PER_ACCOUNT_MAX - 1);
	if (err == ERR_OK && arg->new_password.len > 0)
		err = account_password_set(store->db, arg->account_id, arg->new_password);
	if (err == ERR_OK)
		err = session_insert(store->db, hash_str(&arg->token_hash), arg->account_id,
		                     arg->role, csrf, now_s, arg->agent);
	if (err == ERR_OK)
		arg->session_id = db_last_id(store->db);
	return err;
}

enum err session_close_apply(struct store *store, struct command *command)
{
	struct session_close *arg = command->arg;

	if (arg->account_id != 0)
		return session_delete_others(store->db, arg->account_id, arg->session_id);
	return session_delete(store->db, arg->session_id);
}

enum err session_end_apply(struct store *store, struct command *command)
{
	const struct session_end *arg = command->arg;

	if (arg->session_id != 0)
		return session_delete_own(store->db, arg->account_id, arg->session_id);
	return session_delete_others(store->db, arg->account_id, arg->keep_id);
}

enum err account_secret_apply(struct store *store, struct command *command)
{
	struct account_secret   *arg = command->arg;
	struct account_by_id_row row;
	enum err err = account_by_id(store->db, store->arena, arg->account_id, &row);

	arg->refused = err == ERR_OK && !str_eq(row.password, arg->old_password);
	if (err != ERR_OK || arg->refused)
		return err;
	err = account_password_set(store->db, arg->account_id, arg->new_password);
	return err == ERR_OK ? session_delete_others(store->db, arg->account_id, arg->session_id)
	                     : err;
}

enum err session_seen_apply(struct store *store, struct command *command)
{
	struct session_seen *arg = command->arg;

	return session_touch(store->db, arg->session_id, arg->seen_s);
}

enum err invite_use_apply(struct store *store, struct command *command)
{
	struct invite_use          *arg = command->arg;
	struct invite_by_token_row  invite;
	struct account_by_email_row row;
	int64_t                     now_s = store->now_ms / 1000, changes = 0;
	enum err err = invite_by_token(store->db, hash_str(&arg->token_hash), &invite);

	arg->refused = arg->taken = false;
	if (err == ERR_NOT_FOUND ||
	    (err == ERR_OK && (invite.used_s != 0 || invite.expires_s <= now_s))) {
		arg->refused = true;
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	err = account_by_email(store->db, store->arena, arg->email_blind, &row);
	if (err == ERR_OK) {
		/* A customer's account must not change hands with a link. */
		arg->taken = true;
		return ERR_OK;
	}
	if (err == ERR_NOT_FOUND)
		err = invite_use(store->db, invite.id, now_s, &changes);
	assert(err != ERR_OK || changes == 1);
	if (err == ERR_OK)
		err = account_insert(store->db, arg->email_blind, arg->email_box, arg->password,
		                     invite.role, arg->lang, now_s);
	if (err == ERR_OK)
		arg->account_id = db_last_id(store->db);
	return err;
}

enum err invite_add_apply(struct store *store, struct command *command)
{
	struct invite_add *arg = command->arg;

	return invite_insert(store->db, hash_str(&arg->token_hash), arg->role, 0, arg->expires_s);
}

enum err api_key_add_apply(struct store *store, struct command *command)
{
	struct api_key_add *arg = command->arg;
	enum err            err = api_key_insert(store->db, arg->account_id, arg->name,
	                                         hash_str(&arg->token_hash), arg->scopes,
	                                         store->now_ms / 1000);

	if (err == ERR_OK)
		arg->api_key_id = db_last_id(store->db);
	return err;
}

struct str token_make(struct arena *arena, const struct rand *rand, struct str prefix,
                      struct digest *ret_hash)
{
	uint8_t    bytes[TOKEN_SIZE];
	struct str text, token;

	rand->fill(rand->ctx, bytes, sizeof(bytes));
	text = base32_encode(arena,
	                     (struct str){ .ptr = (const char *)bytes, .len = sizeof(bytes) });
	token = arena_printf(arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(text));
	sha256(token, ret_hash);
	return token;
}

static struct str hash_str(const struct digest *digest)
{
	return (struct str){ .ptr = (const char *)digest->byte, .len = HASH_SIZE };
}

/* Somebody registers with an address that has an account: its owner hears of
 * it, but cannot be flooded that way. */
static enum err tell_owner(struct store *store, int64_t account_id)
{
	struct account_heads_row account;
	struct notice_get_row    last;
	enum err                 err = account_heads(store->db, store->arena, account_id, &account);

	if (err != ERR_OK)
		return err;
	err = notice_get(store->db, account.last_notice, &last);
	if (err == ERR_OK && last.kind == NOTICE_ADDRESS_KNOWN &&
	    last.at_s + TELL_AGAIN_S > store->now_ms / 1000)
		return ERR_OK;
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	return notice_account(store, NOTICE_ADDRESS_KNOWN, account_id, 0, 0);
}
