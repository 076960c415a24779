/*
 * peer.c - who is on the other side.
 */
#include "web/peer.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/str.h"
#include "web/web.h"

static struct str socket_address(struct arena *arena, const struct sockaddr *address);
static bool       listed(struct str list, struct str address);
static bool       is_address(struct str text);

struct str peer_address(struct request *request, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct str trusted = request->web->config->text[SETTING_trusted_proxy];
	struct str own = { 0 };

	if (info != NULL && info->client_addr != NULL)
		own = socket_address(request->arena, info->client_addr);
	if (trusted.len == 0)
		return own;
	return arena_str(request->arena,
	                 peer_behind(own, request_header(request, "X-Forwarded-For"), trusted));
}

struct str peer_behind(struct str own, struct str forwarded, struct str trusted)
{
	struct str peer = own;

	while (forwarded.len > 0 && listed(trusted, peer)) {
		size_t     start = forwarded.len;
		struct str last;

		while (start > 0 && forwarded.ptr[start - 1] != ',')
			start--;
		last = str_trim(str_skip(forwarded, start));
		forwarded = str_take(forwarded, start > 0 ? start - 1 : 0);
		if (!is_address(last))
			break;
		peer = last;
	}
	return peer;
}

static struct str socket_address(struct arena *arena, const struct sockaddr *address)
{
	char                text[INET6_ADDRSTRLEN] = "";
	struct sockaddr_in  four;
	struct sockaddr_in6 six;

	if (address->sa_family == AF_INET) {
		memcpy(&four, address, sizeof(four));
		inet_ntop(AF_INET, &four.sin_addr, text, sizeof(text));
	} else if (address->sa_family == AF_INET6) {
		memcpy(&six, address, sizeof(six));
		inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof(text));
	}
	if (str_starts(str_from(text), STR("::ffff:")))
		return arena_str(arena, str_skip(str_from(text), 7));
	return arena_str(arena, str_from(text));
}

static bool listed(struct str list, struct str address)
{
	struct str item;

	while (list.len > 0) {
		str_cut(list, ',', &item, &list);
		if (address.len > 0 && str_eq(str_trim(item), address))
			return true;
	}
	return false;
}

static bool is_address(struct str text)
{
	char          copy[INET6_ADDRSTRLEN];
	unsigned char bytes[16];

	if (text.len == 0 || text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = 0;
	return inet_pton(AF_INET, copy, bytes) == 1 || inet_pton(AF_INET6, copy, bytes) == 1;
}
