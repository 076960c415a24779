/*
 * net_queue.h - calls in the order in which they came, linked through
 * net_call.next.  A call is in at most one queue.
 */
#pragma once
#include "base/env.h"

/* Empty when all zero. */
struct net_queue {
	struct net_call *first, *last;
};

/* Put it last. */
static inline void net_queue_put(struct net_queue *queue, struct net_call *call)
{
	call->next = NULL;
	if (queue->last != NULL)
		queue->last->next = call;
	else
		queue->first = call;
	queue->last = call;
}

/* NULL when empty. */
static inline struct net_call *net_queue_take(struct net_queue *queue)
{
	struct net_call *call = queue->first;

	if (call == NULL)
		return NULL;
	queue->first = call->next;
	if (queue->first == NULL)
		queue->last = NULL;
	call->next = NULL;
	return call;
}
