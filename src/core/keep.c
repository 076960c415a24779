/*
 * keep.c - the keep rules at work: one small function a kind for what an event
 * does, and one for the last safe day.
 *
 * The state keeps when the clock started, not when it ends, so that a changed
 * rule counts for every line the next time it is asked.
 */
#include "core/keep.h"

#include "base/time.h"

static bool    apply_nothing(const struct keep_rule *rule, struct keep_state *state,
                             const struct keep_event *event);
static bool    apply_extend(const struct keep_rule *rule, struct keep_state *state,
                            const struct keep_event *event);
static bool    apply_pack_window(const struct keep_rule *rule, struct keep_state *state,
                                 const struct keep_event *event);
static bool    apply_charge(const struct keep_rule *rule, struct keep_state *state,
                            const struct keep_event *event);
static bool    apply_idle_days(const struct keep_rule *rule, struct keep_state *state,
                               const struct keep_event *event);
static bool    apply_idle_months(const struct keep_rule *rule, struct keep_state *state,
                                 const struct keep_event *event);
static bool    apply_park(const struct keep_rule *rule, struct keep_state *state,
                          const struct keep_event *event);
static bool    apply_visit(const struct keep_rule *rule, struct keep_state *state,
                           const struct keep_event *event);
static int32_t end_none(const struct keep_rule *rule, const struct keep_state *state);
static int32_t end_window(const struct keep_rule *rule, const struct keep_state *state);
static int32_t end_span(const struct keep_rule *rule, const struct keep_state *state);
static int32_t end_idle_months(const struct keep_rule *rule, const struct keep_state *state);
static int32_t end_park(const struct keep_rule *rule, const struct keep_state *state);
static bool    counts(const struct keep_rule *rule, const struct keep_event *event);
static bool    clock_later(struct keep_state *state, int32_t clock_day,
                           const struct keep_event *event);
static enum keep_cause cause_of(enum keep_event_kind kind);
static void            cause_set(struct keep_state *state, enum keep_cause cause,
                                 const struct keep_event *event);
static bool            span_add(const struct keep_rule *rule, struct keep_state *state, int32_t add,
                                const struct keep_event *event);
static int32_t         step_days(const struct keep_rule *rule, int64_t yen);
static bool            meter(const struct keep_rule *rule, struct keep_state *state,
                             const struct keep_event *event);
static void            spend(struct keep_state *state, const struct keep_event *event);
static int32_t         card_yen(const struct keep_state *state, int32_t day);
static int32_t         yen_clip(int64_t yen);
static int32_t         later(int32_t a, int32_t b);
static enum keep_refusal refuse_charge(const struct keep_rule *rule, const struct keep_state *state,
                                       const struct keep_event *event, int32_t *again_day);
static enum keep_refusal refuse_sum(const struct keep_rule *rule, const struct keep_state *state,
                                    const struct keep_event *event, int32_t add,
                                    int32_t *again_day);
static enum keep_refusal refuse(const struct keep_rule *rule, const struct keep_state *state,
                                const struct keep_event *event, int32_t *again_day);

/* end: the last safe day while a clock runs, before the balance is looked at. */
static const struct kind {
	bool (*apply)(const struct keep_rule *rule, struct keep_state *state,
	              const struct keep_event *event);
	int32_t (*end)(const struct keep_rule *rule, const struct keep_state *state);
	enum keep_cause start_cause;
} kinds[KEEP_KIND_COUNT] = {
	[KEEP_CONTRACT] = { apply_nothing, end_none, KEEP_BECAUSE_CONTRACT },
	[KEEP_EXTEND] = { apply_extend, end_span, KEEP_BECAUSE_ACTIVATION },
	[KEEP_PACK_WINDOW] = { apply_pack_window, end_window, KEEP_BECAUSE_ACTIVATION },
	[KEEP_CHARGE] = { apply_charge, end_span, KEEP_BECAUSE_NO_CHARGE },
	[KEEP_IDLE_DAYS] = { apply_idle_days, end_window, KEEP_BECAUSE_ACTIVATION },
	[KEEP_IDLE_MONTHS] = { apply_idle_months, end_idle_months, KEEP_BECAUSE_ACTIVATION },
	[KEEP_PARK] = { apply_park, end_park, KEEP_BECAUSE_PARKED },
	[KEEP_VISIT] = { apply_visit, end_span, KEEP_BECAUSE_ACTIVATION },
};

