/*
 * parts_test.c - the small pure parts of the web: decoding, limits, strictness,
 * passwords, packing, proxies, keys in flight.
 */
#include "house.h"

#include <brotli/decode.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

#include "base/str.h"
#include "store/account.h"
#include "web/flight.h"
#include "web/form.h"
#include "web/json.h"
#include "web/listen.h"
#include "web/pack.h"
#include "web/page.h"
#include "web/password.h"
#include "web/peer.h"
#include "web/route.h"
#include "web/strict.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)64 * 1024 * 1024);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void forms_are_decoded_once(void **state)
{
	struct header pair[4];
	struct str    name;
	size_t        count = 0;

	(void)state;
	assert_int_equal(form_parse(&arena, STR("a=1+2&b=%E4%BD%A0%2B&c&d=%2526"), pair, 4, &count,
	                            &name),
	                 FORM_OK);
	assert_int_equal(count, 4);
	assert_str(pair[0].value, "1 2");
	assert_str(pair[1].value, "你+");
	assert_str(pair[2].value, "");
	assert_str(pair[3].value, "%26");
}

static void damaged_forms_are_refused(void **state)
{
	static const struct {
		const char      *text;
		enum form_result result;
	} cases[] = {
		{ "a=%", FORM_BROKEN },
		{ "a=%4", FORM_BROKEN },
		{ "a=%zz", FORM_BROKEN },
		{ "a=%00", FORM_BROKEN },
		{ "a=%ff", FORM_BROKEN },
		{ "a=%c0%80", FORM_BROKEN },
		{ "%ed%a0%80=a", FORM_BROKEN },
		{ "a=%1b", FORM_BROKEN },
		{ "a=%7f", FORM_BROKEN },
		{ "a=1&a=2", FORM_REPEATED },
		{ "%61=1&a=2", FORM_REPEATED },
		{ "a&b&c&d&e", FORM_MANY },
		{ "", FORM_OK },
		{ "&&&", FORM_OK },
	};
	struct header pair[4];
	struct str    name;
	size_t        count;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(form_parse(&arena, str_from(cases[i].text), pair, 4, &count,
		                            &name),
		                 cases[i].result);
}

static void base64url_has_one_spelling(void **state)
{
	uint8_t bytes[5];

	(void)state;
	assert_str(form_base64url(&arena, STR("\xff\xee\xdd\xcc\xbb")), "_-7dzLs");
	assert_true(form_base64url_decode(STR("_-7dzLs"), bytes, 5));
	assert_memory_equal(bytes, "\xff\xee\xdd\xcc\xbb", 5);
	assert_false(form_base64url_decode(STR("_-7dzLt"), bytes, 5)); /* spare bits set */
	assert_false(form_base64url_decode(STR("_-7dzLs="), bytes, 5));
	assert_false(form_base64url_decode(STR("/+7dzLs"), bytes, 5));
}

static void cookies_are_found(void **state)
{
	struct str header = STR("a=1; __Host-keepline=s.xyz; b=2");

	(void)state;
	assert_str(form_cookie(header, STR("__Host-keepline")), "s.xyz");
	assert_str(form_cookie(header, STR("keepline")), "");
	assert_str(form_cookie(STR("a=1; a=2"), STR("a")), "");
	assert_str(form_cookie(STR(""), STR("a")), "");
}

