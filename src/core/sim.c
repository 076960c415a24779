/*
 * sim.c - strip what surrounds the number, then tell the three by shape.
 */
#include "core/sim.h"

#include "base/str.h"
#include "base/utf8.h"
#include "core/digits.h"
#include "core/iccid.h"
#include "core/imsi.h"

#include <string.h>

#define COMPACT_MAX   64 /* characters left after stripping */
#define SERIAL_DIGITS 13
#define SERIAL_POWER  INT64_C(10000000000000)

/* Words people paste before the number; longer before shorter where one begins
 * with the other.  Case does not matter. */
static const char *const labels[] = {
	"iccid",    "imsi",   "eid",    "imei",   "usim",   "uim",      "esim",   "sim",
	"card",     "serial", "number", "no",     "id",     "s/n",      "sn",     "docomo",
	"ドコモ",   "製造",   "番号",   "番號",   "号码",   "シリアル", "カード", "號碼",
	"编号",     "編號",   "识别码", "識別碼", "序列号", "序號",     "卡号",   "卡號",
	"ナンバー", "卡",     "の",     "は",     "是",     "为",       "為",
};

/* Labels that tell, behind a number, that a second one follows. */
static const char *const kinds_named[] = { "iccid", "imsi", "imei", "eid" };

#define X(id, name) [SIM_##id] = { .ptr = name, .len = sizeof(name) - 1 },
static const struct str kind_names[SIM_KIND_COUNT] = { SIM_KINDS(X) };
#undef X

/* The text on its way: only letters and digits are left, upper case. */
struct compact {
	char   text[COMPACT_MAX];
	size_t len;
	bool   plus;
};

static enum sim_refusal compact_make(struct str folded, struct compact *ret,
                                     struct sim_problem *problem);
static enum sim_refusal compact_add(struct str folded, struct compact *ret,
                                    struct sim_problem *problem);
static struct str       compact_str(const struct compact *compact);
static enum sim_refusal shape(const struct compact *compact, const struct sim_rules *rules,
                              struct sim_input *ret, struct sim_problem *problem);
static enum sim_refusal shape_imsi(struct str digits, const struct sim_rules *rules,
                                   struct sim_input *ret, struct sim_problem *problem);
static enum sim_refusal shape_iccid(struct str digits, const struct sim_rules *rules,
                                    struct sim_input *ret, struct sim_problem *problem);
static enum sim_refusal shape_other(struct str digits);
static enum sim_refusal shape_serial(struct str text, struct sim_input *ret,
                                     struct sim_problem *problem);
static enum sim_refusal only_digits(struct str text, size_t from, struct sim_problem *problem);
static bool             looks_like_serial(struct str text);
static bool             looks_like_phone(struct str digits, bool plus);
static bool             looks_like_imei(struct str digits);
static bool             is_separator(int32_t c);
static struct str       label_cut(struct str folded);
static bool             second_number(struct str folded);
static void             problem_start(struct sim_problem *problem, struct str digits, size_t len);

enum sim_refusal sim_parse(struct arena *arena, struct str text, const struct sim_rules *rules,
                           struct sim_input *ret, struct sim_problem *ret_problem)
{
	struct sim_problem problem = { 0 };
	struct sim_input   input = { .plmn = { .state = PLMN_FOREIGN, .source = "" } };
	enum sim_refusal   refusal;
	struct compact     compact;
	struct str         folded;

	if (text.len > SIM_TEXT_MAX) {
		*ret_problem = (struct sim_problem){ .count = (int32_t)digits_count(text) };
		return SIM_REFUSAL_TEXT_LONG;
	}
	folded = str_trim(utf8_fold(arena, text));
	refusal = compact_make(folded, &compact, &problem);
	if (refusal == SIM_REFUSAL_NONE)
		refusal = shape(&compact, rules, &input, &problem);
	if (refusal == SIM_REFUSAL_NONE) {
		*ret = input;
		return refusal;
	}
	*ret_problem = problem;
	return second_number(folded) ? SIM_REFUSAL_SEVERAL : refusal;
}

