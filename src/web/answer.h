/*
 * answer.h - a finished struct response as libmicrohttpd's.
 */
#pragma once
#include "web/exchange.h"

/* Queues the answer.  The body is not copied: the response's arena must live
 * until libmicrohttpd has completed it.  Static files share one MHD_Response
 * each.  MHD_NO: no memory; libmicrohttpd closes the connection. */
enum MHD_Result answer_queue(struct exchanges *exchanges, struct MHD_Connection *connection,
                             struct response *response);
