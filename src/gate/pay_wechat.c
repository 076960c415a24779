/*
 * pay_wechat.c - WeChat Pay API v3: a QR code at a desk (native), a page that
 * opens the app on a phone (h5), in the mainland's world and in the global one
 * through an acquirer.  Source: GATEWAYS 4.
 *
 * A payment inside of WeChat's own browser (JSAPI) needs the payer's openid,
 * which we do not ask for; what it would sign is wechat_pay_sign().
 */
#include "gate/wechat.h"

#include "base/str.h"
#include "gate/json_field.h"
#include "gate/wechat_agreement.h"
#include "gate/wechat_bill.h"

enum { TITLE_BYTES_MAX = 127, REASON_BYTES_MAX = 80, IP_BYTES_MAX = 45 };

static bool             start_body(const struct pay_config *config, const struct pay_task *task,
                                   struct arena *arena, struct str *ret);
static bool             start_wrap(const struct pay_config *config, const struct pay_task *task,
                                   struct arena *arena, struct net_call *ret);
static enum pay_outcome start_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret);
static bool             start_read(const struct pay_config *config, const struct pay_task *task,
                                   const json_t *json, struct arena *arena, struct pay_facts *ret);
static void scene_put(const struct wechat *wechat, const struct pay_task *task, json_t *object);
static void amount_put(json_t *object, struct money amount);
static bool query_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret);
static enum pay_outcome query_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret);
static bool             close_body(const struct pay_config *config, const struct pay_task *task,
                                   struct arena *arena, struct str *ret);
static bool             close_wrap(const struct pay_config *config, const struct pay_task *task,
                                   struct arena *arena, struct net_call *ret);
static enum pay_outcome close_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret);
static bool             refund_body(const struct pay_config *config, const struct pay_task *task,
                                    struct arena *arena, struct str *ret);
static bool             refund_wrap(const struct pay_config *config, const struct pay_task *task,
                                    struct arena *arena, struct net_call *ret);
static bool refund_query_wrap(const struct pay_config *config, const struct pay_task *task,
                              struct arena *arena, struct net_call *ret);
static enum pay_outcome refund_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret);
static enum pay_outcome refund_query_parse(const struct pay_config *config,
                                           const struct pay_task *task, const struct net_call *call,
                                           struct arena *arena, struct pay_facts *ret);
static enum pay_outcome refund_judge(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, enum wechat_ask ask,
                                     struct arena *arena, struct pay_facts *ret);
static bool             takes(const struct pay_config *config, struct money amount);
static struct str       order_path(const struct wechat *wechat, struct str order, struct str tail,
                                   struct arena *arena);

const struct pay_gateway pay_wechat = {
	.name = "wechat",
	.caps = PAY_CAN_REDIRECT | PAY_CAN_QR | PAY_CAN_REFUND | PAY_CAN_REFUND_PART |
	        PAY_CAN_CLOSE | PAY_CAN_AGREE | PAY_CAN_BILL,
	.open = wechat_open,
	.hook_open = wechat_hook_open,
	.close = wechat_close,
	.check = wechat_check,
	.takes = takes,
	.verb[PAY_VERB_START] = { .body = start_body, .wrap = start_wrap, .parse = start_parse },
	.verb[PAY_VERB_QUERY] = { .wrap = query_wrap, .parse = query_parse },
	.verb[PAY_VERB_CLOSE] = { .body = close_body, .wrap = close_wrap, .parse = close_parse },
	.verb[PAY_VERB_REFUND] = { .body = refund_body,
	                           .wrap = refund_wrap,
	                           .parse = refund_parse },
	.verb[PAY_VERB_REFUND_QUERY] = { .wrap = refund_query_wrap, .parse = refund_query_parse },
	.verb[PAY_VERB_SIGN] = { .body = wechat_sign_body,
	                         .wrap = wechat_sign_wrap,
	                         .parse = wechat_sign_parse },
	.verb[PAY_VERB_AGREEMENT] = { .wrap = wechat_agreement_wrap,
	                              .parse = wechat_agreement_parse },
	.verb[PAY_VERB_NOTICE] = { .body = wechat_notice_body,
	                           .wrap = wechat_notice_wrap,
	                           .parse = wechat_notice_parse },
	.verb[PAY_VERB_DEBIT] = { .body = wechat_debit_body,
	                          .wrap = wechat_debit_wrap,
	                          .parse = wechat_debit_parse },
	.verb[PAY_VERB_UNSIGN] = { .body = wechat_unsign_body,
	                           .wrap = wechat_unsign_wrap,
	                           .parse = wechat_unsign_parse },
	.verb[PAY_VERB_BILL] = { .wrap = wechat_bill_wrap, .parse = wechat_bill_parse },
	.verb[PAY_VERB_BILL_FILE] = { .wrap = wechat_bill_file_wrap,
	                              .parse = wechat_bill_file_parse },
	.bill = wechat_bill,
	.hook = wechat_hook,
	.good = { .content_type = "application/json",
	          .body = "{\"code\":\"SUCCESS\",\"message\":\"OK\"}" },
	.bad = { .content_type = "application/json",
	         .body = "{\"code\":\"FAIL\",\"message\":\"refused\"}" },
};