static void next_stays_inside(void **state)
{
	static const char *const bad[] = { "",        "topup", "//evil.example", "/a//b",
		                           "/\\evil", "/a\nb", "/../x",          "https://a",
		                           "/a b",    "/\x7f", "/\xe4\xbd\xa0" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(page_next(str_from(bad[i])).len, 0);
	assert_str(page_next(STR("/lines/x?y=z")), "/lines/x?y=z");
}

/* A clock that the test moves. */
static int64_t now_ms;

static int64_t test_clock(void *ctx)
{
	(void)ctx;
	return now_ms;
}

static void buckets_fill_again(void **state)
{
	struct env     env = env_real();
	struct limits *limits;
	int64_t        wait_s = 0;

	(void)state;
	env.clock = (struct clock){ test_clock, test_clock, NULL };
	now_ms = 1000;
	limits = limits_open(&arena, &env);
	for (int i = 0; i < 3; i++)
		assert_true(limit_take_of(limits, LIMIT_REQUEST_ADDRESS, 3, STR("a"), &wait_s));
	assert_false(limit_take_of(limits, LIMIT_REQUEST_ADDRESS, 3, STR("a"), &wait_s));
	assert_int_equal(wait_s, 20); /* 3 a minute: one in 20 s */
	assert_true(limit_take_of(limits, LIMIT_REQUEST_ADDRESS, 3, STR("b"), NULL));
	assert_true(limit_take_of(limits, LIMIT_REQUEST_KEY, 3, STR("a"), NULL));
	now_ms += 19999;
	assert_false(limit_take_of(limits, LIMIT_REQUEST_ADDRESS, 3, STR("a"), &wait_s));
	assert_int_equal(wait_s, 1);
	now_ms += 1;
	assert_true(limit_take_of(limits, LIMIT_REQUEST_ADDRESS, 3, STR("a"), &wait_s));
	assert_false(limit_peek(limits, LIMIT_REQUEST_ADDRESS, 3, STR("a"), NULL));
	limit_give(limits, LIMIT_REQUEST_ADDRESS, 3, STR("a"));
	assert_true(limit_peek(limits, LIMIT_REQUEST_ADDRESS, 3, STR("a"), NULL));
	assert_true(limit_take_of(limits, LIMIT_REQUEST_ADDRESS, 3, STR("a"), NULL));
}

/* A flood of new subjects pushes out those whose buckets are nearly full, not
 * the one that is being held back. */
static void a_flood_does_not_forgive(void **state)
{
	struct env     env = env_real();
	struct limits *limits;
	char           name[24];

	(void)state;
	env.clock = (struct clock){ test_clock, test_clock, NULL };
	now_ms = 1000;
	limits = limits_open(&arena, &env);
	while (limit_take(limits, LIMIT_LOGIN_ACCOUNT, STR("victim"), NULL))
		;
	for (int i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "flood-%d", i);
		limit_take(limits, LIMIT_LOGIN_ACCOUNT, str_from(name), NULL);
	}
	assert_false(limit_take(limits, LIMIT_LOGIN_ACCOUNT, STR("victim"), NULL));
}

static void networks_are_cut_out_of_addresses(void **state)
{
	(void)state;
	assert_true(str_eq(limit_network(&arena, STR("203.0.113.9")),
	                   limit_network(&arena, STR("203.0.113.200"))));
	assert_false(str_eq(limit_network(&arena, STR("203.0.113.9")),
	                    limit_network(&arena, STR("203.0.114.9"))));
	assert_true(str_eq(limit_network(&arena, STR("2001:db8:7::1")),
	                   limit_network(&arena, STR("2001:db8:7:8::1"))));
	assert_true(str_eq(limit_visitor(&arena, STR("::ffff:203.0.113.9")),
	                   limit_visitor(&arena, STR("203.0.113.9"))));
	assert_false(str_eq(limit_visitor(&arena, STR("2001:db8:7:8::1")),
	                    limit_visitor(&arena, STR("2001:db8:7:9::1"))));
	assert_true(limit_loopback(STR("127.0.0.1")));
	assert_false(limit_loopback(STR("12.7.0.1")));
}

static void proxies_are_believed_only_when_listed(void **state)
{
	struct str trusted = STR("127.0.0.1, 10.0.0.2");

	(void)state;
	assert_str(peer_behind(STR("203.0.113.9"), STR("1.2.3.4"), trusted), "203.0.113.9");
	assert_str(peer_behind(STR("127.0.0.1"), STR("1.2.3.4"), trusted), "1.2.3.4");
	assert_str(peer_behind(STR("127.0.0.1"), STR("9.9.9.9, 1.2.3.4"), trusted), "1.2.3.4");
	assert_str(peer_behind(STR("127.0.0.1"), STR("1.2.3.4, 10.0.0.2"), trusted), "1.2.3.4");
	assert_str(peer_behind(STR("127.0.0.1"), STR("<script>"), trusted), "127.0.0.1");
	assert_str(peer_behind(STR("127.0.0.1"), STR(""), trusted), "127.0.0.1");
	assert_str(peer_behind(STR("127.0.0.1"), STR("2001:db8::1"), trusted), "2001:db8::1");
}

