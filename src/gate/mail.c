/*
 * mail.c - see mail.h.
 */
#include "gate/mail.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"

enum { ID_LEN_MAX = 64, LOCAL_LEN_MAX = 64, NAME_LEN_MAX = 200, LANGUAGE_LEN_MAX = 35 };
enum { BASE64_LINE = 76 };    /* RFC 2045 6.8 */
enum { WORD_BYTES_MAX = 39 }; /* "Subject: =?UTF-8?B?" + 52 of base64 + "?=" < 76, RFC 2047 2 */
enum { MESSAGE_MAX = 4 * MAIL_TEXT_MAX };

static bool id_valid(struct str id, size_t max);
static void words_put(struct buf *out, struct arena *arena, struct str text);
static void date_put(struct buf *out, int64_t date_s);
static bool part_put(struct buf *out, struct arena *arena, const char *type, struct str text);

static bool alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Atoms between single dots; `marks` are the characters allowed besides letters and digits. */
static bool dotted(struct str s, size_t max, struct str marks)
{
	bool dot = true; /* a dot may not stand first, last, or twice */

	for (size_t i = 0; i < s.len; i++) {
		struct str c = { .ptr = s.ptr + i, .len = 1 };

		if (s.ptr[i] == '.' ? dot : !alnum(s.ptr[i]) && str_find(marks, c) < 0)
			return false;
		dot = s.ptr[i] == '.';
	}
	return s.len > 0 && s.len <= max && !dot;
}

bool mail_address_valid(struct str address)
{
	struct str local, domain;

	if (address.len > MAIL_ADDRESS_MAX || !str_cut(address, '@', &local, &domain))
		return false;
	return dotted(local, LOCAL_LEN_MAX, STR("!#$%&'*+-/=?^_`{|}~")) &&
	       dotted(domain, MAIL_ADDRESS_MAX, STR("-"));
}

bool mail_from_parse(struct str from, struct str *ret_name, struct str *ret_address)
{
	struct str name, address, rest;

	if (!str_cut(from, '<', &name, &address)) {
		name = STR("");
		address = str_trim(from);
	} else if (!str_cut(address, '>', &address, &rest) || str_trim(rest).len > 0) {
		return false;
	}
	if (!mail_address_valid(address) || name.len > NAME_LEN_MAX)
		return false;
	name = str_trim(name);
	if (name.len >= 2 && str_starts(name, STR("\"")) && str_ends(name, STR("\"")))
		name = str_take(str_skip(name, 1), name.len - 2);
	*ret_name = name;
	*ret_address = address;
	return true;
}

static void header_put(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, "%s: %.*s\r\n", name, STR_ARG(value));
}

/* From, To, Subject, Date, Message-ID and what keeps auto-responders quiet. */
static void head_put(struct buf *out, struct arena *arena, const struct mail *mail, struct str name,
                     struct str address)
{
	struct str local, domain;

	str_cut(address, '@', &local, &domain);
	buf_add(out, STR("From: "));
	words_put(out, arena, name);
	buf_printf(out, "%s<%.*s>\r\n", name.len > 0 ? " " : "", STR_ARG(address));
	buf_printf(out, "To: <%.*s>\r\n", STR_ARG(mail->to));
	buf_add(out, STR("Subject: "));
	words_put(out, arena, mail->subject);
	buf_add(out, STR("\r\nDate: "));
	date_put(out, mail->date_s);
	buf_printf(out, "\r\nMessage-ID: <%.*s@%.*s>\r\n", STR_ARG(mail->notice_id),
	           STR_ARG(domain));
	buf_add(out, STR("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"));
	if (mail->language.len > 0)
		header_put(out, "Content-Language", mail->language);
}

bool mail_message(struct arena *arena, const struct mail *mail, struct str *ret)
{
	struct str    name, address, boundary;
	struct digest digest;
	struct buf    out;
	bool          fits;

	if (!mail_from_parse(mail->from, &name, &address) || !mail_address_valid(mail->to) ||
	    !id_valid(mail->notice_id, ID_LEN_MAX) || mail->subject.len > MAIL_SUBJECT_MAX ||
	    (mail->language.len > 0 && !id_valid(mail->language, LANGUAGE_LEN_MAX)) ||
	    mail->text.len > MAIL_TEXT_MAX || mail->html.len > MAIL_TEXT_MAX || mail->date_s < 0)
		return false;
	buf_init(&out, arena, MESSAGE_MAX);
	head_put(&out, arena, mail, name, address);
	if (mail->html.len == 0) {
		fits = part_put(&out, arena, "text/plain", mail->text);
	} else {
		/* Base64 never holds a line that begins with "--": the boundary cannot occur. */
		sha256(mail->notice_id, &digest);
		boundary = hex_encode(arena,
		                      (struct str){ .ptr = (const char *)digest.byte, .len = 12 });
		buf_printf(&out,
		           "Content-Type: multipart/alternative; boundary=\"%.*s\"\r\n"
		           "\r\n--%.*s\r\n",
		           STR_ARG(boundary), STR_ARG(boundary));
		fits = part_put(&out, arena, "text/plain", mail->text);
		buf_printf(&out, "--%.*s\r\n", STR_ARG(boundary));
		fits = part_put(&out, arena, "text/html", mail->html) && fits;
		buf_printf(&out, "--%.*s--\r\n", STR_ARG(boundary));
	}
	if (!fits || out.full || arena->failed)
		return false;
	*ret = buf_str(&out);
	return true;
}

