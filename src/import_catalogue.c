/*
 * import_catalogue.c - keepline import catalogue FILE.
 *
 * One mistake and nothing is loaded; the text that is newest already makes no
 * new version.  A paid order keeps the version it saw.
 */
#include "base/str.h"
#include "import.h"
#include "store/market_sql.h"

#include <stdio.h>

static int  catalogue_check(struct import *import, struct str text, struct catalogue *ret);
static int  catalogue_store(struct import *import, struct str text, int64_t *ret_version);
static void problem_print(struct import *import, struct arena *arena,
                          const struct plan_problem *problem);

int import_catalogue(struct import *import)
{
	struct arena    *arena = &import->house->arena;
	struct catalogue catalogue;
	struct str       text;
	int64_t          version = 0;
	int64_t          before = import->house->catalogue.version;
	int              code = import_read(import, arena, PLAN_TEXT_MAX, &text);

	if (code == EX_OK)
		code = catalogue_check(import, text, &catalogue);
	if (code == EX_OK && !import->dry_run)
		code = catalogue_store(import, text, &version);
	if (code != EX_OK)
		return code;
	if (import->json)
		printf(
		    "{\"version\":%lld,\"new\":%s,\"brands\":%zu,\"packs\":%zu,\"keep_rules\":%zu,"
		    "\"facts\":%zu,\"written\":%s}\n",
		    (long long)version, version > before ? "true" : "false", catalogue.brand_count,
		    catalogue.pack_count, catalogue.keep_count, catalogue.fact_count,
		    version > before ? "true" : "false");
	else
		printf("%s: %zu brands, %zu packs, %zu keep rules, %zu facts; ", import->path,
		       catalogue.brand_count, catalogue.pack_count, catalogue.keep_count,
		       catalogue.fact_count);
	if (import->json)
		return EX_OK;
	if (import->dry_run)
		puts("good, nothing written");
	else if (version == before)
		printf("unchanged, still version %lld\n", (long long)version);
	else
		printf("version %lld; a running server sells by it in a moment\n",
		       (long long)version);
	return EX_OK;
}

static int catalogue_check(struct import *import, struct str text, struct catalogue *ret)
{
	struct arena         *arena = &import->house->arena;
	struct plan_problems *problems = ARENA_NEW(arena, struct plan_problems);

	if (problems == NULL)
		return call_failed(import->call, ERR_MEMORY, import->path);
	if (plan_parse(arena, text, ret, problems))
		return EX_OK;
	for (size_t i = 0; i < problems->count; i++)
		problem_print(import, arena, &problems->list[i]);
	return call_fail(import->call, EX_DATAERR,
	                 "%s: %zu%s mistakes, so nothing was loaded; correct them and import it "
	                 "again",
	                 import->path, problems->count, problems->more ? " or more" : "");
}

/* In one transaction, so that two imports at once make two versions. */
static int catalogue_store(struct import *import, struct str text, int64_t *ret_version)
{
	struct db                   *db = import->house->db;
	struct catalogue_latest_row  latest;
	struct catalogue_by_hash_row known;
	struct digest                hash;
	int64_t                      now_s = import->env.clock.now_ms(import->env.clock.ctx) / 1000;
	enum err                     err = db_begin(db);
	struct str                   bytes = { .ptr = (const char *)hash.byte, .len = HASH_SIZE };

	sha256(text, &hash);
	if (err == ERR_OK)
		err = catalogue_latest(db, &import->house->arena, &latest);
	if (err == ERR_OK && str_eq(latest.body, text)) {
		db_rollback(db);
		*ret_version = latest.version;
		return EX_OK;
	}
	if (err == ERR_OK || err == ERR_NOT_FOUND)
		err = catalogue_by_hash(db, bytes, &known);
	if (err == ERR_OK) {
		db_rollback(db);
		return call_fail(import->call, EX_DATAERR,
		                 "%s is version %lld, an earlier one; change its label to bring it "
		                 "back",
		                 import->path, (long long)known.version);
	}
	if (err == ERR_NOT_FOUND)
		err = catalogue_add(db, now_s, bytes, text);
	if (err == ERR_OK)
		*ret_version = db_last_id(db);
	if (err == ERR_OK)
		err = db_commit(db);
	if (err == ERR_OK)
		return EX_OK;
	db_rollback(db);
	return call_failed(import->call, err, "nothing was loaded");
}

static void problem_print(struct import *import, struct arena *arena,
                          const struct plan_problem *problem)
{
	struct str text = plan_problem_text(arena, problem);

	if (!import->json) {
		printf("%.*s\n", STR_ARG(text));
		return;
	}
	printf("{\"line\":%d,\"result\":\"refused\",\"code\":\"%.*s\",\"what\":", problem->line,
	       STR_ARG(plan_problem_name(problem->kind)));
	import_json_text(text);
	puts("}");
}
