/*
 * stock.c - see stock.h.
 */
#include "stock.h"

#include "base/str.h"
#include "base/time.h"
#include "core/plan.h"
#include "core/sim.h"
#include "store/account.h"
#include "store/line_sql.h"
#include "store/market_sql.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "store/settle.h"

#define ACTIVATED_DAYS 30 /* every line is a month old */

struct sort {
	const char     *brand;
	const char     *network; /* first five digits of the IMSI */
	enum line_state state;
	int32_t         charges; /* of JPY 3,000 */
};

static const struct sort sorts[STOCK_COUNT] = {
	[STOCK_PREPAID] = { .brand = "docomo-prepaid", .network = "44010", .state = LINE_ACTIVE },
	[STOCK_POVO] = { .brand = "povo", .network = "44050", .state = LINE_ACTIVE },
	[STOCK_GONE] = { .brand = "docomo-prepaid", .network = "44010", .state = LINE_CANCELLED },
	[STOCK_FULL] = { .brand = "softbank-prepaid",
	                 .network = "44020",
	                 .state = LINE_ACTIVE,
	                 .charges = 6 },
	[STOCK_CONTRACT] = { .brand = "docomo", .network = "44010", .state = LINE_ACTIVE },
};

static void run(struct house *house, enum err (*apply)(struct store *, struct command *),
                void         *arg);
static void line_put(struct house *house, int line);
static void rates_put(struct house *house);

/* A happening as a command. */
struct telling {
	struct happening  happening;
	struct settlement settlement;
};

static enum err telling_apply(struct store *store, struct command *command)
{
	struct telling *telling = command->arg;

	return settle(store, &telling->happening, &telling->settlement);
}

void stock_open(struct house *house)
{
	assert_int_equal(catalogue_add(house->store.db, 0, STR("demo"), plan_demo()), ERR_OK);
	assert_int_equal(house->store.catalogue->version, 1);
	rates_put(house);
	for (int line = 0; line < STOCK_COUNT; line++)
		line_put(house, line);
}

int64_t stock_imsi(int line)
{
	int64_t network;

	assert_true(str_to_int64(str_from(sorts[line].network), &network));
	return network * INT64_C(10000000000) + 1234567890 + line;
}

int64_t stock_iccid(int line)
{
	return INT64_C(898110001234567890) + line;
}

int64_t stock_msisdn(int line)
{
	return INT64_C(818012345670) + line;
}

int64_t stock_serial(int line)
{
	int64_t serial;
	char    text[16];

	snprintf(text, sizeof(text), "DN051234567890%d", line);
	assert_true(serial_parse(str_from(text), &serial));
	return serial;
}

int64_t stock_line_id(int line)
{
	return line + 1;
}

struct str stock_key(struct house *house, const char *email, uint32_t scopes)
{
	struct account_register account = { .role = ROLE_MEMBER, .lang = STR("en") };
	struct api_key_add      key = { .name = STR("stock"), .scopes = scopes };
	struct str              text;

	account.email_blind = account_blind(&house->arena, &house->keys.blind, str_from(email));
	account.email_box = account_email_seal(&house->arena, &house->keys.personal,
	                                       account.email_blind, str_from(email));
	run(house, account_register_apply, &account);
	key.account_id = account.account_id;
	text = token_make(&house->arena, &house->env.rand, STR(API_KEY_PREFIX), &key.token_hash);
	run(house, api_key_add_apply, &key);
	return text;
}

enum err stock_happen(struct house *house, struct str number, struct str event)
{
	struct telling telling = { .happening = { .order_id = 0 } };
	struct command command = { .apply = telling_apply, .arg = &telling, .owner = WRITER_LOOP };
	int            kind = 0;

	while (kind < ORDER_EVENT_COUNT && !str_eq(order_event_name((enum order_event)kind), event))
		kind++;
	if (kind == ORDER_EVENT_COUNT ||
	    !order_number_parse(&house->keys, number, &telling.happening.order_id))
		return ERR_INPUT;
	telling.happening.event = (enum order_event)kind;
	assert_int_equal(writer_run(house->writer, &command), ERR_OK);
	return command.err;
}

static void run(struct house *house, enum err (*apply)(struct store *, struct command *), void *arg)
{
	struct command command = { .apply = apply, .arg = arg, .owner = WRITER_LOOP };

	assert_int_equal(writer_run(house->writer, &command), ERR_OK);
	assert_int_equal(command.err, ERR_OK);
}

static void line_put(struct house *house, int line)
{
	const struct sort       *sort = &sorts[line];
	const struct catalogue  *catalogue = house->store.catalogue;
	const struct plan_brand *brand = plan_brand(catalogue, str_from(sort->brand));
	int32_t                  today = tokyo_day(house->now_ms / 1000);
	int64_t imsi = identifier_seal(&house->keys, IDENTIFIER_IMSI, stock_imsi(line));
	int64_t iccid = identifier_seal(&house->keys, IDENTIFIER_ICCID, stock_iccid(line));
	int64_t msisdn = identifier_seal(&house->keys, IDENTIFIER_MSISDN, stock_msisdn(line));
	int64_t serial = identifier_seal(&house->keys, IDENTIFIER_SERIAL, stock_serial(line));
	struct keep_rule    rule;
	struct keep_state   state;
	struct keep_result  result;
	struct keep_columns columns;

	assert_non_null(brand);
	assert_true(plan_keep_rule(catalogue, brand, false, today, &rule));
	keep_start(&rule, today - ACTIVATED_DAYS, &state);
	for (int32_t i = 0; i < sort->charges; i++) {
		struct keep_event charge = { .kind = KEEP_EVENT_CHARGE, .day = today, .yen = 3000 };

		assert_true(keep_apply(&rule, &state, &charge));
	}
	keep_result(&rule, &state, &result);
	columns = keep_to_columns(&state);
	assert_int_equal(line_add(house->store.db,
	                          &(struct line_add_args){
				      .imsi = &imsi,
				      .iccid = &iccid,
				      .msisdn = &msisdn,
				      .serial = &serial,
				      .tail = stock_msisdn(line) % 10000,
				      .brand = brand->code,
				      .state = sort->state,
				      .identity = 1,
				      .activated_day = today - ACTIVATED_DAYS,
				      .keep_a = columns.value[0],
				      .keep_b = columns.value[1],
				      .keep_c = columns.value[2],
				      .keep_d = columns.value[3],
				      .keep_e = columns.value[4],
				      .keep_order = columns.value[5],
				      .safe_until_day = result.safe_until_day,
				      .lost_day = result.lost_day,
				  }),
	                 ERR_OK);
	assert_int_equal(db_last_id(house->store.db), stock_line_id(line));
}

/* Yen and yuan; the dollar's is old, so nothing is sold in it. */
static void rates_put(struct house *house)
{
	int32_t today = tokyo_day(house->now_ms / 1000);
	int64_t added;

	assert_int_equal(
	    rate_add(house->store.db, CURRENCY_JPY, today, 17878, 2, STR("ecb"), &added), ERR_OK);
	assert_int_equal(
	    rate_add(house->store.db, CURRENCY_CNY, today, 82536, 4, STR("ecb"), &added), ERR_OK);
	assert_int_equal(rate_add(house->store.db, CURRENCY_JPY, today - 9, 17878, 2, STR("ecb"),
	                          &added),
	                 ERR_OK);
	assert_int_equal(rate_add(house->store.db, CURRENCY_USD, today - 9, 11586, 4, STR("ecb"),
	                          &added),
	                 ERR_OK);
}
