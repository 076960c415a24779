/*
 * desk_money.h - what the staff's page about money shows (desk_money.c fills it,
 * pages/desk_money.page writes it).
 */
#pragma once
#include "core/reconcile.h"
#include "web/view.h"

/* What a gateway owes us in one currency, and what it has kept. */
struct desk_position {
	struct str   method;      /* as in method_view */
	struct money due, fee;
	int32_t      share;       /* of the largest in yen, 0 … 100; 0 also: no rate is known */
};

/* One difference with a statement that is open. */
struct desk_mismatch {
	int64_t               id;
	enum recon_break_kind kind;
	struct str            method;
	struct str            number; /* of the order, "KL-…"; empty: none of ours */
	int64_t               row;    /* line of the file; 0: it is not there */
	struct money          ours, theirs; /* currency 0: there is none */
	int64_t               at_s;
};

/* One statement that was brought. */
struct desk_statement {
	struct str method, name;
	struct str from, until;      /* 2026-11-20; empty: it covers no day */
	int64_t    row_count, matched_count, break_count, imported_s;
	bool       comparing;
};

/* Money that is on its way to us, and what does not agree with the gateways. */
struct desk_money_view {
	struct frame frame;
	struct form  form;
	const struct desk_position  *positions;
	const struct desk_mismatch  *mismatches;
	const struct desk_statement *statements;
	const struct money          *suspense; /* that is not zero */
	size_t       position_count, mismatch_count, statement_count, suspense_count;
	bool         more;   /* mismatches than are shown */
	struct str   reason; /* as typed */
	int64_t      reason_of; /* the mismatch that it was typed for */
};