static void passwords_are_judged(void **state)
{
	static const struct {
		const char           *password;
		enum password_verdict verdict;
	} cases[] = {
		{ "short", PASSWORD_SHORT },
		{ "fourteen chars", PASSWORD_SHORT },
		{ "kettle sparrow autumn 7", PASSWORD_GOOD },
		{ "aaaaaaaaaaaaaaaa", PASSWORD_COMMON },
		{ "abcabcabcabcabcabc", PASSWORD_COMMON },
		{ "123456789012345678", PASSWORD_COMMON },
		{ "password1234567890", PASSWORD_COMMON },
		{ "Password-Qwerty-2026!", PASSWORD_COMMON },
		{ "qwertyuiopasdfghjkl", PASSWORD_COMMON },
		{ "keepline-docomo-2026", PASSWORD_CONTEXT },
		{ "lily.wang@mail.example", PASSWORD_CONTEXT },
		{ "我的手机号码一直都在这里放着呢", PASSWORD_GOOD },
		{ "我的手机号码一直", PASSWORD_SHORT },
		{ "correct horse battery staple", PASSWORD_GOOD },
	};
	static char longest[PASSWORD_MAX + 2];
	uint32_t    noise = 1;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum password_verdict verdict = password_check(&arena, str_from(cases[i].password),
		                                               STR("lily.wang@mail.example"));

		if (verdict != cases[i].verdict) {
			print_error("%s: %d\n", cases[i].password, verdict);
			fail();
		}
	}
	for (size_t i = 0; i <= PASSWORD_MAX; i++) {
		noise = noise * 1103515245 + 12345;
		longest[i] = (char)('a' + (noise >> 16) % 26);
	}
	assert_int_equal(password_check(&arena, str_from(longest), STR("")), PASSWORD_LONG);
	longest[PASSWORD_MAX] = 0;
	assert_int_equal(password_check(&arena, str_from(longest), STR("")), PASSWORD_GOOD);
}

static void passwords_are_hashed_with_the_pepper(void **state)
{
	struct key          pepper = { .byte = { 1 } }, other = { .byte = { 2 } };
	struct password_job make = { .pepper = &pepper, .password = STR("kettle sparrow") };
	struct password_job prove = make;

	(void)state;
	password_work(&make);
	assert_true(make.good);
	assert_memory_equal(make.text, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
	prove.stored = str_from(make.text);
	password_work(&prove);
	assert_true(prove.good);
	assert_false(prove.aged);
	prove.pepper = &other;
	password_work(&prove);
	assert_false(prove.good);
	prove.pepper = &pepper;
	prove.stored = password_nobody();
	password_work(&prove);
	assert_false(prove.good);
}

/* A hash of older, weaker parameters still opens, and is made anew. */
static void old_hashes_are_renewed(void **state)
{
	struct key          pepper = { .byte = { 1 } };
	struct digest       digest;
	char                text[PASSWORD_TEXT_MAX] = { 0 };
	struct password_job prove = { .pepper = &pepper, .password = STR("kettle sparrow") };

	(void)state;
	hmac_sha256(&pepper, prove.password, &digest);
	assert_int_equal(crypto_pwhash_str_alg(text, (const char *)digest.byte, HASH_SIZE, 1,
	                                       8 << 20, crypto_pwhash_ALG_ARGON2ID13),
	                 0);
	prove.stored = str_from(text);
	password_work(&prove);
	assert_true(prove.good);
	assert_true(prove.aged);
	assert_memory_equal(prove.text, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
}

static void addresses_are_folded_hidden_and_opened(void **state)
{
	static const char *const bad[] = { "",         "a",        "a@",        "@b.example",
		                           "a@b",      "a b@c.de", "a@b..de",   "a@-b.de",
		                           "a@b.de@c", ".a@b.de",  "a..b@c.de", "a@b.de\n\nx",
		                           "a@b_c.de" };
	struct key               blind_key = { .byte = { 1 } }, personal = { .byte = { 2 } };
	struct str               email, blind, box, opened;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		if (account_email_fold(&arena, str_from(bad[i]), &email)) {
			print_error("%s\n", bad[i]);
			fail();
		}
	}
	assert_true(account_email_fold(&arena, STR("　Ｌily+x@Mail.Example "), &email));
	assert_str(email, "lily+x@mail.example");
	blind = account_blind(&arena, &blind_key, email);
	assert_int_equal(blind.len, ACCOUNT_BLIND_SIZE);
	box = account_email_seal(&arena, &personal, blind, email);
	assert_true(account_email_open(&arena, &personal, blind, box, &opened));
	assert_str(opened, "lily+x@mail.example");
	assert_false(account_email_open(&arena, &personal, STR("0123456789abcdef"), box, &opened));
}

static void bodies_are_packed_and_open_again(void **state)
{
	struct packer *packer = packer_open(&arena);
	char          *text = arena_alloc(&arena, 60000);
	struct str     body = { text, 60000 }, packed;
	size_t         len = 60001;
	uint8_t       *out = arena_alloc(&arena, len);
	z_stream       stream = { 0 };

	(void)state;
	for (size_t i = 0; i < body.len; i++)
		text[i] = "<li>keepline 0123456789</li>\n"[i % 29];
	for (int pressure = 0; pressure <= 100; pressure += 100) {
		assert_true(pack(packer, &arena, body, PACKING_BROTLI, pressure, &packed));
		assert_true(packed.len < 1000);
		len = 60001;
		assert_int_equal(BrotliDecoderDecompress(packed.len, (const uint8_t *)packed.ptr,
		                                         &len, out),
		                 BROTLI_DECODER_RESULT_SUCCESS);
		assert_int_equal(len, body.len);
		assert_memory_equal(out, body.ptr, len);
	}
	assert_true(pack(packer, &arena, body, PACKING_GZIP, 0, &packed));
	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	stream.next_in = (Bytef *)(uintptr_t)packed.ptr;
	stream.avail_in = (uInt)packed.len;
	stream.next_out = out;
	stream.avail_out = 60001;
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.total_out, body.len);
	inflateEnd(&stream);
	body.len = PACK_MIN - 1;
	assert_false(pack(packer, &arena, body, PACKING_BROTLI, 0, &packed));
}

