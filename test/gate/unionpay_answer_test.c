/*
 * unionpay_answer_test.c - what UnionPay's gateway answers and calls us with:
 * which of it is proven, and what it says (GATEWAYS 7).
 */
#include "test.h"

#include "base/hash.h"
#include "base/keys.h"
#include "base/str.h"
#include "gate/unionpay.h"
#include "gate/unionpay_keys.h"
#include "gate/unionpay_world.h"

/* --- answers ----------------------------------------------------------------------------- */
static void answers_are_not_encoded(void **state)
{
	struct unionpay_message message;

	(void)state;
	assert_true(
	    unionpay_split(STR("a=1%2B2+3&reqReserved=a=b==&c={x=1&y=2}&d=[k=v&w]z&e="), &message));
	assert_int_equal(message.count, 5);
	assert_string_equal(up_field(&message, "a"), "1%2B2+3");
	assert_string_equal(up_field(&message, "reqReserved"), "a=b==");
	assert_string_equal(up_field(&message, "c"), "{x=1&y=2}");
	assert_string_equal(up_field(&message, "d"), "[k=v&w]z");
	assert_string_equal(up_field(&message, "e"), "");
	assert_true(unionpay_split(STR("m=成功[0000000]&n=1"), &message));
	assert_string_equal(up_field(&message, "n"), "1");
	assert_false(unionpay_split(STR(""), &message));
	assert_false(unionpay_split(STR("Invalid request"), &message));
	assert_false(unionpay_split(STR("a=1&a=2"), &message));
	assert_false(unionpay_split(STR("=1"), &message));
	assert_false(unionpay_split(STR("a=1&b"), &message));
}

static void a_query_tells_that_it_is_paid(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	up_set(&message, "origRespCode", "00");
	assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_SUCCEEDED);
	assert_str(facts.order, ORDER);
	assert_str(facts.reference, QUERY_ID);
	assert_int_equal(facts.amount.amount, 8888);
	assert_int_equal(facts.amount.currency, CURRENCY_CNY);
	assert_int_equal(facts.occurred_s, SENT_S + 1);
	message = up_said();
	up_set(&message, "origRespCode", "A6");
	assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_SUCCEEDED);
}

/* respCode 00 is the question's, not the payment's. */
static void resp_code_is_not_the_payments(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_UNKNOWN);
	message = up_said();
	up_set(&message, "origRespCode", "64");
	assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_PENDING);
	assert_str(facts.reason, "64");
}

/* "Failed" may be the first of several cards until payTimeout; then it is final. */
static void failed_is_final_after_the_deadline_only(void **state)
{
	struct unionpay_message message;
	struct pay_facts        facts;
	int64_t                 end_s = SENT_S + 900;

	(void)state;
	for (int64_t at_s = end_s; at_s <= end_s + 600; at_s += 600) {
		message = up_said();
		up_set(&message, "origRespCode", "01");
		up.task.now_ms = at_s * 1000;
		assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_OK);
		assert_int_equal(facts.state, at_s == end_s ? PAYMENT_PENDING : PAYMENT_FAILED);
		assert_str(facts.reason, "01");
	}
}

static void unsure_codes_are_asked_again(void **state)
{
	static const char *const unsure[] = { "03", "04", "05", "42" };
	struct unionpay_message  message;
	struct pay_facts         facts;

	(void)state;
	up.task.now_ms = (SENT_S + 86400) * 1000LL; /* long after the deadline, too */
	for (size_t i = 0; i < COUNT_OF(unsure); i++) {
		message = up_said();
		up_set(&message, "origRespCode", unsure[i]);
		assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts),
		                 PAY_OUTCOME_UNKNOWN);
		message = up_said();
		up_set(&message, "respCode", unsure[i]);
		up_set(&message, "orderId", REFUND);
		up_set(&message, "txnTime", "20270102132000");
		assert_int_equal(up_answered(PAY_VERB_REFUND, &message, &facts),
		                 PAY_OUTCOME_UNKNOWN);
		assert_str(facts.reason, unsure[i]);
	}
}

