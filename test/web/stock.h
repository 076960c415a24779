/*
 * stock.h - goods for a test's web: the demo catalogue, rates, and lines that
 * one can top up, or not, by their numbers.
 */
#pragma once
#include "house.h"

/* What the transcripts type.  Each line's IMSI, ICCID and docomo serial differ
 * in their last digit only. */
#define STOCK_PREPAID  0 /* docomo prepaid: each pack adds its days */
#define STOCK_POVO     1 /* povo2.0 */
#define STOCK_GONE     2 /* cancelled: no money may enter */
#define STOCK_FULL     3 /* SoftBank prepaid, charged as far as it goes */
#define STOCK_CONTRACT 4 /* docomo, monthly contract */
#define STOCK_COUNT    5

/* Rows and rates of the day on which the house's clock stands. */
void    stock_open(struct house *house);
int64_t stock_imsi(int line);    /* 440101234567890 + line; povo's and SoftBank's begin otherwise */
int64_t stock_iccid(int line);   /* payload, without the check digit */
int64_t stock_msisdn(int line);  /* 818012345670 + line */
int64_t stock_serial(int line);  /* packed, see core/sim.h */
int64_t stock_line_id(int line); /* rows are numbered from 1 */

/* A new account of that address, and an API key of it with these scopes (enum
 * scope, joined); the key's text. */
struct str stock_key(struct house *house, const char *email, uint32_t scopes);
/* Something happens to the order of that number: ERR_INPUT when there is none. */
enum err stock_happen(struct house *house, struct str number, struct str event);
