/*
 * app_hook.h - gives the web room the callbacks of gateways, which it may not
 * see itself: verification keys only, never a key that can move money.
 */
#pragma once
#include "base/config.h"
#include "store/store.h"
#include "web/hook.h"

/* The callbacks of every gateway that the settings allow; in the arena.  What
 * is borrowed must live as long as the table. */
enum err app_hooks(struct arena *arena, const struct config *config, const struct keys *keys,
                   const struct hook_table **ret);
