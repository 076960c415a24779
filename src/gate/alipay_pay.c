/*
 * alipay_pay.c - payments by Alipay: by its page at a desk, its page on a
 * phone, or a QR code; asked about, closed, given back (GATEWAYS 2).
 *
 * The pages leave nothing from here: the payer's browser carries a signed
 * address, and until the payer logs in there is no trade.  A refund that was
 * taken is not proven by its own answer: REFUND_QUERY tells.
 */
#include "gate/alipay.h"

#include "base/str.h"

#define PAGE_METHOD         "alipay.trade.page.pay"
#define WAP_METHOD          "alipay.trade.wap.pay"
#define QR_METHOD           "alipay.trade.precreate"
#define QUERY_METHOD        "alipay.trade.query"
#define CLOSE_METHOD        "alipay.trade.close"
#define REFUND_METHOD       "alipay.trade.refund"
#define REFUND_QUERY_METHOD "alipay.trade.fastpay.refund.query"

/* The committed body says by which of the three it was opened: settings may have changed since. */
static const char *method_of(struct str body)
{
	if (str_find(body, STR("\"product_code\":\"QUICK_WAP_WAY\"")) >= 0)
		return WAP_METHOD;
	if (str_find(body, STR("\"product_code\":\"FAST_INSTANT_TRADE_PAY\"")) >= 0)
		return PAGE_METHOD;
	return QR_METHOD;
}

static struct alipay_request start_request(const struct pay_task *task)
{
	return (struct alipay_request){ .method = method_of(task->body),
		                        .content = task->body,
		                        .notify_url = task->hook_url,
		                        .return_url = task->return_url };
}

bool alipay_start_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	const struct alipay *own = config->own;
	bool                 phone = task->device == PAY_DEVICE_PHONE;
	struct str           amount;
	json_t              *object;

	if (!alipay_number_valid(task->order) || !alipay_amount(task->amount, arena, &amount) ||
	    task->expires_s <= task->created_s)
		return false;
	object = json_object();
	alipay_put(object, "out_trade_no", task->order);
	alipay_put(object, "total_amount", amount);
	alipay_put_title(object, "subject", task->title.len > 0 ? task->title : task->order);
	if (phone)
		alipay_put(object, "product_code", STR("QUICK_WAP_WAY"));
	else if (!own->qr)
		alipay_put(object, "product_code", STR("FAST_INSTANT_TRADE_PAY"));
	else
		alipay_put(object, "product_code", STR("QR_CODE_OFFLINE"));
	alipay_put(object, "time_expire", alipay_instant(arena, task->expires_s));
	if (phone)
		alipay_put(object, "quit_url", task->return_url);
	return alipay_write(object, arena, ret);
}

/* Without an address where the browser carries it: nothing leaves from here. */
bool alipay_start_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	struct alipay_request request = start_request(task);

	*ret = (struct net_call){ .arena = arena };
	if (!str_eq(str_from(request.method), STR(QR_METHOD)))
		return true;
	request.return_url = STR("");
	return alipay_post(config, task, &request, arena, ret);
}

static enum pay_outcome page_facts(const struct pay_config *config, const struct pay_task *task,
                                   struct arena *arena, struct pay_facts *ret)
{
	struct alipay_request request = start_request(task);

	*ret = (struct pay_facts){ .order = task->order,
		                   .state = PAYMENT_PENDING,
		                   .amount = task->amount,
		                   .way = PAY_WAY_REDIRECT,
		                   .expires_s = task->expires_s };
	return alipay_page(config, task, &request, arena, &ret->url) ? PAY_OUTCOME_OK
	                                                             : PAY_OUTCOME_CONFIG;
}

enum pay_outcome alipay_start_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct alipay_reply reply;
	enum pay_outcome    outcome;

	if (call == NULL || call->url.len == 0)
		return page_facts(config, task, arena, ret);
	outcome = alipay_judge(config, QR_METHOD, PAY_VERB_START, call, arena, &reply, ret);
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	*ret = (struct pay_facts){ .order = task->order,
		                   .state = PAYMENT_PENDING,
		                   .amount = task->amount,
		                   .way = PAY_WAY_QR,
		                   .url = alipay_read(reply.object, "qr_code", arena),
		                   .expires_s = task->expires_s };
	if (!alipay_names_ours(reply.object, "out_trade_no", task->order, arena) ||
	    !pay_page_allowed(config, ret->url))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(reply.object);
	return outcome;
}

/* {"out_trade_no":…}, the body of most questions. */
static bool number_body(const struct pay_task *task, struct arena *arena, struct str *ret)
{
	json_t *object;

	if (!alipay_number_valid(task->order))
		return false;
	object = json_object();
	alipay_put(object, "out_trade_no", task->order);
	return alipay_write(object, arena, ret);
}

bool alipay_query_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	(void)config;
	return number_body(task, arena, ret);
}

bool alipay_close_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	(void)config;
	return number_body(task, arena, ret);
}

bool alipay_refund_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret)
{
	struct str amount;
	json_t    *object;

	(void)config;
	if (!alipay_number_valid(task->order) || !alipay_number_valid(task->refund) ||
	    !alipay_amount(task->give_back, arena, &amount) ||
	    task->give_back.amount > task->amount.amount)
		return false;
	object = json_object();
	alipay_put(object, "out_trade_no", task->order);
	alipay_put(object, "refund_amount", amount);
	alipay_put(object, "out_request_no", task->refund);
	return alipay_write(object, arena, ret);
}

