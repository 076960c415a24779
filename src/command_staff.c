/*
 * command_staff.c - keepline staff: another one-time link for a member of staff,
 * when the one of keepline init is used or too old.
 */
#include "core/role.h"
#include "data_dir.h"
#include "store/account_command.h"

#include <stdio.h>

const struct option staff_options[] = {
	{ "data", "DIR", "The data directory." },
	{ "json", NULL, "One JSON object." },
	{ NULL, NULL, NULL },
};

int command_staff(struct call *call)
{
	struct env   env = env_real();
	struct house house;
	int          code = house_open(call, DB_WRITE, &house);
	enum err     err;

	if (code == EX_OK) {
		struct store      store = { .db = house.db,
			                    .env = &env,
			                    .arena = &house.arena,
			                    .now_ms = env.clock.now_ms(env.clock.ctx) };
		struct invite_add add = { .role = ROLE_STAFF,
			                  .expires_s = store.now_ms / 1000 + INVITE_S };
		struct command    command = { .arg = &add };
		struct str token = token_make(&house.arena, &env.rand, STR(""), &add.token_hash);
		struct str url = house.config.text[SETTING_public_url];

		err = invite_add_apply(&store, &command);
		if (err != ERR_OK)
			code = call_failed(call, err, "no link was made");
		else
			printf(call_given(call, "json")
			           ? "{\"staff_link\":\"%.*s/en/desk/welcome/%.*s\"}\n"
			           : "%.*s/en/desk/welcome/%.*s\n",
			       STR_ARG(url), STR_ARG(token));
	}
	house_close(&house);
	return code;
}
