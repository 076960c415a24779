/*
 * password.c - judging and hashing passwords.
 */
#include "web/password.h"

#include <sodium.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

#define ARGON_PASSES     2
#define ARGON_BYTES      ((size_t)64 * 1024 * 1024)
#define CONTEXT_REST_MIN 8 /* characters that must be left without context words */
#define CONTEXT_WORD_MIN 4 /* shorter ones are in half of all sentences */
#define COMMON_WORD_MAX  2 /* a password of so many listed words is no password */

static const struct str common[] = {
#define WORD(text) { .ptr = text, .len = sizeof(text) - 1 },
#include "web/passwords.def"
#undef WORD
};

static const struct str own_words[] = {
#define OWN(text) { .ptr = text, .len = sizeof(text) - 1 },
	OWN("keepline") OWN("docomo") OWN("softbank") OWN("rakuten") OWN("kddi") OWN("povo")
	    OWN("linemo") OWN("ymobile") OWN("uqmobile") OWN("ahamo") OWN("topup") OWN("mobile")
#undef OWN
};

static struct str lower(struct arena *arena, struct str s);
static bool       is_common(struct str password);
static bool       is_repeated(struct str password);
static size_t     word_at(struct str password);
static bool       is_context(struct arena *arena, struct str password, struct str email);
static struct str without(struct arena *arena, struct str text, struct str word);
static void       hash(struct password_job *job, struct str peppered);

enum password_verdict password_check(struct arena *arena, struct str password, struct str email)
{
	struct str text = lower(arena, password);

	if (password.len > PASSWORD_MAX)
		return PASSWORD_LONG;
	if (utf8_length(password) < PASSWORD_MIN)
		return PASSWORD_SHORT;
	if (is_repeated(text) || is_common(text))
		return PASSWORD_COMMON;
	return is_context(arena, text, lower(arena, email)) ? PASSWORD_CONTEXT : PASSWORD_GOOD;
}

void password_work(void *arg)
{
	struct password_job *job = arg;
	struct digest        digest;
	struct str peppered = { .ptr = (const char *)digest.byte, .len = sizeof(digest.byte) };
	char       stored[PASSWORD_TEXT_MAX] = { 0 };

	static_assert(PASSWORD_TEXT_MAX >= crypto_pwhash_STRBYTES, "a hash must fit");
	if (sodium_init() < 0)
		return;
	hmac_sha256(job->pepper, job->password, &digest);
	if (job->stored.len == 0) {
		hash(job, peppered);
	} else if (job->stored.len < sizeof(stored)) {
		memcpy(stored, job->stored.ptr, job->stored.len);
		job->good = crypto_pwhash_str_verify(stored, peppered.ptr, peppered.len) == 0;
		job->aged = job->good &&
		            crypto_pwhash_str_needs_rehash(stored, ARGON_PASSES, ARGON_BYTES) != 0;
		if (job->aged)
			hash(job, peppered);
	}
	sodium_memzero(&digest, sizeof(digest));
}

struct str password_nobody(void)
{
	return STR("$argon2id$v=19$m=65536,t=2,p=1$3+yms4RG+2NCuS6uuxD"
	           "vtw$2EswYM4yxpBfTxqzJ19Yupvjnb6E0pUVMg3ppyTtp24");
}

static struct str lower(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (copy == NULL)
		return s;
	for (size_t i = 0; i < s.len; i++)
		copy[i] = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] - 'A' + 'a')
		                                             : s.ptr[i];
	return (struct str){ .ptr = copy, .len = s.len };
}

/* A few listed words with digits and signs between them. */
static bool is_common(struct str password)
{
	size_t word_count = 0;

	while (password.len > 0) {
		size_t len = word_at(password);

		if (len > 0) {
			word_count++;
			password = str_skip(password, len);
			continue;
		}
		/* Any other letter, Latin or not, is the person's own. */
		if ((password.ptr[0] >= 'a' && password.ptr[0] <= 'z') ||
		    (unsigned char)password.ptr[0] >= 0x80)
			return false;
		password = str_skip(password, 1);
	}
	return word_count <= COMMON_WORD_MAX;
}

/* "aaaaaaaaaaaaaaa", "abcabcabcabcabc", "passwordpassword". */
static bool is_repeated(struct str password)
{
	for (size_t period = 1; period <= password.len / 2; period++) {
		size_t i = period;

		while (i < password.len && password.ptr[i] == password.ptr[i - period])
			i++;
		if (i == password.len)
			return true;
	}
	return false;
}

/* The longest listed word that the password begins with. */
static size_t word_at(struct str password)
{
	size_t len = 0;

	for (size_t i = 0; i < COUNT_OF(common); i++)
		if (common[i].len > len && str_starts(password, common[i]))
			len = common[i].len;
	return len;
}

static bool is_context(struct arena *arena, struct str password, struct str email)
{
	struct str local, domain, label, rest = password;

	if (email.len > 0)
		rest = without(arena, rest, email);
	str_cut(email, '@', &local, &domain);
	str_cut(domain, '.', &label, &domain);
	if (local.len >= CONTEXT_WORD_MIN)
		rest = without(arena, rest, local);
	if (label.len >= CONTEXT_WORD_MIN)
		rest = without(arena, rest, label);
	for (size_t i = 0; i < COUNT_OF(own_words); i++)
		rest = without(arena, rest, own_words[i]);
	return rest.len < password.len && utf8_length(rest) < CONTEXT_REST_MIN;
}

static struct str without(struct arena *arena, struct str text, struct str word)
{
	char  *copy = arena_alloc(arena, text.len + 1);
	size_t len = 0;

	if (copy == NULL)
		return text;
	while (text.len > 0) {
		if (str_starts(text, word)) {
			text = str_skip(text, word.len);
			continue;
		}
		copy[len++] = text.ptr[0];
		text = str_skip(text, 1);
	}
	return (struct str){ .ptr = copy, .len = len };
}

static void hash(struct password_job *job, struct str peppered)
{
	char text[crypto_pwhash_STRBYTES];

	if (crypto_pwhash_str_alg(text, peppered.ptr, peppered.len, ARGON_PASSES, ARGON_BYTES,
	                          crypto_pwhash_ALG_ARGON2ID13) != 0) {
		job->aged = false;
		return; /* no memory for it: the old hash stays, or nothing was made */
	}
	memcpy(job->text, text, sizeof(text));
	job->good = true;
}
