/*
 * smtp.c - see smtp.h.
 */
#include "gate/smtp.h"

#include <string.h>

#include "base/str.h"

/* What was said last, and so what the next reply answers. */
enum { STEP_MAIL, STEP_RCPT, STEP_DATA, STEP_MESSAGE };

static bool             address_clean(struct str address);
static bool             reply_take(struct smtp *smtp, bool *ret_bad);
static enum smtp_result reply_judge(struct smtp *smtp, struct buf *out);
static void             message_put(struct buf *out, struct str message);

bool smtp_begin(struct smtp *smtp, struct str from, const struct str *to, size_t to_count,
                struct str message, struct buf *out)
{
	if (!address_clean(from) || to_count == 0 || to_count > SMTP_TO_MAX)
		return false;
	*smtp = (struct smtp){ .from = from, .to_count = to_count, .message = message };
	for (size_t i = 0; i < to_count; i++) {
		if (!address_clean(to[i]))
			return false;
		smtp->to[i] = to[i];
	}
	buf_printf(out, "MAIL FROM:<%.*s>\r\n", STR_ARG(from));
	return true;
}

enum smtp_result smtp_feed(struct smtp *smtp, struct str bytes, struct buf *out)
{
	enum smtp_result result = SMTP_MORE;
	bool             bad = false;

	if (bytes.len > sizeof(smtp->in) - smtp->in_len)
		return SMTP_BAD;
	if (bytes.len > 0)
		memcpy(smtp->in + smtp->in_len, bytes.ptr, bytes.len);
	smtp->in_len += bytes.len;
	if (reply_take(smtp, &bad))
		result = reply_judge(smtp, out);
	return bad || out->full ? SMTP_BAD : result;
}

static bool address_clean(struct str address)
{
	for (size_t i = 0; i < address.len; i++) {
		unsigned char c = (unsigned char)address.ptr[i];

		if (c <= ' ' || c >= 127 || c == '<' || c == '>')
			return false;
	}
	return address.len > 0;
}

/* "250-first", "250 last": the whole reply must be there, and nothing after it, since we never
 * say two things at once. */
static bool reply_take(struct smtp *smtp, bool *ret_bad)
{
	struct str rest = { .ptr = smtp->in, .len = smtp->in_len }, line;
	bool       last = false;

	while (!last && str_cut(rest, '\n', &line, &rest)) {
		line = str_trim(line);
		for (size_t i = 0; i < 3; i++)
			if (i >= line.len || line.ptr[i] < '0' || line.ptr[i] > '9')
				*ret_bad = true;
		if (*ret_bad)
			return false;
		last = line.len == 3 || line.ptr[3] == ' ';
		*ret_bad = !last && line.ptr[3] != '-';
		smtp->code = (line.ptr[0] - '0') * 100 + (line.ptr[1] - '0') * 10 +
		             (line.ptr[2] - '0');
		smtp->reply = line;
	}
	if (!last || *ret_bad)
		return false;
	*ret_bad = rest.len > 0;
	smtp->in_len = 0;
	return !*ret_bad;
}

static void recipient_put(struct smtp *smtp, struct buf *out)
{
	smtp->step = STEP_RCPT;
	buf_printf(out, "RCPT TO:<%.*s>\r\n", STR_ARG(smtp->to[smtp->to_next]));
	smtp->to_next++;
}

static enum smtp_result reply_judge(struct smtp *smtp, struct buf *out)
{
	bool data = smtp->step == STEP_DATA;

	if (smtp->code >= 400)
		return SMTP_DONE;
	if (data ? smtp->code != 354 : smtp->code / 100 != 2)
		return SMTP_BAD;
	if (smtp->step == STEP_MESSAGE)
		return SMTP_DONE;
	if (data) {
		message_put(out, smtp->message);
		smtp->step = STEP_MESSAGE;
		smtp->end = out->len;
	} else if (smtp->to_next < smtp->to_count) {
		recipient_put(smtp, out);
	} else {
		smtp->step = STEP_DATA;
		buf_add(out, STR("DATA\r\n"));
	}
	return SMTP_MORE;
}

/* Lines that begin with a dot get another (RFC 5321 4.5.2); bare line feeds get their CR. */
static void message_put(struct buf *out, struct str message)
{
	while (message.len > 0) {
		struct str line;

		str_cut(message, '\n', &line, &message);
		if (str_ends(line, STR("\r")))
			line.len--;
		if (str_starts(line, STR(".")))
			buf_add_char(out, '.');
		buf_add(out, line);
		buf_add(out, STR("\r\n"));
	}
	buf_add(out, STR(".\r\n"));
}
