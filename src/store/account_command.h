/*
 * account_command.h - accounts and their sessions: register, log in, log out,
 * one-time links, API keys.  Each is load, decide, store on the writer's
 * thread; `arg` of the command is the struct named in its comment.
 */
#pragma once
#include "core/role.h"
#include "store/store.h"
#include "store/writer.h"

#define SESSION_PER_ACCOUNT_MAX 10 /* the oldest ones end (ASVS 7.1.2) */
#define SESSION_AGENT_MAX       120
#define SESSION_CSRF_SIZE       32
#define INVITE_S                (48 * 3600)

/* A new account, unless the address has one: then nothing is written and
 * `existed` is set (the page shows the same either way: SECURITY F18). */
struct account_register {
	struct str email_blind, email_box, password, lang;
	enum role  role;
	int64_t    account_id; /* out: the new or the existing one */
	bool       existed;    /* out */
};
enum err account_register_apply(struct store *store, struct command *command);

/* A session for a browser whose password was just proved. */
struct session_open {
	int64_t       account_id;
	enum role     role;
	struct digest token_hash;
	uint8_t       csrf[SESSION_CSRF_SIZE];
	struct str    agent;        /* at most SESSION_AGENT_MAX bytes */
	struct str    new_password; /* hashed again with newer parameters; empty: leave it */
	int64_t       old_session;  /* this browser's former session, ended; 0: none */
	int64_t       session_id;   /* out */
};
enum err session_open_apply(struct store *store, struct command *command);

/* Logout. */
struct session_close {
	int64_t session_id;
	int64_t account_id; /* not 0: end all sessions of this account but session_id */
};
enum err session_close_apply(struct store *store, struct command *command);

/* A session that its owner does not want any more, or all but one. */
struct session_end {
	int64_t account_id;
	int64_t session_id; /* of this account's; another's is left alone; 0: all … */
	int64_t keep_id;    /* … but this one */
};
enum err session_end_apply(struct store *store, struct command *command);

/* A new password.  All other sessions of the account end with it. */
struct account_secret {
	int64_t    account_id;
	int64_t    session_id;   /* of this browser, which stays */
	struct str old_password; /* as it is stored, and was proved just now */
	struct str new_password; /* hashed */
	bool       refused;      /* out: somebody changed it meanwhile */
};
enum err account_secret_apply(struct store *store, struct command *command);

/* "Seen now", at most once a minute. */
struct session_seen {
	int64_t session_id, seen_s;
};
enum err session_seen_apply(struct store *store, struct command *command);

/* A one-time link is used: a new account with this address and password gets
 * the role that the link says (staff). */
struct invite_use {
	struct digest token_hash;
	struct str    email_blind, email_box, password, lang;
	bool          refused;    /* out: the link is unknown, used or too old */
	bool          taken;      /* out: the address has an account; the link stays good */
	int64_t       account_id; /* out */
};
enum err invite_use_apply(struct store *store, struct command *command);

/* A one-time link, made by `keepline init` and `keepline staff`. */
struct invite_add {
	struct digest token_hash;
	enum role     role;
	int64_t       expires_s;
};
enum err invite_add_apply(struct store *store, struct command *command);

/* An API key (`keepline key add`). */
struct api_key_add {
	int64_t       account_id;
	struct str    name;
	struct digest token_hash;
	uint32_t      scopes; /* enum scope, joined */
	int64_t       api_key_id; /* out */
};
enum err api_key_add_apply(struct store *store, struct command *command);

/* Draws a token for a link or an API key: prefix and 256 bits in Crockford's
 * base 32; *ret_hash is what is stored. */
struct str token_make(struct arena *arena, const struct rand *rand, struct str prefix,
                      struct digest *ret_hash);
