/*
 * gsup.c - see gsup.h.  GSUP as OsmoHLR 1.5 speaks it, inside IPA frames.
 */
#include "peers/gsup.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GSUP_PORT = 4222, FRAME_MAX = 2048, WAIT_MS = 3000 };
enum { PROTO_CCM = 0xFE, PROTO_OSMO = 0xEE, EXT_GSUP = 5 };
enum { CCM_PING = 0, CCM_PONG = 1, CCM_ID_GET = 4, CCM_ID_RESP = 5, CCM_ID_ACK = 6 };
enum {
	UL_REQUEST = 4,
	UL_ERROR = 5,
	UL_RESULT = 6,
	INSERT_REQUEST = 0x10,
	INSERT_RESULT = 0x12,
	DELETE_REQUEST = 0x14
};
enum { IE_IMSI = 1, IE_CAUSE = 2, IE_MSISDN = 8, IE_DOMAIN = 0x28 };

struct gsup {
	int     fd;
	uint8_t in[FRAME_MAX];
	size_t  in_len;
};

/* One message of GSUP: its type and where its elements begin. */
struct message {
	uint8_t type;
	uint8_t body[FRAME_MAX];
	size_t  len;
};

static bool put(struct gsup *gsup, uint8_t proto, const uint8_t *payload, size_t len)
{
	uint8_t frame[FRAME_MAX];

	assert(len + 3 <= sizeof(frame));
	frame[0] = (uint8_t)(len >> 8);
	frame[1] = (uint8_t)len;
	frame[2] = proto;
	memcpy(frame + 3, payload, len);
	return send(gsup->fd, frame, len + 3, MSG_NOSIGNAL) == (ssize_t)(len + 3);
}

/* One whole frame within wait_ms; its payload's length, 0 when none came. */
static size_t take(struct gsup *gsup, int wait_ms, uint8_t *ret_proto, uint8_t ret[FRAME_MAX])
{
	for (;;) {
		struct pollfd poller = { .fd = gsup->fd, .events = POLLIN };
		size_t        len = gsup->in_len < 3 ? 0 : (size_t)gsup->in[0] << 8 | gsup->in[1];
		ssize_t       got;

		if (gsup->in_len >= 3 && len > 0 && gsup->in_len >= len + 3) {
			*ret_proto = gsup->in[2];
			memcpy(ret, gsup->in + 3, len);
			gsup->in_len -= len + 3;
			memmove(gsup->in, gsup->in + len + 3, gsup->in_len);
			return len;
		}
		if (gsup->in_len == sizeof(gsup->in) || poll(&poller, 1, wait_ms) <= 0)
			return 0;
		got = recv(gsup->fd, gsup->in + gsup->in_len, sizeof(gsup->in) - gsup->in_len, 0);
		if (got <= 0)
			return 0;
		gsup->in_len += (size_t)got;
	}
}

/* The HLR asks who we are; a name in every tag that it may ask for. */
static bool identify(struct gsup *gsup)
{
	static const uint8_t tags[] = { 8, 7, 2, 3, 4, 5, 1, 0 };
	static const char    name[] = "KEEPLINE-TEST";
	static const uint8_t ack[] = { CCM_ID_ACK }, pong[] = { CCM_PONG };
	uint8_t              in[FRAME_MAX], out[256] = { CCM_ID_RESP }, proto;
	size_t               len = 1;

	for (size_t i = 0; i < sizeof(tags); i++) {
		out[len++] = 0;
		out[len++] = sizeof(name) + 1;
		out[len++] = tags[i];
		memcpy(out + len, name, sizeof(name));
		len += sizeof(name);
	}
	while (take(gsup, WAIT_MS, &proto, in) > 0) {
		if (proto == PROTO_CCM && in[0] == CCM_PING && !put(gsup, PROTO_CCM, pong, 1))
			return false;
		if (proto == PROTO_CCM && in[0] == CCM_ID_GET)
			return put(gsup, PROTO_CCM, out, len) && put(gsup, PROTO_CCM, ack, 1);
	}
	return false;
}

struct gsup *gsup_open(const char *address)
{
	struct gsup       *gsup = calloc(1, sizeof(*gsup));
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(GSUP_PORT) };

	assert(gsup != NULL);
	gsup->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (inet_pton(AF_INET, address, &to.sin_addr) == 1 &&
	    connect(gsup->fd, (struct sockaddr *)&to, sizeof(to)) == 0 && identify(gsup))
		return gsup;
	gsup_close(gsup);
	return NULL;
}

