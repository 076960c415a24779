/*
 * pay.c - see pay.h.
 */
#include "gate/pay.h"

#include "base/str.h"

const struct pay_gateway *pay_find(enum pay_method method)
{
	static const struct pay_gateway *const all[PAY_METHOD_COUNT] = {
		[PAY_SANDBOX] = &pay_sandbox,
		[PAY_ANTOM] = &pay_antom,
		[PAY_WECHAT] = &pay_wechat,
		[PAY_UNIONPAY] = &pay_unionpay,
		[PAY_STRIPE] = &pay_stripe,
		[PAY_PAYPAL] = &pay_paypal,
		[PAY_ALIPAY] = &pay_alipay,
	};

	assert(method < PAY_METHOD_COUNT);
	return all[method];
}

struct str pay_outcome_name(enum pay_outcome outcome)
{
	static const char *const names[] = {
#define X(id, name) [PAY_OUTCOME_##id] = name,
		PAY_OUTCOMES(X)
#undef X
	};

	assert(outcome < PAY_OUTCOME_COUNT);
	return str_from(names[outcome]);
}

struct str pay_hook_name(enum pay_hook_result result)
{
	static const char *const names[] = {
#define X(id, name, status) [PAY_HOOK_##id] = name,
		PAY_HOOKS(X)
#undef X
	};

	assert(result < PAY_HOOK_COUNT);
	return str_from(names[result]);
}

int pay_hook_status(enum pay_hook_result result)
{
	static const int statuses[] = {
#define X(id, name, status) [PAY_HOOK_##id] = status,
		PAY_HOOKS(X)
#undef X
	};

	assert(result < PAY_HOOK_COUNT);
	return statuses[result];
}

const struct pay_verb *pay_verb(const struct pay_gateway *gateway, enum pay_verb_id id)
{
	assert(id < PAY_VERB_COUNT);
	return gateway->verb[id].parse == NULL ? NULL : &gateway->verb[id];
}

static const struct {
	const char *name;
	bool        moves;
} verbs[PAY_VERB_COUNT] = {
#define X(id, text, changes) [PAY_VERB_##id] = { .name = text, .moves = changes },
	PAY_VERBS(X)
#undef X
};

bool pay_verb_moves(enum pay_verb_id id)
{
	assert(id < PAY_VERB_COUNT);
	return verbs[id].moves;
}

struct str pay_verb_name(enum pay_verb_id id)
{
	assert(id < PAY_VERB_COUNT);
	return str_from(verbs[id].name);
}

bool pay_build(const struct pay_verb *verb, const struct pay_config *config, struct pay_task *task,
               struct arena *arena, struct net_call *ret)
{
	assert(verb->wrap != NULL);
	if (task->body.len == 0 && verb->body != NULL &&
	    !verb->body(config, task, arena, &task->body))
		return false;
	return verb->wrap(config, task, arena, ret);
}

bool pay_header(const struct str *lines, size_t count, struct str name, struct str *ret)
{
	struct str found = { 0 };
	size_t     seen = 0;

	for (size_t i = 0; i < count; i++) {
		struct str key, value;

		if (!str_cut(lines[i], ':', &key, &value) || !str_eq_nocase(key, name))
			continue;
		found = str_trim(value);
		seen++;
	}
	if (seen != 1)
		return false;
	*ret = found;
	return true;
}

/* "https://host:port" of an absolute address; empty when it is none, or holds a user. */
static struct str origin_of(struct str url)
{
	struct str scheme_end = STR("://");
	size_t     from = 0, i;

	for (i = 0; i + scheme_end.len <= url.len && from == 0; i++)
		if (str_starts(str_skip(url, i), scheme_end))
			from = i + scheme_end.len;
	for (i = from; from > 0 && i < url.len; i++) {
		char c = url.ptr[i];

		if (c == '/' || c == '?' || c == '#')
			break;
		if (c == '@' || c == '\\' || c <= ' ')
			return (struct str){ 0 };
	}
	return from > 0 && i > from ? str_take(url, i) : (struct str){ 0 };
}

/* Is the origin this one, or on a host below that of a pattern with "*."? */
static bool origin_below(struct str origin, struct str pattern)
{
	struct str any = STR("https://*");
	struct str host, tail;

	if (!str_starts(pattern, any) || !str_starts(origin, STR("https://")))
		return str_eq(origin, pattern);
	tail = str_skip(pattern, any.len);
	host = str_skip(origin, 8);
	return tail.len > 1 && tail.ptr[0] == '.' && host.len > tail.len && str_ends(host, tail);
}

bool pay_page_allowed(const struct pay_config *config, struct str url)
{
	struct str origin = origin_of(url), rest = config->pages, word;

	if (origin.len == 0)
		return false;
	if (str_eq(origin, origin_of(config->url)))
		return true;
	while (rest.len > 0) {
		str_cut(rest, ' ', &word, &rest);
		if (word.len > 0 && origin_below(origin, word))
			return true;
	}
	return false;
}
