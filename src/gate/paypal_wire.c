/*
 * paypal_wire.c - PayPal on the wire: amounts, requests, errors by their class.
 */
#include "gate/paypal.h"

#include "base/str.h"
#include "gate/json_field.h"

enum { HEADERS_MAX = 4, WORD_MAX = 128, VALUE_MAX = 32, LINK_MAX = 4096 };

static enum pay_outcome issue_sort(struct str issue);
static bool             word_valid(struct str word, size_t max);

/* --- amounts ----------------------------------------------------------------------- */
/* What PayPal takes, and how many decimals (docs: "Currency codes"). */
static const struct {
	const char *code;
	int         decimals;
} currencies[] = {
	{ "AUD", 2 }, { "BRL", 2 }, { "CAD", 2 }, { "CHF", 2 }, { "CNY", 2 }, { "CZK", 2 },
	{ "DKK", 2 }, { "EUR", 2 }, { "GBP", 2 }, { "HKD", 2 }, { "HUF", 0 }, { "ILS", 2 },
	{ "JPY", 0 }, { "MXN", 2 }, { "MYR", 2 }, { "NOK", 2 }, { "NZD", 2 }, { "PHP", 2 },
	{ "PLN", 2 }, { "SEK", 2 }, { "SGD", 2 }, { "THB", 2 }, { "TWD", 0 }, { "USD", 2 },
};

static int decimals_of(uint16_t currency)
{
	for (size_t i = 0; i < COUNT_OF(currencies); i++)
		if (str_eq(currency_code(currency), str_from(currencies[i].code)))
			return currencies[i].decimals;
	return -1;
}

static int64_t unit_of(uint16_t currency)
{
	int64_t unit = 1;

	for (int i = 0; i < currency_exponent(currency); i++)
		unit *= 10;
	return unit;
}

bool paypal_takes(struct money money)
{
	int decimals = decimals_of(money.currency);

	return decimals >= 0 && money.amount > 0 && money.amount <= MONEY_MAX &&
	       (decimals > 0 || money.amount % unit_of(money.currency) == 0);
}

struct str paypal_value(struct money money, struct arena *arena)
{
	int64_t unit = unit_of(money.currency);

	if (!paypal_takes(money))
		return STR("");
	if (decimals_of(money.currency) == 0)
		return arena_printf(arena, "%lld", (long long)(money.amount / unit));
	return arena_printf(arena, "%lld.%0*lld", (long long)(money.amount / unit),
	                    currency_exponent(money.currency), (long long)(money.amount % unit));
}

json_t *paypal_amount(struct money money, struct arena *arena)
{
	struct str value = paypal_value(money, arena), code = currency_code(money.currency);
	json_t    *object;

	if (value.len == 0)
		return NULL;
	object = json_object();
	json_object_set_new(object, "currency_code", json_stringn(code.ptr, code.len));
	json_object_set_new(object, "value", json_stringn(value.ptr, value.len));
	return object;
}

bool paypal_money(const json_t *object, const char *name, struct arena *arena, struct money *ret)
{
	const json_t *amount = json_object_get(object, name);
	struct str    code, value;
	uint16_t      currency;

	return json_field_str(amount, "currency_code", 3, arena, &code) &&
	       json_field_str(amount, "value", VALUE_MAX, arena, &value) &&
	       currency_from_code(code, &currency) && money_parse(value, currency, ret);
}

/* --- numbers ----------------------------------------------------------------------- */
static bool word_valid(struct str word, size_t max)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      c == '_' || c == '-'))
			return false;
	}
	return word.len > 0 && word.len <= max;
}

bool paypal_number_valid(struct str number)
{
	return word_valid(number, PAY_NUMBER_MAX);
}

bool paypal_id_valid(struct str id)
{
	return word_valid(id, PAYPAL_ID_MAX);
}

struct str paypal_order_id(struct str reference)
{
	struct str order, capture;

	str_cut(reference, ' ', &order, &capture);
	return paypal_id_valid(order) ? order : STR("");
}

struct str paypal_capture_id(struct str reference)
{
	struct str order, capture;

	str_cut(reference, ' ', &order, &capture);
	return paypal_id_valid(capture) ? capture : STR("");
}

struct str paypal_link(const json_t *object, const char *rel, struct arena *arena)
{
	const json_t *links = json_object_get(object, "links");
	struct str    name, href;

	for (size_t i = 0; i < json_array_size(links); i++) {
		const json_t *link = json_array_get(links, i);

		if (json_field_str(link, "rel", WORD_MAX, arena, &name) &&
		    str_eq(name, str_from(rel)) &&
		    json_field_str(link, "href", LINK_MAX, arena, &href))
			return href;
	}
	return STR("");
}

/* --- requests ---------------------------------------------------------------------- */
bool paypal_call(const struct pay_config *config, const struct pay_task *task,
                 const struct paypal_request *request, struct arena *arena, struct net_call *ret)
{
	struct str *headers = ARENA_ARRAY(arena, struct str, HEADERS_MAX);
	bool        post = str_eq(request->method, STR("POST"));
	size_t      count = 0;

	if (headers == NULL || task->token.len == 0 || task->token.len > PAY_TOKEN_MAX)
		return false;
	headers[count++] = arena_printf(arena, "Authorization: Bearer %.*s", STR_ARG(task->token));
	headers[count++] = STR("Accept: application/json");
	if (request->id.len > 0)
		headers[count++] = arena_printf(arena, "PayPal-Request-Id: %.*s",
		                                STR_ARG(request->id));
	if (post)
		headers[count++] = STR("Prefer: return=representation");
	*ret = (struct net_call){
		.method = request->method,
		.url = arena_printf(arena, "%.*s%.*s", STR_ARG(config->url),
		                    STR_ARG(request->path)),
		.content_type = post ? STR("application/json") : STR(""),
		.body = request->body,
		.headers = headers,
		.header_count = count,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = PAYPAL_ANSWER_MAX,
		.arena = arena,
	};
	return !arena->failed;
}

