/*
 * app_hook.h - gives the web room the callbacks of gateways, which it may not
 * see itself: verification keys only, never a key that can move money.
 */
#pragma once
#include "app_pay.h"
#include "web/hook.h"

/* The callbacks of every gateway that is open; in the arena.  `pay` must live
 * as long as the table. */
enum err app_hooks(struct arena *arena, const struct app_pay *pay, const struct hook_table **ret);
