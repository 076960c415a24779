/*
 * desk_figures.h - the day's figures of the desk: from the table of figures and
 * from what waits now; no order is counted one by one.
 */
#pragma once
#include "store/desk_read.h"
#include "store/ledger_sql.h"
#include "web/request.h"
#include "web/view.h"

#define DESK_USUAL_DAYS 7 /* days before today that a day is compared with */

/* Fills today's figures and the charts of the view. */
enum err desk_figures(struct request *request, struct desk_view *ret);
/* The counts of the tabs, and what is stuck. */
void desk_count(const struct desk_queue *queue, struct desk_view *ret);
/* Does a wait belong under a tab? */
bool desk_tab_holds(enum desk_tab tab, const struct desk_facts *facts);
/* How many are usual by this time: the mean of the days before today, each cut
 * at the same time; the present hour by its part.  0: nothing to compare with.
 * Rows as figure_list() gives them; for the test. */
int32_t desk_usual(const struct figure_list_row *rows, size_t count, int32_t today,
                   int32_t second_of_day);
