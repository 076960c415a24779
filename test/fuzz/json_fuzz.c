/*
 * json_fuzz.c - the reader of places in JSON: what it takes, jansson takes too
 * (as strictly, and with the same members); what jansson takes as an object and
 * it refuses is beyond a limit of its own.
 *
 * rooms: base gate core
 * longest: 400
 */
#include "fuzz/fuzz.h"

#include <jansson.h>

#include "base/str.h"
#include "gate/json_span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str       text = { .ptr = (const char *)data, .len = size };
	struct json_span spans[JSON_SPAN_MEMBER_MAX];
	struct json_t   *whole;
	size_t           count = 0;

	if (!json_span_read(text, 4096, spans, JSON_SPAN_MEMBER_MAX, &count))
		return 0;
	whole = json_loadb(text.ptr, text.len, JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, NULL);
	/* jansson refuses numbers beyond its range and lone surrogates. */
	if (whole == NULL)
		return 0;
	FUZZ_CHECK(json_is_object(whole) && json_object_size(whole) == count);
	for (size_t i = 0; i < count; i++) {
		json_t *part = json_loadb(spans[i].value.ptr, spans[i].value.len,
		                          JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
		json_t *same = json_object_getn(whole, spans[i].name.ptr, spans[i].name.len);

		FUZZ_CHECK(part != NULL && same != NULL && json_equal(part, same));
		FUZZ_CHECK(spans[i].value.ptr + spans[i].value.len < text.ptr + text.len);
		json_decref(part);
	}
	json_decref(whole);
	return 0;
}
