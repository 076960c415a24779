/*
 * line_load.c - collecting and writing; see line_load.h.  Comparing is in
 * line_match.c.
 */
#include "store/line_load.h"

#include "core/msisdn.h"
#include "store/db_sqlite.h"
#include "store/import_sql.h"
#include "store/line_sql.h"

static enum err       row_store(struct line_load *load, struct load_row *row);
static enum err       row_create(struct line_load *load, struct load_row *row);
static const int64_t *number_or_null(const struct load_row *row, enum load_number number,
                                     unsigned mask);

void line_load_init(struct line_load *load, struct arena *arena, struct db *db,
                    const struct keys *keys, const struct line_row_rules *rules)
{
	static_assert(sizeof(struct load_row) == 64, "one cache line a row");
	*load = (struct line_load){ .arena = arena, .db = db, .keys = keys, .rules = rules };
}

enum err line_load_add(struct line_load *load, const struct line_row *row, int32_t number)
{
	size_t           chunk = load->count / LINE_LOAD_CHUNK;
	const int64_t    numbers[LOAD_NUMBER_COUNT] = { row->imsi, row->iccid, row->msisdn,
		                                        row->serial };
	struct load_row *at;

	if (load->count == LINE_LOAD_MAX)
		return ERR_FULL;
	if (load->chunk[chunk] == NULL)
		load->chunk[chunk] = ARENA_ARRAY(load->arena, struct load_row, LINE_LOAD_CHUNK);
	if (load->chunk[chunk] == NULL)
		return ERR_MEMORY;
	at = &load->chunk[chunk][load->count++ % LINE_LOAD_CHUNK];
	*at = (struct load_row){
		.row = number,
		.activated_day = row->activated_day,
		.kept_until_day = row->kept_until_day,
		.tail = (int16_t)(row->msisdn == 0 ? -1 : msisdn_tail(row->msisdn, 4)),
		.brand = (uint8_t)row->brand,
		.payment = (uint8_t)row->payment,
		.state = (uint8_t)row->state,
		.identity = row->identity,
	};
	for (int i = 0; i < LOAD_NUMBER_COUNT; i++) {
		at->number[i] = numbers[i];
		at->given |= (uint8_t)((numbers[i] != 0) << i);
	}
	return ERR_OK;
}

struct load_row *line_load_row(const struct line_load *load, size_t index)
{
	/* Not compared with count: while it grows, another thread reads what was handed over. */
	assert(index < LINE_LOAD_MAX && load->chunk[index / LINE_LOAD_CHUNK] != NULL);
	return &load->chunk[index / LINE_LOAD_CHUNK][index % LINE_LOAD_CHUNK];
}

enum err line_load_begin(struct line_load *load, const struct digest *hash, int64_t now_s,
                         int64_t *ret_before)
{
	enum err err = db_begin(load->db);

	if (err != ERR_OK)
		return err;
	err = line_load_name(load, hash, now_s, ret_before);
	if (err == ERR_OK)
		err = db_commit(load->db);
	if (err != ERR_OK)
		db_rollback(load->db);
	return err;
}

enum err line_load_name(struct line_load *load, const struct digest *hash, int64_t now_s,
                        int64_t *ret_before)
{
	struct str             bytes = { .ptr = (const char *)hash->byte, .len = HASH_SIZE };
	struct import_find_row row;
	enum err               err = import_find(load->db, STR("lines"), bytes, &row);

	*ret_before = -1;
	if (err == ERR_OK) {
		load->import_id = row.id;
		*ret_before = row.rows_done;
	} else if (err == ERR_NOT_FOUND) {
		err = import_add(load->db, STR("lines"), bytes, now_s);
		load->import_id = db_last_id(load->db);
	}
	return err;
}

