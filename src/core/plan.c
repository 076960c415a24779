/*
 * plan.c - looking things up in a catalogue.
 */
#include "core/plan.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/plan_link.h"

#define NAME(text) \
	{ \
		.ptr = (text), .len = sizeof(text) - 1 \
	}

#define SUBJECT_MAX 80

static struct str cut(struct str s, size_t max);
static bool       held_on(const struct plan_origin *origin, int32_t day);
static int64_t    days_kept(const struct plan_pack *pack, const struct keep_rule *rule,
                            const struct keep_state *state, int32_t day);

struct str plan_text_in(const struct plan_text *text, struct str lang)
{
#define X(id, tag) [PLAN_LANG_##id] = NAME(tag),
	static const struct str tags[] = { PLAN_LANGS(X) };
#undef X

	for (int i = 0; i < PLAN_LANG_COUNT; i++)
		if (str_eq(lang, tags[i]) && text->in[i].len > 0)
			return text->in[i];
	return text->in[PLAN_LANG_EN];
}

const struct plan_network *plan_network(const struct catalogue *catalogue, struct str code)
{
	for (size_t i = 0; i < catalogue->network_count; i++)
		if (str_eq(code, catalogue->networks[i].code))
			return &catalogue->networks[i];
	return NULL;
}

const struct plan_brand *plan_brand(const struct catalogue *catalogue, struct str code)
{
	size_t at;

	if (!plan_order_find(catalogue->brands, sizeof *catalogue->brands, catalogue->brand_order,
	                     catalogue->brand_count, code, &at))
		return NULL;
	return &catalogue->brands[catalogue->brand_order[at]];
}

const struct plan_pack *plan_pack(const struct catalogue *catalogue, struct str code)
{
	size_t at;

	if (!plan_order_find(catalogue->packs, sizeof *catalogue->packs, catalogue->pack_order,
	                     catalogue->pack_count, code, &at))
		return NULL;
	return &catalogue->packs[catalogue->pack_order[at]];
}

const struct plan_keep *plan_keep(const struct catalogue *catalogue, struct str code, int32_t day)
{
	for (size_t i = 0; i < catalogue->keep_count; i++)
		if (str_eq(code, catalogue->keeps[i].code) &&
		    held_on(&catalogue->keeps[i].origin, day))
			return &catalogue->keeps[i];
	return NULL;
}

int32_t plan_pack_id(const struct catalogue *catalogue, const struct plan_pack *pack)
{
	assert(pack >= catalogue->packs && pack < catalogue->packs + catalogue->pack_count);
	return (int32_t)(pack - catalogue->packs);
}

const struct plan_pack *plan_pack_at(const struct catalogue *catalogue, int64_t id)
{
	if (id < 0 || (uint64_t)id >= catalogue->pack_count)
		return NULL;
	return &catalogue->packs[id];
}

bool plan_pack_fits(const struct catalogue *catalogue, const struct plan_pack *pack,
                    const struct plan_brand *brand)
{
	return (pack->brands >> (brand - catalogue->brands) & 1) != 0;
}

bool plan_keep_rule(const struct catalogue *catalogue, const struct plan_brand *brand, bool parked,
                    int32_t day, struct keep_rule *ret)
{
	const struct plan_keep *keep = plan_keep(catalogue,
	                                         parked ? brand->park_code : brand->keep_code, day);

	if (keep == NULL)
		return false;
	*ret = keep->rule;
	if (!parked && brand->window != 0)
		ret->window = brand->window;
	return true;
}

void plan_pack_event(const struct plan_pack *pack, int32_t quantity, int32_t day, bool by_card,
                     int64_t order, struct keep_event *ret)
{
	struct keep_event event = {
		.kind = pack->keep_event,
		.day = day,
		.days = pack->keep_days * quantity,
		.by_card = by_card,
		.order = order,
	};

	assert(quantity >= 1 && quantity <= pack->quantity_max);
	/* Several at once are taken to run side by side: the earlier end. */
	event.until_day = pack->validity_days > 0 ? day + pack->validity_days - 1 : day;
	if (event.kind == KEEP_EVENT_CHARGE)
		event.yen = (pack->balance_yen > 0 ? pack->balance_yen : pack->price.amount) *
		            quantity;
	*ret = event;
}

