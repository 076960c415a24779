/*
 * line_match.c - which rows of a file are new: compared with each other and
 * with the stock, number by number in sorted order; see line_load.h.
 */
#include "store/line_load.h"

#include "base/str.h"
#include "store/import_sql.h"
#include "store/line_sql.h"
#include "store/quote.h"

#include <string.h>

#define SEAL_STRIDE   1024 /* numbers sealed together */
#define SLICE_ROWS    4096 /* of the stock, read together */
#define POINT_FACTOR  8    /* a stock so many times the file is looked up row by row */
#define RADIX_BITS    11
#define RADIX_BUCKETS (1 << RADIX_BITS)
#define RADIX_PASSES  6

/* A sealed number and whose it is. */
struct pair {
	int64_t  number;
	uint32_t index; /* of the row in the file */
};

struct pairs {
	struct pair *item, *spare;
	size_t       count;
};

static enum err number_match(struct line_load *load, enum load_number number, struct pairs *pairs);
static void     pairs_take(struct line_load *load, enum load_number number, struct pairs *pairs);
static void     pairs_sort(struct pairs *pairs);
static void pairs_twice(struct line_load *load, enum load_number number, const struct pairs *pairs);
static enum err stock_merge(struct line_load *load, enum load_number number,
                            const struct pairs *pairs);
static enum err stock_point(struct line_load *load, enum load_number number,
                            const struct pairs *pairs);
static void stock_walk(struct line_load *load, enum load_number number, const struct pairs *pairs,
                       const struct load_stock *stock, size_t count, size_t *at);
static enum err stock_read(struct line_load *load, struct arena *arena, enum load_number number);
static enum err stock_slice(struct db *db, struct arena *arena, enum load_number number,
                            int64_t *first, struct load_stock *ret, size_t *ret_count);
static enum err stock_find(struct db *db, enum load_number number, int64_t value, int64_t *ret);
static void found(struct line_load *load, enum load_number number, uint32_t index, int64_t line_id);
static enum err known_compare(struct line_load *load, struct load_row *row);
static void refuse(struct load_row *row, enum line_row_problem problem, enum line_column column);

static const enum line_column column_of[LOAD_NUMBER_COUNT] = {
	[LOAD_IMSI] = LINE_COLUMN_IMSI,
	[LOAD_ICCID] = LINE_COLUMN_ICCID,
	[LOAD_MSISDN] = LINE_COLUMN_MSISDN,
	[LOAD_SERIAL] = LINE_COLUMN_SERIAL,
};

void line_load_seal(struct line_load *load, size_t end)
{
	int64_t values[SEAL_STRIDE];
	size_t  rows[SEAL_STRIDE];

	for (int number = 0; number < LOAD_NUMBER_COUNT; number++) {
		size_t count = 0;

		for (size_t i = load->sealed_count; i <= end; i++) {
			if (i == end || count == SEAL_STRIDE) {
				identifiers_seal(load->keys,
				                 (enum identifier)(IDENTIFIER_IMSI + number),
				                 values, count);
				for (size_t j = 0; j < count; j++)
					line_load_row(load, rows[j])->number[number] = values[j];
				count = 0;
			}
			if (i < end && (line_load_row(load, i)->given & (1u << number)) != 0) {
				rows[count] = i;
				values[count++] = line_load_row(load, i)->number[number];
			}
		}
	}
	load->sealed_count = end;
}

enum err line_load_stock(struct line_load *load)
{
	struct line_highest_row highest;
	struct arena            arena;
	enum err                err = line_highest(load->db, &highest);

	if (err != ERR_OK || highest.id > LINE_LOAD_STOCK_MAX)
		return err == ERR_OK ? ERR_FULL : err;
	load->stock = highest.id;
	arena_init(&arena, SLICE_ROWS * sizeof(struct load_stock) * 6);
	for (int i = 0; i < LOAD_NUMBER_COUNT && err == ERR_OK; i++)
		err = stock_read(load, &arena, (enum load_number)i);
	arena_free(&arena);
	return err;
}