static void codes_of_questions(void **state)
{
	static const struct {
		const char      *code;
		enum pay_outcome outcome;
	} cases[] = {
		{ "34", PAY_OUTCOME_ABSENT },  { "11", PAY_OUTCOME_CONFIG },
		{ "10", PAY_OUTCOME_CONFIG },  { "13", PAY_OUTCOME_CONFIG },
		{ "02", PAY_OUTCOME_UNKNOWN }, { "39", PAY_OUTCOME_UNKNOWN },
		{ "12", PAY_OUTCOME_UNKNOWN }, { "60", PAY_OUTCOME_UNKNOWN },
	};
	struct unionpay_message message;
	struct pay_facts        facts;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		message = up_said();
		up_set(&message, "respCode", cases[i].code);
		up_set(&message, "origRespCode", "00");
		assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), cases[i].outcome);
	}
}

static void codes_of_refunds(void **state)
{
	static const struct {
		const char      *code;
		enum pay_outcome outcome;
	} cases[] = {
		{ "00", PAY_OUTCOME_OK },       { "A6", PAY_OUTCOME_OK },
		{ "12", PAY_OUTCOME_UNKNOWN },  { "02", PAY_OUTCOME_RETRY },
		{ "39", PAY_OUTCOME_RETRY },    { "35", PAY_OUTCOME_DECLINED },
		{ "36", PAY_OUTCOME_DECLINED }, { "34", PAY_OUTCOME_DECLINED },
		{ "11", PAY_OUTCOME_CONFIG },   { "61", PAY_OUTCOME_DECLINED },
	};
	struct unionpay_message message;
	struct pay_facts        facts;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		message = up_said();
		up_set(&message, "respCode", cases[i].code);
		up_set(&message, "orderId", REFUND);
		up_set(&message, "txnTime", "20270102132000");
		assert_int_equal(up_answered(PAY_VERB_REFUND, &message, &facts), cases[i].outcome);
		/* 00 says that it was taken up, no more. */
		if (cases[i].outcome == PAY_OUTCOME_OK)
			assert_int_equal(facts.state, PAYMENT_REFUNDING);
	}
}

static void a_refund_is_done_when_the_query_says_so(void **state)
{
	static const struct {
		const char      *code;
		enum pay_outcome outcome;
	} cases[] = {
		{ "00", PAY_OUTCOME_OK },
		{ "05", PAY_OUTCOME_UNKNOWN },
		{ "01", PAY_OUTCOME_DECLINED },
	};
	struct unionpay_message message;
	struct pay_facts        facts;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		message = up_said();
		up_set(&message, "origRespCode", cases[i].code);
		up_set(&message, "orderId", REFUND);
		up_set(&message, "txnTime", "20270102132000");
		up_set(&message, "txnAmt", "3000");
		assert_int_equal(up_answered(PAY_VERB_REFUND_QUERY, &message, &facts),
		                 cases[i].outcome);
	}
	up_set(&message, "origRespCode", "00");
	message = up_said();
	up_set(&message, "origRespCode", "00");
	up_set(&message, "orderId", REFUND);
	up_set(&message, "txnTime", "20270102132000");
	up_set(&message, "txnAmt", "3000");
	assert_int_equal(up_answered(PAY_VERB_REFUND_QUERY, &message, &facts), PAY_OUTCOME_OK);
	assert_int_equal(facts.state, PAYMENT_REFUNDED);
	assert_int_equal(facts.amount.amount, 3000);
	assert_str(facts.refund, REFUND);
}

static void answers_about_something_else(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	up_set(&message, "origRespCode", "00");
	up_set(&message, "orderId", REFUND);
	assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_UNKNOWN);
	message = up_said();
	up_set(&message, "origRespCode", "00");
	up_set(&message, "txnTime", "20270101132001");
	assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_UNKNOWN);
	message = up_said();
	up_set(&message, "origRespCode", "00");
	up_set(&message, "merId", "777290058110049");
	assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_FOREIGN);
	message = up_said();
	up_set(&message, "origRespCode", "00");
	up_set(&message, "txnAmt", "88.88");
	assert_int_equal(up_answered(PAY_VERB_QUERY, &message, &facts), PAY_OUTCOME_UNKNOWN);
}

