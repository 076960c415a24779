/*
 * pay_open.c - see pay_open.h.
 */
#include "gate/pay_open.h"

#include "base/str.h"
#include "base/utf8.h"

bool pay_open_url(const struct pay_source *source, const char *setting, struct str *ret,
                  struct pay_problem *ret_problem)
{
	struct str url = source->text(source->ctx, setting);

	while (str_ends(url, STR("/")))
		url = str_take(url, url.len - 1);
	if (!pay_open_safe(url)) {
		*ret_problem = (struct pay_problem){
			.setting = setting,
			.text = STR("an address that begins with https:// is needed"),
		};
		return false;
	}
	*ret = url;
	return true;
}

bool pay_open_secret(const struct pay_source *source, const char *setting, struct arena *arena,
                     struct str *ret, struct pay_problem *ret_problem)
{
	struct str text;
	bool       printable = true;

	*ret_problem = (struct pay_problem){ .setting = setting,
		                             .text = STR("the file cannot be read") };
	if (!source->file(source->ctx, setting, arena, &text))
		return false;
	text = str_trim(text);
	for (size_t i = 0; i < text.len; i++)
		printable = printable && ((text.ptr[i] > ' ' && text.ptr[i] <= '~') ||
		                          text.ptr[i] == '\n' || text.ptr[i] == '\r');
	if (text.len > 0 && printable) {
		*ret = text;
		return true;
	}
	ret_problem->text = text.len == 0 ? STR("name the file that holds it")
	                                  : STR("the file holds what no such secret has");
	pay_open_wipe(&text);
	return false;
}

void pay_open_wipe(struct str *secret)
{
	/* The bytes are the arena's own copy: nobody else's constant. */
	volatile char *bytes = (volatile char *)(uintptr_t)secret->ptr;

	for (size_t i = 0; i < secret->len; i++)
		bytes[i] = 0;
	*secret = (struct str){ 0 };
}

bool pay_open_safe(struct str url)
{
	static const char *const near[] = { "http://127.0.0.1", "http://localhost",
		                            "http://[::1]" };
	struct str               tail;

	if (str_starts(url, STR("https://")) && url.len > STR("https://").len)
		return true;
	for (size_t i = 0; i < COUNT_OF(near); i++) {
		if (!str_starts(url, str_from(near[i])))
			continue;
		tail = str_skip(url, str_from(near[i]).len);
		if (tail.len == 0 || tail.ptr[0] == ':' || tail.ptr[0] == '/')
			return true;
	}
	return false;
}

struct str pay_open_characters(struct str text, size_t max)
{
	struct str rest = text;

	for (size_t i = 0; i < max && utf8_next(&rest) >= 0; i++)
		;
	return str_take(text, text.len - rest.len);
}
