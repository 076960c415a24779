/*
 * desk_story.h - everything that happened to an order, as staff read it: the
 * steps of its history, the callbacks that made them, what staff did, and the
 * entries in the books.
 */
#pragma once
#include "store/order_sql.h"
#include "web/request.h"
#include "web/view.h"

#define DESK_STEP_MAX    200 /* newest steps of the history that are shown */
#define DESK_ENTRY_MAX   64  /* newest transactions in the books */

/* Fills events and event_count, the oldest first. */
enum err desk_story_events(struct request *request, const struct order_get_row *order,
                           struct desk_order_view *ret);
/* Fills postings and posting_count, the oldest transaction first. */
enum err desk_story_postings(struct request *request, const struct order_get_row *order,
                             struct desk_order_view *ret);
