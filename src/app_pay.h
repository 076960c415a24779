/*
 * app_pay.h - opens the payment gateways that the settings name: their keys
 * are read from files and parsed once, at start.
 *
 * A gateway is sold when pay_methods names it; one that is not sold any more
 * but still has settings is opened too, for the payments made before.
 * GATEWAYS 9, invariant 14.
 */
#pragma once
#include "base/env.h"
#include "command.h"
#include "gate/pay.h"
#include "store/store.h"

#define APP_PAY_CURRENCY_MAX 32 /* of the setting <gateway>_currencies */

/* One gateway as it was opened. */
struct app_till {
	bool              open;   /* config and verify hold its keys */
	struct pay_config config; /* for the worker */
	struct pay_config verify; /* for callbacks: no key that can move money */
	uint16_t          currency[APP_PAY_CURRENCY_MAX];
	size_t            currency_count; /* 0: all that the gateway itself takes */
};

struct app_pay {
	struct app_till till[PAY_METHOD_COUNT];
	struct str      pages; /* origins where a payer may be sent, for the CSP */
};

/* Opens them.  What is wrong is said in one sentence on stderr and is an exit
 * code of sysexits.h; of a gateway that is not sold it is only logged.
 * app_pay_close() afterwards, also when it failed. */
int  app_pay_open(const struct call *call, struct arena *arena, const struct config *config,
                  const struct keys *keys, int64_t now_s, struct app_pay *ret);
void app_pay_close(struct app_pay *pay);

/* For the rooms that see no gateway: may this sum be charged there?  ctx: the
 * struct app_pay. */
bool app_pay_takes(const void *ctx, enum pay_method method, struct money amount);

/* `keepline config check`: a line on stdout for each thing that was looked at,
 * for each gateway that has settings; how many are bad.  No money moves. */
int app_pay_check(struct arena *arena, const struct config *config, int64_t now_s);
