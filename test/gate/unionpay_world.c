/*
 * unionpay_world.c - see unionpay_world.h.
 */
#include "test.h"

#include "gate/unionpay_world.h"

#include "base/hash.h"
#include "base/keys.h"
#include "base/str.h"
#include "gate/unionpay_keys.h"

struct unionpay_world up;

/* --- settings ------------------------------------------------------------------- */
static const struct unionpay_setting texts[] = {
	{ "url", "https://gateway.example" },
	{ "file_url", "https://files.example" },
	{ "merchant", MERCHANT },
	{ "currencies", "CNY,JPY" },
	{ "key_file", key_pkcs8 },
	{ "cert_file", merchant_cert },
	{ "root_file", cert_root },
	{ "middle_file", cert_middle },
};

/* ctx: settings that stand before the others; ends with a NULL name. */
static struct str text_of(const void *ctx, const char *setting)
{
	for (const struct unionpay_setting *row = ctx; row && row->name; row++) {
		if (strcmp(row->name, setting) == 0)
			return str_from(row->text);
	}
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		if (strcmp(texts[i].name, setting) == 0)
			return str_from(texts[i].text);
	}
	return STR("");
}

static bool file_of(const void *ctx, const char *setting, struct arena *into, struct str *ret)
{
	*ret = arena_str(into, text_of(ctx, setting));
	return strcmp(ret->ptr ? ret->ptr : "", "unreadable") != 0;
}

struct pay_source unionpay_source(const struct unionpay_setting *over)
{
	return (struct pay_source){ .text = text_of, .file = file_of, .ctx = over, .now_s = NOW_S };
}

int unionpay_setup(void **state)
{
	static const struct unionpay_setting test[] = { { "test", "yes" }, { NULL, NULL } };
	struct pay_source  plain = unionpay_source(NULL), tested = unionpay_source(test);
	struct pay_problem problem;

	(void)state;
	arena_init(&up.arena, 64 * 1024 * 1024);
	up.task = (struct pay_task){
		.order = STR(ORDER),
		.amount = { .amount = 8888, .currency = CURRENCY_CNY },
		.created_s = SENT_S,
		.expires_s = SENT_S + 900,
		.refund = STR(REFUND),
		.give_back = { .amount = 3000, .currency = CURRENCY_CNY },
		.refund_created_s = SENT_S + 86400,
		.reference = STR(QUERY_ID),
		.title = STR("日本保号卡90天 {&=[]} <ok>"),
		.return_url = STR("https://keep.example/zh-Hans/orders/1?a=b&c=d"),
		.hook_url = STR("https://keep.example/hook/unionpay"),
		.now_ms = NOW_S * 1000LL,
	};
	return rsa_key_private(str_from(signer_key), RSA_BITS_MIN, &up.signer) &&
	               pay_unionpay.open(&plain, &up.arena, &up.config, &problem) &&
	               pay_unionpay.hook_open(&plain, &up.arena, &up.verify, &problem) &&
	               pay_unionpay.hook_open(&tested, &up.arena, &up.test_verify, &problem)
	           ? 0
	           : -1;
}

int unionpay_teardown(void **state)
{
	(void)state;
	rsa_key_close(up.signer);
	pay_unionpay.close(&up.config);
	pay_unionpay.close(&up.verify);
	pay_unionpay.close(&up.test_verify);
	arena_free(&up.arena);
	return 0;
}

/* --- the other side --------------------------------------------------------------- */
static struct str crlf(const char *pem)
{
	struct str text = str_from(pem), line, out = STR("");

	while (text.len > 0) {
		str_cut(text, '\n', &line, &text);
		out = arena_printf(&up.arena, "%.*s%.*s\r\n", STR_ARG(out), STR_ARG(line));
	}
	return out;
}

void up_set(struct unionpay_message *message, const char *name, const char *value)
{
	for (size_t i = 0; i < message->count; i++) {
		if (str_eq(message->field[i].name, str_from(name))) {
			message->field[i].value = str_from(value);
			return;
		}
	}
	unionpay_put(message, str_from(name), str_from(value));
}