static bool start_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	const struct wechat *wechat = wechat_of(config);
	/* WeChat wants to know the phone's address; without it there is still the QR code. */
	bool    phone = task->device == PAY_DEVICE_PHONE && task->payer_ip.len > 0;
	json_t *object;

	if (!wechat_number_valid(task->order) || !takes(config, task->amount) ||
	    task->title.len == 0 || task->hook_url.len == 0 || task->hook_url.len > WECHAT_TEXT_MAX)
		return false;
	object = json_object();
	wechat_put_merchant(wechat, object, true);
	wechat_put(object, "description", wechat_text_cut(task->title, TITLE_BYTES_MAX));
	wechat_put(object, "out_trade_no", task->order);
	wechat_put(object, "notify_url", task->hook_url);
	if (task->expires_s > 0)
		wechat_put(object, "time_expire", wechat_time(arena, task->expires_s));
	if (wechat->global) {
		wechat_put(object, "merchant_category_code", wechat->mcc);
		wechat_put(object, "trade_type", phone ? STR("MWEB") : STR("NATIVE"));
	}
	amount_put(object, task->amount);
	if (phone)
		scene_put(wechat, task, object);
	*ret = json_field_write(object, arena);
	return ret->len > 0;
}

static bool start_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	static const struct str paths[2][2] = {
		{ STR_INIT("/v3/pay/transactions/native"), STR_INIT("/v3/pay/transactions/h5") },
		{ STR_INIT("/v3/global/transactions/native"),
		  STR_INIT("/v3/global/transactions/mweb") },
	};
	/* By the body that was kept: a later try may not know the device any more.  Inside of a
	 * JSON string the quotation marks would be escaped. */
	bool phone = str_find(task->body, STR("\"h5_info\"")) >= 0;

	return wechat_call(config, task, STR("POST"), paths[wechat_of(config)->global][phone],
	                   arena, ret);
}

static enum pay_outcome start_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	json_t          *object;
	enum pay_outcome outcome = wechat_answer(config, task, call, WECHAT_ASK_START, arena,
	                                         &object, &facts.reason);

	if (outcome == PAY_OUTCOME_OK && !start_read(config, task, object, arena, &facts))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(object);
	*ret = facts;
	return outcome;
}

/* The answer names neither merchant nor order: its signature and the connection bind it. */
static bool start_read(const struct pay_config *config, const struct pay_task *task,
                       const json_t *json, struct arena *arena, struct pay_facts *ret)
{
	struct pay_facts facts = { .order = task->order,
		                   .state = PAYMENT_PENDING,
		                   .amount = task->amount,
		                   .expires_s = task->expires_s };
	struct str       url, back;

	if (json_field_str(json, "code_url", WECHAT_URL_MAX, arena, &facts.url)) {
		facts.way = PAY_WAY_QR;
		if (!str_starts(facts.url, STR("weixin://")) &&
		    !pay_page_allowed(config, facts.url))
			return false;
	} else {
		const char *name = json_object_get(json, "h5_url") ? "h5_url" : "mweb_url";

		facts.way = PAY_WAY_REDIRECT;
		if (!json_field_str(json, name, WECHAT_URL_MAX, arena, &url) ||
		    !pay_page_allowed(config, url))
			return false;
		/* WeChat's page brings the payer back there; without it, to where it began. */
		back = url_encode(arena, task->return_url);
		facts.url = back.len == 0
		                ? url
		                : arena_printf(arena, "%.*s%sredirect_url=%.*s", STR_ARG(url),
		                               str_find(url, STR("?")) < 0 ? "?" : "&",
		                               STR_ARG(back));
		if (facts.url.len == 0)
			return false;
	}
	*ret = facts;
	return true;
}

