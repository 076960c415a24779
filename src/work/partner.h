/*
 * partner.h - the sandbox partners behind the net's scheme `sandbox:`: a
 * request's bytes in, the answer of the built-in gateway or carrier out.
 *
 * Their books are kept beside ours (store/sandbox.sql), written by the same
 * writer, and never read by anything but them: what we know of a payment or a
 * delivery we know by asking.
 *
 *	struct net_real_config config = { .sandbox = partner_answer, .sandbox_ctx = partner };
 */
#pragma once
#include "sandbox/carrier.h"
#include "sandbox/gateway.h"
#include "store/store.h"
#include "store/writer.h"

#define PARTNER_GATEWAY_URL "sandbox:gateway"
#define PARTNER_CARRIER_URL "sandbox:carrier"
#define PARTNER_WRITES_MAX  2048 /* entries of the books on their way to the disk */

struct partner;

struct partner_setup {
	const struct env  *env;
	struct db         *db; /* a reader, of the thread that calls */
	struct writer     *writer;
	const struct keys *keys;
};

enum err partner_open(struct arena *arena, const struct partner_setup *setup, struct partner **ret);
/* For net_real: sets result, status and answer.  The worker's thread. */
void partner_answer(void *partner, struct net_call *call);

/* The gateway's book about a payment of ours, as it stands in the database;
 * ERR_NOT_FOUND: no such payment, or it is not the sandbox gateway's. */
enum err partner_payment(struct db *db, struct arena *arena, const struct keys *keys,
                         int64_t payment_id, struct sandbox_payment *ret);

/* What an order asks of the sandbox partners, as its row holds it: the
 * gateway's outcome, and the carrier's above it. */
int32_t partner_steering(enum sandbox_outcome gateway, enum sandbox_delivery_outcome carrier);
/* The carrier's part by name, for the carrier's task; empty: its default. */
struct str partner_carrier_outcome(int64_t steering);
