/*
 * smtp_fuzz.c - an SMTP server's replies, however cut into pieces; and mails
 * made of anything: no header but ours ever comes out.
 *
 * rooms: base gate
 */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "gate/mail.h"
#include "gate/smtp.h"

/* Nothing is said before it is asked for, and the message only after 354. */
static void replies(struct arena *arena, struct str bytes, size_t piece)
{
	struct str       to[] = { STR("a@b"), STR("c@d") };
	struct smtp     *smtp = ARENA_NEW(arena, struct smtp);
	enum smtp_result result = SMTP_MORE;
	struct buf       out;

	buf_init(&out, arena, 4096);
	FUZZ_CHECK(smtp_begin(smtp, STR("e@f"), to, 2, STR("Subject: x\r\n\r\n.\r\n"), &out));
	while (bytes.len > 0 && result == SMTP_MORE) {
		result = smtp_feed(smtp, str_take(bytes, piece), &out);
		bytes = str_skip(bytes, piece);
	}
	FUZZ_CHECK(!out.full);
	if (smtp->end > 0)
		FUZZ_CHECK(str_ends(buf_str(&out), STR("DATA\r\nSubject: x\r\n\r\n..\r\n.\r\n")));
	if (result == SMTP_DONE)
		FUZZ_CHECK(smtp->code >= 400 || (smtp->end > 0 && smtp->code / 100 == 2));
}

static void mails(struct arena *arena, struct str bytes)
{
	static const char *const names[] = { "From: ",
		                             "To: ",
		                             "Subject: ",
		                             "Date: ",
		                             "Message-ID: ",
		                             "Auto-Submitted",
		                             "MIME-Version: ",
		                             "Content-Language: ",
		                             "Content-Type: ",
		                             " ",
		                             "Content-Transfer-Enc",
		                             "\r" };
	struct mail              mail = { .date_s = 1 };
	struct str *parts[] = { &mail.from, &mail.to,   &mail.notice_id, &mail.language,
		                &mail.text, &mail.html, &mail.subject };
	struct str  message, line;

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		str_cut(bytes, '\0', parts[i], &bytes);
	if (!mail_message(arena, &mail, &message))
		return;
	while (str_cut(message, '\n', &line, &message) && !str_eq(line, STR("\r"))) {
		bool ours = false;

		for (size_t i = 0; i < COUNT_OF(names); i++)
			ours = ours || str_starts(line, str_from(names[i]));
		FUZZ_CHECK(ours && str_ends(line, STR("\r")));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   bytes = { .ptr = (const char *)data, .len = size };
	uint8_t      which = fuzz_byte(&bytes);
	struct arena arena;

	arena_init(&arena, 4 << 20);
	if (which % 2 == 0)
		replies(&arena, bytes, (size_t)which / 2 + 1);
	else
		mails(&arena, bytes);
	arena_free(&arena);
	return 0;
}