/* What the gateway would say of our payment. */
struct unionpay_message up_said(void)
{
	struct unionpay_message message = { .count = 0 };

	up_set(&message, "accessType", "0");
	up_set(&message, "bizType", "000201");
	up_set(&message, "currencyCode", "156");
	up_set(&message, "encoding", "UTF-8");
	up_set(&message, "merId", MERCHANT);
	up_set(&message, "orderId", ORDER);
	up_set(&message, "queryId", QUERY_ID);
	up_set(&message, "respCode", "00");
	up_set(&message, "respMsg", "成功[0000000]");
	up_set(&message, "signMethod", "01");
	up_set(&message, "traceTime", "0101132001");
	up_set(&message, "txnAmt", "8888");
	up_set(&message, "txnSubType", "01");
	up_set(&message, "txnTime", "20270101132000");
	up_set(&message, "txnType", "01");
	up_set(&message, "version", "5.1.0");
	return message;
}

void up_sign(struct unionpay_message *message, const struct rsa_key *key, const char *cert)
{
	struct str signature;

	unionpay_put(message, STR("signPubKeyCert"), crlf(cert));
	assert_true(rsa_sign_sha256_base64(
	    key, sha256_hex(&up.arena, unionpay_canonical(message, &up.arena)), &up.arena,
	    &signature));
	unionpay_put(message, STR("signature"), signature);
}

/* As answers come: not encoded. */
struct str up_plain(const struct unionpay_message *message)
{
	struct str out = STR("");

	for (size_t i = 0; i < message->count; i++)
		out = arena_printf(&up.arena, "%.*s%s%.*s=%.*s", STR_ARG(out), i ? "&" : "",
		                   STR_ARG(message->field[i].name),
		                   STR_ARG(message->field[i].value));
	return out;
}

enum pay_outcome up_parsed(enum pay_verb_id verb, struct str answer, struct pay_facts *ret)
{
	struct net_call call = { .result = NET_ANSWER, .status = 200, .answer = answer };

	*ret = (struct pay_facts){ 0 };
	return pay_unionpay.verb[verb].parse(&up.config, &up.task, &call, &up.arena, ret);
}

enum pay_outcome up_answered(enum pay_verb_id verb, struct unionpay_message *message,
                             struct pay_facts *ret)
{
	up_sign(message, up.signer, signer_cert);
	return up_parsed(verb, up_plain(message), ret);
}

enum pay_hook_result up_called(const struct pay_config *with, struct str body, int64_t now_s,
                               struct pay_facts *ret)
{
	struct pay_callback in = { .path = STR("/hook/unionpay?orderId=FORGED00"),
		                   .body = body,
		                   .now_s = now_s };

	*ret = (struct pay_facts){ 0 };
	return pay_unionpay.hook(with, &in, &up.arena, ret);
}

/* The request, taken apart. */
struct unionpay_message up_request(enum pay_verb_id verb, struct net_call *ret_call)
{
	struct unionpay_message message;
	struct pay_task         copy = up.task;

	assert_true(pay_build(&pay_unionpay.verb[verb], &up.config, &copy, &up.arena, ret_call));
	assert_str(ret_call->method, "POST");
	assert_true(unionpay_read_form(ret_call->body, &up.arena, &message));
	return message;
}

const char *up_field(const struct unionpay_message *message, const char *name)
{
	return arena_cstr(&up.arena, unionpay_get(message, str_from(name)));
}

struct unionpay_message up_front_form(struct pay_facts *ret)
{
	struct unionpay_message message;
	struct pay_task         copy = up.task;

	assert_true(
	    pay_unionpay.verb[PAY_VERB_START].body(&up.config, &copy, &up.arena, &copy.body));
	assert_int_equal(pay_unionpay.verb[PAY_VERB_START].parse(&up.config, &copy, NULL, &up.arena,
	                                                         ret),
	                 PAY_OUTCOME_OK);
	assert_true(unionpay_read_form(ret->form, &up.arena, &message));
	return message;
}

struct str up_notice(struct unionpay_message *message, const struct rsa_key *key, const char *cert)
{
	up_sign(message, key, cert);
	return unionpay_form(message, &up.arena);
}
