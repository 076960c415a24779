/*
 * wechat.c - judges of the vectors of WeChat Pay API v3.
 */
#include "vectors/vector.h"

#include "base/aead.h"
#include "base/hash.h"

static bool gcm_judge(struct vector_case *vector);
static bool oaep_judge(struct vector_case *vector);

static const char *const marks[] = { "mchid", "apiv3_key", "merchant_serial", NULL };

static const struct vector_judge judges[] = {
	{ "aes-gcm", gcm_judge },
	{ "oaep", oaep_judge },
};

const struct vector_gateway vector_wechat = {
	.name = "wechat",
	.marks = marks,
	.judges = judges,
	.judge_count = COUNT_OF(judges),
};

static bool gcm_judge(struct vector_case *vector)
{
	struct str key, nonce, bound, text, sealed, plain;
	bool       opened;

	if (!vector_str(vector, vector->json, "apiv3_key", &key) ||
	    !vector_str(vector, vector->json, "nonce", &nonce) ||
	    !vector_str(vector, vector->json, "associated_data", &bound) ||
	    !vector_str(vector, vector->json, "ciphertext", &text))
		return false;
	opened = base64_decode(vector->arena, text, &sealed) &&
	         gcm_open(key, nonce, bound, sealed, vector->arena, &plain);
	if (!vector_verdict(vector, "axios_plugin_accepts", opened))
		return false;
	return !opened || vector_same_as(vector, "plaintext", plain);
}

static bool oaep_judge(struct vector_case *vector)
{
	struct str      text, sealed, plain;
	struct rsa_key *key;
	bool            opened;

	if (!vector_str(vector, vector->json, "ciphertext", &text) ||
	    !vector_private_key(vector, "merchant_private_key_pem", &key))
		return false;
	opened = base64_decode(vector->arena, text, &sealed) &&
	         rsa_oaep_decrypt(key, sealed, vector->arena, &plain);
	rsa_key_close(key);
	return opened ? vector_same_as(vector, "plaintext", plain)
	              : vector_no(vector, "not opened");
}
