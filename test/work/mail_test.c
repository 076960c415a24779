/*
 * mail_test.c - notices by e-mail: the words, the tries, what ends them, and
 * that they hold up nothing and give nothing away.
 */
#include "test.h"

#include "work/world.h"

#include "base/str.h"
#include "store/account.h"
#include "store/notice_command.h"
#include "store/notice_sql.h"
#include "store/work_sql.h"

#include <sqlite3.h>

#define MINUTE_MS (60 * 1000)

/* Gives the shop's account an address, and the shop a mail server. */
static void mail_open(struct world *world, const char *lang)
{
	struct shop  *shop = &world->shop;
	struct arena *arena = &shop->arena;
	struct str    email = STR("alice@example.com");
	struct str    blind = account_blind(arena, &shop->keys.blind, email);
	struct str    box = account_email_seal(arena, &shop->keys.personal, blind, email);
	struct str    blind_hex = hex_encode(arena, blind), box_hex = hex_encode(arena, box);
	sqlite3      *handle;
	struct str    sql = arena_printf(
	       arena,
	       "update account set email_blind = x'%.*s', email_box = x'%.*s', "
		  "lang = '%s' where id = 1",
	       STR_ARG(blind_hex), STR_ARG(box_hex), lang);

	assert_int_equal(sqlite3_open(shop->path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, arena_cstr(arena, sql), NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
	shop->config.text[SETTING_smtp_url] = STR("smtp://127.0.0.1:2525");
}

static enum err welcome_apply(struct store *store, struct command *command)
{
	return notice_account(store, NOTICE_WELCOME, *(int64_t *)command->arg, 0, 0);
}

static int64_t welcome(struct world *world)
{
	struct account_heads_row account;

	assert_int_equal(shop_run(&world->shop, welcome_apply, &world->shop.account_id), ERR_OK);
	assert_int_equal(account_heads(world->shop.read_db, &world->shop.arena,
	                               world->shop.account_id, &account),
	                 ERR_OK);
	return account.last_notice;
}

static int64_t mail_state_of(struct world *world, int64_t notice_id)
{
	struct notice_get_row notice;

	assert_int_equal(notice_get(world->shop.read_db, notice_id, &notice), ERR_OK);
	return notice.mail;
}

/* The plain text of a seen mail. */
static struct str mail_body(struct world *world, size_t index)
{
	struct arena *arena = &world->shop.arena;
	struct str    part = str_from(world->seen[index]), plain;
	ptrdiff_t     at = str_find(part, STR("Content-Type: text/plain"));
	char         *packed;
	size_t        len = 0;

	assert_true(at > 0);
	part = str_skip(part, (size_t)at);
	at = str_find(part, STR("\r\n\r\n"));
	assert_true(at > 0);
	part = str_skip(part, (size_t)at + 4);
	at = str_find(part, STR("\r\n--"));
	part = str_take(part, at < 0 ? part.len : (size_t)at);
	packed = arena_alloc(arena, part.len + 1);
	for (size_t i = 0; i < part.len; i++)
		if (part.ptr[i] != '\r' && part.ptr[i] != '\n')
			packed[len++] = part.ptr[i];
	assert_true(base64_decode(arena, (struct str){ .ptr = packed, .len = len }, &plain));
	return plain;
}

static void a_notice_goes_out_once(void **state)
{
	struct world           world;
	struct job_of_kind_row job;
	int64_t                id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	mail_open(&world, "en");
	world.http_status = 250;
	id = welcome(&world);
	assert_int_equal(mail_state_of(&world, id), MAIL_DUE);
	world_turn(&world);
	assert_int_equal(world.mail, 1);
	assert_int_equal(mail_state_of(&world, id), MAIL_SENT);
	assert_int_equal(job_of_kind(world.shop.read_db, JOB_MAIL, &job), ERR_NOT_FOUND);
	assert_true(str_find(str_from(world.seen[0]), STR("alice@example.com")) >= 0);
	assert_true(str_find(mail_body(&world, 0), STR("localhost:8080")) >= 0);
	world_run(&world, 60 * MINUTE_MS);
	assert_int_equal(world.mail, 1);
	world_close(&world);
}

static void a_full_mailbox_is_tried_again_with_the_same_message(void **state)
{
	struct world world;
	int64_t      id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	mail_open(&world, "ja");
	world.http_status = 451;
	id = welcome(&world);
	world_run(&world, MINUTE_MS);
	assert_int_equal(world.mail, 3); /* at once, 10 s, 30 s */
	world.http_status = 0;           /* nobody listens */
	world_run(&world, MINUTE_MS);
	assert_int_equal(world.mail, 4);
	world.http_status = 250;
	world_run(&world, 10 * MINUTE_MS);
	assert_int_equal(world.mail, 5);
	assert_string_equal(world.seen[0], world.seen[4]); /* Message-ID and all */
	assert_int_equal(mail_state_of(&world, id), MAIL_SENT);
	world_close(&world);
}

static void what_the_server_never_takes_ends(void **state)
{
	struct world world;
	int64_t      id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	mail_open(&world, "en");
	world.http_status = 550;
	id = welcome(&world);
	world_turn(&world);
	assert_int_equal(mail_state_of(&world, id), MAIL_REFUSED);
	/* No address any more, no server any more: ended as well, nothing is sent. */
	id = welcome(&world);
	world.shop.config.text[SETTING_smtp_url] = STR("");
	world_turn(&world);
	assert_int_equal(world.mail, 1);
	assert_int_equal(mail_state_of(&world, id), MAIL_REFUSED);
	world_close(&world);
}

/* An order that names an address is told of there, and only of that order. */
static void an_order_may_name_its_own_address(void **state)
{
	struct world         world;
	struct shop         *shop = &world.shop;
	int64_t              id;
	struct order_placing placing = { .account_id = 1 };

	(void)state;
	world_open(&world, &carrier_sandbox);
	shop->config.text[SETTING_smtp_url] = STR("smtp://127.0.0.1:2525");
	world.http_status = 250;
	id = shop_quote(shop, shop->line_id, "keep-180", CURRENCY_CNY);
	placing.order_id = id; /* the account itself has no address */
	placing.notify_box = account_notify_seal(&shop->arena, &shop->keys.personal, id,
	                                         STR("bob@example.org"));
	assert_int_equal(shop_run(shop, order_placing_apply, &placing), ERR_OK);
	shop_happen(shop, id, ORDER_EVENT_PAY_SUCCEEDED);
	world_turn(&world);
	assert_int_equal(world_state(&world, id), ORDER_ACTIVE);
	assert_int_equal(world.mail, 1);
	assert_true(str_find(str_from(world.seen[0]), STR("bob@example.org")) >= 0);
	(void)welcome(&world);
	world_turn(&world);
	assert_int_equal(world.mail, 1);
	world_close(&world);
}

/* A silent mail server takes its own places and no others. */
static void a_hanging_mail_server_holds_up_no_delivery(void **state)
{
	struct world world;
	int64_t      id;

	(void)state;
	world_open(&world, &carrier_sandbox);
	mail_open(&world, "en");
	for (int i = 0; i < 40; i++)
		(void)welcome(&world);
	world.hold = true;
	world_turn(&world);
	assert_int_equal(work_figures(world.work).errands, 16);
	world.shop.now_ms += 1000;
	id = world_paid(&world);
	world_turn(&world);
	world.hold = false;
	world.http_status = 250;
	world_turn(&world);
	assert_int_equal(world_state(&world, id), ORDER_ACTIVE);
	assert_true(world.mail >= 40);
	world_close(&world);
}

/* An order's mails in each language: masked number, amount, no digit run that
 * could be an IMSI or a telephone number. */
static void the_words_tell_no_full_number(void **state)
{
	static const char *const langs[] = { "en", "zh-Hans", "zh-Hant", "ja", "xx" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(langs); i++) {
		struct world world;

		world_open(&world, &carrier_sandbox);
		mail_open(&world, langs[i]);
		world.http_status = 250;
		(void)world_paid(&world);
		world_turn(&world);
		assert_int_equal(world.mail, 1);
		for (size_t m = 0; m < world.seen_count; m++) {
			struct str text = mail_body(&world, m);
			size_t     run = 0;

			assert_true(text.len > 50);
			for (size_t c = 0; c < text.len; c++) {
				run = text.ptr[c] >= '0' && text.ptr[c] <= '9' ? run + 1 : 0;
				assert_true(run < 7);
			}
		}
		world_close(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notice_goes_out_once),
		cmocka_unit_test(a_full_mailbox_is_tried_again_with_the_same_message),
		cmocka_unit_test(what_the_server_never_takes_ends),
		cmocka_unit_test(an_order_may_name_its_own_address),
		cmocka_unit_test(a_hanging_mail_server_holds_up_no_delivery),
		cmocka_unit_test(the_words_tell_no_full_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
