/*
 * command_key.c - keepline key add|list|revoke: API keys.
 *
 * A key is shown once; the database holds its hash alone.  A running server
 * takes a new key at once, and forgets a revoked one within seconds.
 */
#include "base/str.h"
#include "base/time.h"
#include "core/role.h"
#include "data_dir.h"
#include "store/account.h"
#include "store/account_command.h"
#include "store/account_sql.h"
#include "store/operator_sql.h"

#include <stdio.h>

#define NAME_MAX_BYTES 60
#define LIST_MAX       1000
#define KEY_PREFIX     "kl_"

const struct option key_options[] = {
	{ "data", "DIR", "The data directory." },
	{ "name", "NAME", "add: what the key is for; keys of one name share their orders." },
	{ "scope", "SCOPES", "add: orders:write,orders:read,lines:read or some of them." },
	{ "account", "EMAIL", "add: the account whose orders it sees; else one of its own." },
	{ "json", NULL, "One JSON object a line." },
	{ NULL, NULL, NULL },
};

static const struct str scope_names[SCOPE_COUNT] = {
#define X(id, name) [SCOPE_BIT_##id] = STR_INIT(name),
	SCOPES(X)
#undef X
};

static int      key_add(struct call *call, struct house *house, struct env *env);
static int      key_list(struct call *call, struct house *house);
static int      key_revoke(struct call *call, struct house *house, const struct env *env);
static int      scopes_parse(struct call *call, uint32_t *ret);
static int      name_check(struct call *call, struct str *ret);
static enum err account_find(struct call *call, struct store *store, struct str name, int64_t *ret);
static void     scopes_print(int64_t scopes);

int command_key(struct call *call)
{
	struct env   env = env_real();
	struct house house;
	struct str   what = call->operand[0];
	int          code;

	if (!str_eq(what, STR("add")) && !str_eq(what, STR("list")) && !str_eq(what, STR("revoke")))
		return call_fail(call, EX_USAGE, "say add, list or revoke, not \"%.*s\"",
		                 (int)str_take(what, 40).len, what.ptr);
	if (str_eq(what, STR("revoke")) != (call->operand_count == 2))
		return call_fail(call, EX_USAGE,
		                 "revoke, and only it, takes a key's number; "
		                 "keepline key list shows them");
	code = house_open(call, str_eq(what, STR("list")) ? DB_READ : DB_WRITE, &house);
	if (code == EX_OK && str_eq(what, STR("add")))
		code = key_add(call, &house, &env);
	else if (code == EX_OK && str_eq(what, STR("list")))
		code = key_list(call, &house);
	else if (code == EX_OK)
		code = key_revoke(call, &house, &env);
	house_close(&house);
	return code;
}

static int key_add(struct call *call, struct house *house, struct env *env)
{
	struct store       store = { .db = house->db,
		                     .env = env,
		                     .config = &house->config,
		                     .keys = &house->keys,
		                     .arena = &house->arena,
		                     .now_ms = env->clock.now_ms(env->clock.ctx) };
	struct api_key_add add = { .account_id = 0 };
	struct command     command = { .arg = &add };
	struct str         token;
	enum err           err;
	int                code = name_check(call, &add.name);

	if (code == EX_OK)
		code = scopes_parse(call, &add.scopes);
	if (code != EX_OK)
		return code;
	token = token_make(&house->arena, &env->rand, STR(KEY_PREFIX), &add.token_hash);
	err = db_begin(house->db);
	if (err == ERR_OK)
		err = account_find(call, &store, add.name, &add.account_id);
	if (err == ERR_OK)
		err = api_key_add_apply(&store, &command);
	if (err == ERR_OK)
		err = db_commit(house->db);
	if (err != ERR_OK) {
		db_rollback(house->db);
		if (err == ERR_NOT_FOUND)
			return call_fail(call, EX_NOUSER,
			                 "there is no account of that address; it must register "
			                 "first, or leave --account out");
		return call_failed(call, err, "no key was made");
	}
	if (call_given(call, "json"))
		printf("{\"id\":%lld,\"key\":\"%.*s\"}\n", (long long)add.api_key_id,
		       STR_ARG(token));
	else
		printf("%.*s\n", STR_ARG(token));
	return EX_OK;
}