struct str sim_text(struct arena *arena, enum sim_kind kind, int64_t number)
{
	switch (kind) {
	case SIM_IMSI:
		return imsi_text(arena, number);
	case SIM_ICCID:
		return iccid_text(arena, number);
	case SIM_SERIAL:
		return serial_text(arena, number);
	default:
		assert(false);
		return STR("");
	}
}

struct str sim_mask(struct arena *arena, enum sim_kind kind, int64_t number)
{
	if (kind == SIM_IMSI)
		return imsi_mask(arena, number);
	return digits_mask(arena, sim_text(arena, kind, number), 4);
}

struct str sim_kind_name(enum sim_kind kind)
{
	assert(kind < SIM_KIND_COUNT);
	return kind_names[kind];
}

bool serial_parse(struct str text, int64_t *ret)
{
	int64_t letters = 0, digits;

	if (text.len != 2 + SERIAL_DIGITS || !digits_to_int64(str_skip(text, 2), &digits))
		return false;
	for (size_t i = 0; i < 2; i++) {
		char upper = (char)(text.ptr[i] & ~0x20);

		if (upper < 'A' || upper > 'Z')
			return false;
		letters = letters * 26 + (upper - 'A');
	}
	*ret = letters * SERIAL_POWER + digits;
	return true;
}

struct str serial_text(struct arena *arena, int64_t serial)
{
	int64_t letters = serial / SERIAL_POWER;

	assert(serial >= 0 && letters < 26 * 26);
	return arena_printf(arena, "%c%c%0*lld", (int)('A' + letters / 26),
	                    (int)('A' + letters % 26), SERIAL_DIGITS,
	                    (long long)(serial % SERIAL_POWER));
}

/* The number without its label and separators. */
static enum sim_refusal compact_make(struct str folded, struct compact *ret,
                                     struct sim_problem *problem)
{
	enum sim_refusal refusal = compact_add(folded, ret, problem);
	int64_t          serial;

	/* "NO 0512345678901" is a serial, "No. 4401…" has a label: whole first. */
	if (refusal == SIM_REFUSAL_NONE && serial_parse(compact_str(ret), &serial))
		return refusal;
	*problem = (struct sim_problem){ 0 };
	return compact_add(label_cut(folded), ret, problem);
}

/* Drops separators; keeps ASCII letters and digits, and a leading plus. */
static enum sim_refusal compact_add(struct str folded, struct compact *ret,
                                    struct sim_problem *problem)
{
	struct str rest = folded;
	int32_t    c;

	ret->len = 0;
	ret->plus = false;
	problem->count = (int32_t)digits_count(folded);
	while ((c = utf8_next(&rest)) >= 0) {
		bool digit = c >= '0' && c <= '9';
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

		if (is_separator(c))
			continue;
		if (c == '+' && ret->len == 0 && !ret->plus) {
			ret->plus = true;
			continue;
		}
		if (!digit && !letter) {
			char *at = problem->character;

			utf8_put(&at, c);
			problem->position = (int32_t)ret->len + 1;
			return SIM_REFUSAL_CHARACTER;
		}
		if (ret->len == COMPACT_MAX)
			return SIM_REFUSAL_TOO_LONG;
		ret->text[ret->len++] = (char)(digit ? c : c & ~0x20);
	}
	return ret->len > 0 ? SIM_REFUSAL_NONE : SIM_REFUSAL_EMPTY;
}

static struct str compact_str(const struct compact *compact)
{
	return (struct str){ .ptr = compact->text, .len = compact->len };
}

static enum sim_refusal shape(const struct compact *compact, const struct sim_rules *rules,
                              struct sim_input *ret, struct sim_problem *problem)
{
	struct str       digits = compact_str(compact);
	enum sim_refusal refusal;