bool keep_activated_on(struct str text, int32_t today, int32_t *ret_day)
{
	int32_t day;

	if (!iso_day_parse(text, &day) || day < 1 || day > today || day > KEEP_DAY_MAX)
		return false;
	*ret_day = day;
	return true;
}

void keep_start(const struct keep_rule *rule, int32_t day, struct keep_state *ret)
{
	struct keep_state state = {
		.clock_day = day,
		.cause = kinds[rule->kind].start_cause,
		.cause_day = day,
	};

	assert(day >= 1 && day <= KEEP_DAY_MAX);
	if (rule->kind == KEEP_CONTRACT)
		state.clock_day = KEEP_DAY_NONE;
	if (rule->kind == KEEP_IDLE_MONTHS)
		state.clock_day = day_month_start(day);
	if (rule->kind == KEEP_PARK) {
		if (rule->next_month)
			state.clock_day = day_add_months(day_month_start(day), 1);
		state.span = rule->window;
	}
	*ret = state;
}

bool keep_told(const struct keep_rule *rule, int32_t day, int32_t until_day, int32_t told_day,
               struct keep_state *ret)
{
	struct keep_state state;
	int32_t           start = until_day + 1 - rule->window;

	keep_start(rule, day, &state);
	if (state.clock_day == KEEP_DAY_NONE || until_day > KEEP_DAY_MAX)
		return false;
	switch (rule->kind) {
	case KEEP_IDLE_MONTHS:
		start = day_month_start(day_add_months(until_day + 1, -rule->window));
		break;
	case KEEP_PARK:
		start = day_add_months(until_day + 1, -rule->window);
		/* 31 August less 6 months is 28 February, whose 6 months end too early. */
		while (day_add_months(start, rule->window) - 1 > until_day)
			start--;
		break;
	case KEEP_EXTEND:
	case KEEP_CHARGE:
	case KEEP_VISIT:
		if (start > state.clock_day) {
			state.span = start - state.clock_day;
			start = state.clock_day;
		}
		break;
	default:
		break;
	}
	if (start < 1 || state.span > KEEP_SPAN_MAX)
		return false;
	state.clock_day = start;
	state.cause = KEEP_BECAUSE_TOLD;
	state.cause_day = told_day;
	*ret = state;
	return true;
}

bool keep_apply(const struct keep_rule *rule, struct keep_state *state,
                const struct keep_event *event)
{
	assert(event->day >= 1 && event->day <= KEEP_DAY_MAX && event->yen >= 0);
	assert(event->until_day < KEEP_DAY_LAST);
	return kinds[rule->kind].apply(rule, state, event);
}

void keep_result(const struct keep_rule *rule, const struct keep_state *state,
                 struct keep_result *ret)
{
	struct keep_result result = {
		.dated = state->clock_day != KEEP_DAY_NONE && rule->kind != KEEP_CONTRACT,
		.expiring_days = rule->expiring_days,
		.cause = state->cause,
		.cause_day = state->cause_day,
		.cause_order = state->cause_order,
		.safe_until_day = KEEP_DAY_NEVER,
		.suspended_day = KEEP_DAY_NEVER,
		.lost_day = KEEP_DAY_NEVER,
	};

	if (result.dated) {
		result.safe_until_day = kinds[rule->kind].end(rule, state);
		result.start_day = rule->kind == KEEP_EXTEND || rule->kind == KEEP_CHARGE
		                       ? state->cause_day
		                       : state->clock_day;
		if (state->zero_day != KEEP_DAY_NONE && state->zero_day <= result.safe_until_day) {
			result.safe_until_day = state->zero_day - 1;
			result.cause = KEEP_BECAUSE_SPENT;
			result.cause_day = state->zero_day;
			result.cause_order = 0;
		}
		result.suspended_day = result.safe_until_day + 1;
		result.lost_day = result.safe_until_day + rule->grace_days;
		if (rule->mail_day > 0)
			result.carrier_mail_day = day_month_start(result.safe_until_day) +
			                          rule->mail_day - 1;
	}
	*ret = result;
}

