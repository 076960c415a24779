/*
 * line_bulk.h - many lines in one transaction, with the indexes made anew at its
 * end: about four times as fast as row by row into full indexes, and all or
 * nothing.  Only where no server runs: it would wait for the transaction.
 *
 * A thread of its own writes rows while the caller still reads the file, and
 * makes the indexes while the caller compares.  From begin to end the connection
 * is that thread's (load->offline).
 */
#pragma once
#include "store/line_load.h"

#define LINE_BULK_MIN   50000 /* rows: below, it is not worth it */
#define LINE_BULK_BLOCK 8192  /* rows that are handed over together */

/* Is it worth it: so many new rows beside the stock there is? */
bool line_bulk_pays(const struct line_load *load, size_t new_count);

struct line_bulk;
/* Opens the transaction and starts the thread.  Rows may be there already
 * (matched: their outcomes are followed) or come later (all are new then, and
 * load->stock_numbers must be read). */
enum err line_bulk_begin(struct line_load *load, struct arena *arena, struct line_bulk **ret);
/* The rows before `count` may be written. */
void line_bulk_ready(struct line_bulk *bulk, size_t count);
/* There are no more rows: waits until all are written; indexes are begun. */
enum err line_bulk_rows_end(struct line_bulk *bulk, const struct load_watch *watch);
/* keep: waits for the indexes, names the file and commits.  Else, and on a
 * failure or when the watch stops it (ERR_REFUSED), nothing of it stays. */
enum err line_bulk_end(struct line_bulk *bulk, bool keep, const struct digest *hash,
                       int64_t now_s, const struct load_watch *watch);