enum err line_load_match(struct line_load *load, const struct load_watch *watch)
{
	struct line_highest_row highest;
	struct pairs            pairs;
	enum err                err = ERR_OK;

	if (!load->offline) {
		line_load_seal(load, load->count);
		err = line_highest(load->db, &highest);
		load->stock = err == ERR_OK ? highest.id : 0;
	}
	assert(load->sealed_count == load->count);
	memset(load->outcome_count, 0, sizeof(load->outcome_count));
	if (err != ERR_OK || load->count == 0)
		return err;
	pairs.item = ARENA_ARRAY(load->arena, struct pair, load->count);
	pairs.spare = ARENA_ARRAY(load->arena, struct pair, load->count);
	if (pairs.item == NULL || pairs.spare == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < load->count; i++) {
		line_load_row(load, i)->outcome = LOAD_CREATED;
		line_load_row(load, i)->line_id = line_load_row(load, i)->fill = 0;
	}
	for (int i = 0; i < LOAD_NUMBER_COUNT && err == ERR_OK; i++) {
		if (!watch->tick(watch->ctx, "comparing", (size_t)i, LOAD_NUMBER_COUNT))
			return ERR_REFUSED;
		err = number_match(load, (enum load_number)i, &pairs);
	}
	for (size_t i = 0; i < load->count && err == ERR_OK; i++) {
		struct load_row *row = line_load_row(load, i);

		if (row->line_id != 0 && row->outcome != LOAD_REFUSED)
			err = known_compare(load, row);
		load->outcome_count[row->outcome]++;
	}
	return err;
}

static enum err number_match(struct line_load *load, enum load_number number, struct pairs *pairs)
{
	pairs_take(load, number, pairs);
	pairs_sort(pairs);
	pairs_twice(load, number, pairs);
	if (load->stock == 0 || pairs->count == 0)
		return ERR_OK;
	if (load->offline) {
		size_t at = 0;

		stock_walk(load, number, pairs, load->stock_numbers[number],
		           load->stock_number_count[number], &at);
		return ERR_OK;
	}
	if (load->stock / POINT_FACTOR > (int64_t)pairs->count)
		return stock_point(load, number, pairs);
	return stock_merge(load, number, pairs);
}

static void pairs_take(struct line_load *load, enum load_number number, struct pairs *pairs)
{
	pairs->count = 0;
	for (size_t i = 0; i < load->count; i++) {
		const struct load_row *row = line_load_row(load, i);

		if ((row->given & (1u << number)) != 0)
			pairs->item[pairs->count++] = (struct pair){ .number = row->number[number],
				                                     .index = (uint32_t)i };
	}
}

/* Least significant digit first, so equal numbers stay in the file's order. */
static void pairs_sort(struct pairs *pairs)
{
	for (int pass = 0; pass < RADIX_PASSES; pass++) {
		size_t       start[RADIX_BUCKETS] = { 0 };
		size_t       sum = 0;
		struct pair *swap = pairs->item;

#define DIGIT(value) \
	(((uint64_t)(value) ^ UINT64_C(1) << 63) >> (pass * RADIX_BITS) & (RADIX_BUCKETS - 1))
		for (size_t i = 0; i < pairs->count; i++)
			start[DIGIT(pairs->item[i].number)]++;
		for (size_t i = 0; i < RADIX_BUCKETS; i++) {
			size_t here = start[i];

			start[i] = sum;
			sum += here;
		}
		for (size_t i = 0; i < pairs->count; i++)
			pairs->spare[start[DIGIT(pairs->item[i].number)]++] = pairs->item[i];
#undef DIGIT
		pairs->item = pairs->spare;
		pairs->spare = swap;
	}
}