static void answers_nobody_signed(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;
	struct net_call         call = { .result = NET_REFUSED };

	(void)state;
	up_set(&message, "origRespCode", "00");
	assert_int_equal(up_parsed(PAY_VERB_QUERY, up_plain(&message), &facts),
	                 PAY_OUTCOME_UNKNOWN);
	up_sign(&message, up.signer, signer_cert);
	up_set(&message, "origRespCode", "A6");
	assert_int_equal(up_parsed(PAY_VERB_QUERY, up_plain(&message), &facts),
	                 PAY_OUTCOME_UNKNOWN);
	assert_int_equal(up_parsed(PAY_VERB_QUERY, STR("Invalid request."), &facts),
	                 PAY_OUTCOME_UNKNOWN);
	assert_int_equal(up_parsed(PAY_VERB_QUERY, STR(""), &facts), PAY_OUTCOME_UNKNOWN);
	assert_int_equal(pay_unionpay.verb[PAY_VERB_QUERY].parse(&up.config, &up.task, &call,
	                                                         &up.arena, &facts),
	                 PAY_OUTCOME_RETRY);
	call.result = NET_UNKNOWN;
	assert_int_equal(pay_unionpay.verb[PAY_VERB_QUERY].parse(&up.config, &up.task, &call,
	                                                         &up.arena, &facts),
	                 PAY_OUTCOME_UNKNOWN);
}

/* --- callbacks --------------------------------------------------------------------------- */
static void a_callback_tells_that_it_is_paid(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;
	struct str              body = up_notice(&message, up.signer, signer_cert);

	(void)state;
	/* The address is called with a query of its own; only the body is read. */
	assert_int_equal(up_called(&up.verify, body, NOW_S, &facts), PAY_HOOK_FACTS);
	assert_int_equal(facts.state, PAYMENT_SUCCEEDED);
	assert_str(facts.order, ORDER);
	assert_str(facts.reference, QUERY_ID);
	assert_str(facts.event, QUERY_ID "-01");
	assert_int_equal(facts.amount.amount, 8888);
	assert_string_equal(pay_unionpay.good.body, "ok");
}

