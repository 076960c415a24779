/*
 * plan_key.c - the table of keys, and one small reader for each sort of value.
 */
#include "core/plan_key.h"

#include "base/str.h"
#include "base/time.h"

#include <string.h>

#define TEXT_NAME_MAX  120
#define TEXT_ABOUT_MAX 1000

static bool parse_text(const struct plan_key *key, struct str value, struct str *into,
                       struct plan_problem *ret);
static bool parse_number(const struct plan_key *key, struct str value, void *into,
                         struct plan_problem *ret);
static bool parse_bool(struct str value, void *into, struct plan_problem *ret);
static bool parse_words(const struct plan_key *key, struct str value, void *into,
                        struct plan_problem *ret);
static int  word_index(struct plan_words words, struct str value);
static bool is_digit(char c);

#define NAME(text) \
	{ \
		.ptr = (text), .len = sizeof(text) - 1 \
	}
#define WORDS(array) \
	{ \
		.words = (array), .count = COUNT_OF(array) \
	}

#define X(id, name) [KEEP_##id] = NAME(name),
static const struct str kind_words[] = { KEEP_KINDS(X) };
#undef X
#define X(id, name) [KEEP_EVENT_##id] = NAME(name),
static const struct str event_words[] = { KEEP_EVENTS(X) };
#undef X
#define X(id, name) [KEEP_WORKS_##id] = NAME(name),
static const struct str works_words[] = { KEEP_WORKS(X) };
#undef X
#define X(id, name) [KEEP_BUY_##id] = NAME(name),
static const struct str buy_words[] = { KEEP_BUYS(X) };
#undef X
#define X(id, name) [PLAN_SURE_##id] = NAME(name),
static const struct str sure_words[] = { PLAN_SURENESS(X) };
#undef X
#define X(id, name) [LINE_##id] = NAME(name),
static const struct str payment_words[] = { LINE_PAYMENTS(X) };
#undef X
#define X(id, name) [PACK_##id] = NAME(name),
static const struct str pack_words[] = { PACK_KINDS(X) };
#undef X
#define X(id, name) [FACT_##id] = NAME(name),
static const struct str fact_words[] = { FACT_KINDS(X) };
#undef X
static const struct str bool_words[] = { NAME("no"), NAME("yes") };
static const struct str month_words[] = { NAME("request"), NAME("next-month") };

/* KEY(key, VALUE, required, type, field, min, max[, words]) */
#define KEY(key, sort, must, type, field, low, high, ...) \
	{ \
		.name = key, .value = PLAN_VALUE_##sort, .required = (must), \
		.offset = offsetof(type, field), .min = (low), .max = (high), .words = __VA_ARGS__ \
	}
#define NO_WORDS \
	{ \
		.words = NULL \
	}

#define ORIGIN_KEYS(type, must) \
	KEY("source", TEXTS, must, type, origin.source, 1, 300, NO_WORDS), \
	    KEY("url", TEXT, false, type, origin.url, 1, 500, NO_WORDS), \
	    KEY("as_of", DAY, must, type, origin.as_of_day, 0, 0, NO_WORDS), \
	    KEY("valid_from", DAY, false, type, origin.valid_from_day, 0, 0, NO_WORDS), \
	    KEY("valid_to", DAY, false, type, origin.valid_to_day, 0, 0, NO_WORDS), \
	    KEY("sure", WORD, false, type, origin.sure, 0, 0, WORDS(sure_words))

static const struct plan_key catalogue_keys[] = {
	KEY("label", TEXT, true, struct catalogue, label, 1, TEXT_NAME_MAX, NO_WORDS),
};

static const struct plan_key network_keys[] = {
	KEY("name", TEXTS, true, struct plan_network, name, 1, TEXT_NAME_MAX, NO_WORDS),
	ORIGIN_KEYS(struct plan_network, false),
};

/* clang-format off */
#define RULE(key, sort, field, low, high, ...) \
	KEY(key, sort, false, struct plan_keep, rule.field, low, high, __VA_ARGS__)