enum err line_load_batch(struct line_load *load, size_t from, size_t most, int64_t now_s,
                         size_t *ret_next)
{
	size_t   next = from;
	enum err err;

	line_load_seal(load, load->count);
	err = db_begin(load->db);
	if (err != ERR_OK)
		return err;
	err = line_load_rows(load, from, load->count, most, &next);
	if (err == ERR_OK)
		err = line_load_kept(load, next, now_s);
	if (err == ERR_OK)
		err = db_commit(load->db);
	if (err != ERR_OK) {
		db_rollback(load->db);
		return err;
	}
	*ret_next = next;
	return ERR_OK;
}

enum err line_load_rows(struct line_load *load, size_t from, size_t end, size_t most,
                        size_t *ret_next)
{
	size_t written = 0, at = from;

	assert(end <= load->sealed_count);
	for (; at < end && written < most; at++) {
		struct load_row *row = line_load_row(load, at);
		enum err         err = row_store(load, row);

		if (err != ERR_OK)
			return err;
		written += row->outcome == LOAD_CREATED || row->outcome == LOAD_UPDATED;
	}
	*ret_next = at;
	return ERR_OK;
}

enum err line_load_kept(struct line_load *load, size_t done, int64_t now_s)
{
	return import_set(load->db, load->import_id, (int64_t)done,
	                  done == load->count ? now_s : 0);
}

struct str load_outcome_name(enum load_outcome outcome)
{
#define X(id, name) [LOAD_##id] = STR_INIT(name),
	static const struct str names[LOAD_OUTCOME_COUNT] = { LOAD_OUTCOMES(X) };
#undef X
	assert(outcome < LOAD_OUTCOME_COUNT);
	return names[outcome];
}

static enum err row_store(struct line_load *load, struct load_row *row)
{
	switch ((enum load_outcome)row->outcome) {
	case LOAD_CREATED:
		return row_create(load, row);
	case LOAD_UPDATED:
		return line_fill(load->db,
		                 &(struct line_fill_args){
				     .id = row->line_id,
				     .imsi = number_or_null(row, LOAD_IMSI, row->fill),
				     .iccid = number_or_null(row, LOAD_ICCID, row->fill),
				     .msisdn = number_or_null(row, LOAD_MSISDN, row->fill),
				     .serial = number_or_null(row, LOAD_SERIAL, row->fill),
				     .tail = row->tail,
				 });
	default:
		return ERR_OK;
	}
}

static enum err row_create(struct line_load *load, struct load_row *row)
{
	const struct catalogue *catalogue = load->rules->catalogue;
	struct line_row         line = {
			.brand = row->brand,
			.state = (enum line_state)row->state,
			.activated_day = row->activated_day,
			.kept_until_day = row->kept_until_day,
	};
	struct keep_rule    rule;
	struct keep_state   state;
	struct keep_result  result;
	struct keep_columns columns;

	if (!line_row_keep(load->rules, &line, &rule, &state))
		return ERR_INPUT;
	keep_result(&rule, &state, &result);
	columns = keep_to_columns(&state);
	return line_add(load->db, &(struct line_add_args){
				      .imsi = number_or_null(row, LOAD_IMSI, row->given),
				      .iccid = number_or_null(row, LOAD_ICCID, row->given),
				      .msisdn = number_or_null(row, LOAD_MSISDN, row->given),
				      .serial = number_or_null(row, LOAD_SERIAL, row->given),
				      .tail = row->tail,
				      .brand = catalogue->brands[row->brand].code,
				      .payment = row->payment,
				      .state = row->state,
				      .identity = row->identity,
				      .activated_day = row->activated_day,
				      .keep_a = columns.value[0],
				      .keep_b = columns.value[1],
				      .keep_c = columns.value[2],
				      .keep_d = columns.value[3],
				      .keep_e = columns.value[4],
				      .keep_order = columns.value[5],
				      .safe_until_day = result.safe_until_day,
				      .lost_day = result.lost_day,
				  });
}

static const int64_t *number_or_null(const struct load_row *row, enum load_number number,
                                     unsigned mask)
{
	return (mask & (1u << number)) != 0 ? &row->number[number] : NULL;
}
