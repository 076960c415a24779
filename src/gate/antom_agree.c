/*
 * antom_agree.c - agreements by Antom: the payer allows debits once (consult),
 * the code that follows becomes a token (applyToken), debits are payments by
 * that token, and either side may end it (revoke) (GATEWAYS 3).
 *
 * SIGN says our number of the agreement as authState, which nobody can guess;
 * the callback AUTHCODE_CREATED brings it back with a code.  The code is what
 * AGREEMENT turns into the token; the token is what DEBIT and UNSIGN speak of.
 */
#include "gate/antom.h"

#include "base/str.h"

static bool secret_valid(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
			return false;
	return text.len > 0 && text.len <= ANTOM_TOKEN_MAX;
}

bool antom_sign_up_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret)
{
	const struct antom *own = config->own;
	json_t             *object, *scopes;

	if (!antom_number_valid(task->agreement))
		return false;
	object = json_object();
	antom_put(object, "customerBelongsTo", own->method);
	antom_put(object, "authRedirectUrl", task->return_url);
	antom_put(object, "authNotifyUrl", task->hook_url);
	antom_put(object, "authState", task->agreement);
	scopes = json_array();
	json_array_append_new(scopes, json_string("AGREEMENT_PAY"));
	json_object_set_new(object, "scopes", scopes);
	antom_put(object, "terminalType", str_from(antom_terminal(task)));
	return antom_write(object, arena, ret);
}

bool antom_agreement_body(const struct pay_config *config, const struct pay_task *task,
                          struct arena *arena, struct str *ret)
{
	const struct antom *own = config->own;
	json_t             *object;

	if (!secret_valid(task->agreement))
		return false;
	object = json_object();
	antom_put(object, "grantType", STR("AUTHORIZATION_CODE"));
	antom_put(object, "customerBelongsTo", own->method);
	antom_put(object, "authCode", task->agreement);
	return antom_write(object, arena, ret);
}

bool antom_debit_body(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct str *ret)
{
	return secret_valid(task->agreement) &&
	       antom_pay_body(config, task, task->agreement, arena, ret);
}

bool antom_unsign_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	json_t *object;

	(void)config;
	if (!secret_valid(task->agreement))
		return false;
	object = json_object();
	antom_put(object, "accessToken", task->agreement);
	return antom_write(object, arena, ret);
}

#define WRAP(function, name) \
	bool function(const struct pay_config *config, const struct pay_task *task, \
	              struct arena *arena, struct net_call *ret) \
	{ \
		return antom_wrap(config, task, name, arena, ret); \
	}
WRAP(antom_sign_up_wrap, "authorizations/consult")
WRAP(antom_agreement_wrap, "authorizations/applyToken")
WRAP(antom_debit_wrap, "payments/pay")
WRAP(antom_unsign_wrap, "authorizations/revoke")

enum pay_outcome antom_sign_up_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	struct antom_answer answer;
	enum pay_outcome    outcome = antom_judge(config, PAY_VERB_SIGN, call, arena, &answer, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	ret->order = task->agreement;
	ret->state = PAYMENT_PENDING;
	if (!antom_read_page(config, answer.object, task->device, arena, ret))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(answer.object);
	return outcome;
}

enum pay_outcome antom_agreement_parse(const struct pay_config *config, const struct pay_task *task,
                                       const struct net_call *call, struct arena *arena,
                                       struct pay_facts *ret)
{
	struct antom_answer answer;
	enum pay_outcome    outcome = antom_judge(config, PAY_VERB_AGREEMENT, call, arena, &answer,
	                                          ret);

	(void)task;
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	ret->state = PAYMENT_SUCCEEDED;
	if (!json_field_str(answer.object, "accessToken", ANTOM_TOKEN_MAX, arena,
	                    &ret->agreement) ||
	    !secret_valid(ret->agreement))
		outcome = PAY_OUTCOME_UNKNOWN;
	ret->expires_s = antom_read_time(answer.object, "accessTokenExpiryTime", arena);
	json_decref(answer.object);
	return outcome;
}

enum pay_outcome antom_debit_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret)
{
	return antom_pay_read(config, task, PAY_VERB_DEBIT, call, arena, ret);
}

enum pay_outcome antom_unsign_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct antom_answer answer;
	enum pay_outcome outcome = antom_judge(config, PAY_VERB_UNSIGN, call, arena, &answer, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	ret->state = PAYMENT_EXPIRED;
	ret->agreement = task->agreement;
	json_decref(answer.object);
	return PAY_OUTCOME_OK;
}