static void scene_put(const struct wechat *wechat, const struct pay_task *task, json_t *object)
{
	json_t *scene = json_object(), *h5 = json_object();

	wechat_put(scene, "payer_client_ip", str_take(task->payer_ip, IP_BYTES_MAX));
	if (wechat->global)
		wechat_put(scene, "device_ip", str_take(task->payer_ip, IP_BYTES_MAX));
	wechat_put(h5, "type", STR("Wap"));
	json_object_set_new(scene, "h5_info", h5);
	json_object_set_new(object, "scene_info", scene);
}

static void amount_put(json_t *object, struct money amount)
{
	json_t *inner = json_object();

	json_object_set_new(inner, "total", json_integer(amount.amount));
	wechat_put(inner, "currency", currency_code(amount.currency));
	json_object_set_new(object, "amount", inner);
}

static bool query_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct str           query = wechat_query_merchant(wechat, arena);
	struct str           tail = arena_printf(arena, "?%.*s", STR_ARG(query)), path;

	/* Debits of the global world have a door of their own. */
	path = wechat->global && task->agreement.len > 0
	           ? arena_printf(arena, "/v3/global/papay/transactions/out-trade-no/%.*s%.*s",
	                          STR_ARG(task->order), STR_ARG(tail))
	           : order_path(wechat, task->order, tail, arena);
	return wechat_number_valid(task->order) &&
	       wechat_call(config, task, STR("GET"), path, arena, ret);
}

static enum pay_outcome query_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct pay_facts     facts = { 0 };
	json_t              *object;
	enum pay_outcome     outcome = wechat_answer(config, task, call, WECHAT_ASK_QUERY, arena,
	                                             &object, &facts.reason);

	if (outcome == PAY_OUTCOME_OK && !wechat_merchant_ours(wechat, object))
		outcome = json_object_get(object, "trade_state") ? PAY_OUTCOME_FOREIGN
		                                                 : PAY_OUTCOME_UNKNOWN;
	if (outcome == PAY_OUTCOME_OK &&
	    (!wechat_transaction_read(wechat, task, object, arena, &facts) ||
	     !str_eq(facts.order, task->order)))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(object);
	*ret = facts;
	return outcome;
}

static bool close_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret)
{
	json_t *object;

	if (!wechat_number_valid(task->order))
		return false;
	object = json_object();
	wechat_put_merchant(wechat_of(config), object, false);
	*ret = json_field_write(object, arena);
	return ret->len > 0;
}

static bool close_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret)
{
	return wechat_number_valid(task->order) &&
	       wechat_call(config, task, STR("POST"),
	                   order_path(wechat_of(config), task->order, STR("/close"), arena), arena,
	                   ret);
}

/* 204 and nothing in it, but signed: closed.  "Already paid" is for a query to tell. */
static enum pay_outcome close_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret)
{
	struct pay_facts facts = { 0 };
	json_t          *object;
	enum pay_outcome outcome = wechat_answer(config, task, call, WECHAT_ASK_CLOSE, arena,
	                                         &object, &facts.reason);

	json_decref(object);
	if (outcome == PAY_OUTCOME_OK) {
		facts.order = task->order;
		facts.state = PAYMENT_EXPIRED;
		facts.amount = task->amount;
		facts.reference = task->reference;
	}
	*ret = facts;
	return outcome;
}

