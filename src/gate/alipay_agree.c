/*
 * alipay_agree.c - agreements by Alipay (CYCLE_PAY_AUTH): the payer signs on its
 * page, debits are trades by the agreement's number, and either side may end it
 * (GATEWAYS 2).
 *
 * Alipay itself holds the rule: one debit a period, not before five days ahead
 * of its day, of not more than was signed for.  A failed debit leaves the day,
 * a good one moves it by a period.
 */
#include "gate/alipay.h"

#include "base/str.h"
#include "base/time.h"

enum { PERIOD_DAYS_MIN = 7, PERIOD_MAX = 3650, MONTH_DAY_MAX = 28 };

#define SIGN_METHOD      "alipay.user.agreement.page.sign"
#define AGREEMENT_METHOD "alipay.user.agreement.query"
#define DEBIT_METHOD     "alipay.trade.pay"
#define UNSIGN_METHOD    "alipay.user.agreement.unsign"
#define POSTPONE_METHOD  "alipay.user.agreement.executionplan.modify"
#define PRODUCT          "CYCLE_PAY_AUTH_P"

/* Each month on a day that every month has. */
static bool period_object(const struct pay_task *task, struct arena *arena, json_t **ret)
{
	struct civil day = civil_from_day(task->debit_day);
	bool         monthly = task->period_months > 0;
	struct str   amount;
	json_t      *object;

	if (!alipay_amount(task->amount, arena, &amount) || task->debit_day <= 0 ||
	    monthly == (task->period_days > 0) || task->period_months > PERIOD_MAX ||
	    task->period_days > PERIOD_MAX || (!monthly && task->period_days < PERIOD_DAYS_MIN))
		return false;
	if (monthly && day.day > MONTH_DAY_MAX)
		day.day = MONTH_DAY_MAX;
	object = json_object();
	alipay_put(object, "period_type", monthly ? STR("MONTH") : STR("DAY"));
	json_object_set_new(object, "period",
	                    json_integer(monthly ? task->period_months : task->period_days));
	alipay_put(object, "execute_time",
	           iso_day(arena, day_from_civil(day.year, day.month, day.day)));
	alipay_put(object, "single_amount", amount);
	*ret = object;
	return true;
}

bool alipay_sign_up_body(const struct pay_config *config, const struct pay_task *task,
                         struct arena *arena, struct str *ret)
{
	const struct alipay *own = config->own;
	bool                 phone = task->device == PAY_DEVICE_PHONE;
	json_t              *object, *access, *rule;

	if (!alipay_number_valid(task->agreement) || !period_object(task, arena, &rule))
		return false;
	object = json_object();
	alipay_put(object, "personal_product_code", STR(PRODUCT));
	alipay_put(object, "product_code", STR("CYCLE_PAY_AUTH"));
	alipay_put(object, "sign_scene", own->scene);
	alipay_put(object, "external_agreement_no", task->agreement);
	access = json_object();
	alipay_put(access, "channel", phone ? STR("ALIPAYAPP") : STR("QRCODE"));
	json_object_set_new(object, "access_params", access);
	json_object_set_new(object, "period_rule_params", rule);
	return alipay_write(object, arena, ret);
}

enum pay_outcome alipay_sign_up_parse(const struct pay_config *config, const struct pay_task *task,
                                      const struct net_call *call, struct arena *arena,
                                      struct pay_facts *ret)
{
	struct alipay_request request = { .method = SIGN_METHOD,
		                          .content = task->body,
		                          .notify_url = task->hook_url,
		                          .return_url = task->return_url };

	(void)call;
	*ret = (struct pay_facts){ .order = task->agreement,
		                   .state = PAYMENT_PENDING,
		                   .way = PAY_WAY_REDIRECT };
	return alipay_page(config, task, &request, arena, &ret->url) ? PAY_OUTCOME_OK
	                                                             : PAY_OUTCOME_CONFIG;
}

/* Alipay's numbers are digits alone; ours never are. */
static bool number_theirs(struct str number)
{
	for (size_t i = 0; i < number.len; i++)
		if (number.ptr[i] < '0' || number.ptr[i] > '9')
			return false;
	return number.len > 0;
}

bool alipay_agreement_body(const struct pay_config *config, const struct pay_task *task,
                           struct arena *arena, struct str *ret)
{
	const struct alipay *own = config->own;
	json_t              *object;

	if (!alipay_number_valid(task->agreement))
		return false;
	object = json_object();
	if (number_theirs(task->agreement)) {
		alipay_put(object, "agreement_no", task->agreement);
	} else {
		alipay_put(object, "personal_product_code", STR(PRODUCT));
		alipay_put(object, "sign_scene", own->scene);
		alipay_put(object, "external_agreement_no", task->agreement);
	}
	return alipay_write(object, arena, ret);
}

bool alipay_debit_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	struct str amount;
	json_t    *object, *params;

	(void)config;
	if (!alipay_number_valid(task->order) || !number_theirs(task->agreement) ||
	    !alipay_amount(task->amount, arena, &amount))
		return false;
	object = json_object();
	alipay_put(object, "out_trade_no", task->order);
	alipay_put(object, "total_amount", amount);
	alipay_put_title(object, "subject", task->title.len > 0 ? task->title : task->order);
	alipay_put(object, "product_code", STR("CYCLE_PAY_AUTH"));
	params = json_object();
	alipay_put(params, "agreement_no", task->agreement);
	json_object_set_new(object, "agreement_params", params);
	return alipay_write(object, arena, ret);
}

