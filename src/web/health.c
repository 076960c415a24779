/*
 * health.c - /healthz: the loop turns.  /readyz: the database takes a write.
 */
#include "base/str.h"
#include "web/web.h"

static enum err nothing_apply(struct store *store, struct command *command);
static void     ready(struct request *request, struct response *response);

void healthz_get(struct request *request, struct response *response)
{
	(void)request;
	response_json(response, 200, STR("{\"status\":\"ok\"}\n"));
}

void readyz_get(struct request *request, struct response *response)
{
	if (request->web->stopping) {
		response_json(response, 503, STR("{\"status\":\"stopping\"}\n"));
		return;
	}
	request_command(request, response, nothing_apply, NULL, ready);
}

/* The writer opens, commits and syncs a group for it: that is the test. */
static enum err nothing_apply(struct store *store, struct command *command)
{
	(void)store;
	(void)command;
	return ERR_OK;
}

static void ready(struct request *request, struct response *response)
{
	(void)request;
	response_json(response, 200, STR("{\"status\":\"ready\"}\n"));
}