	if (looks_like_serial(digits))
		return shape_serial(digits, ret, problem);
	/* Filler comes from readers that print the card's 20 half-bytes. */
	for (int i = 0; i < 2 && str_starts(digits, STR("89")) && str_ends(digits, STR("F")); i++)
		digits.len--;
	refusal = only_digits(digits, 0, problem);
	if (refusal != SIM_REFUSAL_NONE)
		return refusal;
	if (looks_like_phone(digits, compact->plus))
		return SIM_REFUSAL_PHONE;
	if (str_starts(digits, STR("89")))
		return shape_iccid(digits, rules, ret, problem);
	if (str_starts(digits, STR("440")) || str_starts(digits, STR("441")) ||
	    digits.len == IMSI_DIGITS)
		return shape_imsi(digits, rules, ret, problem);
	return shape_other(digits);
}

static enum sim_refusal shape_imsi(struct str digits, const struct sim_rules *rules,
                                   struct sim_input *ret, struct sim_problem *problem)
{
	if (!imsi_parse(digits, &ret->number))
		return SIM_REFUSAL_IMSI_LENGTH;
	ret->kind = SIM_IMSI;
	ret->plmn = plmn_find(ret->number, rules->today_day);
	switch (ret->plmn.state) {
	case PLMN_FOREIGN:
		problem_start(problem, digits, 3);
		if (looks_like_imei(digits))
			return SIM_REFUSAL_IMEI;
		return SIM_REFUSAL_IMSI_FOREIGN;
	case PLMN_TEST:
		return rules->sandbox ? SIM_REFUSAL_NONE : SIM_REFUSAL_IMSI_TEST;
	case PLMN_UNKNOWN:
		ret->warnings |= SIM_WARNING_NETWORK_REVIEW;
		return SIM_REFUSAL_NONE;
	case PLMN_DEAD:
		problem_start(problem, digits, strlen(ret->plmn.prefix));
		ret->warnings |= SIM_WARNING_NETWORK_CLOSED;
		return rules->new_line ? SIM_REFUSAL_NETWORK_CLOSED : SIM_REFUSAL_NONE;
	default:
		return SIM_REFUSAL_NONE;
	}
}

static enum sim_refusal shape_iccid(struct str digits, const struct sim_rules *rules,
                                    struct sim_input *ret, struct sim_problem *problem)
{
	struct iccid iccid;

	if (digits.len == 32)
		return SIM_REFUSAL_EID;
	if (!iccid_parse(digits, &iccid))
		return SIM_REFUSAL_ICCID_LENGTH;
	if (!iccid_is_japanese(iccid.payload)) {
		problem_start(problem, digits, 4);
		return SIM_REFUSAL_ICCID_FOREIGN;
	}
	ret->kind = SIM_ICCID;
	ret->number = iccid.payload;
	ret->alternate = iccid.alternate;
	if (iccid.check == ICCID_CHECK_COMPUTED)
		ret->warnings |= SIM_WARNING_CHECK_COMPUTED;
	if (iccid.check != ICCID_CHECK_WRONG)
		return SIM_REFUSAL_NONE;
	ret->warnings |= SIM_WARNING_CHECK_WRONG;
	return rules->check_digit_refuse ? SIM_REFUSAL_ICCID_CHECK : SIM_REFUSAL_NONE;
}

/* Digits that begin like nothing we know. */
static enum sim_refusal shape_other(struct str digits)
{
	if (digits.len < IMSI_DIGITS)
		return SIM_REFUSAL_TOO_SHORT;
	return digits.len > 20 ? SIM_REFUSAL_TOO_LONG : SIM_REFUSAL_SHAPE;
}

static enum sim_refusal shape_serial(struct str text, struct sim_input *ret,
                                     struct sim_problem *problem)
{
	enum sim_refusal refusal = only_digits(text, 2, problem);

