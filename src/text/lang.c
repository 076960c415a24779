/*
 * lang.c - the table of languages, and choosing among them.
 */
#include "base/str.h"
#include "text/lang.h"

static const char *const month_en[12] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static const struct lang langs[LANG_COUNT] = {
	[LANG_EN] = { .id = LANG_EN,
	              .tag = "en",
	              .name = "English",
	              .messages = MESSAGES_en,
	              .group = ",",
	              .decimal = ".",
	              .percent = "%",
	              .date_long = "{d} {b} {y}",
	              .date_short = "{d} {b}",
	              .date_axis = "{d} {b}",
	              .date_clock = "{d} {b} {y}, {t}",
	              .tokyo_clock = "{t} Tokyo time",
	              .month = month_en },
	[LANG_ZH_HANS] = { .id = LANG_ZH_HANS,
	                   .tag = "zh-Hans",
	                   .name = "简体中文",
	                   .messages = MESSAGES_zh_Hans,
	                   .group = ",",
	                   .decimal = ".",
	                   .percent = "%",
	                   .date_long = "{y}年{m}月{d}日",
	                   .date_short = "{m}月{d}日",
	                   .date_axis = "{m}/{d}",
	                   .date_clock = "{y}年{m}月{d}日 {t}",
	                   .tokyo_clock = "东京时间 {t}" },
	[LANG_ZH_HANT] = { .id = LANG_ZH_HANT,
	                   .tag = "zh-Hant",
	                   .name = "繁體中文",
	                   .messages = MESSAGES_zh_Hant,
	                   .group = ",",
	                   .decimal = ".",
	                   .percent = "%",
	                   .date_long = "{y}年{m}月{d}日",
	                   .date_short = "{m}月{d}日",
	                   .date_axis = "{m}/{d}",
	                   .date_clock = "{y}年{m}月{d}日 {t}",
	                   .tokyo_clock = "東京時間 {t}" },
	[LANG_JA] = { .id = LANG_JA,
	              .tag = "ja",
	              .name = "日本語",
	              .messages = MESSAGES_ja,
	              .group = ",",
	              .decimal = ".",
	              .percent = "%",
	              .date_long = "{y}年{m}月{d}日",
	              .date_short = "{m}月{d}日",
	              .date_axis = "{m}/{d}",
	              .date_clock = "{y}年{m}月{d}日 {t}",
	              .tokyo_clock = "{t}（日本時間）" },
	[LANG_EN_XA] = { .id = LANG_EN_XA,
	                 .tag = "en-XA",
	                 .name = "⟦Þšéûðö⟧",
	                 .messages = MESSAGES_en_XA,
	                 .pseudo = true,
	                 .group = ",",
	                 .decimal = ".",
	                 .percent = "%",
	                 .date_long = "⟦{d} {b} {y}⟧",
	                 .date_short = "⟦{d} {b}⟧",
	                 .date_axis = "⟦{d} {b}⟧",
	                 .date_clock = "⟦{d} {b} {y}, {t}⟧",
	                 .tokyo_clock = "⟦{t} Ţöķýö ţîɱé⟧",
	                 .month = month_en },
};

static bool         range_read(struct str item, struct str *ret_tag, int *ret_weight);
static bool         weight_read(struct str text, int *ret);
static bool         range_match(struct str range, enum lang_id *ret);
static enum lang_id chinese(struct str subtags, bool cantonese);
static bool         in_list(struct str word, const char *const *list);

const struct lang *lang_get(enum lang_id id)
{
	assert((unsigned)id < LANG_COUNT);
	return &langs[id];
}

bool lang_from_tag(struct str tag, const struct lang **ret)
{
	for (size_t i = 0; i < LANG_COUNT; i++) {
		if (str_eq(tag, str_from(langs[i].tag))) {
			*ret = &langs[i];
			return true;
		}
	}
	return false;
}

