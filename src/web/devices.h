/*
 * devices.h - an account's own page, for whoever shows it again with something
 * to mend.
 */
#pragma once
#include "web/request.h"
#include "web/view.h"

/* The page with the form and its problems; fills the list and the frame. */
void devices_show(struct request *request, struct response *response, int status,
                  struct account_view *view);