	if (refusal != SIM_REFUSAL_NONE)
		return refusal;
	ret->kind = SIM_SERIAL;
	return serial_parse(text, &ret->number) ? SIM_REFUSAL_NONE : SIM_REFUSAL_SERIAL_LENGTH;
}

/* Everything from `from` on must be a digit; says which character is not. */
static enum sim_refusal only_digits(struct str text, size_t from, struct sim_problem *problem)
{
	problem->count = (int32_t)digits_count(text);
	for (size_t i = from; i < text.len; i++) {
		if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
			continue;
		problem->position = (int32_t)i + 1;
		problem->character[0] = text.ptr[i];
		return SIM_REFUSAL_CHARACTER;
	}
	return SIM_REFUSAL_NONE;
}

/* Two letters, and then mostly digits. */
static bool looks_like_serial(struct str text)
{
	return text.len > 4 && text.ptr[0] >= 'A' && text.ptr[1] >= 'A' &&
	       digits_count(text) * 2 > text.len;
}

static bool looks_like_phone(struct str digits, bool plus)
{
	if (plus)
		return true;
	if (str_starts(digits, STR("81")) && digits.len == 12)
		return true;
	return digits.len >= 10 && digits.len <= 11 && str_starts(digits, STR("0"));
}

/* A phone's own number (IMEI): 15 digits too, but with a check digit, and nearly
 * always beginning with one of four pairs that begin no Asian network's IMSI. */
static bool looks_like_imei(struct str digits)
{
	static const char *const bodies[] = { "01", "35", "86", "99" };
	bool                     known = false;

	for (size_t i = 0; i < COUNT_OF(bodies); i++)
		known = known || str_starts(digits, str_from(bodies[i]));
	return known &&
	       digits_luhn(str_take(digits, IMSI_DIGITS - 1)) == digits.ptr[IMSI_DIGITS - 1] - '0';
}

/* What stands between digits, or between a label and the number.  U+30FC and
 * U+FF70 are the long vowel mark, typed for a hyphen; U+00B7 and U+30FB are
 * middle dots; U+3010 and so on brackets. */
static bool is_separator(int32_t c)
{
	static const int32_t wide[] = { 0x00B7, 0x3001, 0x3002, 0x300C, 0x300D, 0x3010, 0x3011,
		                        0x30FB, 0x30FC, 0xFF70, 0x2018, 0x2019, 0x201C, 0x201D };

	if (c > 0 && c < 0x80)
		return memchr(" -.:,;/_#=()[]'\"", c, 16) != NULL;
	for (size_t i = 0; i < COUNT_OF(wide); i++) {
		if (wide[i] == c)
			return true;
	}
	return false;
}

/* Without labels and separators at the front. */
static struct str label_cut(struct str folded)
{
	bool cut = true;

	while (cut) {
		struct str rest = folded;
		int32_t    c = utf8_next(&rest);

		cut = c >= 0 && is_separator(c);
		if (cut)
			folded = rest;
		for (size_t i = 0; !cut && i < COUNT_OF(labels); i++) {
			struct str label = str_from(labels[i]);

			cut = str_eq_nocase(str_take(folded, label.len), label);
			if (cut)
				folded = str_skip(folded, label.len);
		}
	}
	return folded;
}

/* Is a kind of number named behind some digits? */
static bool second_number(struct str folded)
{
	bool digit = false;

	for (size_t i = 0; i < folded.len; i++) {
		digit = digit || (folded.ptr[i] >= '0' && folded.ptr[i] <= '9');
		for (size_t k = 0; digit && k < COUNT_OF(kinds_named); k++) {
			struct str kind = str_from(kinds_named[k]);

			if (str_eq_nocase(str_take(str_skip(folded, i), kind.len), kind))
				return true;
		}
	}
	return false;
}

static void problem_start(struct sim_problem *problem, struct str digits, size_t len)
{
	assert(len < sizeof problem->start && len <= digits.len);
	memcpy(problem->start, digits.ptr, len);
}