static void pairs_twice(struct line_load *load, enum load_number number, const struct pairs *pairs)
{
	for (size_t i = 1; i < pairs->count; i++) {
		struct load_row *row = line_load_row(load, pairs->item[i].index);

		if (pairs->item[i].number != pairs->item[i - 1].number ||
		    row->outcome == LOAD_REFUSED)
			continue;
		refuse(row, LINE_ROW_PROBLEM_TWICE, column_of[number]);
		row->line_id = line_load_row(load, pairs->item[i - 1].index)->row;
	}
}

/* The stock slice by slice, both sides in order. */
static enum err stock_merge(struct line_load *load, enum load_number number,
                            const struct pairs *pairs)
{
	struct arena       arena;
	struct load_stock *slice;
	int64_t            first = INT64_MIN;
	size_t             at = 0, count = SLICE_ROWS;
	enum err           err = ERR_OK;

	/* Rows grow by doubling while they are read; then once more to hold them. */
	arena_init(&arena, SLICE_ROWS * sizeof(struct load_stock) * 6);
	while (err == ERR_OK && at < pairs->count && count == SLICE_ROWS) {
		arena_reset(&arena);
		slice = ARENA_ARRAY(&arena, struct load_stock, SLICE_ROWS);
		err = slice == NULL ? ERR_MEMORY
		                    : stock_slice(load->db, &arena, number, &first, slice, &count);
		if (err == ERR_OK)
			stock_walk(load, number, pairs, slice, count, &at);
	}
	arena_free(&arena);
	return err;
}

/* Both are sorted: one walk over each. */
static void stock_walk(struct line_load *load, enum load_number number, const struct pairs *pairs,
                       const struct load_stock *stock, size_t count, size_t *at)
{
	for (size_t i = 0; i < count; i++) {
		while (*at < pairs->count && pairs->item[*at].number < stock[i].number)
			++*at;
		for (size_t j = *at; j < pairs->count && pairs->item[j].number == stock[i].number;
		     j++)
			found(load, number, pairs->item[j].index, stock[i].line_id);
	}
}

static enum err stock_read(struct line_load *load, struct arena *arena, enum load_number number)
{
	struct load_stock *all = ARENA_ARRAY(load->arena, struct load_stock,
	                                     (size_t)load->stock + SLICE_ROWS);
	size_t             count = SLICE_ROWS, total = 0;
	int64_t            first = INT64_MIN;
	enum err           err = all == NULL ? ERR_MEMORY : ERR_OK;

	/* No line has a number twice, so there are no more of them than lines. */
	while (err == ERR_OK && count == SLICE_ROWS) {
		arena_reset(arena);
		err = stock_slice(load->db, arena, number, &first, all + total, &count);
		total += err == ERR_OK ? count : 0;
	}
	load->stock_numbers[number] = all;
	load->stock_number_count[number] = total;
	return err;
}

/* A large stock and a small file: one look-up a number, in the index's order. */
static enum err stock_point(struct line_load *load, enum load_number number,
                            const struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		int64_t  line_id = 0;
		enum err err = stock_find(load->db, number, pairs->item[i].number, &line_id);

		if (err == ERR_OK)
			found(load, number, pairs->item[i].index, line_id);
		else if (err != ERR_NOT_FOUND)
			return err;
	}
	return ERR_OK;
}

/* clang-format off */
static enum err stock_slice(struct db *db, struct arena *arena, enum load_number number,
                            int64_t *first, struct load_stock *ret, size_t *ret_count)
{
	enum err err = ERR_OK;
	size_t   count = 0;

#define SLICE(kind, name)                                                                  \
	case LOAD_##kind: { \
		struct line_keys_##name##_row *rows;                                      \
		err = line_keys_##name(db, arena, *first, SLICE_ROWS, &rows, &count);      \
		for (size_t i = 0; err == ERR_OK && i < count; i++)                       \
			ret[i] = (struct load_stock){ rows[i].number, rows[i].id };            \
		break;                                                                    \
	}
	switch (number) {
	SLICE(IMSI, imsi)
	SLICE(ICCID, iccid)
	SLICE(MSISDN, msisdn)
	SLICE(SERIAL, serial)
	case LOAD_NUMBER_COUNT:
		assert(false);
	}
