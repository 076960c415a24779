/*
 * demo.c - see demo.h.
 *
 * Numbers begin as those of the brand's real network, so that every check of
 * the program meets them; behind that stands a range that we made up (IMSI
 * …99…, telephone …-9999-…).  Days count from today, so that there is always
 * something near its end.
 */
#include "demo.h"

#include "base/str.h"
#include "base/time.h"
#include "core/fx.h"
#include "core/iccid.h"
#include "core/imsi.h"
#include "core/msisdn.h"
#include "core/role.h"
#include "core/sim.h"
#include "store/account.h"
#include "store/account_command.h"
#include "store/line_sql.h"
#include "store/market_sql.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "web/password.h"

#define ACCOUNT_LINES 9 /* that the demo account looks after: each a different case */
#define MSISDN_FIRST  INT64_C(816099990000) /* +81 60 9999 0000; 70, 80, 90 above it */
#define MSISDN_STEP   INT64_C(1000000000)
#define SERIAL_FIRST  (INT64_C(3) * 26 + 13) * INT64_C(10000000000000) /* "DN" and 13 digits */

/* Euro reference rates of the European Central Bank of 2021-10-07; the new
 * Taiwan dollar is not among them, so its rate is our own. */
static const struct {
	uint16_t    currency;
	const char *rate;
} rates[] = {
	{ CURRENCY_JPY, "128.78" }, { CURRENCY_CNY, "7.4536" }, { CURRENCY_USD, "1.1562" },
	{ 344, "9.0008" },          { 901, "32.35" },           { 410, "1375.87" },
	{ 702, "1.5697" },          { 826, "0.85023" },         { 36, "1.5839" },
};

/* Where the numbers of a network begin: PLMN, and the issuer of its cards. */
static const struct {
	int64_t plmn;          /* five digits */
	int64_t iccid_payload; /* 18 digits */
} numbers[NETWORK_COUNT] = {
	[NETWORK_DOCOMO] = { 44010, INT64_C(898110099000000000) },
	[NETWORK_KDDI] = { 44051, INT64_C(898130099000000000) },
	[NETWORK_SOFTBANK] = { 44020, INT64_C(898120099000000000) },
	[NETWORK_RAKUTEN] = { 44011, INT64_C(898114099000000000) },
};

/* States that no date gives; one line in twenty has one of them. */
static const enum line_state other_states[] = { LINE_ORDERED,   LINE_KYC_PENDING, LINE_PROVISIONED,
	                                        LINE_CANCELLED, LINE_QUARANTINE,  LINE_FREE,
	                                        LINE_LOW };

/* A line on its way. */
struct making {
	struct store            *store;
	const struct catalogue  *catalogue;
	const struct plan_brand *brand;
	int32_t                  today, index;
	uint32_t                 dice;
};

static enum err fill_catalogue(struct store *store, struct catalogue *ret);
static enum err fill_rates(struct store *store);
static enum err fill_account(struct store *store, int64_t *ret_id);
static enum err fill_line(struct making *making, struct demo_line *ret);
static void     keep_make(struct making *making, const struct keep_rule *rule, int32_t *ret_day,
                          struct keep_state *ret);
static enum line_state state_make(struct making *making);
static int32_t         roll(struct making *making, int32_t sides);
static bool            account_cares(int32_t index);

enum err demo_fill(struct store *store, struct demo_line ret[DEMO_LINES_SHOWN])
{
	struct catalogue catalogue;
	struct demo_line line;
	struct making    making = { .store = store,
		                    .catalogue = &catalogue,
		                    .today = tokyo_day(store->now_ms / 1000),
		                    .dice = 20261121 };
	int64_t          account_id = 0;
	enum err         err = fill_catalogue(store, &catalogue);

