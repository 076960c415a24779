/*
 * limit.c - token buckets, kept as the one moment at which each is full again.
 */
#include "web/limit.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/str.h"

#define ADDRESS_TEXT_MAX 64

struct rule {
	int64_t burst, per_ms;
};

#define LIMIT(name, burst_count, per_s, who) \
	[LIMIT_##name] = { .burst = (burst_count), .per_ms = (per_s)*INT64_C(1000) },
static const struct rule rules[LIMIT_COUNT] = {
#include "web/limits.def"
};
#undef LIMIT

static struct limit_bucket *bucket_find(struct limits *limits, enum limit_kind kind,
                                        struct str subject, int64_t now_ms);
static int64_t              token_ms(enum limit_kind kind, int64_t burst);
static struct str prefix(struct arena *arena, struct str address, size_t v4_bytes, size_t v6_bytes);

struct limits *limits_open(struct arena *arena, const struct env *env)
{
	struct limits *limits = ARENA_NEW(arena, struct limits);

	if (limits == NULL)
		return NULL;
	limits->clock = &env->clock;
	env->rand.fill(env->rand.ctx, limits->key.byte, sizeof(limits->key.byte));
	return limits;
}

bool limit_take(struct limits *limits, enum limit_kind kind, struct str subject,
                int64_t *ret_wait_s)
{
	return limit_take_of(limits, kind, rules[kind].burst, subject, ret_wait_s);
}

bool limit_take_of(struct limits *limits, enum limit_kind kind, int64_t burst, struct str subject,
                   int64_t *ret_wait_s)
{
	int64_t              now_ms = limits->clock->mono_ms(limits->clock->ctx);
	struct limit_bucket *bucket = bucket_find(limits, kind, subject, now_ms);
	int64_t              step_ms = token_ms(kind, burst);
	int64_t              full_ms = bucket->full_ms > now_ms ? bucket->full_ms : now_ms;
	int64_t              wait_ms = full_ms + step_ms - now_ms - step_ms * burst;

	if (wait_ms > 0) {
		if (ret_wait_s != NULL)
			*ret_wait_s = (wait_ms + 999) / 1000;
		return false;
	}
	bucket->full_ms = full_ms + step_ms;
	return true;
}

bool limit_peek(struct limits *limits, enum limit_kind kind, int64_t burst, struct str subject,
                int64_t *ret_wait_s)
{
	if (!limit_take_of(limits, kind, burst > 0 ? burst : rules[kind].burst, subject,
	                   ret_wait_s))
		return false;
	limit_give(limits, kind, burst, subject);
	return true;
}

void limit_give(struct limits *limits, enum limit_kind kind, int64_t burst, struct str subject)
{
	int64_t now_ms = limits->clock->mono_ms(limits->clock->ctx);

	bucket_find(limits, kind, subject, now_ms)->full_ms -= token_ms(
	    kind, burst > 0 ? burst : rules[kind].burst);
}

struct str limit_network(struct arena *arena, struct str address)
{
	return prefix(arena, address, 3, 6);
}

struct str limit_visitor(struct arena *arena, struct str address)
{
	return prefix(arena, address, 4, 8);
}

bool limit_loopback(struct str address)
{
	return str_starts(address, STR("127.")) || str_eq(address, STR("::1")) ||
	       str_starts(address, STR("::ffff:127."));
}

/* The bucket of (kind, subject), made when it is new. */
static struct limit_bucket *bucket_find(struct limits *limits, enum limit_kind kind,
                                        struct str subject, int64_t now_ms)
{
	uint64_t             mark = hash_short(&limits->key, (uint8_t)kind, subject);
	struct limit_bucket *set, *victim;

	static_assert(LIMIT_COUNT <= UINT8_MAX, "a kind is a tweak");
	mark |= 1; /* 0 means free */
	set = &limits->bucket[(mark >> 8) % (LIMIT_SLOT_COUNT / LIMIT_WAY_COUNT) * LIMIT_WAY_COUNT];
	victim = set;
	for (size_t i = 0; i < LIMIT_WAY_COUNT; i++) {
		if (set[i].mark == mark)
			return &set[i];
		if (set[i].full_ms < victim->full_ms)
			victim = &set[i];
	}
	*victim = (struct limit_bucket){ .mark = mark, .full_ms = now_ms };
	return victim;
}

/* How long one token takes to come back. */
static int64_t token_ms(enum limit_kind kind, int64_t burst)
{
	int64_t ms;

	assert(kind < LIMIT_COUNT && burst >= 1);
	ms = rules[kind].per_ms / burst;
	return ms > 0 ? ms : 1;
}

static struct str prefix(struct arena *arena, struct str address, size_t v4_bytes, size_t v6_bytes)
{
	char                       text[ADDRESS_TEXT_MAX];
	unsigned char              bytes[16];
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (address.len >= sizeof(text))
		return address;
	memcpy(text, address.ptr, address.len);
	text[address.len] = 0;
	if (inet_pton(AF_INET, text, bytes) == 1)
		return hex_encode(arena, (struct str){ .ptr = (char *)bytes, .len = v4_bytes });
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return address;
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		return hex_encode(arena,
		                  (struct str){ .ptr = (char *)bytes + 12, .len = v4_bytes });
	return hex_encode(arena, (struct str){ .ptr = (char *)bytes, .len = v6_bytes });
}
