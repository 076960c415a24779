/*
 * unionpay_fuzz.c - UnionPay's answers, callbacks and statements: nothing that
 * nobody signed is believed, an answer's pieces make the answer again, and a
 * statement's rows are whole.
 *
 * rooms: base gate core
 * longest: 1400
 */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/keys.h"
#include "base/str.h"
#include "gate/unionpay.h"

static struct str text_of(const void *ctx, const char *setting)
{
	struct str name = str_from(setting);

	(void)ctx;
	if (str_eq(name, STR("merchant")))
		return STR("777290058110048");
	if (str_eq(name, STR("test")))
		return STR("yes");
	if (str_eq(name, STR("root_file")))
		return str_from(cert_root);
	return str_eq(name, STR("middle_file")) ? str_from(cert_middle) : STR("");
}

static bool file_of(const void *ctx, const char *setting, struct arena *arena, struct str *ret)
{
	(void)arena;
	*ret = text_of(ctx, setting);
	return true;
}

static bool row_whole(void *ctx, const struct pay_bill_row *row)
{
	int *count = ctx;

	FUZZ_CHECK(row->kind < PAY_BILL_KIND_COUNT && row->row > 0);
	FUZZ_CHECK(row->amount.amount >= 0 && row->amount.currency != 0);
	FUZZ_CHECK(row->order.len <= 32 && row->refund.len <= 32 && row->reference.len <= 21);
	return ++*count < 100;
}

static void answer_try(struct str text, struct arena *arena)
{
	struct unionpay_message message;
	struct buf              buf;

	if (!unionpay_split(text, &message))
		return;
	buf_init(&buf, arena, text.len + 2);
	for (size_t i = 0; i < message.count; i++) {
		if (i > 0)
			buf_add_char(&buf, '&');
		buf_add(&buf, message.field[i].name);
		buf_add_char(&buf, '=');
		buf_add(&buf, message.field[i].value);
	}
	/* One '&' at the very end says nothing. */
	if (buf.len + 1 == text.len)
		buf_add_char(&buf, '&');
	FUZZ_CHECK(str_eq(buf_str(&buf), text));
}

static void form_try(const struct pay_config *verify, struct str text, struct arena *arena)
{
	struct pay_callback     in = { .path = STR("/hook/unionpay"),
		                       .body = text,
		                       .now_s = 1800000000 };
	struct unionpay_message message, again;
	struct pay_facts        facts = { 0 };

	FUZZ_CHECK(pay_unionpay.hook(verify, &in, arena, &facts) == PAY_HOOK_FORGED);
	if (!unionpay_read_form(text, arena, &message))
		return;
	FUZZ_CHECK(unionpay_read_form(unionpay_form(&message, arena), arena, &again));
	FUZZ_CHECK(str_eq(unionpay_canonical(&message, arena), unionpay_canonical(&again, arena)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str               text = { .ptr = (const char *)data, .len = size };
	uint8_t                  way = fuzz_byte(&text) % 3;
	struct pay_source        source = { .text = text_of, .file = file_of };
	static struct pay_config verify; /* parsing the roots takes longer than all else */
	static struct arena      kept;
	struct pay_problem       problem;
	struct pay_bill_problem  bill_problem;
	struct pay_bill_sum      sum;
	struct arena             arena;
	int                      count = 0;

	arena_init(&arena, 1 << 23);
	if (verify.own == NULL) {
		arena_init(&kept, 1 << 20);
		FUZZ_CHECK(pay_unionpay.hook_open(&source, &kept, &verify, &problem));
		((struct unionpay *)(uintptr_t)verify.own)->currency = 156;
	}
	if (way == 0)
		answer_try(text, &arena);
	else if (way == 1)
		form_try(&verify, text, &arena);
	else
		pay_unionpay.bill(&verify, text, &arena, row_whole, &count, &sum, &bill_problem);
	arena_free(&arena);
	return 0;
}
