/*
 * ipa.c - see ipa.h.
 */
#include "gate/ipa.h"

#include "base/str.h"

enum { IPA_HEADER = 3, IPA_OSMO = 0xEE, IPA_CTRL = 0x00 };

bool ipa_frame(struct buf *out, struct str text)
{
	size_t len = text.len + 1; /* the extension byte counts */

	if (text.len > IPA_TEXT_MAX)
		return false;
	buf_add_char(out, (char)(unsigned char)(len >> 8));
	buf_add_char(out, (char)(unsigned char)(len & 0xFF));
	buf_add_char(out, (char)(unsigned char)IPA_OSMO);
	buf_add_char(out, IPA_CTRL);
	buf_add(out, text);
	return true;
}

enum ipa_result ipa_take(struct str *bytes, struct str *ret_text)
{
	const unsigned char *head = (const unsigned char *)bytes->ptr;
	struct str           payload;
	size_t               len;

	if (bytes->len < IPA_HEADER)
		return IPA_MORE;
	len = (size_t)head[0] << 8 | head[1];
	if (len == 0)
		return IPA_BAD;
	if (bytes->len < IPA_HEADER + len)
		return IPA_MORE;
	payload = str_take(str_skip(*bytes, IPA_HEADER), len);
	*bytes = str_skip(*bytes, IPA_HEADER + len);
	if (head[2] != IPA_OSMO || payload.ptr[0] != IPA_CTRL)
		return IPA_OTHER;
	*ret_text = str_skip(payload, 1);
	return IPA_TEXT;
}
