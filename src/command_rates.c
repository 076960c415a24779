/*
 * command_rates.c - keepline rates fetch|list|confirm: exchange rates from the
 * European Central Bank, what each currency stands at, and a person's yes to a
 * rate that moved by more than 3 %.
 *
 * A running server sells by what is stored here within two seconds.
 */
#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "data_dir.h"
#include "gate/net_real.h"
#include "store/quote.h"
#include "store/rate.h"
#include "work/rate_fetch.h"

#include <stdio.h>

#define MEMORY_MAX  ((size_t)8 * 1024 * 1024)
#define DEADLINE_MS 30000
#define STEP_MS     200

const struct option rates_options[] = {
	{ "data", "DIR", "The data directory." },
	{ "reason", "TEXT", "confirm: why the rate is right; it is kept in the audit." },
	{ "json", NULL, "One JSON object a line." },
	{ NULL, NULL, NULL },
};

static int      rates_fetch(struct call *call, struct house *house, struct arena *arena);
static int      fetch_round(struct call *call, struct net_real *net, struct rate_fetch *fetch);
static void     fetch_done(struct net_call *call);
static int      fetch_store(struct call *call, struct house *house, struct arena *arena,
                            struct rate_fetch *fetch);
static void     fetch_tell(const struct call *call, struct arena *arena,
                           const struct rate_fetch *fetch);
static int      rates_list(struct call *call, struct house *house, struct arena *arena);
static int      rate_tell(struct call *call, struct house *house, struct arena *arena,
                          uint16_t currency);
static void     rate_print(const struct call *call, struct arena *arena, uint16_t currency,
                           const struct rate_look *look);
static int      rates_confirm(struct call *call, struct house *house, struct arena *arena);
static enum err confirm_store(struct house *house, struct arena *arena, struct rate_confirm *arg);
static int64_t  now_ms(void);

int command_rates(struct call *call)
{
	struct str   what = call->operand[0];
	bool         fetch = str_eq(what, STR("fetch")), list = str_eq(what, STR("list"));
	struct house house;
	struct arena arena;
	int          code;

	if (!fetch && !list && !str_eq(what, STR("confirm")))
		return call_fail(call, EX_USAGE, "say fetch, list or confirm, not \"%.*s\"",
		                 (int)str_take(what, 40).len, what.ptr);
	if (call->operand_count != (fetch || list ? 1 : 3))
		return call_fail(call, EX_USAGE,
		                 "confirm, and only it, takes a currency and the rate's day: "
		                 "confirm CNY 2026-11-20 --reason TEXT");
	arena_init(&arena, MEMORY_MAX);
	code = house_open(call, list ? DB_READ : DB_WRITE, &house);
	if (code == EX_OK && fetch)
		code = rates_fetch(call, &house, &arena);
	else if (code == EX_OK && !list)
		code = rates_confirm(call, &house, &arena);
	if (code == EX_OK)
		code = rates_list(call, &house, &arena);
	house_close(&house);
	arena_free(&arena);
	return code;
}

static int rates_fetch(struct call *call, struct house *house, struct arena *arena)
{
	struct net_real_config config = { .clock = env_real().clock };
	struct net_real       *net;
	struct rate_fetch      fetch;
	int32_t                known_day;
	int                    code;
	enum err               err = rate_fetch_known(house->db, &known_day);

	if (house->config.text[SETTING_rates_url].len == 0)
		return call_fail(call, EX_CONFIG,
		                 "rates_url is empty; set it to where the European Central Bank's "
		                 "daily file is");
	if (err == ERR_OK)
		err = net_real_open(&config, arena, &net);
	if (err != ERR_OK)
		return call_failed(call, err, "fetching rates");
	rate_fetch_begin(&fetch, arena, &house->config, known_day, now_ms() / 1000);
	code = fetch_round(call, net, &fetch);
	net_real_close(net);
	return code == EX_OK ? fetch_store(call, house, arena, &fetch) : code;
}

static int fetch_round(struct call *call, struct net_real *net, struct rate_fetch *fetch)
{
	struct net           seam = net_real_seam(net);
	enum rate_fetch_step step = RATE_FETCH_MORE;
	struct net_call      exchange;

	while (step == RATE_FETCH_MORE) {
		bool done = false;

		rate_fetch_call(fetch, &exchange);
		exchange.arena = fetch->arena;
		exchange.deadline_ms = DEADLINE_MS;
		exchange.done = fetch_done;
		exchange.arg = &done;
		seam.call(seam.ctx, &exchange);
		while (!done)
			(void)net_real_step(net, STEP_MS);
		step = rate_fetch_answered(fetch, &exchange);
	}
	if (step == RATE_FETCH_DONE)
		return EX_OK;
	return call_fail(call, EX_UNAVAILABLE,
	                 "%.*s: %.*s; nothing was changed, sales go on by the rates we have",
	                 STR_ARG(exchange.url), STR_ARG(fetch->problem));
}

static void fetch_done(struct net_call *call)
{
	*(bool *)call->arg = true;
}

static int fetch_store(struct call *call, struct house *house, struct arena *arena,
                       struct rate_fetch *fetch)
{
	enum err err = db_begin(house->db);

