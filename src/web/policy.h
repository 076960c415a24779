/*
 * policy.h - what must hold before a handler runs, in one fixed order for
 * every route: size, rate, language, session, role, CSRF, idempotency key,
 * fields.  A handler never checks any of it again.
 */
#pragma once
#include "web/request.h"

/* True: the handler may run.  False: the response is ready. */
bool policy_check(struct request *request, struct response *response);
