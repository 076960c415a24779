/*
 * wechat_agreement.c - see wechat_agreement.h.
 */
#include "gate/wechat_agreement.h"

#include "base/str.h"
#include "base/time.h"
#include "gate/json_field.h"

enum { NAME_BYTES_MAX = 32, TITLE_BYTES_MAX = 127, CONTRACT_MAX = 64 };

static void       payee_put(const struct wechat *wechat, json_t *object);
static bool       plan_put(const struct wechat *wechat, json_t *object);
static bool       written(json_t *object, bool whole, struct arena *arena, struct str *ret);
static struct str contract_path(const struct wechat *wechat, struct str ours, struct str tail,
                                struct arena *arena);
static bool       contract_valid(struct str contract);
static bool       contract_state(const json_t *object, struct str event, struct arena *arena,
                                 struct pay_facts *ret);
static void       contract_time(const json_t *object, struct arena *arena, struct pay_facts *ret);
static bool       foreign(const struct wechat *wechat, const json_t *object);
static enum pay_outcome contract_judge(const struct pay_config *config, const struct pay_task *task,
                                       const struct net_call *call, struct arena *arena,
                                       struct pay_facts *ret);
static enum pay_outcome debit_read(const struct wechat *wechat, const struct pay_task *task,
                                   const json_t *object, struct arena *arena,
                                   struct pay_facts *ret);

void wechat_agreement_cut(struct str agreement, struct str *ret_contract, struct str *ret_ours)
{
	if (!str_cut(agreement, '.', ret_contract, ret_ours)) {
		*ret_ours = agreement;
		*ret_contract = (struct str){ 0 };
	}
}

bool wechat_sign_body(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct str *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct str           name = str_trim(wechat_text_cut(task->title, NAME_BYTES_MAX));
	json_t              *object;
	bool                 planned;

	/* The mainland's acquirers have interfaces of their own, which are not built. */
	if (!wechat_number_valid(task->agreement) || name.len == 0 || task->hook_url.len == 0 ||
	    task->hook_url.len > WECHAT_TEXT_MAX || (!wechat->global && wechat->sub_mchid.len > 0))
		return false;
	object = json_object();
	payee_put(wechat, object);
	planned = plan_put(wechat, object);
	wechat_put(object, "out_contract_code", task->agreement);
	if (wechat->global) {
		wechat_put(object, "user_display_name", name);
		wechat_put(object, "success_notify_url", task->hook_url);
		if (task->device == PAY_DEVICE_PHONE)
			wechat_put(object, "user_client_ip", task->payer_ip);
		if (task->expires_s > 0)
			wechat_put(object, "expired_time", wechat_time(arena, task->expires_s));
		wechat_put(object, "return_url", task->return_url);
	} else {
		wechat_put(object, "contract_display_account", name);
		wechat_put(object, "contract_notify_url", task->hook_url);
	}
	return written(object, planned, arena, ret);
}

bool wechat_sign_wrap(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct net_call *ret)
{
	struct str path = STR("/v3/papay/scheduled-deduct-sign/contracts/pre-entrust-sign/h5");

	/* By the body that was kept, as with a payment. */
	if (wechat_of(config)->global)
		path = str_find(task->body, STR("\"user_client_ip\"")) >= 0
		           ? STR("/v3/global/papay/contracts/h5-pre-entrust-sign")
		           : STR("/v3/global/papay/contracts/web-pre-entrust-sign");
	return wechat_call(config, task, STR("POST"), path, arena, ret);
}

enum pay_outcome wechat_sign_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct pay_facts     facts = { 0 };
	json_t              *object;
	enum pay_outcome outcome = wechat_answer(config, task, call, WECHAT_ASK_AGREEMENT, arena,
	                                         &object, &facts.reason);

	if (outcome == PAY_OUTCOME_OK) {
		facts.order = task->agreement;
		facts.state = PAYMENT_PENDING;
		facts.expires_s = task->expires_s;
		/* The mainland's page opens WeChat on a phone: a desk shows it as a QR code. */
		facts.way = !wechat->global && task->device == PAY_DEVICE_DESK ? PAY_WAY_QR
		                                                               : PAY_WAY_REDIRECT;
		if (!json_field_str(object, wechat->global ? "sign_url" : "redirect_url",
		                    WECHAT_URL_MAX, arena, &facts.url) ||
		    !pay_page_allowed(config, facts.url))
			outcome = PAY_OUTCOME_UNKNOWN;
	}
	json_decref(object);
	*ret = facts;
	return outcome;
}