#undef SLICE
	if (err == ERR_OK && count == SLICE_ROWS && ret[count - 1].number == INT64_MAX)
		count--; /* it cannot go on behind that; nor is it any number's seal in practice */
	else if (err == ERR_OK && count > 0)
		*first = ret[count - 1].number + 1;
	*ret_count = count;
	return err;
}

static enum err stock_find(struct db *db, enum load_number number, int64_t value, int64_t *ret)
{
	enum err err = ERR_NOT_FOUND;

#define FIND(kind, name)                                           \
	case LOAD_##kind: { \
		struct line_id_by_##name##_row row = { 0 };       \
		err = line_id_by_##name(db, value, &row);         \
		*ret = row.id;                                    \
		break;                                            \
	}
	switch (number) {
	FIND(IMSI, imsi)
	FIND(ICCID, iccid)
	FIND(MSISDN, msisdn)
	FIND(SERIAL, serial)
	case LOAD_NUMBER_COUNT:
		assert(false);
	}
#undef FIND
	return err;
}
/* clang-format on */

static void found(struct line_load *load, enum load_number number, uint32_t index, int64_t line_id)
{
	struct load_row *row = line_load_row(load, index);

	if (row->outcome == LOAD_REFUSED)
		return;
	if (row->line_id != 0 && row->line_id != line_id)
		refuse(row, LINE_ROW_PROBLEM_TAKEN, column_of[number]);
	else
		row->line_id = line_id;
}

/* The line is known: does the file say the same of it?  State and days are not
 * looked at: they have moved on here since the file was made. */
static enum err known_compare(struct line_load *load, struct load_row *row)
{
	struct line_known_row known;
	struct arena          arena;
	enum err              err;

	if (load->offline) {
		row->outcome = LOAD_UNCHANGED;
		return ERR_OK;
	}
	arena_init(&arena, 4096);
	err = line_known(load->db, &arena, row->line_id, &known);
	if (err == ERR_OK) {
		const int64_t numbers[LOAD_NUMBER_COUNT] = { known.imsi, known.iccid, known.msisdn,
			                                     known.serial };
		const bool    none[LOAD_NUMBER_COUNT] = { known.imsi_null, known.iccid_null,
			                                  known.msisdn_null, known.serial_null };

		row->outcome = LOAD_UNCHANGED;
		for (int i = 0; i < LOAD_NUMBER_COUNT; i++) {
			if ((row->given & (1u << i)) == 0)
				continue;
			if (none[i])
				row->fill |= (uint8_t)(1u << i);
			else if (numbers[i] != row->number[i])
				refuse(row, LINE_ROW_PROBLEM_DIFFERS, column_of[i]);
		}
		if (row->outcome == LOAD_UNCHANGED && row->fill != 0)
			row->outcome = LOAD_UPDATED;
		if (!str_eq(known.brand, load->rules->catalogue->brands[row->brand].code))
			refuse(row, LINE_ROW_PROBLEM_DIFFERS, LINE_COLUMN_BRAND);
		else if (known.payment != row->payment)
			refuse(row, LINE_ROW_PROBLEM_DIFFERS, LINE_COLUMN_PAYMENT);
		else if (row->activated_day != 0 && known.activated_day != 0 &&
		         known.activated_day != row->activated_day)
			refuse(row, LINE_ROW_PROBLEM_DIFFERS, LINE_COLUMN_ACTIVATED_ON);
	}
	arena_free(&arena);
	return err;
}

static void refuse(struct load_row *row, enum line_row_problem problem, enum line_column column)
{
	if (row->outcome == LOAD_REFUSED)
		return;
	row->outcome = LOAD_REFUSED;
	row->problem = (uint8_t)problem;
	row->column = (uint8_t)column;
}