/* --- failures ---------------------------------------------------------------------- */
/* details[0].issue of a 422: understood, and not done. */
static const struct {
	const char      *issue;
	enum pay_outcome outcome;
} issues[] = {
	/* Done before: asking tells. */
	{ "ORDER_ALREADY_CAPTURED", PAY_OUTCOME_UNKNOWN },
	{ "ORDER_ALREADY_COMPLETED", PAY_OUTCOME_UNKNOWN },
	{ "ORDER_ALREADY_AUTHORIZED", PAY_OUTCOME_UNKNOWN },
	{ "DUPLICATE_INVOICE_ID", PAY_OUTCOME_UNKNOWN },
	{ "DUPLICATE_REQUEST_ID", PAY_OUTCOME_UNKNOWN },
	/* Not yet. */
	{ "ORDER_NOT_APPROVED", PAY_OUTCOME_RETRY },
	{ "PENDING_CAPTURE", PAY_OUTCOME_RETRY },
	/* The payer's side. */
	{ "INSTRUMENT_DECLINED", PAY_OUTCOME_DECLINED },
	{ "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", PAY_OUTCOME_DECLINED },
	{ "PAYER_ACTION_REQUIRED", PAY_OUTCOME_DECLINED },
	{ "TRANSACTION_REFUSED", PAY_OUTCOME_DECLINED },
	{ "TRANSACTION_LIMIT_EXCEEDED", PAY_OUTCOME_DECLINED },
	{ "PAYER_CANNOT_PAY", PAY_OUTCOME_DECLINED },
	{ "PAYER_ACCOUNT_RESTRICTED", PAY_OUTCOME_DECLINED },
	{ "PAYER_ACCOUNT_LOCKED_OR_CLOSED", PAY_OUTCOME_DECLINED },
	{ "PAYER_COUNTRY_NOT_SUPPORTED", PAY_OUTCOME_DECLINED },
	{ "COMPLIANCE_VIOLATION", PAY_OUTCOME_DECLINED },
	{ "CARD_EXPIRED", PAY_OUTCOME_DECLINED },
	{ "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", PAY_OUTCOME_DECLINED },
	{ "AGREEMENT_ALREADY_CANCELLED", PAY_OUTCOME_DECLINED },
	{ "BILLING_AGREEMENT_NOT_FOUND", PAY_OUTCOME_DECLINED },
	/* Refunds. */
	{ "CAPTURE_FULLY_REFUNDED", PAY_OUTCOME_DECLINED },
	{ "REFUND_AMOUNT_EXCEEDED", PAY_OUTCOME_DECLINED },
	{ "REFUND_TIME_LIMIT_EXCEEDED", PAY_OUTCOME_DECLINED },
	{ "REFUND_NOT_ALLOWED", PAY_OUTCOME_DECLINED },
	{ "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", PAY_OUTCOME_DECLINED },
	{ "PARTIAL_REFUND_NOT_ALLOWED", PAY_OUTCOME_DECLINED },
	{ "MAX_NUMBER_OF_REFUNDS_EXCEEDED", PAY_OUTCOME_DECLINED },
	{ "TRANSACTION_DISPUTED", PAY_OUTCOME_DECLINED },
	{ "REFUND_FAILED_INSUFFICIENT_FUNDS", PAY_OUTCOME_FUNDS },
	{ "INSUFFICIENT_FUNDS", PAY_OUTCOME_FUNDS },
};

static enum pay_outcome issue_sort(struct str issue)
{
	for (size_t i = 0; i < COUNT_OF(issues); i++)
		if (str_eq(issue, str_from(issues[i].issue)))
			return issues[i].outcome;
	return PAY_OUTCOME_CONFIG;
}

bool paypal_failed(const struct net_call *call, struct arena *arena, enum pay_outcome *ret,
                   struct pay_facts *ret_facts)
{
	json_t    *answer;
	struct str issue = STR(""), name = STR("");
	bool       told;

	*ret_facts = (struct pay_facts){ 0 };
	*ret = call->result == NET_REFUSED ? PAY_OUTCOME_RETRY : PAY_OUTCOME_UNKNOWN;
	if (call->result != NET_ANSWER)
		return true;
	if (call->status >= 200 && call->status < 300)
		return false;
	answer = json_field_open(call->answer, PAYPAL_ANSWER_MAX);
	told = json_field_str(json_array_get(json_object_get(answer, "details"), 0), "issue",
	                      WORD_MAX, arena, &issue);
	if (!json_field_str(answer, "name", WORD_MAX, arena, &name))
		json_field_str(answer, "error", WORD_MAX, arena, &name);
	json_decref(answer);
	ret_facts->reason = told ? issue : name;
	if (call->status == 401)
		*ret = PAY_OUTCOME_LOGIN;
	else if (call->status == 404)
		*ret = PAY_OUTCOME_ABSENT;
	else if (call->status == 429)
		*ret = PAY_OUTCOME_RETRY;
	else if (call->status == 422)
		*ret = told ? issue_sort(issue) : PAY_OUTCOME_UNKNOWN;
	else if (call->status == 400 || call->status == 403)
		*ret = PAY_OUTCOME_CONFIG;
	return true;
}
