/*
 * notice_read.c - see notice_read.h.
 */
#include "store/notice_read.h"

#include "base/time.h"
#include "core/msisdn.h"
#include "store/line_keep.h"
#include "store/public_id.h"
#include "store/quote.h"

static enum err order_parts(const struct notice_reader *reader, const struct notice_get_row *notice,
                            struct str lang, struct notice_parts *ret);
static enum err pack_part(const struct notice_reader *reader, int64_t key, struct str lang,
                          struct str *ret);
static enum err time_part(const struct notice_reader *reader, const struct notice_get_row *notice,
                          const struct order_get_row *order, int64_t *ret_s);

enum err notice_parts_read(const struct notice_reader *reader, const struct notice_get_row *notice,
                           struct str lang, struct notice_parts *ret)
{
	struct notice_parts parts = { .day = (int32_t)notice->day, .at_s = notice->at_s };
	struct line_get_row line;
	enum err            err = ERR_OK;

	if (notice->order_id != 0) {
		err = order_parts(reader, notice, lang, &parts);
	}
	if (err == ERR_OK && notice->line_id != 0) {
		err = line_get(reader->db, reader->arena, notice->line_id, &line);
		if (err == ERR_OK && !line.msisdn_null) {
			parts.line = msisdn_mask(reader->arena,
			                         identifier_open(reader->keys, IDENTIFIER_MSISDN,
			                                         line.msisdn));
		} else if (err == ERR_OK && !line.imsi_null) {
			parts.line = sim_mask(reader->arena, SIM_IMSI,
			                      identifier_open(reader->keys, IDENTIFIER_IMSI,
			                                      line.imsi));
		}
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	if (err != ERR_OK) {
		return err;
	}
	if (notice->kind == NOTICE_KEEP_DAYS) {
		int32_t days = parts.day - tokyo_day(notice->at_s);
		parts.days = days > 0 ? days : 0;
	}
	*ret = parts;
	return reader->arena->failed ? ERR_MEMORY : ERR_OK;
}

static enum err order_parts(const struct notice_reader *reader, const struct notice_get_row *notice,
                            struct str lang, struct notice_parts *ret)
{
	struct order_get_row order;
	enum err             err = order_get(reader->db, reader->arena, notice->order_id, &order);

	if (err != ERR_OK) {
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	ret->order = order_number(reader->arena, reader->keys, order.id);
	ret->amount = (struct money){ .amount = order.amount,
		                      .currency = (uint16_t)order.currency };
	ret->before_day = (int32_t)order.before_day;
	err = pack_part(reader, order.pack, lang, &ret->pack);
	return err == ERR_OK ? time_part(reader, notice, &order, &ret->at_s) : err;
}

static enum err pack_part(const struct notice_reader *reader, int64_t key, struct str lang,
                          struct str *ret)
{
	const struct plan_pack *pack;
	const struct catalogue *catalogue;
	enum err err = pack_of_key(reader->db, reader->arena, reader->catalogue, key, &pack,
	                           &catalogue);

	if (err == ERR_OK) {
		*ret = plan_text_in(&pack->name, lang);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Until when to pay; by when the money comes back if the pack does not. */
static enum err time_part(const struct notice_reader *reader, const struct notice_get_row *notice,
                          const struct order_get_row *order, int64_t *ret_s)
{
	struct payment_get_row payment;
	enum err               err = ERR_OK;

	if (notice->kind == NOTICE_ORDER_PLACED) {
		*ret_s = order->expires_s;
	} else if (notice->kind == NOTICE_ORDER_SLOW && order->payment_id != 0) {
		err = payment_get(reader->db, reader->arena, order->payment_id, &payment);
		if (err == ERR_OK) {
			*ret_s = payment.settled_ms / 1000 +
			         reader->config->number[SETTING_delivery_refund_s];
		}
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	return err;
}