bool wechat_agreement_wrap(const struct pay_config *config, const struct pay_task *task,
                           struct arena *arena, struct net_call *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct str           contract, ours, tail = { 0 };

	wechat_agreement_cut(task->agreement, &contract, &ours);
	if (!wechat_number_valid(ours))
		return false;
	if (wechat->global && wechat->sub_mchid.len > 0)
		tail = arena_printf(arena, "?sp_appid=%.*s&sp_mchid=%.*s&sub_mchid=%.*s",
		                    STR_ARG(wechat->appid), STR_ARG(wechat->mchid),
		                    STR_ARG(wechat->sub_mchid));
	else if (wechat->global)
		tail = arena_printf(arena, "?appid=%.*s", STR_ARG(wechat->appid));
	return wechat_call(config, task, STR("GET"), contract_path(wechat, ours, tail, arena),
	                   arena, ret);
}

enum pay_outcome wechat_agreement_parse(const struct pay_config *config,
                                        const struct pay_task *task, const struct net_call *call,
                                        struct arena *arena, struct pay_facts *ret)
{
	return contract_judge(config, task, call, arena, ret);
}

bool wechat_notice_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret)
{
	const struct wechat *wechat = wechat_of(config);
	json_t              *object, *amount;

	*ret = STR("");
	if (wechat->global)
		return true;
	if (!pay_wechat.takes(config, task->amount))
		return false;
	object = json_object();
	amount = json_object();
	wechat_put(object, "mchid", wechat->mchid);
	wechat_put(object, "appid", wechat->appid);
	json_object_set_new(amount, "amount", json_integer(task->amount.amount));
	wechat_put(amount, "currency", currency_code(task->amount.currency));
	json_object_set_new(object, "estimated_amount", amount);
	return written(object, true, arena, ret);
}

bool wechat_notice_wrap(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct net_call *ret)
{
	struct str contract, ours, path;

	if (wechat_of(config)->global)
		return wechat_agreement_wrap(config, task, arena, ret);
	wechat_agreement_cut(task->agreement, &contract, &ours);
	path = arena_printf(arena, "/v3/papay/contracts/%.*s/notify", STR_ARG(contract));
	return contract_valid(contract) && wechat_call(config, task, STR("POST"), path, arena, ret);
}

enum pay_outcome wechat_notice_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	json_t          *object = NULL;
	enum pay_outcome outcome;

	if (wechat_of(config)->global) {
		outcome = contract_judge(config, task, call, arena, &facts);
		if (outcome == PAY_OUTCOME_OK && facts.state != PAYMENT_SUCCEEDED)
			outcome = PAY_OUTCOME_DECLINED;
	} else {
		outcome = wechat_answer(config, task, call, WECHAT_ASK_DEBIT, arena, &object,
		                        &facts.reason);
		json_decref(object);
		facts.state = PAYMENT_PENDING;
		facts.agreement = task->agreement;
	}
	*ret = facts;
	return outcome;
}

bool wechat_debit_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct str           contract, ours;
	json_t              *object, *amount;

	wechat_agreement_cut(task->agreement, &contract, &ours);
	if (!contract_valid(contract) || !wechat_number_valid(task->order) ||
	    !pay_wechat.takes(config, task->amount) || task->title.len == 0 ||
	    task->hook_url.len == 0 || task->hook_url.len > WECHAT_TEXT_MAX)
		return false;
	if (!wechat->global && wechat->v2_key.len > 0)
		return wechat_v2_debit_body(config, task, arena, ret);
	object = json_object();
	payee_put(wechat, object);
	wechat_put(object, "out_trade_no", task->order);
	wechat_put(object, "description", wechat_text_cut(task->title, TITLE_BYTES_MAX));
	wechat_put(object, "contract_id", contract);
	wechat_put(object, wechat->global ? "notify_url" : "transaction_notify_url",
	           task->hook_url);
	if (wechat->global)
		wechat_put(object, "merchant_category_code", wechat->mcc);
	amount = json_object();
	json_object_set_new(amount, "total", json_integer(task->amount.amount));
	wechat_put(amount, "currency", currency_code(task->amount.currency));
	json_object_set_new(object, "amount", amount);
	return written(object, true, arena, ret);
}

bool wechat_debit_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	/* By the body that was kept: a key of API v2 may have come or gone since. */
	if (!str_starts(task->body, STR("{")))
		return wechat_v2_debit_wrap(config, task, arena, ret);
	return wechat_call(config, task, STR("POST"),
	                   wechat_of(config)->global ? STR("/v3/global/papay/transactions")
	                                             : STR("/v3/papay/pay/transactions/apply"),
	                   arena, ret);
}

