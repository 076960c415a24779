/*
 * mail_test.c - MIME vectors: the whole message, byte by byte; what cannot be
 * injected; and that a retry is the same message.  The SMTP server is
 * smtp_test.c's.
 */
#include "test.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/utf8.h"
#include "gate/mail.h"

/* 24 hexadecimal digits of SHA-256("ntc-42") */
#define B "ee59d0ea78c1a4bedb411934"

static struct mail sample(void)
{
	return (struct mail){ .from = STR("Keepline <no-reply@keepline.test>"),
		              .to = STR("user@example.com"),
		              .subject = STR("到期提醒"),
		              .text = STR("保号至 2027-05-20\n.\nend\n"),
		              .notice_id = STR("ntc-42"),
		              .language = STR("zh-Hans"),
		              .date_s = 1790000000 };
}

static void a_text_mail_byte_by_byte(void **state)
{
	struct mail  mail = sample();
	struct arena arena;
	struct str   message;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_true(mail_message(&arena, &mail, &message));
	assert_str(message, "From: =?UTF-8?B?S2VlcGxpbmU=?= <no-reply@keepline.test>\r\n"
	                    "To: <user@example.com>\r\n"
	                    "Subject: =?UTF-8?B?5Yiw5pyf5o+Q6YaS?=\r\n"
	                    "Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n"
	                    "Message-ID: <ntc-42@keepline.test>\r\n"
	                    "Auto-Submitted: auto-generated\r\n"
	                    "MIME-Version: 1.0\r\n"
	                    "Content-Language: zh-Hans\r\n"
	                    "Content-Type: text/plain; charset=utf-8\r\n"
	                    "Content-Transfer-Encoding: base64\r\n"
	                    "\r\n"
	                    "5L+d5Y+36IezIDIwMjctMDUtMjANCi4NCmVuZA0K\r\n");
	arena_free(&arena);
}