enum keep_refusal keep_refuse(const struct keep_rule *rule, const struct keep_state *state,
                              const struct keep_event *event)
{
	int32_t again_day;

	return refuse(rule, state, event, &again_day);
}

void keep_preview(const struct keep_rule *rule, const struct keep_state *state,
                  const struct keep_event *event, struct keep_preview *ret)
{
	struct keep_preview preview = { .counts = counts(rule, event) };
	struct keep_state   after = *state;

	preview.refusal = refuse(rule, state, event, &preview.again_day);
	if (preview.refusal == KEEP_REFUSE_NONE)
		keep_apply(rule, &after, event);
	keep_result(rule, state, &preview.before);
	keep_result(rule, &after, &preview.after);
	if (preview.before.dated && preview.after.dated)
		preview.more_days = preview.after.safe_until_day - preview.before.safe_until_day;
	*ret = preview;
}

/* ---- what an event does, kind by kind ----------------------------------------- */

static bool apply_nothing(const struct keep_rule *rule, struct keep_state *state,
                          const struct keep_event *event)
{
	(void)rule;
	(void)state;
	(void)event;
	return false;
}

static bool apply_extend(const struct keep_rule *rule, struct keep_state *state,
                         const struct keep_event *event)
{
	return counts(rule, event) && span_add(rule, state, event->days, event);
}

static bool apply_pack_window(const struct keep_rule *rule, struct keep_state *state,
                              const struct keep_event *event)
{
	if (!counts(rule, event))
		return false;
	if (event->kind == KEEP_EVENT_METERED)
		return meter(rule, state, event);
	return clock_later(state, later(event->until_day, event->day) + 1, event);
}

static bool apply_charge(const struct keep_rule *rule, struct keep_state *state,
                         const struct keep_event *event)
{
	bool    valid = end_span(rule, state) >= event->day;
	int32_t days = step_days(rule, event->yen);

	if (event->kind == KEEP_EVENT_METERED && event->yen > 0 && valid) {
		spend(state, event);
		return true;
	}
	if (!counts(rule, event) || event->yen == 0 || (days == 0 && !valid))
		return false;
	if (event->by_card && event->day >= state->mark_day) {
		state->mark_yen = yen_clip((int64_t)card_yen(state, event->day) +
		                           yen_clip(event->yen));
		state->mark_day = event->day;
	}
	/* The balance dies with its validity; a charge then begins at nothing. */
	state->balance_yen = yen_clip((int64_t)(valid ? state->balance_yen : 0) +
	                              yen_clip(event->yen));
	state->zero_day = KEEP_DAY_NONE;
	span_add(rule, state, days, event);
	return true;
}

static bool apply_idle_days(const struct keep_rule *rule, struct keep_state *state,
                            const struct keep_event *event)
{
	return counts(rule, event) && clock_later(state, event->day, event);
}

/* The month of the use is not idle; the next one is the first that may be. */
static bool apply_idle_months(const struct keep_rule *rule, struct keep_state *state,
                              const struct keep_event *event)
{
	return counts(rule, event) &&
	       clock_later(state, day_add_months(day_month_start(event->day), 1), event);
}

static bool apply_park(const struct keep_rule *rule, struct keep_state *state,
                       const struct keep_event *event)
{
	bool parked = state->clock_day != KEEP_DAY_NONE;

	if (event->kind == KEEP_EVENT_RESUME && parked) {
		*state = (struct keep_state){ .clock_day = KEEP_DAY_NONE };
		cause_set(state, KEEP_BECAUSE_RESUMED, event);
		return true;
	}
	if (event->kind == KEEP_EVENT_PARK && !parked) {
		keep_start(rule, event->day, state);
		if (event->months > 0 && event->months < rule->window)
			state->span = event->months;
		cause_set(state, KEEP_BECAUSE_PARKED, event);
		return true;
	}
	return false;
}

