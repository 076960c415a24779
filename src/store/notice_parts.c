/*
 * notice_parts.c - see notice_parts.h.
 */
#include "store/notice_parts.h"

#include "base/str.h"
#include "base/time.h"
#include "core/msisdn.h"
#include "store/public_id.h"
#include "store/quote.h"

static enum err order_parts(struct notice_reader *reader, const struct notice_get_row *notice,
                            struct notice_parts *ret);
static enum err line_parts(const struct notice_reader *reader, int64_t line_id,
                           struct notice_parts *ret);
static int32_t  day_or_none(int64_t day);

enum err notice_parts_load(struct notice_reader *reader, const struct notice_get_row *notice,
                           struct notice_parts *ret)
{
	enum err err = ERR_OK;

	*ret = (struct notice_parts){ .at_s = notice->at_s };
	if (notice->order_id != 0) {
		err = order_parts(reader, notice, ret);
	}
	if (err == ERR_OK && notice->line_id != 0) {
		err = line_parts(reader, notice->line_id, ret);
	}
	/* What was told then stays what it was, whatever has become of it since. */
	if (day_or_none(notice->day) != 0) {
		ret->day = (int32_t)notice->day;
		ret->days = (int32_t)notice->day - tokyo_day(notice->at_s);
	}
	return err;
}

static enum err order_parts(struct notice_reader *reader, const struct notice_get_row *notice,
                            struct notice_parts *ret)
{
	struct order_get_row    order;
	struct payment_get_row  payment;
	const struct plan_pack *pack;
	const struct catalogue *catalogue;
	enum err err = order_get(reader->db, reader->arena, notice->order_id, &order);

	if (err != ERR_OK) {
		return err;
	}
	ret->order = order_number(reader->arena, reader->keys, order.id);
	ret->amount = (struct money){ .amount = order.amount,
		                      .currency = (uint16_t)order.currency };
	ret->before_day = day_or_none(order.before_day);
	ret->day = day_or_none(order.after_day);
	err = pack_of_key_seen(reader->db, reader->arena, reader->catalogue, &reader->versions,
	                       order.pack, &pack, &catalogue);
	ret->pack = err == ERR_OK ? plan_text_in(&pack->name, reader->lang) : STR("–");
	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		return err;
	}
	if (notice->kind == NOTICE_ORDER_PLACED) {
		ret->at_s = order.expires_s;
	} else if (notice->kind == NOTICE_ORDER_SLOW) {
		err = payment_get(reader->db, reader->arena, order.payment_id, &payment);
		if (err != ERR_OK) {
			return err;
		}
		ret->at_s = payment.settled_ms / 1000 +
		            reader->config->number[SETTING_delivery_refund_s];
	}
	return ERR_OK;
}

static enum err line_parts(const struct notice_reader *reader, int64_t line_id,
                           struct notice_parts *ret)
{
	struct line_get_row line;
	enum err            err = line_get(reader->db, reader->arena, line_id, &line);

	if (err != ERR_OK) {
		return err;
	}
	ret->line = line_masked(reader->arena, reader->keys,
	                        line.msisdn_null ? NULL : &line.msisdn);
	return ERR_OK;
}

/* A line that is kept as long as its contract has no day to name. */
static int32_t day_or_none(int64_t day)
{
	return day == KEEP_DAY_NEVER ? KEEP_DAY_NONE : (int32_t)day;
}
