/*
 * track.h - where an order is: its times out of its own history, what is
 * waited for and until when, and what its buyer can still do.
 */
#pragma once
#include "store/order_sql.h"
#include "web/request.h"
#include "web/view.h"

#define TRACK_EVENT_MAX 200 /* steps of a history that are looked at */

/* Everything of the view but its frame and form; for its owner and for staff. */
enum err track_order(struct request *request, const struct order_get_row *order,
                     struct order_view *ret);
/* How soon a page without JavaScript asks again; 0: nothing more will happen. */
int32_t track_refresh_s(const struct order_get_row *order);