enum pay_outcome wechat_debit_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	json_t          *object;
	enum pay_outcome outcome;

	if (task->body.len > 0 && !str_starts(task->body, STR("{")))
		return wechat_v2_debit_parse(config, task, call, arena, ret);
	outcome = wechat_answer(config, task, call, WECHAT_ASK_DEBIT, arena, &object,
	                        &facts.reason);
	if (outcome == PAY_OUTCOME_OK)
		outcome = debit_read(wechat_of(config), task, object, arena, &facts);
	json_decref(object);
	*ret = facts;
	return outcome;
}

bool wechat_unsign_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret)
{
	const struct wechat *wechat = wechat_of(config);
	json_t              *object = json_object();

	(void)task;
	if (wechat->global) {
		payee_put(wechat, object);
		wechat_put(object, "termination_note", STR("ended by the payer at the merchant"));
	} else {
		wechat_put(object, "contract_termination_remark", STR("用户解约"));
	}
	return written(object, true, arena, ret);
}

bool wechat_unsign_wrap(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct net_call *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct str           contract, ours, path;

	wechat_agreement_cut(task->agreement, &contract, &ours);
	if (wechat->global ? !contract_valid(contract) : !wechat_number_valid(ours))
		return false;
	path = wechat->global ? arena_printf(arena, "/v3/global/papay/contracts/%.*s/terminate",
	                                     STR_ARG(contract))
	                      : contract_path(wechat, ours, STR("/terminate"), arena);
	return wechat_call(config, task, STR("POST"), path, arena, ret);
}

enum pay_outcome wechat_unsign_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	json_t          *object;
	enum pay_outcome outcome = wechat_answer(config, task, call, WECHAT_ASK_AGREEMENT, arena,
	                                         &object, &facts.reason);

	if (outcome == PAY_OUTCOME_OK && object != NULL && foreign(wechat_of(config), object))
		outcome = PAY_OUTCOME_FOREIGN;
	json_decref(object);
	if (outcome == PAY_OUTCOME_OK) {
		struct str contract;

		wechat_agreement_cut(task->agreement, &contract, &facts.order);
		facts.state = PAYMENT_EXPIRED;
		facts.agreement = task->agreement;
	}
	*ret = facts;
	return outcome;
}

bool wechat_contract_read(const json_t *object, struct str event, struct arena *arena,
                          struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       contract;

	if (!json_field_str(object, "out_contract_code", PAY_NUMBER_MAX, arena, &facts.order) ||
	    !json_field_str(object, "contract_id", CONTRACT_MAX, arena, &contract) ||
	    !contract_valid(contract) || !wechat_number_valid(facts.order) ||
	    !contract_state(object, event, arena, &facts))
		return false;
	facts.agreement = arena_printf(arena, "%.*s.%.*s", STR_ARG(contract), STR_ARG(facts.order));
	contract_time(object, arena, &facts);
	*ret = facts;
	return facts.agreement.len > 0;
}

/* Whose money: the appid and, behind an acquirer, our own number there. */
static void payee_put(const struct wechat *wechat, json_t *object)
{
	bool acquired = wechat->sub_mchid.len > 0;

	wechat_put(object, acquired ? "sp_appid" : "appid", wechat->appid);
	if (acquired) {
		wechat_put(object, "sub_mchid", wechat->sub_mchid);
		wechat_put(object, "sub_appid", wechat->sub_appid);
	}
}

/* Its number on the wire is a number. */
static bool plan_put(const struct wechat *wechat, json_t *object)
{
	int64_t plan;

	if (!str_to_int64(wechat->plan, &plan) || plan <= 0)
		return false;
	json_object_set_new(object, "plan_id", json_integer(plan));
	return true;
}

/* Takes the reference. */
static bool written(json_t *object, bool whole, struct arena *arena, struct str *ret)
{
	*ret = json_field_write(object, arena);
	return whole && ret->len > 0;
}

static struct str contract_path(const struct wechat *wechat, struct str ours, struct str tail,
                                struct arena *arena)
{
	if (wechat->global)
		return arena_printf(arena, "/v3/global/papay/contracts/out-contract-code/%.*s%.*s",
		                    STR_ARG(ours), STR_ARG(tail));
	return arena_printf(arena,
	                    "/v3/papay/sign/contracts/plan-id/%.*s/out-contract-code/%.*s%.*s",
	                    STR_ARG(wechat->plan), STR_ARG(ours), STR_ARG(tail));
}

