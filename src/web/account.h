/*
 * account.h - what registering and the staff's one-time link have in common.
 */
#pragma once
#include "web/password.h"
#include "web/view.h"
#include "web/web.h"

/* Checks `email` and `password` of a form for a new account; problems go into
 * the form.  True: *ret_email is the folded address. */
bool account_check_new(struct request *request, struct form *form, struct str *ret_email);
/* False: too many from this address or network, and the response says so. */
bool account_register_allowed(struct request *request, struct response *response);
/* Judges `password` of a form as a new one; problems go into the form. */
void account_check_password(struct request *request, struct form *form, struct str email);
/* A try of a password costs a token of the account (by its blind index, known or
 * not), the address and the network.  False: too many, and the response says so. */
bool account_try_allowed(struct request *request, struct response *response, struct str blind);
void account_try_forgive(struct request *request, struct str blind); /* it was right */
/* "Firefox", "WeChat", …: a browser as its user sees it in a list; static storage. */
struct str account_agent(struct str user_agent);