	if (err == ERR_OK)
		err = rate_fetch_store(house->db, arena, fetch);
	if (err == ERR_OK)
		err = db_commit(house->db);
	if (err != ERR_OK) {
		db_rollback(house->db);
		return call_failed(call, err, "nothing was stored");
	}
	fetch_tell(call, arena, fetch);
	if (fetch->put_count[RATE_DIFFERS] > 0)
		return call_fail(call, EX_DATAERR,
		                 "%lld of them differ from what was published before, and were "
		                 "left as they were; find out who changed them",
		                 (long long)fetch->put_count[RATE_DIFFERS]);
	return EX_OK;
}

static void fetch_tell(const struct call *call, struct arena *arena, const struct rate_fetch *fetch)
{
	const int64_t *put = fetch->put_count;
	struct str     day = iso_day(arena, fetch->newest_day);

	printf(call_given(call, "json")
	           ? "{\"newest\":\"%.*s\",\"days\":%zu,\"added\":%lld,\"known\":%lld,"
	             "\"replaced\":%lld}\n"
	           : "up to %.*s: %zu days; %lld rates added, %lld known before, %lld of the demo "
	             "replaced\n",
	       STR_ARG(day), fetch->count, (long long)put[RATE_ADDED], (long long)put[RATE_KNOWN],
	       (long long)put[RATE_REPLACED]);
}

static int rates_list(struct call *call, struct house *house, struct arena *arena)
{
	int code = EX_OK;

	for (size_t i = 0; code == EX_OK && i < quote_currency_count; i++)
		if (quote_currencies[i] != CURRENCY_JPY)
			code = rate_tell(call, house, arena, quote_currencies[i]);
	return code;
}

static int rate_tell(struct call *call, struct house *house, struct arena *arena, uint16_t currency)
{
	struct rate_look look;
	enum err         err = rate_look(house->db, arena, currency, now_ms() / 1000, &look);

	if (err != ERR_OK)
		return call_failed(call, err, "reading the rates");
	rate_print(call, arena, currency, &look);
	return EX_OK;
}

static void rate_print(const struct call *call, struct arena *arena, uint16_t currency,
                       const struct rate_look *look)
{
	static const char *const states[FX_REFUSAL_COUNT] = {
		[FX_REFUSAL_NONE] = "in use",
		[FX_REFUSAL_CURRENCY] = "no rate",
		[FX_REFUSAL_STALE] = "stale",
		[FX_REFUSAL_AHEAD] = "from the future",
		[FX_REFUSAL_JUMP] = "waits for confirmation",
		[FX_REFUSAL_AMOUNT] = "unusable",
	};
	struct str code = currency_code(currency), day = STR(""), unit = STR(""), source = STR("");

	if (look->known) {
		day = iso_day(arena, look->day);
		unit = fx_unit_text(arena, &look->rate, 0);
		source = fx_source_name(look->rate.source);
	}
	printf(call_given(call, "json")
	           ? "{\"currency\":\"%.*s\",\"state\":\"%s\",\"day\":\"%.*s\","
	             "\"mid\":\"%.*s\",\"source\":\"%.*s\"}\n"
	           : "%.*s  %-22s  %10.*s  %.*s  %.*s\n",
	       STR_ARG(code), states[look->refusal], STR_ARG(day), STR_ARG(unit), STR_ARG(source));
}

static int rates_confirm(struct call *call, struct house *house, struct arena *arena)
{
	const char         *reason = call_option(call, "reason");
	struct rate_confirm arg = { .reason = reason == NULL ? STR("") : str_from(reason) };
	enum err            err;

	if (!currency_from_code(call->operand[1], &arg.currency) || arg.currency == CURRENCY_JPY)
		return call_fail(call, EX_USAGE, "\"%.*s\" is no currency that we have a rate for",
		                 (int)str_take(call->operand[1], 10).len, call->operand[1].ptr);
	if (!iso_day_parse(call->operand[2], &arg.day))
		return call_fail(call, EX_USAGE, "\"%.*s\" is no day; write it as 2026-11-20",
		                 (int)str_take(call->operand[2], 20).len, call->operand[2].ptr);
	arg.reason = str_trim(arg.reason);
	if (arg.reason.len == 0 || !utf8_valid(arg.reason) ||
	    utf8_length(arg.reason) > RATE_REASON_MAX)
		return call_fail(call, EX_USAGE,
		                 "say with --reason, in 1 to %d characters, why the rate is right",
		                 RATE_REASON_MAX);
	err = confirm_store(house, arena, &arg);
	if (err != ERR_OK)
		return call_failed(call, err, "nothing was changed");
	if (arg.refusal != RATE_REFUSAL_NONE)
		return call_fail(call, EX_DATAERR,
		                 "no rate of that currency and day waits for a person; "
		                 "keepline rates list shows what does");
	return EX_OK;
}

static enum err confirm_store(struct house *house, struct arena *arena, struct rate_confirm *arg)
{
	struct env     env = env_real();
	struct store   store = { .db = house->db, .env = &env, .arena = arena, .now_ms = now_ms() };
	struct command command = { .arg = arg };
	enum err       err = db_begin(house->db);

	if (err == ERR_OK)
		err = rate_confirm_apply(&store, &command);
	if (err == ERR_OK)
		err = db_commit(house->db);
	if (err != ERR_OK)
		db_rollback(house->db);
	return err;
}

static int64_t now_ms(void)
{
	struct clock clock = env_real().clock;

	return clock.now_ms(clock.ctx);
}