/* WeChat's number stands in addresses: letters and digits only. */
static bool contract_valid(struct str contract)
{
	for (size_t i = 0; i < contract.len; i++) {
		char c = contract.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      c == '_' || c == '-'))
			return false;
	}
	return contract.len > 0 && contract.len <= CONTRACT_MAX;
}

/* Told by a field, by the name of the event, or by both: then they must agree. */
static bool contract_state(const json_t *object, struct str event, struct arena *arena,
                           struct pay_facts *ret)
{
	static const struct {
		const char        *name;
		enum payment_state state;
	} states[] = {
		{ "SIGNED", PAYMENT_SUCCEEDED },
		{ "NORMAL", PAYMENT_SUCCEEDED },
		{ "TERMINATED", PAYMENT_EXPIRED },
		{ "EXPIRED", PAYMENT_EXPIRED },
	};
	enum payment_state by_event = PAYMENT_STATE_COUNT, by_field = PAYMENT_STATE_COUNT;
	struct str         name;

	if (str_ends(event, STR(".SIGN")))
		by_event = PAYMENT_SUCCEEDED;
	else if (str_ends(event, STR(".TERMINATE")))
		by_event = PAYMENT_EXPIRED;
	if (json_field_str(object, "contract_state", WECHAT_CODE_MAX, arena, &name) ||
	    json_field_str(object, "state", WECHAT_CODE_MAX, arena, &name)) {
		for (size_t i = 0; i < COUNT_OF(states); i++) {
			if (str_eq(name, str_from(states[i].name)))
				by_field = states[i].state;
		}
		if (by_field == PAYMENT_STATE_COUNT)
			return false;
	}
	if (by_field == PAYMENT_STATE_COUNT)
		by_field = by_event;
	ret->state = by_field;
	return by_field != PAYMENT_STATE_COUNT &&
	       (by_event == PAYMENT_STATE_COUNT || by_event == by_field);
}

static void contract_time(const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	const json_t *end = json_object_get(object, "contract_terminate_info");
	bool          over = ret->state == PAYMENT_EXPIRED;
	struct str    text;

	if (json_field_str(over ? end : object,
	                   over ? "contract_terminated_time" : "contract_signed_time",
	                   WECHAT_CODE_MAX, arena, &text) ||
	    json_field_str(object, over ? "terminated_time" : "signed_time", WECHAT_CODE_MAX, arena,
	                   &text) ||
	    json_field_str(object, "operate_time", WECHAT_CODE_MAX, arena, &text))
		if (!rfc3339_parse(text, &ret->occurred_s))
			ret->occurred_s = 0;
}

/* A merchant that is told and not ours. */
static bool foreign(const struct wechat *wechat, const json_t *object)
{
	return (json_object_get(object, "mchid") || json_object_get(object, "sp_mchid") ||
	        json_object_get(object, "sub_mchid")) &&
	       !wechat_merchant_ours(wechat, object);
}

static enum pay_outcome contract_judge(const struct pay_config *config, const struct pay_task *task,
                                       const struct net_call *call, struct arena *arena,
                                       struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	struct str       contract, ours;
	json_t          *object;
	enum pay_outcome outcome = wechat_answer(config, task, call, WECHAT_ASK_AGREEMENT, arena,
	                                         &object, &facts.reason);

	wechat_agreement_cut(task->agreement, &contract, &ours);
	if (outcome == PAY_OUTCOME_OK && foreign(wechat_of(config), object))
		outcome = PAY_OUTCOME_FOREIGN;
	if (outcome == PAY_OUTCOME_OK &&
	    (!wechat_contract_read(object, STR(""), arena, &facts) || !str_eq(facts.order, ours)))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(object);
	*ret = facts;
	return outcome;
}

static enum pay_outcome debit_read(const struct wechat *wechat, const struct pay_task *task,
                                   const json_t *object, struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { .order = task->order,
		                   .state = PAYMENT_PENDING,
		                   .amount = task->amount };

	if (json_object_get(object, "trade_state") != NULL) {
		if (foreign(wechat, object))
			return PAY_OUTCOME_FOREIGN;
		if (!wechat_transaction_read(wechat, task, object, arena, &facts) ||
		    !str_eq(facts.order, task->order))
			return PAY_OUTCOME_UNKNOWN;
	} else if (wechat->global) {
		return PAY_OUTCOME_UNKNOWN;
	}
	*ret = facts;
	return PAY_OUTCOME_OK;
}