	if (err == ERR_OK)
		err = fill_rates(store);
	if (err == ERR_OK)
		err = fill_account(store, &account_id);
	for (int32_t i = 0; i < DEMO_LINES && err == ERR_OK; i++) {
		making.index = i;
		making.brand = &catalogue.brands[(size_t)i % catalogue.brand_count];
		if (i < DEMO_LINES_SHOWN)
			making.brand = plan_brand(&catalogue,
			                          i % 2 == 0 ? STR("docomo-prepaid") : STR("povo"));
		err = fill_line(&making, &line);
		if (err == ERR_OK && account_cares(i))
			err = account_line_add(store->db, account_id, line.id);
		if (i < DEMO_LINES_SHOWN)
			ret[i] = line;
	}
	return err == ERR_OK && store->arena->failed ? ERR_MEMORY : err;
}

static enum err fill_catalogue(struct store *store, struct catalogue *ret)
{
	struct plan_problems *problems = ARENA_NEW(store->arena, struct plan_problems);
	struct digest         hash;
	enum err              err;

	if (problems == NULL)
		return ERR_MEMORY;
	if (!plan_parse(store->arena, plan_demo(), ret, problems))
		return ERR_CORRUPT;
	sha256(plan_demo(), &hash);
	err = catalogue_add(store->db, store->now_ms / 1000,
	                    (struct str){ .ptr = (const char *)hash.byte, .len = HASH_SIZE },
	                    plan_demo());
	ret->version = (int32_t)db_last_id(store->db);
	return err;
}

static enum err fill_rates(struct store *store)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < COUNT_OF(rates) && err == ERR_OK; i++) {
		struct fx_decimal value;
		int64_t           added;
		bool              good = fx_decimal_parse(str_from(rates[i].rate), &value);

		assert(good);
		err = rate_add(store->db, rates[i].currency, quote_rate_day(store->now_ms / 1000),
		               value.mantissa, value.scale, fx_source_name(FX_SOURCE_DEMO), &added);
	}
	return err;
}

static enum err fill_account(struct store *store, int64_t *ret_id)
{
	struct str blind = account_blind(store->arena, &store->keys->blind, STR(DEMO_EMAIL));
	struct password_job     job = { .pepper = &store->keys->pepper,
		                        .password = STR(DEMO_PASSWORD) };
	struct account_register add = { .email_blind = blind,
		                        .lang = STR("zh-Hans"),
		                        .role = ROLE_MEMBER };
	struct command          command = { .arg = &add };
	enum err                err;

	password_work(&job);
	if (!job.good)
		return ERR_MEMORY;
	add.password = str_from(job.text);
	add.email_box = account_email_seal(store->arena, &store->keys->personal, blind,
	                                   STR(DEMO_EMAIL));
	err = account_register_apply(store, &command);
	*ret_id = add.account_id;
	return err;
}

static enum err fill_line(struct making *making, struct demo_line *ret)
{
	struct store            *store = making->store;
	const struct plan_brand *brand = making->brand;
	enum network             network = making->catalogue->networks[brand->network].network;
	int64_t                  imsi, iccid, msisdn, serial, sealed[4];
	bool                     docomo = network == NETWORK_DOCOMO;
	enum line_state          state = state_make(making);
	bool working = state == LINE_ACTIVE || state == LINE_PARKED || state == LINE_LOW;
	struct keep_rule    rule;
	struct keep_state   keep;
	struct keep_result  result;
	struct keep_columns columns;
	int32_t             day;
	enum err            err;

