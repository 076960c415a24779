/*
 * antom.c - judges of the vectors of Antom (Alipay+ global).
 */
#include "vectors/vector.h"

#include "base/str.h"
#include "gate/antom_sign.h"

static bool request_judge(struct vector_case *vector);
static bool notify_judge(struct vector_case *vector);
static bool signature_judge(struct vector_case *vector, const struct antom_message *message,
                            const struct rsa_key *key);

static const char *const marks[] = { "client_id", "ack_body", NULL };

static const struct vector_judge judges[] = {
	{ "request", request_judge },
	{ "notify", notify_judge },
};

const struct vector_gateway vector_antom = {
	.name = "antom",
	.marks = marks,
	.judges = judges,
	.judge_count = COUNT_OF(judges),
};

static bool request_judge(struct vector_case *vector)
{
	struct antom_message message;
	struct rsa_key      *key;
	bool                 good;

	if (!vector_str(vector, vector->json, "path", &message.path) ||
	    !vector_str(vector, vector->json, "client_id", &message.client) ||
	    !vector_str(vector, vector->json, "request_time", &message.time) ||
	    !vector_str(vector, vector->json, "body", &message.body) ||
	    !vector_private_key(vector, "merchant_private_key_pem", &key))
		return false;
	good = vector_same_as(vector, "canonical", antom_text(&message, vector->arena)) &&
	       signature_judge(vector, &message, key);
	rsa_key_close(key);
	return good;
}

/* The header as the SDK writes it, with the key version that it wrote; and the other side
 * accepts it. */
static bool signature_judge(struct vector_case *vector, const struct antom_message *message,
                            const struct rsa_key *key)
{
	struct keyring ring = { 0 };
	struct str     header, version = STR("1"), expected, rest, part, name, value;
	bool           good;

	if (!vector_str(vector, vector->json, "header", &expected))
		return false;
	for (rest = expected; rest.len > 0;) {
		str_cut(rest, ',', &part, &rest);
		str_cut(part, '=', &name, &value);
		if (str_eq(str_trim(name), STR("keyVersion")))
			version = value;
	}
	if (!antom_sign(message, key, version, vector->arena, &header))
		return vector_no(vector, "not signed");
	if (!vector_same(vector, "header", expected, header) ||
	    !vector_public_key(vector, "merchant_public_key_pem", &ring.key[0]))
		return false;
	ring.count = 1;
	good = antom_proven(message, header, &ring, vector->arena) ||
	       vector_no(vector, "our own signature is not taken");
	keyring_close(&ring);
	return good;
}

static bool notify_judge(struct vector_case *vector)
{
	struct antom_message message = { .client = vector_header(vector, "client-id"),
		                         .time = vector_header(vector, "request-time") };
	struct str           signature = vector_header(vector, "signature");
	struct keyring       ring = { .count = 1 };
	bool                 accepted;

	if (!vector_str(vector, vector->json, "path", &message.path) ||
	    !vector_str(vector, vector->json, "body", &message.body) ||
	    !vector_public_key(vector, "platform_public_key_pem", &ring.key[0]))
		return false;
	accepted = antom_proven(&message, signature, &ring, vector->arena);
	keyring_close(&ring);
	return vector_verdict(vector, "sdk_accepts", accepted);
}
