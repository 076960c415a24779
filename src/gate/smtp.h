/*
 * smtp.h - the part of an SMTP dialogue that hands over one message: MAIL,
 * RCPT, DATA, the message, its end (RFC 5321).  Greeting, EHLO, STARTTLS and
 * login come before and are libcurl's (smtp_client.h).
 *
 * Pure: bytes in, bytes out.  What the server says is hostile until parsed.
 */
#pragma once
#include "base/buf.h"

#define SMTP_TO_MAX    8    /* recipients of one message */
#define SMTP_REPLY_MAX 4096 /* bytes of one reply, all its lines */

enum smtp_result {
	SMTP_MORE, /* send what was added to `out`, then feed what comes back */
	SMTP_DONE, /* `code` and `reply` are the server's last word: 250, or a no */
	SMTP_BAD   /* not SMTP, or more than a reply may hold */
};

/* One message on its way. */
struct smtp {
	struct str from, to[SMTP_TO_MAX];
	size_t     to_count;
	struct str message; /* CRLF lines */
	int        step;
	size_t     to_next;
	char       in[SMTP_REPLY_MAX];
	size_t     in_len;
	int32_t    code;
	struct str reply; /* the last line of the reply, borrowed from `in` */
	size_t     end;   /* once the message was added: bytes of `out` with its end; else 0 */
};

/* Begin: adds MAIL FROM to `out`.  from, to, message are borrowed until the end.  False: no
 * recipient or too many, an address with '<', '>', blanks or controls. */
bool smtp_begin(struct smtp *smtp, struct str from, const struct str *to, size_t to_count,
                struct str message, struct buf *out);

/* Take what the server sent; add what is to be sent to `out`. */
enum smtp_result smtp_feed(struct smtp *smtp, struct str bytes, struct buf *out);