bool alipay_unsign_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret)
{
	json_t *object;

	(void)config;
	if (!number_theirs(task->agreement))
		return false;
	object = json_object();
	alipay_put(object, "agreement_no", task->agreement);
	alipay_put(object, "personal_product_code", STR(PRODUCT));
	return alipay_write(object, arena, ret);
}

bool alipay_postpone_body(const struct pay_config *config, const struct pay_task *task,
                          struct arena *arena, struct str *ret)
{
	json_t *object;

	(void)config;
	if (!number_theirs(task->agreement) || task->debit_day <= 0)
		return false;
	object = json_object();
	alipay_put(object, "agreement_no", task->agreement);
	alipay_put(object, "deduct_time", iso_day(arena, task->debit_day));
	return alipay_write(object, arena, ret);
}

#define WRAP(function, name, notify) \
	bool function(const struct pay_config *config, const struct pay_task *task, \
	              struct arena *arena, struct net_call *ret) \
	{ \
		struct alipay_request request = { .method = (name), \
			                          .content = task->body, \
			                          .notify_url = (notify) }; \
		return alipay_post(config, task, &request, arena, ret); \
	}
WRAP(alipay_agreement_wrap, AGREEMENT_METHOD, STR(""))
WRAP(alipay_debit_wrap, DEBIT_METHOD, task->hook_url)
WRAP(alipay_unsign_wrap, UNSIGN_METHOD, STR(""))
WRAP(alipay_postpone_wrap, POSTPONE_METHOD, STR(""))

enum pay_outcome alipay_agreement_parse(const struct pay_config *config,
                                        const struct pay_task *task, const struct net_call *call,
                                        struct arena *arena, struct pay_facts *ret)
{
	struct alipay_reply reply;
	struct str          status;
	bool                ours;
	enum pay_outcome outcome = alipay_judge(config, AGREEMENT_METHOD, PAY_VERB_AGREEMENT, call,
	                                        arena, &reply, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	status = alipay_read(reply.object, "status", arena);
	ret->order = alipay_read(reply.object, "external_agreement_no", arena);
	ret->agreement = alipay_read(reply.object, "agreement_no", arena);
	ret->expires_s = alipay_instant_read(alipay_read(reply.object, "invalid_time", arena));
	ours = str_eq(number_theirs(task->agreement) ? ret->agreement : ret->order,
	              task->agreement);
	if (str_eq(status, STR("NORMAL")))
		ret->state = PAYMENT_SUCCEEDED;
	else if (str_eq(status, STR("TEMP")))
		ret->state = PAYMENT_PENDING;
	else if (str_eq(status, STR("STOP")) || str_eq(status, STR("UNSIGN")))
		ret->state = PAYMENT_EXPIRED;
	else
		outcome = PAY_OUTCOME_UNKNOWN;
	if (!ours || !number_theirs(ret->agreement))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(reply.object);
	return outcome;
}

/* 10000: debited.  10003: under way, QUERY tells. */
enum pay_outcome alipay_debit_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct alipay_reply reply;
	struct str          total;
	enum pay_outcome outcome = alipay_judge(config, DEBIT_METHOD, PAY_VERB_DEBIT, call, arena,
	                                        &reply, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	if (ret->state == PAYMENT_UNKNOWN)
		ret->state = PAYMENT_SUCCEEDED;
	total = alipay_read(reply.object, "total_amount", arena);
	ret->order = task->order;
	ret->reference = alipay_read(reply.object, "trade_no", arena);
	ret->occurred_s = alipay_instant_read(alipay_read(reply.object, "gmt_payment", arena));
	ret->amount = task->amount;
	if (!alipay_names_ours(reply.object, "out_trade_no", task->order, arena) ||
	    (total.len > 0 && !alipay_amount_read(total, &ret->amount)) ||
	    (ret->state == PAYMENT_SUCCEEDED && (total.len == 0 || ret->reference.len == 0)))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(reply.object);
	return outcome;
}

static enum pay_outcome plain_parse(const struct pay_config *config, const struct pay_task *task,
                                    const char *method, enum pay_verb_id verb,
                                    const struct net_call *call, struct arena *arena,
                                    enum payment_state state, struct pay_facts *ret)
{
	struct alipay_reply reply;
	enum pay_outcome    outcome = alipay_judge(config, method, verb, call, arena, &reply, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	ret->state = state;
	ret->agreement = task->agreement;
	json_decref(reply.object);
	return PAY_OUTCOME_OK;
}

enum pay_outcome alipay_unsign_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	return plain_parse(config, task, UNSIGN_METHOD, PAY_VERB_UNSIGN, call, arena,
	                   PAYMENT_EXPIRED, ret);
}

enum pay_outcome alipay_postpone_parse(const struct pay_config *config, const struct pay_task *task,
                                       const struct net_call *call, struct arena *arena,
                                       struct pay_facts *ret)
{
	return plain_parse(config, task, POSTPONE_METHOD, PAY_VERB_POSTPONE, call, arena,
	                   PAYMENT_SUCCEEDED, ret);
}
