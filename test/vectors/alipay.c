/*
 * alipay.c - judges of the vectors of Alipay's open platform (RSA2).
 */
#include "vectors/vector.h"

#include "base/aead.h"
#include "base/hash.h"

static bool aes_judge(struct vector_case *vector);

static const char *const marks[] = { "app_id", "app_private_key_pem", NULL };

static const struct vector_judge judges[] = {
	{ "aes", aes_judge },
};

const struct vector_gateway vector_alipay = {
	.name = "alipay",
	.marks = marks,
	.judges = judges,
	.judge_count = COUNT_OF(judges),
};

static bool aes_judge(struct vector_case *vector)
{
	struct str key, plain, text, sealed, opened;

	if (!vector_str(vector, vector->json, "aes_key_b64", &text) ||
	    !vector_str(vector, vector->json, "plaintext", &plain))
		return false;
	if (!base64_decode(vector->arena, text, &key) ||
	    !cbc_seal(key, plain, vector->arena, &sealed))
		return vector_no(vector, "not sealed");
	if (!vector_same_as(vector, "ciphertext_b64", base64_encode(vector->arena, sealed)))
		return false;
	return cbc_open(key, sealed, vector->arena, &opened)
	           ? vector_same_as(vector, "plaintext", opened)
	           : vector_no(vector, "not opened again");
}
