/*
 * ledger_test.c - the entries of DOMAIN 10, and that none can be out of balance.
 */
#include "core/ledger.h"
#include "table.h"

#include "base/arena.h"
#include "base/buf.h"

static void entry_make(struct str event, const struct ledger_sale *sale, struct ledger_entry *ret)
{
	for (int i = 0; i < LEDGER_EVENT_COUNT; i++) {
		if (str_eq(ledger_event_name((enum ledger_event)i), event)) {
			assert_true(ledger_make((enum ledger_event)i, sale, ret));
			return;
		}
	}
	fail_msg("no event \"%.*s\"", STR_ARG(event));
}

static void entries_are_as_written(void **state)
{
	struct table table = table_open("test/core/ledger.t", "entries");

	(void)state;
	while (table_next(&table, 5)) {
		struct ledger_sale  sale = { .gateway = 1, .line_id = 77 };
		struct ledger_entry entry;
		struct arena        arena;
		struct buf          buf;
		struct str          head, tail;

		str_cut(table.cell[1], ' ', &head, &tail);
		sale.paid.currency = str_eq(head, STR("CNY")) ? CURRENCY_CNY : CURRENCY_JPY;
		assert_true(str_to_int64(tail, &sale.paid.amount));
		str_cut(table.cell[2], ' ', &head, &tail);
		assert_true(str_to_int64(head, &sale.price));
		assert_true(str_to_int64(str_trim(tail), &sale.tax));
		sale.balance = str_eq(table.cell[3], STR("balance"));
		entry_make(table.cell[0], &sale, &entry);
		assert_true(ledger_balanced(&entry));
		arena_init(&arena, 65536);
		buf_init(&buf, &arena, 4096);
		for (size_t i = 0; i < entry.count; i++) {
			const struct ledger_posting *posting = &entry.posting[i];
			buf_printf(&buf, "%s%.*s", i > 0 ? ", " : "",
			           STR_ARG(ledger_kind_name(posting->kind)));
			if (posting->owner != 0)
				buf_printf(&buf, ":%d", (int)posting->owner);
			buf_printf(&buf, " %s %+d",
			           posting->money.currency == CURRENCY_CNY ? "CNY" : "JPY",
			           (int)posting->money.amount);
		}
		table_expect(&table, 4, buf_str(&buf));
		arena_free(&arena);
	}
}

/* A sale and its undoing leave nothing behind, in any currency and size. */
static void a_sale_and_its_reversal_cancel_out(void **state)
{
	static const uint16_t currencies[] = { CURRENCY_JPY, CURRENCY_CNY, CURRENCY_USD };

	(void)state;
	for (size_t c = 0; c < COUNT_OF(currencies); c++) {
		for (int64_t price = 1; price < 1000000; price = price * 3 + 1) {
			struct ledger_sale  sale = { .gateway = 2,
				                     .paid = { price * 7, currencies[c] },
				                     .price = price,
				                     .tax = price / 11 };
			struct ledger_entry entries[3];
			int64_t             sum[LEDGER_KIND_COUNT][2] = { 0 };

			ledger_paid(&sale, &entries[0]);
			ledger_declined(&sale, &entries[1]);
			ledger_refunded(&sale, sale.paid, &entries[2]);
			for (int e = 0; e < 3; e++) {
				assert_true(ledger_balanced(&entries[e]));
				for (size_t i = 0; i < entries[e].count; i++) {
					const struct ledger_posting *p = &entries[e].posting[i];
					sum[p->kind][p->money.currency == CURRENCY_JPY] +=
					    p->money.amount;
				}
			}
			for (int k = 0; k < LEDGER_KIND_COUNT; k++) {
				assert_int_equal(sum[k][0], 0);
				assert_int_equal(sum[k][1], 0);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_as_written),
		cmocka_unit_test(a_sale_and_its_reversal_cancel_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