static void a_mail_of_two_parts(void **state)
{
	struct mail  mail = sample();
	struct arena arena;
	struct str   message, again;

	(void)state;
	arena_init(&arena, 1 << 20);
	mail.from = STR("no-reply@keepline.test");
	mail.html = STR("<p>保号</p>\r\n");
	mail.language = STR("");
	assert_true(mail_message(&arena, &mail, &message));
	assert_true(str_starts(message, STR("From: <no-reply@keepline.test>\r\n")));
	assert_true(str_find(message, STR("\r\nContent-Type: multipart/alternative; "
	                                  "boundary=\"" B "\"\r\n\r\n--" B "\r\nContent-Type: text/"
	                                  "plain; charset=utf-8\r\n")) > 0);
	assert_true(str_find(message, STR("\r\n--" B "\r\nContent-Type: text/html; charset=utf-8"
	                                  "\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	                                  "PHA+5L+d5Y+3PC9wPg0K\r\n--" B "--\r\n")) > 0);
	assert_true(mail_message(&arena, &mail, &again));
	assert_true(str_eq(message, again)); /* a retry is the same message */
	mail.notice_id = STR("ntc-43");
	assert_true(mail_message(&arena, &mail, &again));
	assert_false(str_eq(message, again));
	arena_free(&arena);
}

/* Undo RFC 2047 and the folding. */
static struct str subject_of(struct arena *arena, struct str message)
{
	struct str rest = str_skip(message, (size_t)str_find(message, STR("Subject: ")) + 9);
	struct str line, word, bytes;
	struct buf text;

	buf_init(&text, arena, 4096);
	do {
		str_cut(rest, '\n', &line, &rest);
		line = str_trim(line);
		assert_true(line.len <= 75 - 9); /* "Subject: " stands before the first */
		assert_true(str_starts(line, STR("=?UTF-8?B?")));
		assert_true(str_ends(line, STR("?=")));
		word = str_take(str_skip(line, 10), line.len - 12);
		assert_true(base64_decode(arena, word, &bytes));
		assert_true(utf8_valid(bytes)); /* no character is cut */
		buf_add(&text, bytes);
	} while (str_starts(rest, STR(" ")));
	return buf_str(&text);
}

static void long_subjects_are_folded_between_characters(void **state)
{
	static const char *const subjects[] = {
		"a",
		"保",
		"您的号码 090-1234-5678 将于 2027-05-20 到期，请在此之前充值以保留号码",
		"𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷 x",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa保aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	struct mail  mail = sample();
	struct arena arena;
	struct str   message;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT_OF(subjects); i++) {
		mail.subject = str_from(subjects[i]);
		assert_true(mail_message(&arena, &mail, &message));
		assert_str(subject_of(&arena, message), subjects[i]);
	}
	arena_free(&arena);
}

/* A line of the head begins with one of our own names, or a blank. */
static void assert_head_is_ours(struct str message)
{
	static const char *const names[] = { "From: ",
		                             "To: ",
		                             "Subject: ",
		                             "Date: ",
		                             "Message-ID: ",
		                             "Auto-Submitted: ",
		                             "MIME-Version: ",
		                             "Content-Language: ",
		                             "Content-Type: ",
		                             "Content-Transfer-Encoding: ",
		                             " " };
	struct str               rest = message, line;
	size_t                   lines = 0;

	while (str_cut(rest, '\n', &line, &rest) && !str_eq(line, STR("\r"))) {
		bool ours = false;

		assert_true(str_ends(line, STR("\r")));
		for (size_t i = 0; i < COUNT_OF(names); i++)
			ours = ours || str_starts(line, str_from(names[i]));
		assert_true(ours);
		assert_true(++lines < 40);
	}
}

static void nothing_can_be_injected(void **state)
{
	static const char *const evil[] = {
		"x\r\nBcc: all@example.com",
		"x\nBcc: a@b",
		"x\rBcc: a@b",
		"?=\r\n\r\nbody",
		"=?UTF-8?Q?x?=",
		"\x01\x7f\xc2\x85\xe2\x80\xa8",
		"\xff\xfe\r\n.",
	};
	struct mail  mail = sample();
	struct arena arena;
	struct str   message;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT_OF(evil); i++) {
		mail = sample();
		mail.subject = str_from(evil[i]);
		assert_true(mail_message(&arena, &mail, &message));
		assert_head_is_ours(message);
		assert_int_equal(str_find(subject_of(&arena, message), STR("\r")), -1);
		assert_int_equal(str_find(subject_of(&arena, message), STR("\n")), -1);
		mail.from = arena_printf(&arena, "%s <a@b.example>", evil[i]);
		assert_true(mail_message(&arena, &mail, &message));
		assert_head_is_ours(message);
		mail = sample();
		mail.to = str_from(evil[i]);
		assert_false(mail_message(&arena, &mail, &message));
		mail = sample();
		mail.notice_id = str_from(evil[i]);
		assert_false(mail_message(&arena, &mail, &message));
		mail = sample();
		mail.language = str_from(evil[i]);
		assert_false(mail_message(&arena, &mail, &message));
	}
	mail = sample();
	mail.text = STR("\xff not UTF-8");
	assert_false(mail_message(&arena, &mail, &message));
	arena_free(&arena);
}

static void addresses(void **state)
{
	static const char *const good[] = { "a@b", "no-reply@localhost", "a.b+c@example.com",
		                            "o'brien@example.co.jp",
		                            "x_y!#$%&*=?^`{|}~/@d-e.example" };
	static const char *const bad[] = {
		"",
		"@",
		"a@",
		"@b",
		"a",
		"a@b@c",
		"a b@c",
		"a@b c",
		".a@b",
		"a.@b",
		"a..b@c",
		"a@.b",
		"a@b.",
		"a@b..c",
		"<a@b>",
		"a@b>",
		"a@b\r\n",
		"a\n@b",
		"\"a\"@b",
		"a@[127.0.0.1]",
		"\xc3\xa9@b",
		"a@\xc3\xa9",
		"a,b@c",
		"a;b@c",
		"a(x)@b",
		"a\\@b",
		"12345678901234567890123456789012345678901234567890123456789012345@b"
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(mail_address_valid(str_from(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(mail_address_valid(str_from(bad[i])));
	assert_false(mail_address_valid((struct str){ .ptr = "a\0@b", .len = 4 }));
}

static void senders(void **state)
{
	struct str name, address;

	(void)state;
	assert_true(mail_from_parse(STR("Keepline <no-reply@localhost>"), &name, &address));
	assert_str(name, "Keepline");
	assert_str(address, "no-reply@localhost");
	assert_true(mail_from_parse(STR(" a@b "), &name, &address));
	assert_str(name, "");
	assert_str(address, "a@b");
	assert_true(mail_from_parse(STR("\"Keep, line\" <a@b> "), &name, &address));
	assert_str(name, "Keep, line");
	assert_false(mail_from_parse(STR("Keepline"), &name, &address));
	assert_false(mail_from_parse(STR("Keepline <a@b"), &name, &address));
	assert_false(mail_from_parse(STR("Keepline <a@b> x"), &name, &address));
	assert_false(mail_from_parse(STR("<>"), &name, &address));
}

static void the_call_carries_the_envelope(void **state)
{
	struct mail     mail = sample();
	struct net_call call;
	struct arena    arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_true(mail_call(&arena, &mail, STR("smtp://127.0.0.1:2525"), 3000, &call));
	assert_str(call.url, "smtp://127.0.0.1:2525");
	assert_int_equal(call.header_count, 2);
	assert_str(call.headers[0], "Mail-From: no-reply@keepline.test");
	assert_str(call.headers[1], "Mail-To: user@example.com");
	mail.to = STR("nobody");
	assert_false(mail_call(&arena, &mail, STR("smtp://127.0.0.1:2525"), 3000, &call));
	arena_free(&arena);
}

static void outcomes(void **state)
{
	static const struct {
		enum net_result   result;
		int32_t           status;
		enum mail_outcome outcome;
	} cases[] = {
		{ NET_ANSWER, 535, MAIL_CONFIG }, { NET_ANSWER, 530, MAIL_CONFIG },
		{ NET_ANSWER, 250, MAIL_SENT },   { NET_ANSWER, 550, MAIL_REFUSED },
		{ NET_ANSWER, 451, MAIL_RETRY },  { NET_ANSWER, 0, MAIL_RETRY },
		{ NET_ANSWER, 354, MAIL_RETRY },  { NET_ANSWER, 600, MAIL_RETRY },
		{ NET_REFUSED, 0, MAIL_RETRY },   { NET_UNKNOWN, 250, MAIL_RETRY },
		{ NET_UNKNOWN, 550, MAIL_RETRY },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct net_call call = { .result = cases[i].result, .status = cases[i].status };

		assert_int_equal(mail_outcome(&call), cases[i].outcome);
	}
}

static void a_spent_arena_makes_no_half_mail(void **state)
{
	struct mail mail = sample();

	(void)state;
	for (size_t max = 0; max < 20000; max += 512) {
		struct arena arena;
		struct str   message;

		arena_init(&arena, max);
		if (mail_message(&arena, &mail, &message))
			assert_true(str_ends(message, STR("NCmVuZA0K\r\n")));
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_mail_byte_by_byte),
		cmocka_unit_test(a_mail_of_two_parts),
		cmocka_unit_test(long_subjects_are_folded_between_characters),
		cmocka_unit_test(nothing_can_be_injected),
		cmocka_unit_test(addresses),
		cmocka_unit_test(senders),
		cmocka_unit_test(the_call_carries_the_envelope),
		cmocka_unit_test(outcomes),
		cmocka_unit_test(a_spent_arena_makes_no_half_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