static const struct plan_key keep_keys[] = {
	KEY("name", TEXTS, true, struct plan_keep, name, 1, TEXT_NAME_MAX, NO_WORDS),
	KEY("about", TEXTS, false, struct plan_keep, about, 1, TEXT_ABOUT_MAX, NO_WORDS),
	KEY("kind", WORD, true, struct plan_keep, rule.kind, 0, 0, WORDS(kind_words)),
	RULE("counts", WORDS, counts, 0, 0, WORDS(event_words)),
	RULE("window_days", INT, window, 1, KEEP_SPAN_MAX, NO_WORDS),
	RULE("window_months", INT, window, 1, KEEP_MONTHS_MAX, NO_WORDS),
	RULE("window_other", INT, window_other, 1, KEEP_SPAN_MAX, NO_WORDS),
	RULE("grace_days", INT, grace_days, 0, KEEP_SPAN_MAX, NO_WORDS),
	RULE("expiring_days", INT, expiring_days, 0, KEEP_SPAN_MAX, NO_WORDS),
	RULE("over", YEN, over_yen, 0, PLAN_YEN_MAX, NO_WORDS),
	RULE("step", YEN, step_yen, 1, PLAN_YEN_MAX, NO_WORDS),
	RULE("step_days", INT, step_days, 1, 366, NO_WORDS),
	RULE("sum_days_max", INT, sum_days_max, 1, KEEP_SPAN_MAX, NO_WORDS),
	RULE("balance_max", YEN, balance_yen_max, 1, PLAN_YEN_MAX, NO_WORDS),
	RULE("card_day_max", YEN, card_yen_max, 1, PLAN_YEN_MAX, NO_WORDS),
	RULE("monthly_fee", YEN, fee_yen, 1, PLAN_YEN_MAX, NO_WORDS),
	RULE("mail_day", INT, mail_day, 1, 28, NO_WORDS),
	RULE("starts", BOOL, next_month, 0, 0, WORDS(month_words)),
	RULE("works", WORD, works_open, 0, 0, WORDS(works_words)),
	RULE("works_suspended", WORD, works_suspended, 0, 0, WORDS(works_words)),
	RULE("buy_suspended", WORD, buy_suspended, 0, 0, WORDS(buy_words)),
	ORIGIN_KEYS(struct plan_keep, true),
};

static const struct plan_key brand_keys[] = {
	KEY("name", TEXTS, true, struct plan_brand, name, 1, TEXT_NAME_MAX, NO_WORDS),
	KEY("about", TEXTS, false, struct plan_brand, about, 1, TEXT_ABOUT_MAX, NO_WORDS),
	KEY("network", CODE, true, struct plan_brand, network_code, 0, 0, NO_WORDS),
	KEY("keep", CODE, true, struct plan_brand, keep_code, 0, 0, NO_WORDS),
	KEY("park", CODE, false, struct plan_brand, park_code, 0, 0, NO_WORDS),
	KEY("window_days", INT, false, struct plan_brand, window, 1, KEEP_SPAN_MAX, NO_WORDS),
	KEY("payment", WORDS, true, struct plan_brand, payments, 0, 0, WORDS(payment_words)),
	KEY("voice", BOOL, false, struct plan_brand, voice, 0, 0, WORDS(bool_words)),
	ORIGIN_KEYS(struct plan_brand, false),
};

#define GIVES(key, field, high) KEY(key, INT, false, struct plan_pack, field, 1, high, NO_WORDS)
static const struct plan_key pack_keys[] = {
	KEY("name", TEXTS, true, struct plan_pack, name, 1, TEXT_NAME_MAX, NO_WORDS),
	KEY("about", TEXTS, false, struct plan_pack, about, 1, TEXT_ABOUT_MAX, NO_WORDS),
	KEY("brands", TEXT, true, struct plan_pack, brand_codes, 1, PLAN_LINE_MAX, NO_WORDS),
	KEY("price", MONEY, true, struct plan_pack, price, 1, PLAN_YEN_MAX, NO_WORDS),
	KEY("tax_bp", INT, true, struct plan_pack, tax_bp, 0, 10000, NO_WORDS),
	KEY("kind", WORD, true, struct plan_pack, kind, 0, 0, WORDS(pack_words)),
	KEY("counts_as", WORD, true, struct plan_pack, keep_event, 0, 0, WORDS(event_words)),
	KEY("balance", YEN, false, struct plan_pack, balance_yen, 1, PLAN_YEN_MAX, NO_WORDS),
	GIVES("data_mb", data_mb, 10 * 1024 * 1024),
	GIVES("voice_min", voice_min, 100000),
	GIVES("sms_count", sms_count, 100000),
	GIVES("validity_days", validity_days, PLAN_VALIDITY_DAYS_MAX),
	GIVES("keep_days", keep_days, PLAN_VALIDITY_DAYS_MAX),
	GIVES("quantity_max", quantity_max, PLAN_QUANTITY_MAX),
	KEY("sold", BOOL, false, struct plan_pack, sold, 0, 0, WORDS(bool_words)),
	ORIGIN_KEYS(struct plan_pack, false),
};

