/*
 * refusal.h - the words of a business "no", for people: what is wrong and what
 * to do, in the reader's language (text/messages.def).
 *
 * The message is borrowed from the request's arena.
 */
#pragma once
#include "core/sim.h"
#include "store/order_command.h"
#include "store/quote.h"
#include "web/request.h"
#include "web/view.h"

/* Why the text is no SIM number; refusal is not NONE. */
struct message refusal_sim(struct request *request, enum sim_refusal refusal,
                           const struct sim_problem *problem);
/* Why there is no quote; refusal is not NONE. */
struct message refusal_quote(struct request *request, enum quote_refusal refusal,
                             const struct quote *quote, uint16_t currency);
/* "It works again from 3 March"; false: no day is known. */
bool refusal_again(struct request *request, const struct quote *quote, struct message *ret);
/* Why an order does not do what was asked; refusal is not NONE. */
struct message refusal_order(enum order_refusal refusal);

/* A message whose parts are copied into the arena. */
struct message refusal_words(struct request *request, enum msg msg, const struct part *parts,
                             size_t part_count);
