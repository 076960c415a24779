/*
 * partners.h - the gateway, the carrier and the net between them and us, each
 * with its own books: the truth that ours is compared with.
 *
 * The net loses requests and answers, delays them past their deadline, lets
 * them overtake each other and delivers them twice.  A crash of ours does not
 * touch the partners: what is on its way arrives.
 */
#pragma once
#include "base/env.h"
#include "sandbox/carrier.h"
#include "sandbox/gateway.h"
#include "world.h"

#define PARTNER_ORDERS_MAX 4096

/* How bad the world is; per mille. */
struct faults {
	int64_t refused, lost_before, lost_after, twice;
	int64_t late; /* an answer comes after its deadline */
	int64_t hook_lost, hook_twice, hook_late;
	int64_t forged; /* a callback of a stranger, and one that is signed and yet wrong */
	int64_t crash;         /* of ours, after a step */
	int64_t disk;          /* something of the disk fails for a while */
	int64_t die_every;     /* changes of the disk between two deaths; 0: none */
	int64_t delay_ms_max;  /* of anything on its way */
};

/* What a partner really did for one order of ours. */
struct truth {
	bool                    placed;
	int64_t                 order_id;
	struct str              number;     /* of the payment, at the gateway */
	struct str              order_text; /* of the order, at the carrier */
	struct sandbox_payment  payment;
	struct sandbox_delivery delivery;
	int64_t                 deliveries; /* times the carrier put it into effect */
	int64_t                 refunds;    /* times the gateway gave money back */
	bool                    cancelled;  /* by the buyer, and we agreed */
};

struct partners;
/* HONEST: as the gateway sends them.  FORGED: not signed by it.  WRONG: signed,
 * and of another amount than was asked for. */
enum letter_kind { LETTER_HONEST, LETTER_FORGED, LETTER_WRONG };
/* A callback has arrived at our door. */
typedef void hook_arrives(void *shop, enum letter_kind kind, struct truth *truth, struct str header,
                          struct str body);

struct partners {
	struct world  *world;
	struct faults  faults;
	struct arena   arena; /* messages and books */
	struct str     hook_key;
	hook_arrives  *hook;
	void          *hook_ctx;
	void (*look)(const struct truth *truth); /* something was asked of a partner */
	/* We said something that no honest shop says; does not come back. */
	void (*complain)(const char *what, int64_t order_id);
	int64_t        epoch; /* of our process; an answer to an older one is lost */
	struct truth   truth[PARTNER_ORDERS_MAX];
	size_t         truth_count;
};

void partners_begin(struct partners *partners, struct world *world, const struct faults *faults,
                    struct str hook_key);
void partners_end(struct partners *partners);
struct net partners_net(struct partners *partners);
/* Our process died: nobody waits for answers any more. */
void partners_forget_us(struct partners *partners);
/* An order of ours as the partners will know it, and how the carrier takes it. */
struct truth *partners_order(struct partners *partners, int64_t order_id, struct str payment,
                             struct str order, struct money amount,
                             enum sandbox_outcome outcome,
                             enum sandbox_delivery_outcome delivery);
/* The payer presses a button; callbacks follow. */
void partners_press(struct partners *partners, struct truth *truth, enum sandbox_button button);
/* The truth now. */
bool truth_paid(const struct truth *truth, int64_t now_ms);     /* money was taken */
bool truth_refunded(const struct truth *truth, int64_t now_ms); /* and is on its way back */
/* Is the line served: done, and not taken back? */
bool truth_credited(const struct truth *truth, int64_t now_ms);