static const struct plan_key fact_keys[] = {
	KEY("kind", WORD, true, struct plan_fact, kind, 0, 0, WORDS(fact_words)),
	KEY("text", TEXTS, true, struct plan_fact, text, 1, TEXT_ABOUT_MAX, NO_WORDS),
	KEY("brand", CODE, false, struct plan_fact, brand_code, 0, 0, NO_WORDS),
	KEY("network", CODE, false, struct plan_fact, network_code, 0, 0, NO_WORDS),
	ORIGIN_KEYS(struct plan_fact, true),
};

#define SECTION(word, key_table, type, most) \
	{ .name = word, .keys = key_table, .key_count = COUNT_OF(key_table), \
	  .row_size = sizeof(type), .row_max = most }
static const struct plan_section_row sections[PLAN_SECTION_COUNT] = {
	[PLAN_SECTION_CATALOGUE] = SECTION("catalogue", catalogue_keys, struct catalogue, 1),
	[PLAN_SECTION_NETWORK] = SECTION("network", network_keys, struct plan_network,
	                                 PLAN_NETWORK_MAX),
	[PLAN_SECTION_KEEP] = SECTION("keep", keep_keys, struct plan_keep, PLAN_KEEP_MAX),
	[PLAN_SECTION_BRAND] = SECTION("brand", brand_keys, struct plan_brand, PLAN_BRAND_MAX),
	[PLAN_SECTION_PACK] = SECTION("pack", pack_keys, struct plan_pack, PLAN_PACK_MAX),
	[PLAN_SECTION_FACT] = SECTION("fact", fact_keys, struct plan_fact, PLAN_FACT_MAX),
};
/* clang-format on */

_Static_assert(COUNT_OF(keep_keys) <= 64 && COUNT_OF(pack_keys) <= 64, "keys are kept as bits");
_Static_assert(sizeof(enum keep_kind) == sizeof(int32_t), "enums are stored as int32_t");

const struct plan_section_row *plan_section(enum plan_section section)
{
	assert(section < PLAN_SECTION_COUNT);
	return &sections[section];
}

int plan_key_index(enum plan_section section, struct str name)
{
	const struct plan_section_row *row = plan_section(section);

	for (size_t i = 0; i < row->key_count; i++)
		if (str_eq(name, str_from(row->keys[i].name)))
			return (int)i;
	return -1;
}

bool plan_value_parse(const struct plan_key *key, enum plan_lang lang, struct str value, void *row,
                      struct plan_problem *ret)
{
	char *into = (char *)row + key->offset;

	*ret = (struct plan_problem){ .subject = value };
	switch (key->value) {
	case PLAN_VALUE_TEXT:
		return parse_text(key, value, (struct str *)(void *)into, ret);
	case PLAN_VALUE_TEXTS:
		return parse_text(key, value, &((struct plan_text *)(void *)into)->in[lang], ret);
	case PLAN_VALUE_CODE:
		ret->kind = PLAN_PROBLEM_BAD_CODE;
		if (!plan_code_valid(value))
			return false;
		memcpy(into, &value, sizeof value);
		return true;
	case PLAN_VALUE_DAY: {
		int32_t day;

		ret->kind = PLAN_PROBLEM_BAD_DAY;
		if (!iso_day_parse(value, &day) || day < 1 || day > KEEP_DAY_MAX)
			return false;
		memcpy(into, &day, sizeof day);
		return true;
	}
	case PLAN_VALUE_BOOL:
		ret->words = key->words.words;
		ret->word_count = key->words.count;
		return parse_bool(value, into, ret);
	case PLAN_VALUE_WORD:
	case PLAN_VALUE_WORDS:
		return parse_words(key, value, into, ret);
	default:
		return parse_number(key, value, into, ret);
	}
}

