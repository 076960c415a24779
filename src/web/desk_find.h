/*
 * desk_find.h - what a member of staff means by the words in the search field:
 * an order, a line, an account, or all lines that end in four digits.
 *
 * Whole numbers and addresses are looked up sealed (SECURITY 1, secrets/PII).
 * What may stand in an address afterwards is `token`: a number of ours, or the
 * four digits.
 */
#pragma once
#include "web/request.h"

/* What was found. */
enum desk_found {
	DESK_FOUND_NONE,
	DESK_FOUND_ORDER,
	DESK_FOUND_LINE,
	DESK_FOUND_ACCOUNT,
	DESK_FOUND_TAIL,
	DESK_FOUND_COUNT
};

struct desk_find {
	enum desk_found kind;
	int64_t         id;    /* its number in the database; TAIL: the four digits */
	struct str      token; /* finds the same again; empty for NONE */
	bool            plain; /* the text itself was such a token */
	struct str      about; /* LINE, ACCOUNT: whose, masked */
	struct str      what;  /* for the audit: what was looked for, masked, in English */
};

/* Only a failure of the database is an error. */
enum err desk_find(struct request *request, struct str text, struct desk_find *ret);

/* The masked address of an account, "l***@mail.example"; empty for account 0. */
enum err desk_mail(struct request *request, int64_t account_id, struct str *ret);
