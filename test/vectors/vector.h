/*
 * vector.h - test vectors of payment gateways: files of cases that official
 * SDKs made or judged (README.md), each judged here by the product's functions.
 *
 * One file a gateway holds its judges.  A judge gets one case, asks the product
 * and returns whether it did as the vector says; when not, it says why.
 */
#pragma once
#include <jansson.h>

#include "base/arena.h"
#include "base/rsa.h"
#include "base/url.h"

#define VECTOR_WHY_MAX   400             /* bytes of a reason */
#define VECTOR_ARENA_MAX (16 * 1024 * 1024) /* bytes that one case may take */

/* One case.  Everything in the arena lives as long as the case is judged. */
struct vector_case {
	const json_t *file; /* the whole file: keys and certificates stand on its top level */
	const json_t *json; /* the case itself */
	const char   *kind, *name;
	struct arena *arena;
	char          why[VECTOR_WHY_MAX]; /* of a failure */
};

/* How to judge one kind of case. */
struct vector_judge {
	const char *kind;
	bool (*judge)(struct vector_case *vector);
};

/* One gateway: by which members of a file's top level it is known, and its judges. */
struct vector_gateway {
	const char                *name;
	const char *const         *marks; /* any of them; ends with NULL */
	const struct vector_judge *judges;
	size_t                     judge_count;
};

extern const struct vector_gateway vector_alipay, vector_antom, vector_wechat, vector_stripe,
    vector_paypal, vector_unionpay;

/* --- reading.  All strings are copies in the arena; all end the case with a reason when absent:
 * `return false` then.  The first argument of each pair says where: the case or its file. */
bool vector_str(struct vector_case *vector, const json_t *from, const char *key, struct str *ret);
bool vector_int(struct vector_case *vector, const json_t *from, const char *key, int64_t *ret);
bool vector_bool(struct vector_case *vector, const json_t *from, const char *key, bool *ret);
/* Without a reason: empty when it is absent or no string. */
struct str vector_str_or(struct vector_case *vector, const json_t *from, const char *key);
/* An object's members, values as text (numbers too), in the order of the file. */
bool vector_pairs(struct vector_case *vector, const json_t *from, const char *key,
                  struct url_pair *ret, size_t max, size_t *ret_count);
/* A header of the object "headers" (any case of letters) of the case; empty when it is absent. */
struct str vector_header(struct vector_case *vector, const char *name);
/* Keys of the file's top level; close them with rsa_key_close(). */
bool vector_private_key(struct vector_case *vector, const char *key, struct rsa_key **ret);
bool vector_public_key(struct vector_case *vector, const char *key, struct rsa_key **ret);

/* --- judging */
/* Says why and returns false. */
bool vector_no(struct vector_case *vector, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Equal bytes, else a reason that shows where they part. */
bool vector_same(struct vector_case *vector, const char *what, struct str expected,
                 struct str actual);
/* The same with what the case says under that key. */
bool vector_same_as(struct vector_case *vector, const char *key, struct str actual);
/* The verdict of the SDK (sdk_accepts or another key) is ours too. */
bool vector_verdict(struct vector_case *vector, const char *key, bool accepted);