bool mail_call(struct arena *arena, const struct mail *mail, struct str smtp_url,
               int32_t deadline_ms, struct net_call *ret)
{
	struct str *headers = ARENA_ARRAY(arena, struct str, 2);
	struct str  message, name, address;

	if (headers == NULL || !mail_message(arena, mail, &message) ||
	    !mail_from_parse(mail->from, &name, &address))
		return false;
	headers[0] = arena_printf(arena, "Mail-From: %.*s", STR_ARG(address));
	headers[1] = arena_printf(arena, "Mail-To: %.*s", STR_ARG(mail->to));
	if (arena->failed)
		return false;
	*ret = (struct net_call){
		.method = STR("SMTP"),
		.url = smtp_url,
		.body = message,
		.headers = headers,
		.header_count = 2,
		.deadline_ms = deadline_ms,
		.answer_max = 1024,
		.arena = arena,
	};
	return true;
}

enum mail_outcome mail_outcome(const struct net_call *call)
{
	/* RFC 4954 6: authentication required, too weak, failed, or only over TLS. */
	static const int32_t ours[] = { 530, 534, 535, 538 };

	if (call->result != NET_ANSWER)
		return MAIL_RETRY;
	if (call->status >= 200 && call->status < 300)
		return MAIL_SENT;
	for (size_t i = 0; i < COUNT_OF(ours); i++)
		if (call->status == ours[i])
			return MAIL_CONFIG;
	return call->status >= 500 && call->status < 600 ? MAIL_REFUSED : MAIL_RETRY;
}

static bool id_valid(struct str id, size_t max)
{
	for (size_t i = 0; i < id.len; i++)
		if (!alnum(id.ptr[i]) && id.ptr[i] != '-' && id.ptr[i] != '_')
			return false;
	return id.len > 0 && id.len <= max;
}

/* RFC 2047: words of base64 that never cut a character.  Controls become blanks. */
static void words_put(struct buf *out, struct arena *arena, struct str text)
{
	while (text.len > 0) {
		char       bytes[WORD_BYTES_MAX];
		char      *at = bytes;
		struct str word, rest = text;

		while (rest.len > 0 && at - bytes <= WORD_BYTES_MAX - 4) {
			int32_t c = utf8_next(&rest);

			utf8_put(&at, c < ' ' || (c >= 127 && c < 160) ? ' ' : c);
		}
		word = base64_encode(arena,
		                     (struct str){ .ptr = bytes, .len = (size_t)(at - bytes) });
		/* Folded between words; the blank between two encoded words is not shown. */
		buf_printf(out, "=?UTF-8?B?%.*s?=%s", STR_ARG(word), rest.len > 0 ? "\r\n " : "");
		text = rest;
	}
}

/* RFC 5322 3.3, in UTC. */
static void date_put(struct buf *out, int64_t date_s)
{
	static const char days[][4] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil      civil = civil_from_s(date_s, 0);

	buf_printf(out, "%s, %d %s %d %02d:%02d:%02d +0000", days[date_s / 86400 % 7], civil.day,
	           months[civil.month - 1], civil.year, civil.hour, civil.minute, civil.second);
}

/* Lines of a text end in CRLF before they are encoded (RFC 2045 6.8). */
static struct str crlf(struct arena *arena, struct str text)
{
	struct buf lines;

	buf_init(&lines, arena, 2 * text.len + 2);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\r')
			continue;
		if (text.ptr[i] == '\n')
			buf_add_char(&lines, '\r');
		buf_add_char(&lines, text.ptr[i]);
	}
	return buf_str(&lines);
}

/* One body with its headers.  False: not UTF-8. */
static bool part_put(struct buf *out, struct arena *arena, const char *type, struct str text)
{
	struct str body = base64_encode(arena, crlf(arena, text));

	buf_printf(out,
	           "Content-Type: %s; charset=utf-8\r\n"
	           "Content-Transfer-Encoding: base64\r\n\r\n",
	           type);
	while (body.len > 0) {
		buf_add(out, str_take(body, BASE64_LINE));
		buf_add(out, STR("\r\n"));
		body = str_skip(body, BASE64_LINE);
	}
	return utf8_valid(text);
}
