/*
 * iccid.c - ICCID as text and payload.
 */
#include "core/iccid.h"

#include "base/str.h"
#include "core/digits.h"

#define PAYLOAD_DIGITS_MAX 19

/* A payload's digits without an arena; returns their count. */
static struct str payload_digits(int64_t payload, char ret[PAYLOAD_DIGITS_MAX]);
static struct str filler_cut(struct str text);

bool iccid_parse(struct str text, struct iccid *ret)
{
	struct str   digits = filler_cut(text);
	struct iccid iccid = { .check = ICCID_CHECK_COMPUTED };
	int64_t      whole;

	if (digits.len < 18 || digits.len > 20 || !digits_only(digits))
		return false;
	if (!str_starts(digits, STR("89")))
		return false;
	if (digits.len == 18) {
		if (!digits_to_int64(digits, &iccid.payload))
			return false;
		*ret = iccid;
		return true;
	}
	if (!digits_to_int64(str_take(digits, digits.len - 1), &iccid.payload))
		return false;
	iccid.check = ICCID_CHECK_RIGHT;
	if (iccid_check_digit(iccid.payload) != digits.ptr[digits.len - 1] - '0') {
		iccid.check = ICCID_CHECK_WRONG;
		if (digits.len == 19 && digits_to_int64(digits, &whole))
			iccid.alternate = whole;
	}
	*ret = iccid;
	return true;
}

bool iccid_payload_valid(int64_t payload)
{
	int64_t top = payload / INT64_C(10000000000000000);

	return top == 89 || top / 10 == 89;
}

int iccid_check_digit(int64_t payload)
{
	char digit[PAYLOAD_DIGITS_MAX];

	return digits_luhn(payload_digits(payload, digit));
}

bool iccid_is_japanese(int64_t payload)
{
	char digit[PAYLOAD_DIGITS_MAX];

	return str_starts(payload_digits(payload, digit), STR("8981"));
}

struct str iccid_text(struct arena *arena, int64_t payload)
{
	char       digit[PAYLOAD_DIGITS_MAX];
	struct str digits = payload_digits(payload, digit);

	return arena_printf(arena, "%.*s%d", STR_ARG(digits), digits_luhn(digits));
}

struct str iccid_mask(struct arena *arena, int64_t payload)
{
	return digits_mask(arena, iccid_text(arena, payload), 4);
}

static struct str payload_digits(int64_t payload, char ret[PAYLOAD_DIGITS_MAX])
{
	size_t at = PAYLOAD_DIGITS_MAX;

	assert(iccid_payload_valid(payload));
	for (; payload > 0; payload /= 10)
		ret[--at] = (char)('0' + payload % 10);
	return (struct str){ .ptr = ret + at, .len = PAYLOAD_DIGITS_MAX - at };
}

static struct str filler_cut(struct str text)
{
	for (int i = 0; i < 2 && text.len > 0; i++) {
		char last = text.ptr[text.len - 1];

		if (last == 'F' || last == 'f')
			text.len--;
	}
	return text;
}