bool alipay_refund_query_body(const struct pay_config *config, const struct pay_task *task,
                              struct arena *arena, struct str *ret)
{
	json_t *object, *options;

	(void)config;
	if (!alipay_number_valid(task->order) || !alipay_number_valid(task->refund))
		return false;
	object = json_object();
	alipay_put(object, "out_trade_no", task->order);
	alipay_put(object, "out_request_no", task->refund);
	options = json_array();
	json_array_append_new(options, json_string("gmt_refund_pay"));
	json_object_set_new(object, "query_options", options);
	return alipay_write(object, arena, ret);
}

#define WRAP(function, name) \
	bool function(const struct pay_config *config, const struct pay_task *task, \
	              struct arena *arena, struct net_call *ret) \
	{ \
		struct alipay_request request = { .method = (name), .content = task->body }; \
		return alipay_post(config, task, &request, arena, ret); \
	}
WRAP(alipay_query_wrap, QUERY_METHOD)
WRAP(alipay_close_wrap, CLOSE_METHOD)
WRAP(alipay_refund_wrap, REFUND_METHOD)
WRAP(alipay_refund_query_wrap, REFUND_QUERY_METHOD)

enum pay_outcome alipay_query_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct alipay_reply reply;
	struct str          paid_at;
	enum pay_outcome outcome = alipay_judge(config, QUERY_METHOD, PAY_VERB_QUERY, call, arena,
	                                        &reply, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	paid_at = alipay_read(reply.object, "send_pay_date", arena);
	ret->order = task->order;
	ret->reference = alipay_read(reply.object, "trade_no", arena);
	ret->occurred_s = alipay_instant_read(paid_at);
	if (!alipay_names_ours(reply.object, "out_trade_no", task->order, arena) ||
	    !alipay_status(alipay_read(reply.object, "trade_status", arena), paid_at.len > 0,
	                   &ret->state) ||
	    !alipay_amount_read(alipay_read(reply.object, "total_amount", arena), &ret->amount) ||
	    (ret->state == PAYMENT_SUCCEEDED && ret->reference.len == 0))
		outcome = PAY_OUTCOME_UNKNOWN;
	else if (!alipay_amount_read(alipay_read(reply.object, "buyer_pay_amount", arena),
	                             &ret->payer))
		ret->payer = (struct money){ 0 };
	json_decref(reply.object);
	return outcome;
}

enum pay_outcome alipay_close_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct alipay_reply reply;
	enum pay_outcome outcome = alipay_judge(config, CLOSE_METHOD, PAY_VERB_CLOSE, call, arena,
	                                        &reply, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	ret->state = PAYMENT_EXPIRED;
	ret->order = task->order;
	ret->amount = task->amount;
	ret->reference = alipay_read(reply.object, "trade_no", arena);
	if (!alipay_names_ours(reply.object, "out_trade_no", task->order, arena))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(reply.object);
	return outcome;
}

/* Taken, or taken before (fund_change N): never more than under way.  refund_fee in the answer is
 * the sum of all refunds, so the amount is ours. */
enum pay_outcome alipay_refund_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	struct alipay_reply reply;
	enum pay_outcome outcome = alipay_judge(config, REFUND_METHOD, PAY_VERB_REFUND, call, arena,
	                                        &reply, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	ret->state = PAYMENT_REFUNDING;
	ret->order = task->order;
	ret->refund = task->refund;
	ret->amount = task->give_back;
	ret->reference = task->refund_reference;
	if (!alipay_names_ours(reply.object, "out_trade_no", task->order, arena))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(reply.object);
	return outcome;
}

/* An answer without refund_status knows of no such refund (yet): the same request again is safe. */
enum pay_outcome alipay_refund_query_parse(const struct pay_config *config,
                                           const struct pay_task *task, const struct net_call *call,
                                           struct arena *arena, struct pay_facts *ret)
{
	struct alipay_reply reply;
	struct str          status;
	enum pay_outcome outcome = alipay_judge(config, REFUND_QUERY_METHOD, PAY_VERB_REFUND_QUERY,
	                                        call, arena, &reply, ret);

	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	status = alipay_read(reply.object, "refund_status", arena);
	ret->state = PAYMENT_REFUNDED;
	ret->order = task->order;
	ret->refund = task->refund;
	ret->reference = task->refund_reference;
	ret->occurred_s = alipay_instant_read(alipay_read(reply.object, "gmt_refund_pay", arena));
	if (!alipay_names_ours(reply.object, "out_trade_no", task->order, arena) ||
	    !alipay_names_ours(reply.object, "out_request_no", task->refund, arena))
		outcome = PAY_OUTCOME_UNKNOWN;
	else if (status.len == 0)
		outcome = PAY_OUTCOME_ABSENT;
	else if (!str_eq(status, STR("REFUND_SUCCESS")) ||
	         !alipay_amount_read(alipay_read(reply.object, "refund_amount", arena),
	                             &ret->amount))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(reply.object);
	return outcome;
}
