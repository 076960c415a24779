/*
 * stand_in.h - for tests: a gateway's stand-in (test/peers/NAME.mjs) as a child
 * process, its settings as a gateway's open() wants them, and one verb after
 * the other through the real net.
 */
#pragma once
#include <jansson.h>

#include "gate/pay.h"
#include "peers/caller.h"

struct stand_in {
	struct caller caller;
	const char   *name;
	int           child, in, out; /* process; our ends of its stdin and stdout */
	struct str    url;
	json_t       *settings; /* as the stand-in told them */
};

/* Starts it and waits for its first line; `arguments` is its JSON argument, "{}" for none. */
void stand_in_start(struct stand_in *peer, const char *name, const char *arguments);
/* It ends when its stdin ends. */
void stand_in_stop(struct stand_in *peer);
/* For open() and hook_open(): the settings behind the gateway's own prefix. */
struct pay_source stand_in_source(const struct stand_in *peer);

/* "POST /_control" and its like; "GET" when json is NULL.  The answer; json_decref() it. */
json_t *stand_in_ask(struct stand_in *peer, const char *path, const char *json);
/* The next request of that verb, or the next callback ("hook"), meets the fault. */
void stand_in_fault(struct stand_in *peer, const char *fault, const char *verb);
/* How often it saw that verb. */
int64_t stand_in_count(struct stand_in *peer, const char *verb);
/* Fails the test when the stand-in found anything wrong in our requests. */
void stand_in_content(struct stand_in *peer);

/* One verb of the gateway: body, wrap, the exchange, parse. */
enum pay_outcome stand_in_verb(struct stand_in *peer, const struct pay_gateway *gateway,
                               enum pay_verb_id verb, const struct pay_config *config,
                               struct pay_task *task, struct pay_facts *ret);
