/*
 * peer.h - the address a request comes from: the socket's, or what a proxy
 * that we were told to trust says in X-Forwarded-For.
 */
#pragma once
#include <microhttpd.h>

#include "web/request.h"

/* In the request's arena; "" when the socket has none. */
struct str peer_address(struct request *request, struct MHD_Connection *connection);
/* Pure: the address behind the trusted proxies (comma separated, exact text),
 * read from the right; what is not an address is not believed. */
struct str peer_behind(struct str socket_address, struct str forwarded, struct str trusted);
