/*
 * stripe.c - judges of the vectors of Stripe.
 */
#include "vectors/vector.h"

#include "base/str.h"
#include "gate/stripe_wire.h"

#include <string.h>

static bool       webhook_judge(struct vector_case *vector);
static bool       request_judge(struct vector_case *vector);
static bool       params_flatten(struct vector_case *vector, struct str *ret);
static void       flatten(struct stripe_form *form, struct arena *arena, struct str path,
                          const json_t *value);
static struct str scalar_text(struct arena *arena, const json_t *value);
static bool header_same(struct vector_case *vector, const struct net_call *call, const char *name);

static const char *const marks[] = { "api_version", "stateful_mock", NULL };

static const struct vector_judge judges[] = {
	{ "webhook", webhook_judge },
	{ "request", request_judge },
};

const struct vector_gateway vector_stripe = {
	.name = "stripe",
	.marks = marks,
	.judges = judges,
	.judge_count = COUNT_OF(judges),
};

static bool webhook_judge(struct vector_case *vector)
{
	struct str secret, header, payload, time;
	int64_t    now_s, tolerance_s, at_s = 0;
	bool       accepts, ours;

	if (!vector_str(vector, vector->json, "secret", &secret) ||
	    !vector_int(vector, vector->json, "now", &now_s) ||
	    !vector_int(vector, vector->json, "tolerance", &tolerance_s) ||
	    !vector_bool(vector, vector->json, "sdk_accepts", &accepts))
		return false;
	header = vector_str_or(vector, vector->json, "stripe_signature");
	payload = vector_str_or(vector, vector->json, "payload");
	ours = stripe_signature_check(secret, header, payload, now_s, tolerance_s, vector->arena) ==
	       STRIPE_SIGNED;
	/* The SDK takes any time from the future; we bound it as we bound the past. */
	if (accepts && str_starts(header, STR("t="))) {
		str_cut(str_skip(header, 2), ',', &time, &(struct str){ 0 });
		if (tolerance_s > 0 && str_to_int64(time, &at_s) && at_s - now_s > tolerance_s)
			accepts = false;
	}
	return ours == accepts || vector_no(vector, "we %s it", ours ? "accept" : "refuse");
}

/* The SDK's parameters through our form, its key through our headers: the same wire bytes. */
static bool request_judge(struct vector_case *vector)
{
	struct pay_config     config = { 0 };
	struct stripe_request request = { .key = vector_header(vector, "idempotency-key") };
	struct str            bearer = STR("Bearer ");
	struct str            url, tail, secret = vector_header(vector, "authorization");
	struct net_call       call;

	if (!str_starts(secret, bearer))
		return vector_no(vector, "no bearer key in the case");
	config.secret = str_skip(secret, bearer.len);
	if (!vector_str(vector, vector->json, "method", &request.method) ||
	    !vector_str(vector, vector->json, "url", &url) ||
	    !params_flatten(vector, &request.params))
		return false;
	str_cut(url, '?', &request.path, &tail);
	if (!stripe_call(&config, &request, vector->arena, &call))
		return vector_no(vector, "the request cannot be made");
	return vector_same(vector, "url", url, call.url) &&
	       vector_same_as(vector, "body", call.body) &&
	       vector_same(vector, "content-type", vector_header(vector, "content-type"),
	                   call.content_type) &&
	       header_same(vector, &call, "authorization") &&
	       header_same(vector, &call, "stripe-version") &&
	       header_same(vector, &call, "accept") &&
	       header_same(vector, &call, "idempotency-key");
}

static bool header_same(struct vector_case *vector, const struct net_call *call, const char *name)
{
	struct str value;

	if (!pay_header(call->headers, call->header_count, str_from(name), &value))
		value = STR("");
	return vector_same(vector, name, vector_header(vector, name), value);
}

static bool params_flatten(struct vector_case *vector, struct str *ret)
{
	json_t            *params = json_object_get(vector->json, "params"), *value;
	struct stripe_form form;
	const char        *key;

	stripe_form_init(&form, vector->arena);
	json_object_foreach(params, key, value) flatten(&form, vector->arena, str_from(key), value);
	return stripe_form_end(&form, ret) || vector_no(vector, "the form is too long");
}

static void flatten(struct stripe_form *form, struct arena *arena, struct str path,
                    const json_t *value)
{
	const char *key;
	json_t     *inner;

	if (json_is_object(value)) {
		json_object_foreach((json_t *)(uintptr_t)value, key, inner)
		    flatten(form, arena, arena_printf(arena, "%.*s[%s]", STR_ARG(path), key),
		            inner);
	} else if (json_is_array(value)) {
		for (size_t i = 0; i < json_array_size(value); i++)
			flatten(form, arena, arena_printf(arena, "%.*s[%zu]", STR_ARG(path), i),
			        json_array_get(value, i));
	} else if (json_is_integer(value)) {
		stripe_form_int(form, path, json_integer_value(value));
	} else {
		stripe_form_add(form, path, scalar_text(arena, value));
	}
}

/* As JavaScript's String() writes it; null is empty. */
static struct str scalar_text(struct arena *arena, const json_t *value)
{
	if (json_is_string(value))
		return (struct str){ .ptr = json_string_value(value),
			             .len = json_string_length(value) };
	if (json_is_boolean(value))
		return json_is_true(value) ? STR("true") : STR("false");
	if (json_is_real(value))
		return arena_printf(arena, "%.15g", json_real_value(value));
	return STR("");
}