/* Until a first use is known the activation is taken for it. */
static bool apply_visit(const struct keep_rule *rule, struct keep_state *state,
                        const struct keep_event *event)
{
	if (!counts(rule, event))
		return false;
	if (event->kind == KEEP_EVENT_CHARGE)
		return span_add(rule, state, step_days(rule, event->yen), event);
	if (state->mark_day != KEEP_DAY_NONE && state->mark_day <= event->day)
		return false;
	state->mark_day = event->day;
	state->clock_day = event->day;
	if (state->span == 0)
		cause_set(state, KEEP_BECAUSE_FIRST_USE, event);
	return true;
}

/* ---- the last safe day, kind by kind --------------------------------------------- */

static int32_t end_none(const struct keep_rule *rule, const struct keep_state *state)
{
	(void)rule;
	(void)state;
	return KEEP_DAY_NEVER;
}

static int32_t end_window(const struct keep_rule *rule, const struct keep_state *state)
{
	return state->clock_day + rule->window - 1;
}

static int32_t end_span(const struct keep_rule *rule, const struct keep_state *state)
{
	return state->clock_day + rule->window + state->span - 1;
}

static int32_t end_idle_months(const struct keep_rule *rule, const struct keep_state *state)
{
	return day_add_months(state->clock_day, rule->window) - 1;
}

static int32_t end_park(const struct keep_rule *rule, const struct keep_state *state)
{
	int32_t months = state->span < rule->window ? state->span : rule->window;

	return day_add_months(state->clock_day, months) - 1;
}

/* ---- helpers ------------------------------------------------------------------------ */

static bool counts(const struct keep_rule *rule, const struct keep_event *event)
{
	return (rule->counts & (1u << event->kind)) != 0;
}

static bool clock_later(struct keep_state *state, int32_t clock_day, const struct keep_event *event)
{
	if (clock_day <= state->clock_day)
		return false;
	state->clock_day = clock_day;
	cause_set(state, cause_of(event->kind), event);
	if (event->kind == KEEP_EVENT_METERED)
		state->cause_day = clock_day;
	return true;
}

static enum keep_cause cause_of(enum keep_event_kind kind)
{
	switch (kind) {
	case KEEP_EVENT_PACK:
		return KEEP_BECAUSE_PACK;
	case KEEP_EVENT_FREE_PACK:
	case KEEP_EVENT_PROMO:
		return KEEP_BECAUSE_PROMO;
	case KEEP_EVENT_CHARGE:
		return KEEP_BECAUSE_CHARGE;
	case KEEP_EVENT_METERED:
		return KEEP_BECAUSE_METERED;
	default:
		return KEEP_BECAUSE_USE;
	}
}

static void cause_set(struct keep_state *state, enum keep_cause cause,
                      const struct keep_event *event)
{
	state->cause = cause;
	state->cause_day = event->day;
	state->cause_order = event->order;
}

/* Put days behind the present end, or behind yesterday when that is past.  For
 * an event older than the one before it we cannot know which end it met, so it
 * counts from its own day. */
static bool span_add(const struct keep_rule *rule, struct keep_state *state, int32_t add,
                     const struct keep_event *event)
{
	int32_t end = end_span(rule, state);
	int32_t from = event->day < state->cause_day ? event->day - 1 : later(end, event->day - 1);
	int32_t until = from + add, late_day;

	if (rule->sum_days_max > 0 && until > event->day + rule->sum_days_max - 1)
		until = event->day + rule->sum_days_max - 1;
	if (until > KEEP_DAY_LAST)
		until = KEEP_DAY_LAST;
	if (add <= 0 || until <= end)
		return false;
	state->span += until - end;
	late_day = state->cause_day;
	cause_set(state, cause_of(event->kind), event);
	state->cause_day = later(late_day, event->day);
	return true;
}

static int32_t step_days(const struct keep_rule *rule, int64_t yen)
{
	int64_t days = 0;

	if (rule->step_yen > 0)
		days = (int64_t)(yen_clip(yen) / rule->step_yen) * rule->step_days;
	return days < KEEP_SPAN_MAX ? (int32_t)days : KEEP_SPAN_MAX;
}

