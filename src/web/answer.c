/*
 * answer.c - headers and bytes into an MHD_Response.
 */
#include "web/answer.h"

#include <string.h>

#include "base/str.h"

#define VALUE_COPY_MAX 2048 /* bytes of a header value; longer ones go through the arena */

static struct MHD_Response *make(struct response *response);
static bool add_header(struct MHD_Response *answer, const char *name, struct str value,
                       struct arena *arena);

enum MHD_Result answer_queue(struct exchanges *exchanges, struct MHD_Connection *connection,
                             struct response *response)
{
	bool share = response->is_asset && response->status == 200 && !response->close;
	struct MHD_Response **shared = &exchanges->asset[response->asset][response->packing];
	struct MHD_Response  *answer = share && *shared != NULL ? *shared : make(response);
	enum MHD_Result       result;

	if (answer == NULL)
		return MHD_NO;
	result = MHD_queue_response(connection, (unsigned)response->status, answer);
	if (share)
		*shared = answer; /* destroyed with the server */
	else
		MHD_destroy_response(answer);
	return result;
}

static struct MHD_Response *make(struct response *response)
{
	struct str           bytes = response_bytes(response);
	struct MHD_Response *answer;
	void                *body;
	bool                 good = true;

	if (response->status == 304)
		bytes.len = 0;
	memcpy(&body, &bytes.ptr, sizeof(body)); /* MHD only reads PERSISTENT memory */
	answer = MHD_create_response_from_buffer(bytes.len, body, MHD_RESPMEM_PERSISTENT);
	if (answer == NULL)
		return NULL;
	if (response->content_type.len > 0 && response->status != 304)
		good = add_header(answer, "Content-Type", response->content_type,
		                  response->body.arena);
	for (size_t i = 0; good && i < response->header_count; i++)
		good = add_header(answer, response->headers[i].name.ptr, response->headers[i].value,
		                  response->body.arena);
	if (good && response->close)
		good = MHD_add_response_header(answer, "Connection", "close") == MHD_YES;
	if (good)
		return answer;
	MHD_destroy_response(answer);
	return NULL;
}

/* Names are literals of ours.  libmicrohttpd wants a NUL behind the value and
 * copies it, so this needs no memory of the request's, even when that is spent. */
static bool add_header(struct MHD_Response *answer, const char *name, struct str value,
                       struct arena *arena)
{
	char copy[VALUE_COPY_MAX];

	if (value.len >= sizeof(copy))
		return MHD_add_response_header(answer, name, arena_cstr(arena, value)) == MHD_YES;
	memcpy(copy, value.ptr, value.len);
	copy[value.len] = 0;
	return MHD_add_response_header(answer, name, copy) == MHD_YES;
}