const struct plan_pack *plan_extend(const struct catalogue  *catalogue,
                                    const struct plan_brand *brand, const struct keep_rule *rule,
                                    const struct keep_state *state, int32_t day)
{
	const struct plan_pack *best = NULL;
	int64_t                 best_days = 0;

	for (size_t i = 0; i < catalogue->pack_count; i++) {
		const struct plan_pack *pack = &catalogue->packs[i];
		int64_t                 days, cost, best_cost;

		if (!pack->sold || !plan_pack_fits(catalogue, pack, brand))
			continue;
		days = days_kept(pack, rule, state, day);
		if (days <= 0)
			continue;
		/* price / days < best price / best days, without dividing */
		cost = pack->price.amount * best_days;
		best_cost = best != NULL ? best->price.amount * days : 0;
		if (best == NULL || cost < best_cost ||
		    (cost == best_cost && pack->price.amount < best->price.amount)) {
			best = pack;
			best_days = days;
		}
	}
	return best;
}

struct str plan_problem_text(struct arena *arena, const struct plan_problem *problem)
{
#define X(id, sentence) [PLAN_PROBLEM_##id] = (sentence),
	static const char *const sentences[] = { PLAN_PROBLEMS(X) };
#undef X
	struct buf buf;

	buf_init(&buf, arena, PLAN_LINE_MAX);
	if (problem->line > 0)
		buf_printf(&buf, "line %d: ", problem->line);
	if (problem->subject.len > 0)
		buf_printf(&buf, "%.*s: ", STR_ARG(cut(problem->subject, SUBJECT_MAX)));
	buf_add(&buf, str_from(sentences[problem->kind]));
	if (problem->kind == PLAN_PROBLEM_TEXT_LONG)
		buf_printf(&buf, " (at most %lld bytes)", (long long)problem->max);
	else if (problem->max > 0)
		buf_printf(&buf, " (%lld to %lld)", (long long)problem->min,
		           (long long)problem->max);
	for (size_t i = 0; i < problem->word_count; i++)
		buf_printf(&buf, "%s%.*s", i == 0 ? ": " : ", ", STR_ARG(problem->words[i]));
	return buf_str(&buf);
}

struct str plan_problem_name(enum plan_problem_kind kind)
{
#define X(id, sentence) [PLAN_PROBLEM_##id] = NAME(#id),
	static const struct str names[] = { PLAN_PROBLEMS(X) };
#undef X
	assert(kind < PLAN_PROBLEM_COUNT);
	return names[kind];
}

struct str pack_kind_name(enum pack_kind kind)
{
#define X(id, name) [PACK_##id] = NAME(name),
	static const struct str names[] = { PACK_KINDS(X) };
#undef X
	assert(kind < PACK_KIND_COUNT);
	return names[kind];
}

struct str fact_kind_name(enum fact_kind kind)
{
#define X(id, name) [FACT_##id] = NAME(name),
	static const struct str names[] = { FACT_KINDS(X) };
#undef X
	assert(kind < FACT_KIND_COUNT);
	return names[kind];
}

struct str plan_sureness_name(enum plan_sureness sure)
{
#define X(id, name) [PLAN_SURE_##id] = NAME(name),
	static const struct str names[] = { PLAN_SURENESS(X) };
#undef X
	assert(sure < PLAN_SURENESS_COUNT);
	return names[sure];
}

/* At most max bytes, never through a character. */
static struct str cut(struct str s, size_t max)
{
	while (max < s.len && max > 0 && ((unsigned char)s.ptr[max] & 0xC0) == 0x80)
		max--;
	return str_take(s, max);
}

static bool held_on(const struct plan_origin *origin, int32_t day)
{
	return origin->valid_from_day <= day &&
	       (origin->valid_to_day == 0 || day <= origin->valid_to_day);
}

/* By how many days to come the pack moves safe_until on; 0: not at all. */
static int64_t days_kept(const struct plan_pack *pack, const struct keep_rule *rule,
                         const struct keep_state *state, int32_t day)
{
	struct keep_preview preview;
	struct keep_event   event;
	int32_t             from;

	plan_pack_event(pack, 1, day, false, 0, &event);
	keep_preview(rule, state, &event, &preview);
	if (preview.more_days <= 0)
		return 0;
	from = preview.before.safe_until_day;
	if (from < day - 1)
		from = day - 1;
	return preview.after.safe_until_day - from;
}