static void a_callback_of_a_refund(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	up_set(&message, "txnType", "04");
	up_set(&message, "txnAmt", "3000");
	up_set(&message, "orderId", REFUND);
	up_set(&message, "reqReserved", ORDER);
	assert_int_equal(up_called(&up.verify, up_notice(&message, up.signer, signer_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_FACTS);
	assert_int_equal(facts.state, PAYMENT_REFUNDED);
	assert_str(facts.order, ORDER);
	assert_str(facts.refund, REFUND);
	assert_int_equal(facts.amount.amount, 3000);
}

static void a_callback_that_is_no_success_is_asked_about(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	up_set(&message, "respCode", "05");
	assert_int_equal(up_called(&up.verify, up_notice(&message, up.signer, signer_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_ASK);
	assert_str(facts.order, ORDER);
	message = up_said();
	up_set(&message, "txnType", "31");
	assert_int_equal(up_called(&up.verify, up_notice(&message, up.signer, signer_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_IGNORED);
	message = up_said();
	up_set(&message, "txnAmt", "x");
	assert_int_equal(up_called(&up.verify, up_notice(&message, up.signer, signer_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_DAMAGED);
}

static void another_merchants_callback(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	up_set(&message, "merId", "777290058110049");
	assert_int_equal(up_called(&up.verify, up_notice(&message, up.signer, signer_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_FOREIGN);
}

/* The certificate's line ends are signed: LF for CR LF is another text. */
static void the_certificates_line_ends_are_signed(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	up_sign(&message, up.signer, signer_cert);
	assert_int_equal(up_called(&up.verify, unionpay_form(&message, &up.arena), NOW_S, &facts),
	                 PAY_HOOK_FACTS);
	up_set(&message, "signPubKeyCert", signer_cert);
	assert_int_equal(up_called(&up.verify, unionpay_form(&message, &up.arena), NOW_S, &facts),
	                 PAY_HOOK_FORGED);
}

static void a_merchant_of_the_same_authority_is_not_unionpay(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;
	struct rsa_key         *ours;

	(void)state;
	assert_true(rsa_key_private(str_from(key_pkcs8), RSA_BITS_MIN, &ours));
	assert_int_equal(up_called(&up.test_verify, up_notice(&message, ours, merchant_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_FORGED);
	rsa_key_close(ours);
}

static void unionpays_name_on_a_foreign_certificate(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;
	struct rsa_key         *other;

	(void)state;
	assert_true(rsa_key_private(str_from(self_key), RSA_BITS_MIN, &other));
	assert_int_equal(up_called(&up.test_verify, up_notice(&message, other, self_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_FORGED);
	rsa_key_close(other);
}

/* The key that is proven must be the key that signed. */
static void the_right_certificate_with_another_key(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;
	struct rsa_key         *other;

	(void)state;
	assert_true(rsa_key_private(str_from(self_key), RSA_BITS_MIN, &other));
	assert_int_equal(up_called(&up.test_verify, up_notice(&message, other, signer_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_FORGED);
	rsa_key_close(other);
}

static void the_test_systems_signer_counts_in_tests_only(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;
	struct str              body = up_notice(&message, up.signer, signer_test_cert);

	(void)state;
	assert_int_equal(up_called(&up.verify, body, NOW_S, &facts), PAY_HOOK_FORGED);
	assert_int_equal(up_called(&up.test_verify, body, NOW_S, &facts), PAY_HOOK_FACTS);
}

/* The real test certificate is signed with SHA-1; base/cert.h refuses that elsewhere. */
static void a_sha1_certificate_is_taken_here(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	assert_int_equal(up_called(&up.test_verify,
	                           up_notice(&message, up.signer, signer_sha1_cert), NOW_S, &facts),
	                 PAY_HOOK_FACTS);
}

static void a_certificate_out_of_its_time(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;
	struct str              body = up_notice(&message, up.signer, signer_cert);

	(void)state;
	assert_int_equal(up_called(&up.verify, body, SENT_S - 86400 * 365, &facts),
	                 PAY_HOOK_FORGED);
	assert_int_equal(up_called(&up.verify, body, SENT_S + 86400LL * 365 * 60, &facts),
	                 PAY_HOOK_FORGED);
}

static void other_methods_of_signing(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;

	(void)state;
	up_set(&message, "signMethod", "11");
	assert_int_equal(up_called(&up.verify, up_notice(&message, up.signer, signer_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_FORGED);
	message = up_said();
	up_set(&message, "version", "5.0.0");
	assert_int_equal(up_called(&up.verify, up_notice(&message, up.signer, signer_cert), NOW_S,
	                           &facts),
	                 PAY_HOOK_FORGED);
	assert_int_equal(up_called(&up.verify, STR(""), NOW_S, &facts), PAY_HOOK_FORGED);
	assert_int_equal(up_called(&up.verify, STR("a=1&a=2"), NOW_S, &facts), PAY_HOOK_FORGED);
}

/* Every changed byte of a callback is noticed. */
static void no_byte_may_change(void **state)
{
	struct unionpay_message message = up_said();
	struct pay_facts        facts;
	struct str              body = up_notice(&message, up.signer, signer_cert);
	struct arena            own = up.arena;

	(void)state;
	for (size_t i = 0; i < body.len; i += 13) {
		struct str changed;

		arena_init(&up.arena, 1 << 20);
		changed = arena_str(&up.arena, body);
		((char *)(uintptr_t)changed.ptr)[i] = changed.ptr[i] == '1' ? '2' : '1';
		assert_int_equal(up_called(&up.verify, changed, NOW_S, &facts), PAY_HOOK_FORGED);
		arena_free(&up.arena);
	}
	up.arena = own;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, unionpay_setup, unionpay_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(answers_are_not_encoded),
		CASE(a_query_tells_that_it_is_paid),
		CASE(resp_code_is_not_the_payments),
		CASE(failed_is_final_after_the_deadline_only),
		CASE(unsure_codes_are_asked_again),
		CASE(codes_of_questions),
		CASE(codes_of_refunds),
		CASE(a_refund_is_done_when_the_query_says_so),
		CASE(answers_about_something_else),
		CASE(answers_nobody_signed),
		CASE(a_callback_tells_that_it_is_paid),
		CASE(a_callback_of_a_refund),
		CASE(a_callback_that_is_no_success_is_asked_about),
		CASE(another_merchants_callback),
		CASE(the_certificates_line_ends_are_signed),
		CASE(a_merchant_of_the_same_authority_is_not_unionpay),
		CASE(unionpays_name_on_a_foreign_certificate),
		CASE(the_right_certificate_with_another_key),
		CASE(the_test_systems_signer_counts_in_tests_only),
		CASE(a_sha1_certificate_is_taken_here),
		CASE(a_certificate_out_of_its_time),
		CASE(other_methods_of_signing),
		CASE(no_byte_may_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