static int key_list(struct call *call, struct house *house)
{
	struct api_key_list_row *rows;
	size_t                   count;
	enum err err = api_key_list(house->db, &house->arena, LIST_MAX, &rows, &count);

	if (err != ERR_OK)
		return call_failed(call, err, "reading the keys");
	for (size_t i = 0; i < count; i++) {
		const struct api_key_list_row *row = &rows[i];
		struct str                     made = rfc3339(&house->arena, row->created_s);

		/* Names are checked when they are made: no quotes, no controls. */
		printf(call_given(call, "json")
		           ? "{\"id\":%lld,\"name\":\"%.*s\",\"created\":\"%.*s\",\"revoked\":%s,"
		             "\"scopes\":\""
		           : "%lld  %.*s  made %.*s%s  ",
		       (long long)row->id, STR_ARG(row->name), STR_ARG(made),
		       call_given(call, "json") ? (row->revoked_s != 0 ? "true" : "false")
		                                : (row->revoked_s != 0 ? "  REVOKED" : ""));
		scopes_print(row->scopes);
		puts(call_given(call, "json") ? "\"}" : "");
	}
	return EX_OK;
}

static int key_revoke(struct call *call, struct house *house, const struct env *env)
{
	int64_t  id, changes = 0;
	int64_t  now_s = env->clock.now_ms(env->clock.ctx) / 1000;
	enum err err;

	if (!str_to_int64(call->operand[1], &id))
		return call_fail(call, EX_USAGE,
		                 "say the key's number, as keepline key list shows it");
	err = api_key_end(house->db, id, now_s, &changes);
	if (err != ERR_OK)
		return call_failed(call, err, "the key was not revoked");
	if (changes == 0)
		return call_fail(call, EX_DATAERR, "there is no key %lld that still works",
		                 (long long)id);
	printf(call_given(call, "json") ? "{\"id\":%lld,\"revoked\":true}\n"
	                                : "key %lld is revoked\n",
	       (long long)id);
	return EX_OK;
}

static int name_check(struct call *call, struct str *ret)
{
	struct str name = str_from(call_option(call, "name"));

	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] < ' ' || name.ptr[i] > '~' || name.ptr[i] == '"' ||
		    name.ptr[i] == '\\')
			name.len = 0;
	}
	if (name.len == 0 || name.len > NAME_MAX_BYTES)
		return call_fail(call, EX_USAGE,
		                 "--name says what the key is for: 1 to %d plain ASCII characters",
		                 NAME_MAX_BYTES);
	*ret = name;
	return EX_OK;
}

static int scopes_parse(struct call *call, uint32_t *ret)
{
	struct str rest = str_from(call_option(call, "scope")), word;
	uint32_t   scopes = 0;
	bool       more = rest.len > 0;

	while (more) {
		size_t scope = 0;

		more = str_cut(rest, ',', &word, &rest);
		while (scope < SCOPE_COUNT && !str_eq(scope_names[scope], str_trim(word)))
			scope++;
		if (scope == SCOPE_COUNT)
			return call_fail(
			    call, EX_USAGE,
			    "there is no scope \"%.*s\"; use orders:write, orders:read, "
			    "lines:read, with commas between",
			    STR_ARG(str_take(word, 40)));
		scopes |= 1u << scope;
	}
	if (scopes == 0)
		return call_fail(call, EX_USAGE,
		                 "--scope says what the key may do: orders:write, "
		                 "orders:read, lines:read, with commas between");
	*ret = scopes;
	return EX_OK;
}

/* The account of the address; without one, an account that only keys of this
 * name have: no address, no password, nobody can log in to it. */
static enum err account_find(struct call *call, struct store *store, struct str name, int64_t *ret)
{
	const char                 *typed = call_option(call, "account");
	struct account_by_email_row row;
	struct str                  email, blind;
	enum err                    err;

	if (typed != NULL) {
		if (!account_email_fold(store->arena, str_from(typed), &email))
			return ERR_NOT_FOUND;
		blind = account_blind(store->arena, &store->keys->blind, email);
	} else {
		blind = account_blind(store->arena, &store->keys->blind,
		                      arena_printf(store->arena, "key:%.*s", STR_ARG(name)));
	}
	err = account_by_email(store->db, store->arena, blind, &row);
	if (err == ERR_OK)
		*ret = row.id;
	if (err != ERR_NOT_FOUND || typed != NULL)
		return err;
	err = account_insert(store->db, blind, STR(""), STR(""), ROLE_MEMBER, STR("en"),
	                     store->now_ms / 1000);
	if (err == ERR_OK)
		*ret = db_last_id(store->db);
	return err;
}

static void scopes_print(int64_t scopes)
{
	bool first = true;

	for (size_t i = 0; i < SCOPE_COUNT; i++) {
		if ((scopes >> i & 1) == 0)
			continue;
		printf("%s%.*s", first ? "" : ",", STR_ARG(scope_names[i]));
		first = false;
	}
}
