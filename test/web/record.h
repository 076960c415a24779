/*
 * record.h - writes down what the API said in a test, for openapi_check.py.
 *
 * With API_RECORD=FILE in the environment every exchange below /api/ is one
 * line of JSON in FILE; without it nothing happens.
 */
#pragma once
#include "web/request.h"

/* The request as it was sent, and its finished answer. */
void record_exchange(const struct request *request, const struct response *response);
/* What the C tables know: routes, fields, codes and the names of states. */
void record_tables(void);
/* Is there a file to write to? */
bool record_wanted(void);
/* One line of it; takes the reference. */
struct json_t;
void record_line(struct json_t *line);