/* What does not shrink is sent as it is. */
static void noise_is_not_packed(void **state)
{
	struct packer *packer = packer_open(&arena);
	char          *text = arena_alloc(&arena, 20000);
	struct env     env = env_real();
	struct str     packed;

	(void)state;
	env.rand.fill(env.rand.ctx, text, 20000);
	assert_false(pack(packer, &arena, (struct str){ text, 20000 }, PACKING_BROTLI, 0, &packed));
	assert_false(pack(packer, &arena, (struct str){ text, 20000 }, PACKING_GZIP, 0, &packed));
}

static void browsers_choose_the_packing(void **state)
{
	(void)state;
	assert_int_equal(packing_choose(STR("gzip, deflate, br")), PACKING_BROTLI);
	assert_int_equal(packing_choose(STR("GZIP")), PACKING_GZIP);
	assert_int_equal(packing_choose(STR("br;q=0, gzip;q=0.5")), PACKING_GZIP);
	assert_int_equal(packing_choose(STR("br;q=0.000")), PACKING_NONE);
	assert_int_equal(packing_choose(STR("brx, *")), PACKING_NONE);
	assert_int_equal(packing_choose(STR("")), PACKING_NONE);
}

static void keys_fly_once(void **state)
{
	struct flights *flights = flights_open(&arena);

	(void)state;
	assert_true(flight_start(flights, 7));
	assert_false(flight_start(flights, 7));
	assert_true(flight_start(flights, 7 + FLIGHT_SET_COUNT));
	flight_end(flights, 7);
	assert_true(flight_start(flights, 7));
}

static void json_is_escaped(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, &arena, 1000);
	json_text(&buf, STR("a\"b\\c\n\001</script>你\xff"));
	assert_str(buf_str(&buf), "\"a\\\"b\\\\c\\u000a\\u0001</script>你\xef\xbf\xbd\"");
}

static int tasks_done;

static void task_work(struct task *task)
{
	*(int *)task->arg += 1;
}

static void task_done(struct task *task)
{
	(void)task;
	tasks_done++;
}

static void the_pool_takes_so_many_and_no_more(void **state)
{
	static struct task task[POOL_QUEUE_MAX + POOL_THREAD_COUNT + 1];
	struct pool       *pool;
	int                worked = 0;

	(void)state;
	tasks_done = 0;
	assert_int_equal(pool_open(&arena, false, &pool), ERR_OK);
	for (size_t i = 0; i < COUNT_OF(task); i++) {
		task[i] = (struct task){ .work = task_work, .done = task_done, .arg = &worked };
		assert_int_equal(pool_submit(pool, &task[i]),
		                 i + 1 < COUNT_OF(task) ? ERR_OK : ERR_FULL);
	}
	assert_int_equal(pool_settle(pool), COUNT_OF(task) - 1);
	assert_int_equal(worked, COUNT_OF(task) - 1);
	assert_int_equal(tasks_done, worked);
	assert_int_equal(pool_waiting(pool), 0);
	pool_close(pool);
}

