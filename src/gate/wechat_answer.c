/*
 * wechat_answer.c - what WeChat Pay answered: proven, and sorted by the table
 * of codes.
 */
#include "gate/wechat.h"

#include "base/str.h"
#include "gate/json_field.h"

enum { NO = PAY_OUTCOME_DECLINED, UN = PAY_OUTCOME_UNKNOWN, OUR = PAY_OUTCOME_CONFIG };
enum { AGAIN = PAY_OUTCOME_RETRY, NONE = PAY_OUTCOME_ABSENT, FUND = PAY_OUTCOME_FUNDS };

static const struct {
	const char *code;
	int         outcome[WECHAT_ASK_COUNT];
} codes[] = {
#define CODE(name, ...) { #name, { __VA_ARGS__ } },
#include "gate/wechat_codes.def"
#undef CODE
};

static enum wechat_proof answer_proof(const struct wechat *wechat, const struct pay_task *task,
                                      const struct net_call *call, struct arena *arena);
static enum pay_outcome  refusal_sort(const struct net_call *call, enum wechat_ask ask,
                                      enum wechat_proof proof, struct arena *arena,
                                      struct str *ret_reason);

enum pay_outcome wechat_answer(const struct pay_config *config, const struct pay_task *task,
                               const struct net_call *call, enum wechat_ask ask,
                               struct arena *arena, json_t **ret, struct str *ret_reason)
{
	enum wechat_proof proof;

	*ret = NULL;
	if (call->result == NET_REFUSED)
		return PAY_OUTCOME_RETRY;
	if (call->result != NET_ANSWER)
		return PAY_OUTCOME_UNKNOWN;
	proof = answer_proof(wechat_of(config), task, call, arena);
	if (call->status < 200 || call->status >= 300)
		return refusal_sort(call, ask, proof, arena, ret_reason);
	if (proof != WECHAT_PROOF_VALID)
		return PAY_OUTCOME_UNKNOWN;
	if (call->answer.len == 0)
		return PAY_OUTCOME_OK;
	*ret = json_field_open(call->answer, PAY_ANSWER_MAX);
	return *ret == NULL ? PAY_OUTCOME_UNKNOWN : PAY_OUTCOME_OK;
}

enum pay_outcome wechat_code_outcome(enum wechat_ask ask, int32_t status, struct str code)
{
	assert(ask < WECHAT_ASK_COUNT);
	if (status == 401)
		return PAY_OUTCOME_CONFIG;
	if (status == 429)
		return PAY_OUTCOME_RETRY;
	if (status < 400 || status > 499)
		return PAY_OUTCOME_UNKNOWN;
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		if (str_eq(code, str_from(codes[i].code)))
			return (enum pay_outcome)codes[i].outcome[ask];
	}
	return PAY_OUTCOME_UNKNOWN;
}

static enum wechat_proof answer_proof(const struct wechat *wechat, const struct pay_task *task,
                                      const struct net_call *call, struct arena *arena)
{
	struct wechat_stamp stamp;
	enum wechat_proof proof = wechat_stamp_read(call->answer_headers, call->answer_header_count,
	                                            &stamp);

	return proof == WECHAT_PROOF_VALID
	           ? wechat_prove(&wechat->keys, &stamp, call->answer, task->now_ms / 1000, arena)
	           : proof;
}

/* A refusal need not be signed, so its body counts for no more than the class of its status; but
 * a proof that is there and wrong makes even that worthless. */
static enum pay_outcome refusal_sort(const struct net_call *call, enum wechat_ask ask,
                                     enum wechat_proof proof, struct arena *arena,
                                     struct str *ret_reason)
{
	json_t    *object = json_field_open(call->answer, PAY_ANSWER_MAX);
	struct str code = { 0 };

	if (object != NULL && json_field_str(object, "code", WECHAT_CODE_MAX, arena, &code))
		*ret_reason = code;
	json_decref(object);
	if (call->status != 401 && call->status != 429 &&
	    (proof == WECHAT_PROOF_FORGED || proof == WECHAT_PROOF_STALE))
		return PAY_OUTCOME_UNKNOWN;
	return wechat_code_outcome(ask, call->status, code);
}
