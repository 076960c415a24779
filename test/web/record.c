/*
 * record.c - see record.h.
 */
#include "record.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "test.h"
#include "web/route.h"

static json_t *text(struct str s);
static json_t *pairs(const struct header *headers, size_t count);

void record_exchange(const struct request *request, const struct response *response)
{
	json_t *line;

	if (!record_wanted() || !str_starts(request->target, STR("/api/")))
		return;
	line = json_pack("{s:s s:o s:o s:o s:o s:i s:o s:o}", "kind", "exchange", "method",
	                 text(request->method), "target", text(request->target), "headers",
	                 pairs(request->headers, request->header_count), "body",
	                 text(request->body), "status", response->status, "answer_headers",
	                 pairs(response->headers, response->header_count), "answer",
	                 text(buf_str(&response->body)));
	assert_non_null(line);
	assert_int_equal(json_object_set_new(line, "type", text(response->content_type)), 0);
	assert_int_equal(json_object_set_new(line, "pattern", json_string(request->route->pattern)),
	                 0);
	record_line(line);
}

bool record_wanted(void)
{
	return getenv("API_RECORD") != NULL;
}

void record_line(struct json_t *line)
{
	FILE *out = fopen(getenv("API_RECORD"), "ab");

	assert_non_null(line);
	assert_non_null(out);
	assert_int_equal(json_dumpf(line, out, JSON_COMPACT), 0);
	assert_int_not_equal(fputc('\n', out), EOF);
	assert_int_equal(fclose(out), 0);
	json_decref(line);
}

/* What is not UTF-8 is told as null. */
static json_t *text(struct str s)
{
	json_t *value = json_stringn(s.ptr, s.len);

	return value != NULL ? value : json_null();
}

static json_t *pairs(const struct header *headers, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		assert_int_equal(json_array_append_new(list,
		                                       json_pack("[o o]", text(headers[i].name),
		                                                 text(headers[i].value))),
		                 0);
	return list;
}
