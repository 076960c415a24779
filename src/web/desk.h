/*
 * desk.h - what the staff's pages share (role STAFF; web/desk*.c).
 */
#pragma once
#include "store/line_keep.h"
#include "store/order_sql.h"
#include "web/desk_find.h"
#include "web/request.h"
#include "web/view.h"

#define DESK_PAGE 30 /* rows of a list */

/* One order of a list, as it stands now.  ERR_NOT_FOUND: none, or not placed. */
enum err desk_row(struct request *request, struct pack_versions *packs, int64_t order_id,
                  struct desk_row *ret);
/* Seconds from the payment to the end, or until now; -1: not paid.  `job`: is
 * something still to be done? */
enum err desk_age(struct request *request, const struct order_get_row *order,
                  const struct payment_get_row *payment, int64_t *ret);
/* The SIM of a line, masked; empty: none is known. */
struct str desk_sim(struct request *request, const struct line_get_row *line);

/* Writes the search down, then goes where it leads: below /desk, or with
 * `lines` below /desk/lines. */
void desk_search(struct request *request, struct response *response, struct str text, bool lines);
/* The pages with what was searched, or nothing found. */
void desk_show_orders(struct request *request, struct response *response, struct str text,
                      const struct desk_find *find);
void desk_show_lines(struct request *request, struct response *response, struct str text,
                     const struct desk_find *find);
/* True: there is an error, and it has been answered. */
bool desk_answered(struct request *request, struct response *response, enum err err);
