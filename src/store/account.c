/*
 * account.c - folding, hiding and masking of e-mail addresses.
 */
#include "store/account.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"

#define EMAIL_LOCAL_MAX 64
#define LABEL_MAX       63

static bool       local_good(struct str local);
static bool       domain_good(struct str domain);
static struct str notify_context(struct arena *arena, int64_t order_id);

bool account_email_fold(struct arena *arena, struct str typed, struct str *ret)
{
	struct str folded, local, domain;
	char      *email;

	/* The fold drops controls; an address with one inside is no address. */
	typed = str_trim(typed);
	for (size_t i = 0; i < typed.len; i++)
		if ((unsigned char)typed.ptr[i] < ' ')
			return false;

	folded = str_trim(utf8_fold(arena, typed));
	if (folded.len > ACCOUNT_EMAIL_MAX || !str_cut(folded, '@', &local, &domain) ||
	    !local_good(local) || !domain_good(domain))
		return false;
	email = arena_alloc(arena, folded.len + 1);
	if (email == NULL)
		return false;
	for (size_t i = 0; i < folded.len; i++) {
		char c = folded.ptr[i];

		email[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	*ret = (struct str){ .ptr = email, .len = folded.len };
	return true;
}

struct str account_blind(struct arena *arena, const struct key *blind, struct str email)
{
	struct digest digest;

	hmac_sha256(blind, email, &digest);
	return arena_str(arena, (struct str){ .ptr = (const char *)digest.byte,
	                                      .len = ACCOUNT_BLIND_SIZE });
}

struct str account_email_seal(struct arena *arena, const struct key *personal, struct str blind,
                              struct str email)
{
	return box_seal(arena, personal, blind, email);
}

bool account_email_open(struct arena *arena, const struct key *personal, struct str blind,
                        struct str box, struct str *ret)
{
	return box_open(arena, personal, blind, box, ret);
}

struct str account_notify_seal(struct arena *arena, const struct key *personal, int64_t order_id,
                               struct str email)
{
	return box_seal(arena, personal, notify_context(arena, order_id), email);
}

bool account_notify_open(struct arena *arena, const struct key *personal, int64_t order_id,
                         struct str box, struct str *ret)
{
	return box_open(arena, personal, notify_context(arena, order_id), box, ret);
}

static struct str notify_context(struct arena *arena, int64_t order_id)
{
	return arena_printf(arena, "notify %lld", (long long)order_id);
}

/* The part before the @: the dot-atom of RFC 5322, without quoting. */
static bool local_good(struct str local)
{
	struct str marks = STR("!#$%&'*+-/=?^_`{|}~.");

	if (local.len == 0 || local.len > EMAIL_LOCAL_MAX || local.ptr[0] == '.' ||
	    local.ptr[local.len - 1] == '.' || str_find(local, STR("..")) >= 0)
		return false;
	for (size_t i = 0; i < local.len; i++) {
		char c = local.ptr[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    str_find(marks, (struct str){ .ptr = &local.ptr[i], .len = 1 }) < 0)
			return false;
	}
	return true;
}

/* At least two labels of letters, digits and inner hyphens. */
static bool domain_good(struct str domain)
{
	struct str label;
	size_t     label_count = 0;
	bool       more = domain.len > 0;

	while (more) {
		more = str_cut(domain, '.', &label, &domain);
		label_count++;
		if (label.len == 0 || label.len > LABEL_MAX || label.ptr[0] == '-' ||
		    label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++) {
			char c = label.ptr[i];

			if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
			    c != '-')
				return false;
		}
	}
	return label_count >= 2;
}
