/*
 * progress.c - see progress.h.
 */
#include "progress.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define SHOW_FROM 1000 /* ms: a step that is done sooner needs no plain line */

static void bar_draw(const struct progress *progress, int64_t done, int64_t total, int64_t count,
                     int64_t elapsed_ms);
static void grouped(char *text, size_t size, int64_t value);

void progress_init(struct progress *progress, const struct clock *clock)
{
	*progress = (struct progress){ .clock = clock, .terminal = isatty(STDERR_FILENO) == 1 };
}

void progress_show(struct progress *progress, const char *doing, const char *unit, int64_t done,
                   int64_t total, int64_t count)
{
	int64_t now_ms = progress->clock->mono_ms(progress->clock->ctx);
	int64_t every_ms = progress->terminal ? PROGRESS_BAR_MS : PROGRESS_PLAIN_MS;

	if (progress->doing == NULL || strcmp(progress->doing, doing) != 0) {
		progress->doing = doing;
		progress->start_ms = now_ms;
		progress->shown_ms = now_ms;
	}
	if (now_ms - progress->shown_ms < every_ms)
		return;
	progress->unit = unit;
	progress->shown_ms = now_ms;
	progress->drawn = true;
	bar_draw(progress, done, total, count, now_ms - progress->start_ms);
}

void progress_clear(struct progress *progress)
{
	if (progress->drawn && progress->terminal)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}

static void bar_draw(const struct progress *progress, int64_t done, int64_t total, int64_t count,
                     int64_t elapsed_ms)
{
	char    counted[32], rate[32], bar[BAR_WIDTH + 1];
	int64_t filled = total > 0 ? done * BAR_WIDTH / total : 0;
	int64_t percent = total > 0 ? done * 100 / total : 0;

	grouped(counted, sizeof(counted), count);
	grouped(rate, sizeof(rate), elapsed_ms > 0 ? count * 1000 / elapsed_ms : 0);
	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < filled ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	if (progress->terminal)
		fprintf(stderr, "\r\033[K%-9s [%s] ", progress->doing, bar);
	else
		fprintf(stderr, "%s ", progress->doing);
	if (total > 0)
		fprintf(stderr, "%3lld %%  ", (long long)percent);
	fprintf(stderr, "%s %s, %s/s", counted, progress->unit, rate);
	if (total > 0 && done > 0 && elapsed_ms >= SHOW_FROM)
		fprintf(stderr, ", %lld s left",
		        (long long)((total - done) * elapsed_ms / done / 1000 + 1));
	if (!progress->terminal)
		fputs("\n", stderr);
	fflush(stderr);
}

/* 1,234,567; value is not negative. */
static void grouped(char *text, size_t size, int64_t value)
{
	char   digits[24];
	int    len = snprintf(digits, sizeof(digits), "%lld", (long long)value);
	size_t at = 0;

	for (int i = 0; i < len && at + 2 < size; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
}
