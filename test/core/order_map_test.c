/*
 * order_map_test.c - the map of an order's life in ARCHITECTURE.md is what the
 * table of core/order.c does: every state, every event, every fact is tried.
 *
 * When the table has changed, `order_map_test write` puts the new map there.
 */
#include "test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "core/order.h"

#include <stdio.h>
#include <string.h>

#define PAGE      "ARCHITECTURE.md"
#define HEAD      "<!-- the order's map: build-asan/test/core/order_map_test write -->\n```\n"
#define TAIL      "```\n"
#define PAGE_MAX  (64 * 1024)
#define WIDTH     18  /* of the column of states */
#define LINE_MAX_ 120 /* columns, as near as names allow */

/* Bits of the states that an event may lead to, whatever else is known. */
static uint32_t leads_to(enum order_state state, enum order_event event)
{
	uint32_t                 next = 0;
	struct order_step        step;
	enum order_refusal       refusal;
	const struct order_facts none = { .state = state };

	for (int payment = 0; payment < PAYMENT_STATE_COUNT; payment++) {
		for (int i = 0; i < REFUND_STATE_COUNT * 512; i++) {
			struct order_facts facts = none;

			facts.payment = (enum payment_state)payment;
			facts.refund = (enum refund_state)(i / 512);
			facts.withdrawn = (i & 1) != 0;
			facts.quiet = (i & 2) != 0;
			facts.lock_holds = (i & 4) != 0;
			facts.price_holds = (i & 8) != 0;
			facts.line_open = (i & 16) != 0;
			facts.hosted = (i & 32) != 0;
			facts.watched = (i & 64) != 0;
			facts.enough = (i & 128) != 0;
			facts.last = (i & 256) != 0;
			if (order_decide(&facts, event, &step, &refusal) == ORDER_STEP &&
			    step.state != state)
				next |= 1u << step.state;
		}
	}
	return next;
}

static void pad(struct buf *buf, size_t from, size_t width)
{
	while (buf->len - from < width)
		buf_add_char(buf, ' ');
}

/* "pay_succeeded → paid | reversed" */
static struct str arrow(struct arena *arena, enum order_event event, uint32_t next)
{
	struct buf  buf;
	const char *sign = " → ";

	buf_init(&buf, arena, 256);
	buf_add(&buf, order_event_name(event));
	for (int to = 0; to < ORDER_STATE_COUNT; to++) {
		if ((next >> to & 1) == 0)
			continue;
		buf_add(&buf, str_from(sign));
		buf_add(&buf, order_state_name((enum order_state)to));
		sign = " | ";
	}
	return buf_str(&buf);
}

static void state_add(struct buf *map, struct arena *arena, enum order_state state)
{
	size_t line = map->len;

	buf_add(map, order_state_name(state));
	pad(map, line, WIDTH);
	for (int event = 0; event < ORDER_EVENT_COUNT; event++) {
		uint32_t   next = leads_to(state, (enum order_event)event);
		struct str text;

		if (next == 0)
			continue;
		text = arrow(arena, (enum order_event)event, next);
		if (map->len - line > WIDTH && map->len - line + 3 + text.len > LINE_MAX_) {
			buf_add_char(map, '\n');
			line = map->len;
			pad(map, line, WIDTH);
		}
		if (map->len - line > WIDTH)
			buf_add(map, STR("   "));
		buf_add(map, text);
	}
	if (map->len - line == WIDTH)
		buf_add(map, STR("-"));
	buf_add_char(map, '\n');
}

static struct str map_make(struct arena *arena)
{
	struct buf map;

	buf_init(&map, arena, PAGE_MAX);
	for (int state = 0; state < ORDER_STATE_COUNT; state++)
		state_add(&map, arena, (enum order_state)state);
	assert_false(map.full);
	return buf_str(&map);
}

/* The page, and where its map begins and ends. */
static struct str page_read(struct arena *arena, size_t *ret_begin, size_t *ret_end)
{
	char      *bytes = arena_alloc(arena, PAGE_MAX);
	FILE      *file = fopen(PAGE, "r");
	struct str page = { .ptr = bytes };
	ptrdiff_t  at;

	if (file == NULL)
		fail_msg("%s cannot be read; run me from the project's folder", PAGE);
	page.len = fread(bytes, 1, PAGE_MAX, file);
	fclose(file);
	at = str_find(page, STR(HEAD));
	if (at < 0)
		fail_msg("%s has no line %s", PAGE, HEAD);
	*ret_begin = (size_t)at + sizeof(HEAD) - 1;
	at = str_find(str_skip(page, *ret_begin), STR(TAIL));
	assert_true(at >= 0);
	*ret_end = *ret_begin + (size_t)at;
	return page;
}

static void the_page_shows_the_table(void **state)
{
	struct arena arena;
	struct str   map, page, shown;
	size_t       begin, end;

	(void)state;
	arena_init(&arena, 1 << 20);
	map = map_make(&arena);
	page = page_read(&arena, &begin, &end);
	shown = str_take(str_skip(page, begin), end - begin);
	if (!str_eq(map, shown))
		fail_msg("the map in %s is an old one; it should be\n%.*s", PAGE, STR_ARG(map));
	arena_free(&arena);
}

static void page_write(void)
{
	struct arena arena;
	struct str   map, page;
	size_t       begin, end;
	FILE        *file;

	arena_init(&arena, 1 << 20);
	map = map_make(&arena);
	page = page_read(&arena, &begin, &end);
	file = fopen(PAGE, "w");
	assert_non_null(file);
	fprintf(file, "%.*s%.*s%.*s", (int)begin, page.ptr, STR_ARG(map), (int)(page.len - end),
	        page.ptr + end);
	assert_int_equal(fclose(file), 0);
	arena_free(&arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_page_shows_the_table) };

	if (argc == 2 && strcmp(argv[1], "write") == 0) {
		page_write();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
