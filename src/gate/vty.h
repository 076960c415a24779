/*
 * vty.h - one session on an Osmocom VTY: wait for the prompt, send a line,
 * collect what comes until the next prompt, and so on.
 *
 * The VTY is made for people: telnet negotiation, echoed input, prompts, and
 * silence on success (TELECOM 1).  Pure: bytes in, bytes out; the caller owns
 * the socket.
 */
#pragma once
#include "base/buf.h"

#define VTY_PROMPT_MAX 64 /* bytes of the name in front of '>' or '#' */

enum vty_result {
	VTY_MORE, /* send what was added to `out`, then feed what comes back */
	VTY_DONE, /* every line was sent and answered by a prompt */
	VTY_BAD   /* more text than the session may hold */
};

struct vty {
	struct str commands;      /* lines still to send */
	struct buf text;          /* all that was shown, telnet and CR stripped */
	size_t     mark;          /* a prompt counts only behind this point of text */
	size_t     answer;        /* text from here on is the answer */
	char       name[VTY_PROMPT_MAX];
	size_t     name_len;      /* 0: the first prompt has not come yet */
	int        telnet;        /* state of the telnet filter */
};

/* commands: lines separated by '\n', borrowed until the end.  Text past text_max is VTY_BAD. */
void vty_init(struct vty *vty, struct arena *arena, struct str commands, size_t text_max);

/* Take what the peer sent; add what is to be sent to `out`. */
enum vty_result vty_feed(struct vty *vty, struct str bytes, struct buf *out);

/* Echo, output and prompts since the first prompt; borrowed from the session. */
struct str vty_answer(const struct vty *vty);