const struct lang *lang_negotiate(struct str accept_language)
{
	int          weight[LANG_COUNT] = { 0 }, any = 0;
	bool         refused[LANG_COUNT] = { false };
	enum lang_id best = LANG_EN;
	struct str   rest = accept_language, item, tag;
	size_t       order[LANG_COUNT] = { 0 };

	for (size_t i = 0; i < LANG_RANGES_MAX && rest.len > 0; i++) {
		enum lang_id id;
		int          q;

		(void)str_cut(rest, ',', &item, &rest);
		if (!range_read(item, &tag, &q))
			continue;
		if (str_eq(tag, STR("*"))) {
			any = q;
		} else if (range_match(tag, &id)) {
			refused[id] = refused[id] || (q == 0 && weight[id] == 0);
			if (q > weight[id]) {
				weight[id] = q;
				order[id] = i;
			}
		}
	}
	if (refused[LANG_EN] && weight[LANG_EN] == 0)
		any = 0; /* "*" means our first language, and that was refused */
	if (any > weight[LANG_EN]) {
		weight[LANG_EN] = any;
		order[LANG_EN] = LANG_RANGES_MAX;
	}
	for (enum lang_id id = 0; id < LANG_COUNT; id++) {
		if (weight[id] > weight[best] ||
		    (weight[id] == weight[best] && weight[id] > 0 && order[id] < order[best]))
			best = id;
	}
	return &langs[best];
}

int lang_plural(const struct lang *lang, int64_t n)
{
	return message_forms[lang->messages] == 2 && n != 1 ? 1 : 0;
}

/* "zh-TW;q=0.8" -> the tag and 800. */
static bool range_read(struct str item, struct str *ret_tag, int *ret_weight)
{
	struct str tag, parameter;
	int        weight = 1000;

	(void)str_cut(item, ';', &tag, &parameter);
	tag = str_trim(tag);
	parameter = str_trim(parameter);
	if (parameter.len > 0 && (!str_eq_nocase(str_take(parameter, 2), STR("q=")) ||
	                          !weight_read(str_skip(parameter, 2), &weight)))
		return false;
	if (tag.len == 0 || tag.len > 35) /* RFC 5646 4.4.1 */
		return false;
	*ret_tag = tag;
	*ret_weight = weight;
	return true;
}

/* RFC 9110 12.4.2: 0, 1, 0.123, 1.000 -> thousandths. */
static bool weight_read(struct str text, int *ret)
{
	int weight = 0, unit = 100;

	if (text.len == 0 || text.len > 5 || (text.ptr[0] != '0' && text.ptr[0] != '1'))
		return false;
	weight = (text.ptr[0] - '0') * 1000;
	if (text.len > 1 && text.ptr[1] != '.')
		return false;
	for (size_t i = 2; i < text.len; i++, unit /= 10) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		weight += (text.ptr[i] - '0') * unit;
	}
	if (weight > 1000)
		return false;
	*ret = weight;
	return true;
}

static bool range_match(struct str range, enum lang_id *ret)
{
	struct str primary, subtags;

	(void)str_cut(range, '-', &primary, &subtags);
	if (str_eq_nocase(primary, STR("zh")) || str_eq_nocase(primary, STR("cmn")))
		*ret = chinese(subtags, false);
	else if (str_eq_nocase(primary, STR("yue")))
		*ret = chinese(subtags, true);
	else if (str_eq_nocase(primary, STR("ja")))
		*ret = LANG_JA;
	else if (str_eq_nocase(primary, STR("en")))
		*ret = LANG_EN;
	else
		return false;
	return true;
}

/* The script when it is said, else the likely one of the region (CLDR 42). */
static enum lang_id chinese(struct str subtags, bool cantonese)
{
	static const char *const hant_regions[] = {
		"AU", "BN", "GB", "GF", "HK", "ID", "MO", "PA",
		"PF", "PH", "SR", "TH", "TW", "US", "VN", NULL
	};
	bool       hant = cantonese;
	struct str subtag;

	while (subtags.len > 0) {
		(void)str_cut(subtags, '-', &subtag, &subtags);
		if (str_eq_nocase(subtag, STR("Hans")))
			return LANG_ZH_HANS;
		if (str_eq_nocase(subtag, STR("Hant")))
			return LANG_ZH_HANT;
		if (str_eq_nocase(subtag, STR("yue")) || in_list(subtag, hant_regions))
			hant = true;
		else if (str_eq_nocase(subtag, STR("CN")))
			hant = false;
	}
	return hant ? LANG_ZH_HANT : LANG_ZH_HANS;
}

static bool in_list(struct str word, const char *const *list)
{
	while (*list != NULL && !str_eq_nocase(word, str_from(*list)))
		list++;
	return *list != NULL;
}
