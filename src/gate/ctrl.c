/*
 * ctrl.c - see ctrl.h.
 */
#include "gate/ctrl.h"

#include "base/str.h"

enum { CTRL_ID_LEN_MAX = 10, CTRL_LINES_MAX = 64, IMSI_LEN_MAX = 15, MSISDN_LEN_MAX = 15 };

/* The lines of info-all that we rely on; each may stand there once. */
enum { FIELD_IMSI = 1, FIELD_MSISDN = 2, FIELD_CS = 4, FIELD_PS = 8 };
#define FIELDS_NEEDED (FIELD_IMSI | FIELD_CS | FIELD_PS)

static bool id_valid(struct str id);
static bool digits(struct str s, size_t max);
static bool field_take(struct str name, struct str value, struct ctrl_subscriber *subscriber,
                       unsigned *seen);

struct str ctrl_request_id(struct str request)
{
	struct str verb, rest, id, tail;

	if (!str_cut(request, ' ', &verb, &rest))
		return STR("");
	str_cut(rest, ' ', &id, &tail);
	return id_valid(id) ? id : STR("");
}

bool ctrl_parse(struct str text, struct ctrl_reply *ret)
{
	static const struct str words[] = {
#define X(id, word) [CTRL_##id] = { .ptr = word, .len = sizeof(word) - 1 },
		CTRL_KINDS(X)
#undef X
	};
	struct ctrl_reply reply = { .kind = CTRL_KIND_COUNT };
	struct str        word, rest;

	str_cut(text, ' ', &word, &rest);
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_eq(word, words[i]))
			reply.kind = (enum ctrl_kind)i;
	if (reply.kind == CTRL_KIND_COUNT)
		return false;
	str_cut(rest, ' ', &reply.id, &rest);
	if (!id_valid(reply.id) && !str_eq(reply.id, STR(CTRL_ID_LOST)))
		return false;
	reply.value = rest;
	if (reply.kind != CTRL_ERROR)
		str_cut(rest, ' ', &reply.variable, &reply.value);
	*ret = reply;
	return true;
}

bool ctrl_answers(const struct ctrl_reply *reply, struct str id)
{
	if (reply->kind == CTRL_TRAP)
		return false;
	if (reply->kind == CTRL_ERROR && str_eq(reply->id, STR(CTRL_ID_LOST)))
		return true;
	return str_eq(reply->id, id);
}

bool ctrl_subscriber_parse(struct str value, struct ctrl_subscriber *ret)
{
	struct ctrl_subscriber subscriber = { 0 };
	unsigned               seen = 0;
	size_t                 lines = 0;

	while (value.len > 0) {
		struct str line, name, content;

		if (lines++ == CTRL_LINES_MAX)
			return false;
		str_cut(value, '\n', &line, &value);
		if (line.len == 0)
			continue;
		if (!str_cut(line, '\t', &name, &content))
			return false;
		if (!field_take(name, content, &subscriber, &seen))
			return false;
	}
	if ((seen & FIELDS_NEEDED) != FIELDS_NEEDED)
		return false;
	*ret = subscriber;
	return true;
}

static bool id_valid(struct str id)
{
	return digits(id, CTRL_ID_LEN_MAX);
}

static bool digits(struct str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0 && s.len <= max;
}

/* False when a field that we rely on is double or unreadable; others are skipped. */
static bool field_take(struct str name, struct str value, struct ctrl_subscriber *subscriber,
                       unsigned *seen)
{
	unsigned field;

	if (str_eq(name, STR("imsi")))
		field = FIELD_IMSI;
	else if (str_eq(name, STR("msisdn")))
		field = FIELD_MSISDN;
	else if (str_eq(name, STR("nam_cs")))
		field = FIELD_CS;
	else if (str_eq(name, STR("nam_ps")))
		field = FIELD_PS;
	else
		return true;
	if (*seen & field)
		return false;
	*seen |= field;
	if (field == FIELD_IMSI) {
		subscriber->imsi = value;
		return digits(value, IMSI_LEN_MAX);
	}
	if (field == FIELD_MSISDN) {
		subscriber->msisdn = value;
		return digits(value, MSISDN_LEN_MAX);
	}
	if (!str_eq(value, STR("0")) && !str_eq(value, STR("1")))
		return false;
	*(field == FIELD_CS ? &subscriber->cs : &subscriber->ps) = value.ptr[0] == '1';
	return true;
}