/* Metered use counts once it is more than over_yen within one window.  What "in
 * the window" means is read in several ways (sliding; fixed; anew when reached);
 * sliding is the earliest of them, and the clock then starts with the first call
 * of a run.  A run is one sum, so it may start earlier than it had to, never
 * later. */
static bool meter(const struct keep_rule *rule, struct keep_state *state,
                  const struct keep_event *event)
{
	int32_t yen = yen_clip(event->yen), run_day = state->mark_day;

	if (yen == 0)
		return false;
	if (yen > rule->over_yen)
		return clock_later(state, event->day, event);
	if (run_day != KEEP_DAY_NONE && event->day < run_day)
		return false;
	if (run_day == KEEP_DAY_NONE || event->day - run_day >= rule->window) {
		state->mark_day = event->day;
		state->mark_yen = yen;
		return true;
	}
	state->mark_yen += yen;
	if (state->mark_yen > rule->over_yen) {
		/* What has just been counted may count again in the next run. */
		state->mark_day = event->day;
		state->mark_yen = yen;
		clock_later(state, run_day, event);
	}
	return true;
}

static void spend(struct keep_state *state, const struct keep_event *event)
{
	int32_t yen = yen_clip(event->yen);

	if (state->balance_yen > yen) {
		state->balance_yen -= yen;
		return;
	}
	state->balance_yen = 0;
	if (state->zero_day == KEEP_DAY_NONE)
		state->zero_day = later(event->day, state->cause_day);
}

static int32_t card_yen(const struct keep_state *state, int32_t day)
{
	return state->mark_day == day ? state->mark_yen : 0;
}

static int32_t yen_clip(int64_t yen)
{
	return yen < KEEP_YEN_MAX ? (int32_t)yen : KEEP_YEN_MAX;
}

static int32_t later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* ---- what may not be offered ------------------------------------------------------------ */

static enum keep_refusal refuse(const struct keep_rule *rule, const struct keep_state *state,
                                const struct keep_event *event, int32_t *again_day)
{
	struct keep_result result;

	*again_day = KEEP_DAY_NONE;
	if (!counts(rule, event))
		return KEEP_REFUSE_NONE;
	keep_result(rule, state, &result);
	if (result.dated && event->day > result.lost_day)
		return KEEP_REFUSE_LOST;
	if (event->kind == KEEP_EVENT_CHARGE && rule->step_yen > 0)
		return refuse_charge(rule, state, event, again_day);
	if (rule->kind == KEEP_EXTEND)
		return refuse_sum(rule, state, event, event->days, again_day);
	return KEEP_REFUSE_NONE;
}

static enum keep_refusal refuse_charge(const struct keep_rule *rule, const struct keep_state *state,
                                       const struct keep_event *event, int32_t *again_day)
{
	int64_t balance = end_span(rule, state) >= event->day ? state->balance_yen : 0;

	if (event->yen < rule->step_yen)
		return KEEP_REFUSE_TOO_SMALL;
	if (event->by_card && rule->card_yen_max > 0 &&
	    card_yen(state, event->day) + (int64_t)yen_clip(event->yen) > rule->card_yen_max) {
		if (event->yen <= rule->card_yen_max)
			*again_day = event->day + 1;
		return KEEP_REFUSE_CARD_DAY;
	}
	if (rule->balance_yen_max > 0 && balance + yen_clip(event->yen) > rule->balance_yen_max)
		return KEEP_REFUSE_BALANCE;
	return refuse_sum(rule, state, event, step_days(rule, event->yen), again_day);
}

static enum keep_refusal refuse_sum(const struct keep_rule *rule, const struct keep_state *state,
                                    const struct keep_event *event, int32_t add, int32_t *again_day)
{
	int32_t until = later(end_span(rule, state), event->day - 1) + add;

	if (rule->sum_days_max == 0 || until <= event->day + rule->sum_days_max - 1)
		return KEEP_REFUSE_NONE;
	if (add <= rule->sum_days_max)
		*again_day = until - rule->sum_days_max + 1;
	return KEEP_REFUSE_SUM_DAYS;
}