bool plan_code_valid(struct str code)
{
	if (code.len == 0 || code.len > PLAN_CODE_MAX || code.ptr[0] < 'a' || code.ptr[0] > 'z')
		return false;
	for (size_t i = 0; i < code.len; i++) {
		char c = code.ptr[i];

		if ((c < 'a' || c > 'z') && !is_digit(c) && c != '-' && c != '_')
			return false;
	}
	return true;
}

/* Groups of three behind the first comma, or no comma at all. */
bool plan_yen_parse(struct str text, int64_t *ret)
{
	int64_t value = 0;
	size_t  since_comma = 0, digit_count = 0;
	bool    commas = false;

	if (!str_starts(text, STR("JPY ")))
		return false;
	text = str_skip(text, 4);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == ',') {
			if (since_comma == 0 || since_comma > 3 || (commas && since_comma != 3))
				return false;
			commas = true;
			since_comma = 0;
			continue;
		}
		if (!is_digit(c) || ++digit_count > 12)
			return false;
		value = value * 10 + (c - '0');
		since_comma++;
	}
	if (digit_count == 0 || (commas && since_comma != 3))
		return false;
	*ret = value;
	return true;
}

static bool parse_text(const struct plan_key *key, struct str value, struct str *into,
                       struct plan_problem *ret)
{
	ret->kind = PLAN_PROBLEM_TEXT_LONG;
	ret->subject = str_from(key->name);
	ret->max = key->max;
	if (value.len > (size_t)key->max)
		return false;
	*into = value;
	return true;
}

static bool parse_number(const struct plan_key *key, struct str value, void *into,
                         struct plan_problem *ret)
{
	bool    whole = key->value == PLAN_VALUE_INT;
	int64_t number = -1;
	int32_t narrow;

	ret->kind = whole ? PLAN_PROBLEM_BAD_NUMBER : PLAN_PROBLEM_BAD_MONEY;
	ret->min = key->min;
	ret->max = key->max;
	if (!(whole ? str_to_int64(value, &number) : plan_yen_parse(value, &number)) ||
	    number < key->min || number > key->max)
		return false;
	narrow = (int32_t)number;
	if (key->value == PLAN_VALUE_MONEY)
		*(struct money *)into = (struct money){ .amount = number,
			                                .currency = CURRENCY_JPY };
	else
		memcpy(into, &narrow, sizeof narrow);
	return true;
}

static bool parse_bool(struct str value, void *into, struct plan_problem *ret)
{
	struct plan_words words = { .words = ret->words, .count = ret->word_count };
	int               index = word_index(words, value);

	ret->kind = PLAN_PROBLEM_BAD_WORD;
	if (index < 0)
		return false;
	*(bool *)into = index == 1;
	return true;
}

static bool parse_words(const struct plan_key *key, struct str value, void *into,
                        struct plan_problem *ret)
{
	uint32_t   bits = 0;
	int32_t    index = -1;
	struct str word;

	ret->kind = PLAN_PROBLEM_BAD_WORD;
	ret->words = key->words.words;
	ret->word_count = key->words.count;
	for (bool more = true; more;) {
		word = value;
		more = key->value == PLAN_VALUE_WORDS && str_cut(value, ',', &word, &value);
		ret->subject = word = str_trim(word);
		index = word_index(key->words, word);
		if (index < 0)
			return false;
		bits |= 1u << index;
	}
	if (key->value == PLAN_VALUE_WORDS)
		memcpy(into, &bits, sizeof bits);
	else
		memcpy(into, &index, sizeof index);
	return true;
}

static int word_index(struct plan_words words, struct str value)
{
	for (size_t i = 0; i < words.count; i++)
		if (str_eq(value, words.words[i]))
			return (int)i;
	return -1;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}
