/*
 * pem.c - BEGIN and END lines, and strict base 64 between them.
 */
#include "base/pem.h"

#include "base/hash.h"
#include "base/str.h"

#include <openssl/crypto.h>

static bool pem_cut(struct pem *pem, struct str *ret_text);
static bool pem_decode(struct pem *pem, struct str text, struct arena *arena);
static void str_pass(struct str *s, size_t count);
static bool is_blank(char c);

bool pem_next(struct pem *pem, struct arena *arena, bool *ret_damaged)
{
	struct str text;

	pem->der = STR("");
	*ret_damaged = false;
	if (str_trim(pem->rest).len == 0)
		return false;
	if (!pem_cut(pem, &text)) {
		/* A BEGIN without its END; anything else at the end is a remark. */
		*ret_damaged = str_find(pem->rest, STR("-----BEGIN ")) >= 0;
		return false;
	}
	*ret_damaged = !pem_decode(pem, text, arena);
	return !*ret_damaged;
}

void pem_wipe(struct pem *pem)
{
	if (pem->der.len)
		OPENSSL_cleanse((char *)(uintptr_t)pem->der.ptr, pem->der.len);
	pem->der = STR("");
}

/* Moves `rest` behind the block. */
static bool pem_cut(struct pem *pem, struct str *ret_text)
{
	ptrdiff_t  begin = str_find(pem->rest, STR("-----BEGIN "));
	ptrdiff_t  end;
	struct str text = pem->rest;

	pem->label = STR("");
	if (begin < 0) {
		if (str_find(text, STR("-----")) >= 0)
			return false;
		*ret_text = text;
		str_pass(&pem->rest, text.len);
		return true;
	}
	str_pass(&text, (size_t)begin + sizeof("-----BEGIN ") - 1);
	end = str_find(text, STR("-----"));
	if (end < 0)
		return false;
	pem->label = str_take(text, (size_t)end);
	str_pass(&text, (size_t)end + 5);
	end = str_find(text, STR("-----END "));
	if (end < 0)
		return false;
	*ret_text = str_take(text, (size_t)end);
	str_pass(&text, (size_t)end + sizeof("-----END ") - 1);
	if (!str_starts(text, pem->label))
		return false;
	str_pass(&text, pem->label.len);
	if (!str_starts(text, STR("-----")))
		return false;
	str_pass(&text, 5);
	pem->rest = text;
	return true;
}

static bool pem_decode(struct pem *pem, struct str text, struct arena *arena)
{
	char  *packed;
	size_t len = 0;
	bool   decoded;

	if (text.len > PEM_BLOCK_MAX)
		return false;
	packed = arena_alloc(arena, text.len + 1);
	if (!packed)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!is_blank(text.ptr[i]))
			packed[len++] = text.ptr[i];
	}
	decoded = base64_decode(arena, (struct str){ .ptr = packed, .len = len }, &pem->der) &&
	          pem->der.len > 0;
	OPENSSL_cleanse(packed, len);
	return decoded;
}

static void str_pass(struct str *s, size_t count)
{
	s->ptr += count;
	s->len -= count;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
