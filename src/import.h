/*
 * import.h - what the kinds of `keepline import` have in common.
 */
#pragma once
#include "data_dir.h"
#include "progress.h"

#define IMPORT_LISTED_MAX 50 /* problems that are listed one by one; others are counted */

/* One import.  --json prints an object a line. */
struct import {
	struct call    *call;
	struct house   *house;
	struct env      env;
	struct progress progress;
	const char     *path; /* "-": standard input */
	bool            dry_run, json, skip_bad, rows;
	int64_t         listed_count;
};

/* The kinds; each returns an exit code. */
int import_lines(struct import *import);
int import_catalogue(struct import *import);
int import_rates(struct import *import);

/* Opens the file; -1 after saying why on stderr, with the exit code. */
int import_open(struct import *import, int *ret_code);
/* May one more problem be listed?  The first that may not says so. */
bool import_lists(struct import *import);
/* A whole file of at most max bytes into the arena; an exit code. */
int import_read(struct import *import, struct arena *arena, size_t max, struct str *ret);
/* For JSON: the text between quotes, escaped. */
void import_json_text(struct str text);
