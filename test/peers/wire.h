/*
 * wire.h - a lying peer: a TCP server on loopback that plays a script, whatever
 * it is told.  One thread; connections one after the other.
 */
#pragma once
#include "base/base.h"

enum wire_act {
	WIRE_END,    /* the script is over: stop listening */
	WIRE_ACCEPT, /* wait for the next connection */
	WIRE_EXPECT, /* read until `text` was seen */
	WIRE_SEND,   /* write `text`, or `bytes` when len > 0 */
	WIRE_SLEEP,  /* `ms` */
	WIRE_DRIP,   /* write `text` byte by byte, `ms` apart */
	WIRE_FLOOD,  /* write `ms` KiB of 'x', or until the other side closes */
	WIRE_CLOSE,  /* politely */
	WIRE_RESET,  /* rudely */
	WIRE_HOLD    /* keep the connection open and say nothing until wire_stop */
};

/* One step of the script. */
struct wire_step {
	enum wire_act act;
	const char   *text;
	size_t        len;
	int           ms;
};

struct wire;

/* Listen on a free port of 127.0.0.1 and play; the script must live until wire_stop. */
struct wire *wire_start(const struct wire_step *script);
/* The port. */
int wire_port(const struct wire *wire);
/* Everything that was received so far, all connections together, NUL-terminated. */
const char *wire_got(struct wire *wire);
/* Connections accepted so far. */
int wire_accepted(struct wire *wire);
/* End the thread and give everything back. */
void wire_stop(struct wire *wire);
