/*
 * rate_fetch.c - see rate_fetch.h.
 */
#include "work/rate_fetch.h"

#include "base/str.h"
#include "base/time.h"
#include "store/market_sql.h"

#include <string.h>

#define HTTP_OK 200

static bool       answer_good(struct rate_fetch *fetch, const struct net_call *call);
static bool       answer_read(struct rate_fetch *fetch, struct str text);
static bool       row_good(struct rate_fetch *fetch, const struct fx_ecb_row *row);
static struct str problem_text(struct arena *arena, const struct fx_ecb_problem *problem);

enum err rate_fetch_known(struct db *db, int32_t *ret_day)
{
	struct rate_newest_row row = { 0 };
	enum err err = rate_newest(db, CURRENCY_JPY, fx_source_name(FX_SOURCE_ECB), &row);

	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		return err;
	}
	*ret_day = (int32_t)row.as_of_day;
	return ERR_OK;
}

bool rate_fetch_scheduled(const struct config *config)
{
	bool given = strcmp(config->source[SETTING_rates_url], "default") != 0;

	return config->text[SETTING_rates_url].len > 0 &&
	       (given || config->number[SETTING_sandbox] == 0);
}

void rate_fetch_begin(struct rate_fetch *fetch, struct arena *arena, const struct config *config,
                      int32_t known_day, int64_t now_s)
{
	*fetch = (struct rate_fetch){
		.arena = arena,
		.config = config,
		.now_s = now_s,
		.known_day = known_day,
		.history = known_day == 0,
	};
}

void rate_fetch_call(const struct rate_fetch *fetch, struct net_call *ret)
{
	enum setting url = fetch->history ? SETTING_rates_history_url : SETTING_rates_url;

	*ret = (struct net_call){
		.method = STR("GET"),
		.url = fetch->config->text[url],
		.answer_max = RATE_FETCH_BYTES_MAX,
	};
}

enum rate_fetch_step rate_fetch_answered(struct rate_fetch *fetch, const struct net_call *call)
{
	fetch->count = 0;
	fetch->newest_day = 0;
	if (!answer_good(fetch, call) || !answer_read(fetch, call->answer)) {
		return RATE_FETCH_FAILED;
	}
	if (!fetch->history && fx_ecb_gap(fetch->known_day, fetch->newest_day) &&
	    fetch->config->text[SETTING_rates_history_url].len > 0) {
		fetch->history = true;
		return RATE_FETCH_MORE;
	}
	return RATE_FETCH_DONE;
}

enum err rate_fetch_store(struct db *db, struct arena *arena, struct rate_fetch *fetch)
{
	enum err err = ERR_OK;

	memset(fetch->put_count, 0, sizeof(fetch->put_count));
	for (size_t i = 0; err == ERR_OK && i < fetch->count; i++) {
		const struct fx_ecb_row *row = &fetch->rows[i];

		for (size_t j = 0; err == ERR_OK && j < row->count; j++) {
			struct rate_new   rate = { .currency = row->rate[j].currency,
				                   .day = row->day,
				                   .value = row->rate[j].value,
				                   .source = FX_SOURCE_ECB };
			struct fx_decimal known;
			enum rate_put     put = RATE_KNOWN;

			err = rate_put(db, arena, &rate, &put, &known);
			fetch->put_count[put]++;
		}
	}
	return err;
}

static bool answer_good(struct rate_fetch *fetch, const struct net_call *call)
{
	if (call->result == NET_ANSWER && call->status == HTTP_OK) {
		return true;
	}
	fetch->problem = call->result == NET_REFUSED ? STR("nobody answers at that address")
	                 : call->result == NET_UNKNOWN
	                     ? STR("no whole answer came in time")
	                     : arena_printf(fetch->arena, "the answer was HTTP %d", call->status);
	return false;
}

static bool answer_read(struct rate_fetch *fetch, struct str text)
{
	struct fx_ecb_xml    *xml = ARENA_NEW(fetch->arena, struct fx_ecb_xml);
	struct fx_ecb_problem problem;
	enum fx_ecb_step      step = FX_ECB_ROW;
	size_t                max = fetch->history ? RATE_FETCH_DAYS_MAX : 1;

	if (fetch->rows == NULL || fetch->history) {
		fetch->rows = ARENA_ARRAY(fetch->arena, struct fx_ecb_row, max + 1);
	}
	if (xml == NULL || fetch->rows == NULL) {
		fetch->problem = STR("memory is out");
		return false;
	}
	fx_ecb_xml_init(xml, text);
	while (step == FX_ECB_ROW) {
		step = fx_ecb_xml_next(xml, &fetch->rows[fetch->count], &problem);
		if (step != FX_ECB_ROW) {
			break;
		}
		if (fetch->count == max) {
			fetch->problem = arena_printf(fetch->arena, "it holds more than %zu %s",
			                              max, max == 1 ? "day" : "days");
			return false;
		}
		if (!row_good(fetch, &fetch->rows[fetch->count++])) {
			return false;
		}
	}
	if (step == FX_ECB_BAD) {
		fetch->problem = problem_text(fetch->arena, &problem);
	}
	return step == FX_ECB_END;
}

static bool row_good(struct rate_fetch *fetch, const struct fx_ecb_row *row)
{
	struct fx_rate yen;

	if (fx_ecb_as_of_s(row->day) > fetch->now_s + FX_AHEAD_S) {
		fetch->problem = arena_printf(fetch->arena, "%.*s is still to come",
		                              STR_ARG(iso_day(fetch->arena, row->day)));
		return false;
	}
	if (!fx_ecb_find(row, CURRENCY_JPY, &yen)) {
		fetch->problem = arena_printf(fetch->arena, "%.*s has no rate of the yen",
		                              STR_ARG(iso_day(fetch->arena, row->day)));
		return false;
	}
	if (row->day > fetch->newest_day) {
		fetch->newest_day = row->day;
	}
	return true;
}

static struct str problem_text(struct arena *arena, const struct fx_ecb_problem *problem)
{
#define X(name) [FX_ECB_PROBLEM_##name] = #name,
	static const char *const names[FX_ECB_PROBLEM_COUNT] = { FX_ECB_PROBLEMS(X) };
#undef X

	return arena_printf(arena, "line %lld is not as the European Central Bank writes it (%s)",
	                    (long long)problem->line, names[problem->kind]);
}
