/*
 * ctrl.h - the words of OsmoHLR's CTRL interface: "GET 7 variable",
 * "SET_REPLY 7 variable value", "ERROR 7 sentence" (TELECOM 1).
 *
 * Pure.  Everything read here came from a peer and is hostile.
 */
#pragma once
#include "base/base.h"

/*   id          first word on the wire */
#define CTRL_KINDS(X)                  \
	X(GET_REPLY, "GET_REPLY")      \
	X(SET_REPLY, "SET_REPLY")      \
	X(TRAP,      "TRAP")           \
	X(ERROR,     "ERROR")

#define X(id, word) CTRL_##id,
enum ctrl_kind { CTRL_KINDS(X) CTRL_KIND_COUNT };
#undef X

#define CTRL_ID_LOST "err" /* OsmoHLR's id in an error when it could not read ours */

/* A reply, cut up; all parts borrow from the text. */
struct ctrl_reply {
	enum ctrl_kind kind;
	struct str     id;       /* digits, or CTRL_ID_LOST */
	struct str     variable; /* empty in an ERROR */
	struct str     value;    /* in an ERROR: the sentence */
};

/* The id of a request that we wrote ("GET 7 …" -> "7"); empty when it has none. */
struct str ctrl_request_id(struct str request);

/* False: not a reply of any known kind; *ret is untouched. */
bool ctrl_parse(struct str text, struct ctrl_reply *ret);

/* May `reply` answer the request with this id?  Yes for the same id, and for an
 * error whose id was lost (only one request is ever in flight on a link). */
bool ctrl_answers(const struct ctrl_reply *reply, struct str id);

/* What info-all says about a subscriber; strings borrow from the text. */
struct ctrl_subscriber {
	struct str imsi;
	struct str msisdn; /* digits without "+"; empty: none */
	bool       cs, ps; /* calls and SMS; data */
};

/* Parse the value of an info-all reply.  False when a line is damaged or double, or when
 * imsi, nam_cs or nam_ps is missing; *ret is untouched. */
bool ctrl_subscriber_parse(struct str value, struct ctrl_subscriber *ret);