static bool refund_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret)
{
	const struct wechat *wechat = wechat_of(config);
	json_t              *object, *amount;

	if (!wechat_number_valid(task->order) || !wechat_number_valid(task->refund) ||
	    !takes(config, task->amount) || !takes(config, task->give_back) ||
	    task->give_back.currency != task->amount.currency ||
	    task->give_back.amount > task->amount.amount)
		return false;
	object = json_object();
	/* In the mainland our signature says who we are, but an acquirer's merchant is named. */
	if (wechat->global)
		wechat_put_merchant(wechat, object, true);
	else if (wechat->sub_mchid.len > 0)
		wechat_put(object, "sub_mchid", wechat->sub_mchid);
	wechat_put(object, "out_trade_no", task->order);
	wechat_put(object, "out_refund_no", task->refund);
	wechat_put(object, "reason", wechat_text_cut(task->title, REASON_BYTES_MAX));
	if (task->hook_url.len <= WECHAT_TEXT_MAX)
		wechat_put(object, "notify_url", task->hook_url);
	amount = json_object();
	json_object_set_new(amount, "refund", json_integer(task->give_back.amount));
	json_object_set_new(amount, "total", json_integer(task->amount.amount));
	wechat_put(amount, "currency", currency_code(task->give_back.currency));
	json_object_set_new(object, "amount", amount);
	*ret = json_field_write(object, arena);
	return ret->len > 0;
}

static bool refund_wrap(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct net_call *ret)
{
	return wechat_call(config, task, STR("POST"),
	                   wechat_of(config)->global ? STR("/v3/global/refunds")
	                                             : STR("/v3/refund/domestic/refunds"),
	                   arena, ret);
}

static bool refund_query_wrap(const struct pay_config *config, const struct pay_task *task,
                              struct arena *arena, struct net_call *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct str           query, path;

	if (!wechat_number_valid(task->refund))
		return false;
	query = wechat_query_merchant(wechat, arena);
	if (wechat->global)
		path = arena_printf(arena, "/v3/global/refunds/out-refund-no/%.*s?%.*s",
		                    STR_ARG(task->refund), STR_ARG(query));
	else
		path = arena_printf(arena, "/v3/refund/domestic/refunds/%.*s%s%.*s",
		                    STR_ARG(task->refund),
		                    wechat->sub_mchid.len > 0 ? "?sub_mchid=" : "",
		                    STR_ARG(wechat->sub_mchid));
	return wechat_call(config, task, STR("GET"), path, arena, ret);
}

static enum pay_outcome refund_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret)
{
	return refund_judge(config, task, call, WECHAT_ASK_REFUND, arena, ret);
}

static enum pay_outcome refund_query_parse(const struct pay_config *config,
                                           const struct pay_task *task, const struct net_call *call,
                                           struct arena *arena, struct pay_facts *ret)
{
	return refund_judge(config, task, call, WECHAT_ASK_REFUND_QUERY, arena, ret);
}

/* A refund's answer names no merchant in the mainland; where one is told, it must be ours. */
static enum pay_outcome refund_judge(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, enum wechat_ask ask,
                                     struct arena *arena, struct pay_facts *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct pay_facts     facts = { 0 };
	json_t              *object;
	enum pay_outcome     outcome = wechat_answer(config, task, call, ask, arena, &object,
	                                             &facts.reason);

	if (outcome == PAY_OUTCOME_OK && !wechat_merchant_ours(wechat, object) &&
	    (json_object_get(object, "mchid") || json_object_get(object, "sp_mchid") ||
	     json_object_get(object, "sub_mchid")))
		outcome = PAY_OUTCOME_FOREIGN;
	if (outcome == PAY_OUTCOME_OK &&
	    (!wechat_refund_read(wechat, task, object, arena, &facts) ||
	     !str_eq(facts.order, task->order) || !str_eq(facts.refund, task->refund)))
		outcome = PAY_OUTCOME_UNKNOWN;
	if (outcome == PAY_OUTCOME_OK && facts.state == PAYMENT_FAILED)
		outcome = PAY_OUTCOME_DECLINED;
	json_decref(object);
	*ret = facts;
	return outcome;
}

/* The mainland sells in yuan only. */
static bool takes(const struct pay_config *config, struct money amount)
{
	return amount.amount > 0 && amount.amount <= WECHAT_AMOUNT_MAX &&
	       currency_code(amount.currency).len == 3 &&
	       (wechat_of(config)->global || amount.currency == CURRENCY_CNY);
}

static struct str order_path(const struct wechat *wechat, struct str order, struct str tail,
                             struct arena *arena)
{
	return arena_printf(arena, "%s/out-trade-no/%.*s%.*s",
	                    wechat->global ? "/v3/global/transactions" : "/v3/pay/transactions",
	                    STR_ARG(order), STR_ARG(tail));
}