void gsup_close(struct gsup *gsup)
{
	close(gsup->fd);
	free(gsup);
}

/* Digits two in a byte, the first in the low half, padded with F. */
static size_t bcd_encode(const char *digits, uint8_t *ret)
{
	size_t count = strlen(digits);

	for (size_t i = 0; i < count; i += 2) {
		int high = i + 1 < count ? digits[i + 1] - '0' : 15;

		ret[i / 2] = (uint8_t)(high << 4 | (digits[i] - '0'));
	}
	return (count + 1) / 2;
}

static void bcd_decode(const uint8_t *bytes, size_t len, char ret[32])
{
	size_t count = 0;

	for (size_t i = 0; i < 2 * len && count < 31; i++) {
		int digit = i % 2 == 0 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4;

		if (digit < 10)
			ret[count++] = (char)('0' + digit);
	}
	ret[count] = '\0';
}

static bool say(struct gsup *gsup, uint8_t type, const char *imsi, enum gsup_domain domain)
{
	uint8_t out[64] = { EXT_GSUP, type, IE_IMSI };
	size_t  len = bcd_encode(imsi, out + 4);

	out[3] = (uint8_t)len;
	len += 4;
	if (type == UL_REQUEST) {
		out[len++] = IE_DOMAIN;
		out[len++] = 1;
		out[len++] = (uint8_t)domain;
	}
	return put(gsup, PROTO_OSMO, out, len);
}

/* The next GSUP message; pings are answered on the way. */
static bool hear(struct gsup *gsup, int wait_ms, struct message *ret)
{
	static const uint8_t pong[] = { CCM_PONG };
	uint8_t              in[FRAME_MAX], proto;
	size_t               len;

	while ((len = take(gsup, wait_ms, &proto, in)) > 0) {
		if (proto == PROTO_CCM && in[0] == CCM_PING)
			put(gsup, PROTO_CCM, pong, 1);
		if (proto != PROTO_OSMO || len < 2 || in[0] != EXT_GSUP)
			continue;
		ret->type = in[1];
		ret->len = len - 2;
		memcpy(ret->body, in + 2, len - 2);
		return true;
	}
	return false;
}

/* An element's value; NULL when it is not there. */
static const uint8_t *element(const struct message *message, uint8_t tag, size_t *ret_len)
{
	for (size_t at = 0; at + 2 <= message->len; at += 2 + (size_t)message->body[at + 1]) {
		if (message->body[at] != tag || at + 2 + message->body[at + 1] > message->len)
			continue;
		*ret_len = message->body[at + 1];
		return message->body + at + 2;
	}
	return NULL;
}

enum gsup_result gsup_attach(struct gsup *gsup, const char *imsi, enum gsup_domain domain,
                             int *ret_cause, char msisdn[32])
{
	struct message message;
	const uint8_t *value;
	size_t         len;

	*ret_cause = 0;
	msisdn[0] = '\0';
	if (!say(gsup, UL_REQUEST, imsi, domain))
		return GSUP_FAILED;
	while (hear(gsup, WAIT_MS, &message)) {
		if (message.type == INSERT_REQUEST) {
			value = element(&message, IE_MSISDN, &len);
			if (value != NULL && len > 1) /* the first byte is the type of number */
				bcd_decode(value + 1, len - 1, msisdn);
			say(gsup, INSERT_RESULT, imsi, domain);
		} else if (message.type == UL_RESULT) {
			return GSUP_ACCEPTED;
		} else if (message.type == UL_ERROR) {
			value = element(&message, IE_CAUSE, &len);
			*ret_cause = value != NULL && len == 1 ? value[0] : -1;
			return GSUP_REFUSED;
		}
	}
	return GSUP_FAILED;
}

bool gsup_deleted(struct gsup *gsup, const char *imsi, int wait_ms)
{
	uint8_t        wanted[16];
	size_t         wanted_len = bcd_encode(imsi, wanted), len;
	struct message message;

	while (hear(gsup, wait_ms, &message)) {
		const uint8_t *value = element(&message, IE_IMSI, &len);

		if (message.type == DELETE_REQUEST && value != NULL && len == wanted_len &&
		    memcmp(value, wanted, len) == 0)
			return true;
	}
	return false;
}
