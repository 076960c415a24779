/*
 * exchange.h - one request on its way through libmicrohttpd: received, handed
 * to web_handle(), parked, resumed, answered.
 *
 * Everything here runs on the loop's thread.  An exchange lives until both
 * libmicrohttpd and the command in flight have let go of it.
 * PERFORMANCE 4 (two defects), 9 (a deadline of our own for parked requests).
 */
#pragma once
#include <microhttpd.h>

#include "web/web.h"

#define EXCHANGE_MAX         4096        /* at once; more get the connection closed */
#define EXCHANGE_PARK_MS     10000       /* a parked request is answered by then */
#define EXCHANGE_RECEIVE_MS  30000       /* headers and body must be here by then */
#define EXCHANGE_SWALLOW_MAX (1024 * 1024) /* bytes of a too large body that we read off */
#define EXCHANGE_KEEP_MAX    (64 * 1024) /* bytes of arena an idle exchange keeps */

enum exchange_state {
	EXCHANGE_FREE,
	EXCHANGE_RECEIVING, /* in the list `receiving`, oldest first */
	EXCHANGE_PARKED,    /* in the list `parked`, oldest first */
	EXCHANGE_READY,     /* finished after it was parked; libmicrohttpd will call */
	EXCHANGE_ANSWERED,  /* libmicrohttpd has the answer */
	EXCHANGE_STATE_COUNT
};

struct exchange;
/* In order of arrival. */
struct exchange_list {
	struct exchange *first, *last;
	size_t           count;
};

/* All requests of one server, and what they share. */
struct exchanges {
	struct web          *web;
	struct arena        *arena; /* exchanges themselves; the server's, never reset */
	struct exchange_list free, receiving, parked;
	int64_t              park_ms; /* EXCHANGE_PARK_MS; tests are less patient */
	size_t               made_count, answering_count;
	size_t               round_count; /* requests handled since the last window */
	struct MHD_Response *asset[ASSET_COUNT][PACKING_COUNT]; /* shared, made at first use */
};

/* libmicrohttpd's three callbacks; cls is a struct exchanges. */
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result exchange_access(void *cls, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_len, void **context);
void exchange_completed(void *cls, struct MHD_Connection *connection, void **context,
                        enum MHD_RequestTerminationCode code);

/* Answers what is parked for too long with 503 and cuts what is received too
 * slowly; returns the ms until the next such moment, -1: none. */
int64_t exchanges_expire(struct exchanges *exchanges);
/* Answers everything that is parked with 503, now (the end of the server). */
void exchanges_abandon(struct exchanges *exchanges);
/* Nothing is received, parked or being sent. */
bool exchanges_idle(const struct exchanges *exchanges);
void exchanges_free(struct exchanges *exchanges);
