/*
 * antom_sign.c - see antom_sign.h.
 */
#include "gate/antom_sign.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/time.h"
#include "base/url.h"

enum { FRAME_MAX = 64, PARTS_MAX = 8, TIME_LEN_MAX = 40 };
#define TIME_MAX_MS 253402300799999 /* year 9999 */

static bool signature_of(struct str header, struct arena *arena, struct str *ret);

struct str antom_text(const struct antom_message *message, struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena,
	         FRAME_MAX + message->path.len + message->client.len + message->time.len +
	             message->body.len);
	buf_add(&buf, STR("POST "));
	buf_add(&buf, message->path);
	buf_add_char(&buf, '\n');
	buf_add(&buf, message->client);
	buf_add_char(&buf, '.');
	buf_add(&buf, message->time);
	buf_add_char(&buf, '.');
	buf_add(&buf, message->body);
	return buf.full ? (struct str){ 0 } : buf_str(&buf);
}

bool antom_sign(const struct antom_message *message, const struct rsa_key *key,
                struct str key_version, struct arena *arena, struct str *ret)
{
	struct str text = antom_text(message, arena), base64, value;

	if (text.len == 0 || !rsa_sign_sha256_base64(key, text, arena, &base64))
		return false;
	value = arena_printf(arena, "algorithm=RSA256,keyVersion=%.*s,signature=%.*s",
	                     STR_ARG(key_version), STR_ARG(url_encode(arena, base64)));
	if (value.len <= base64.len)
		return false;
	*ret = value;
	return true;
}

bool antom_proven(const struct antom_message *message, struct str signature,
                  const struct keyring *trusted, struct arena *arena)
{
	struct str base64, text;

	if (!signature_of(signature, arena, &base64))
		return false;
	text = antom_text(message, arena);
	return text.len > 0 && keyring_verify(trusted, text, base64, arena);
}

bool antom_time(struct str text, int64_t *ret_ms)
{
	int64_t value;

	if (text.len == 0 || text.len > TIME_LEN_MAX)
		return false;
	if (str_to_int64(text, &value)) {
		if (value < 0 || value > TIME_MAX_MS)
			return false;
		*ret_ms = value;
		return true;
	}
	if (!rfc3339_parse(text, &value) || value < 0)
		return false;
	*ret_ms = value * 1000;
	return true;
}

struct str antom_path(struct str url)
{
	ptrdiff_t  scheme = str_find(url, STR("://")), slash;
	struct str rest = scheme < 0 ? url : str_skip(url, (size_t)scheme + 3);

	slash = str_find(rest, STR("/"));
	return slash < 0 ? STR("/") : str_skip(rest, (size_t)slash);
}

/* The one part named "signature", decoded once: a '+' of base 64 stays one. */
static bool signature_of(struct str header, struct arena *arena, struct str *ret)
{
	struct str rest = header, part, name, value, found = { 0 };
	size_t     parts = 0, seen = 0;

	while (rest.len > 0) {
		if (++parts > PARTS_MAX)
			return false;
		str_cut(rest, ',', &part, &rest);
		if (!str_cut(str_trim(part), '=', &name, &value) ||
		    !str_eq_nocase(str_trim(name), STR("signature")))
			continue;
		found = str_trim(value);
		seen++;
	}
	return seen == 1 && found.len > 0 && url_decode(arena, found, ret) && ret->len > 0;
}