static void systemd_is_told(void **state)
{
	char               name[64], heard[64] = "";
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int                fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	socklen_t          len;

	(void)state;
	snprintf(name, sizeof(name), "@keepline-test-%d", (int)getpid());
	memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_systemd("READY=1");
	assert_int_equal(recv(fd, heard, sizeof(heard), MSG_DONTWAIT), 7);
	assert_string_equal(heard, "READY=1");
	unsetenv("NOTIFY_SOCKET");
	notify_systemd("STOPPING=1");
	assert_int_equal(recv(fd, heard, sizeof(heard), MSG_DONTWAIT), -1);
	close(fd);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
}

static void sockets_are_ours_or_passed(void **state)
{
	static const char *const bad[] = {
		"",       "8080",           "127.0.0.1",      "127.0.0.1:",
		"::1:80", "example.com:80", "127.0.0.1:http", "1.2.3.4:99999"
	};
	struct str problem;
	char       text[32];
	int        fd, other;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		problem = (struct str){ 0 };
		if (listen_open(&arena, str_from(bad[i]), &fd, &problem) == ERR_OK)
			print_error("%s was taken\n", bad[i]);
		assert_true(problem.len > 0);
	}
	assert_int_equal(listen_open(&arena, STR("127.0.0.1:0"), &fd, &problem), ERR_OK);
	snprintf(text, sizeof(text), "127.0.0.1:%d", listen_port(fd));
	assert_int_equal(listen_open(&arena, str_from(text), &other, &problem), ERR_BUSY);
	assert_true(str_find(problem, str_from(text)) >= 0);
	close(fd);
	assert_int_equal(listen_passed(0), -1);
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", "1", 1);
	assert_int_equal(listen_passed(0), -1); /* meant for another process */
	snprintf(text, sizeof(text), "%d", (int)getpid());
	setenv("LISTEN_PID", text, 1);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(dup2(fd, 3), 3);
	assert_int_equal(listen_passed(0), 3);
	assert_int_equal(listen_passed(1), -1);
	assert_true(listen_is_loopback(STR("[::1]:80")));
	assert_false(listen_is_loopback(STR("0.0.0.0:80")));
}

/* Every route: a POST proves that it was meant, and patterns do not overlap. */
static void routes_hold_together(void **state)
{
	const struct route *found;
	struct str          part[ROUTE_PART_MAX];
	const char         *allow;

	(void)state;
	for (size_t i = 0; i < route_count(); i++) {
		const struct route *route = route_at(i);

		assert_true(route->method != METHOD_POST ||
		            (route->flags & (ROUTE_CSRF | ROUTE_HOOK)) != 0 ||
		            route->role == ROLE_KEY);
		assert_true(route->role != ROLE_KEY || (route->flags & ROUTE_CSRF) == 0);
		assert_true((route->flags & ROUTE_ONCE) == 0 || route->method == METHOD_POST);
		/* Its own pattern, read as a path, finds it and no row before it. */
		assert_int_equal(route_find(route->method == METHOD_GET ? STR("GET") : STR("POST"),
		                            str_from(route->pattern),
		                            (route->flags & ROUTE_LANG) != 0, part, &found, &allow),
		                 ROUTE_FOUND);
		assert_ptr_equal(found, route);
	}
	assert_int_equal(route_find(STR("PUT"), STR("/login"), true, part, &found, &allow),
	                 ROUTE_METHOD);
	assert_string_equal(allow, "GET, HEAD, POST");
	assert_int_equal(route_find(STR("GET"), STR("/desk/welcome/"), true, part, &found, &allow),
	                 ROUTE_UNKNOWN);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(forms_are_decoded_once),
		TEST(damaged_forms_are_refused),
		TEST(base64url_has_one_spelling),
		TEST(cookies_are_found),
		TEST(next_stays_inside),
		TEST(buckets_fill_again),
		TEST(a_flood_does_not_forgive),
		TEST(networks_are_cut_out_of_addresses),
		TEST(proxies_are_believed_only_when_listed),
		TEST(passwords_are_judged),
		TEST(passwords_are_hashed_with_the_pepper),
		TEST(old_hashes_are_renewed),
		TEST(addresses_are_folded_hidden_and_opened),
		TEST(bodies_are_packed_and_open_again),
		TEST(noise_is_not_packed),
		TEST(browsers_choose_the_packing),
		TEST(keys_fly_once),
		TEST(json_is_escaped),
		TEST(the_pool_takes_so_many_and_no_more),
		TEST(systemd_is_told),
		TEST(sockets_are_ours_or_passed),
		TEST(routes_hold_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