	assert(numbers[network].plmn != 0);
	imsi = numbers[network].plmn * INT64_C(10000000000) + INT64_C(9900000000) + making->index;
	iccid = numbers[network].iccid_payload + making->index;
	msisdn = MSISDN_FIRST + making->index % 4 * MSISDN_STEP + making->index;
	serial = SERIAL_FIRST + making->index;
	sealed[0] = identifier_seal(store->keys, IDENTIFIER_IMSI, imsi);
	sealed[1] = identifier_seal(store->keys, IDENTIFIER_ICCID, iccid);
	sealed[2] = identifier_seal(store->keys, IDENTIFIER_MSISDN, msisdn);
	sealed[3] = identifier_seal(store->keys, IDENTIFIER_SERIAL, serial);
	if (!plan_keep_rule(making->catalogue, brand, state == LINE_PARKED, making->today, &rule))
		return ERR_CORRUPT;
	keep_make(making, &rule, &day, &keep);
	keep_result(&rule, &keep, &result);
	columns = keep_to_columns(&keep);
	if (working)
		state = keep_line_state(keep_phase(&result, making->today), state);
	err = line_add(store->db,
	               &(struct line_add_args){
			   .imsi = &sealed[0],
			   .iccid = &sealed[1],
			   .msisdn = &sealed[2],
			   .serial = docomo && making->index % 4 == 0 ? &sealed[3] : NULL,
			   .tail = msisdn_tail(msisdn, 4),
			   .brand = brand->code,
			   .payment = (brand->payments & 1u << LINE_PREPAID) != 0 ? LINE_PREPAID
	                                                                          : LINE_POSTPAID,
			   .state = state,
			   .identity = state != LINE_ORDERED && state != LINE_KYC_PENDING,
			   .activated_day = day,
			   .keep_a = columns.value[0],
			   .keep_b = columns.value[1],
			   .keep_c = columns.value[2],
			   .keep_d = columns.value[3],
			   .keep_e = columns.value[4],
			   .keep_order = columns.value[5],
			   .safe_until_day = result.safe_until_day,
			   .lost_day = result.lost_day,
		       });
	if (making->index < DEMO_LINES_SHOWN) {
		ret->iccid = iccid_text(store->arena, iccid);
		ret->imsi = imsi_text(store->arena, imsi);
		ret->msisdn = msisdn_e164(store->arena, msisdn);
	}
	ret->id = db_last_id(store->db);
	return err;
}

/* The day of activation, and what has happened since under this rule. */
static void keep_make(struct making *making, const struct keep_rule *rule, int32_t *ret_day,
                      struct keep_state *ret)
{
	int32_t           today = making->today;
	int32_t           day = today - roll(making, 205);
	struct keep_event event = { .kind = KEEP_EVENT_NONE, .day = today - roll(making, 185) };

	if (making->index < DEMO_LINES_SHOWN)
		day = today - 20 - making->index * 7;
	switch (rule->kind) {
	case KEEP_CHARGE:
		day = today - 400;
		event.kind = KEEP_EVENT_CHARGE;
		event.day = today - roll(making, 75);
		event.yen = (int64_t)rule->step_yen * (1 + roll(making, 3));
		break;
	case KEEP_IDLE_DAYS:
	case KEEP_IDLE_MONTHS:
		day = today - 700;
		event.kind = KEEP_EVENT_DATA;
		if (rule->kind == KEEP_IDLE_MONTHS)
			event.day = today - roll(making, 100);
		break;
	case KEEP_VISIT:
		day = today - roll(making, rule->window + 1);
		break;
	case KEEP_CONTRACT:
	case KEEP_PARK:
		day = today - 30 - roll(making, 300);
		break;
	default:
		break;
	}
	keep_start(rule, day, ret);
	if (event.kind != KEEP_EVENT_NONE)
		(void)keep_apply(rule, ret, &event);
	*ret_day = day;
}

static enum line_state state_make(struct making *making)
{
	if (making->index < DEMO_LINES_SHOWN)
		return LINE_ACTIVE;
	if (making->index % 20 == 19)
		return other_states[making->index / 20 % (int32_t)COUNT_OF(other_states)];
	return making->brand->park_code.len > 0 && making->index % 3 == 0 ? LINE_PARKED
	                                                                  : LINE_ACTIVE;
}

/* 0 … sides - 1, the same in every run. */
static int32_t roll(struct making *making, int32_t sides)
{
	making->dice = making->dice * 1664525 + 1013904223;
	return (int32_t)((making->dice >> 8) % (uint32_t)sides);
}

static bool account_cares(int32_t index)
{
	static const int32_t indexes[ACCOUNT_LINES] = { 0, 1, 11, 12, 15, 21, 24, 29, 69 };

	for (size_t i = 0; i < COUNT_OF(indexes); i++) {
		if (indexes[i] == index)
			return true;
	}
	return false;
}
