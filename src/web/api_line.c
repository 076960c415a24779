/*
 * api_line.c - GET /api/v1/lines and /lines/{id}: the lines that the key's
 * account looks after (one that it paid for is one of them), with the day
 * until which each is kept, and why.  Numbers are masked (SECURITY F4).
 */
#include "base/str.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "web/api.h"
#include "web/fill.h"
#include "web/json.h"
#include "web/pieces.h"
#include "web/route.h"
#include "web/web.h"

/* What the rule says of a line today. */
struct standing {
	struct line_keep   keep;
	struct keep_result result; /* keep.known */
	enum line_state    state;
};

static void     row_line(const struct account_line_list_row *row, struct line_get_row *ret);
static enum err line_put(struct request *request, struct buf *buf, const struct line_get_row *line);
static void     standing_of(struct request *request, const struct line_get_row *line,
                            struct standing *ret);
static void numbers_put(struct request *request, struct buf *buf, const struct line_get_row *line);
static void number_put(struct request *request, struct buf *buf, enum sim_kind kind,
                       enum identifier identifier, bool null, int64_t sealed);
static void network_put(struct request *request, struct buf *buf, const struct line_get_row *line,
                        const struct plan_brand *brand);
static void days_put(struct buf *buf, const struct standing *standing);
static enum err   why_put(struct request *request, struct buf *buf, const struct line_get_row *line,
                          const struct standing *standing);
static struct str why_text(struct request *request, const struct standing *standing,
                           const struct why_view *why);

void api_lines_get(struct request *request, struct response *response)
{
	int64_t                       account_id = request->session.account_id;
	struct account_line_list_row *rows;
	struct line_get_row           line;
	struct api_page               page;
	struct buf                   *buf;
	size_t                        count = 0;
	enum err                      err;

	if (!api_page_read(request, response, CURSOR_LINES, account_id, &page))
		return;
	err = account_line_list(request->db, request->arena, account_id, page.from,
	                        (int64_t)page.limit + 1, &rows, &count);
	buf = api_list_begin(response);
	for (size_t i = 0; err == ERR_OK && i < count && i < page.limit; i++) {
		row_line(&rows[i], &line);
		json_next(buf);
		err = line_put(request, buf, &line);
	}
	if (api_failed(request, response, err))
		return;
	api_list_end(request, &page, buf, count > page.limit ? rows[page.limit - 1].id : -1);
}

void api_line_get(struct request *request, struct response *response)
{
	struct line_get_row line;
	struct buf         *buf;
	int64_t             id;
	bool                own = false;
	enum err            err = ERR_NOT_FOUND;

	if (public_id_parse(request->web->keys, PUBLIC_LINE, request->part[0], &id))
		err = fill_owns(request, id, &own);
	if (err == ERR_OK)
		err = own ? line_get(request->db, request->arena, id, &line) : ERR_NOT_FOUND;
	buf = api_answer(response, 200);
	if (err == ERR_OK)
		err = line_put(request, buf, &line);
	if (api_failed(request, response, err))
		return;
	buf_add_char(buf, '\n');
}

static void row_line(const struct account_line_list_row *row, struct line_get_row *ret)
{
	*ret = (struct line_get_row){
		.id = row->id,
		.imsi = row->imsi,
		.imsi_null = row->imsi_null,
		.iccid = row->iccid,
		.iccid_null = row->iccid_null,
		.msisdn = row->msisdn,
		.msisdn_null = row->msisdn_null,
		.serial = row->serial,
		.serial_null = row->serial_null,
		.brand = row->brand,
		.payment = row->payment,
		.state = row->state,
		.flags = row->flags,
		.activated_day = row->activated_day,
		.keep_a = row->keep_a,
		.keep_b = row->keep_b,
		.keep_c = row->keep_c,
		.keep_d = row->keep_d,
		.keep_e = row->keep_e,
		.keep_order = row->keep_order,
		.safe_until_day = row->safe_until_day,
		.lost_day = row->lost_day,
		.last_order = row->last_order,
	};
}

static enum err line_put(struct request *request, struct buf *buf, const struct line_get_row *line)
{
	struct standing standing;

	standing_of(request, line, &standing);
	buf_add(buf, STR("{\"id\":"));
	json_text(buf, public_id(request->arena, request->web->keys, PUBLIC_LINE, line->id));
	numbers_put(request, buf, line);
	json_name(buf, "brand");
	api_brand(request, buf, line->brand, standing.keep.brand);
	json_name(buf, "network");
	network_put(request, buf, line, standing.keep.brand);
	json_name(buf, "payment");
	json_text(buf, line_payment_name((enum line_payment)line->payment));
	json_name(buf, "state");
	json_text(buf, line_state_name(standing.state));
	json_name(buf, "accepts_topup");
	json_bool(buf, line_money_may_enter(standing.state) && (line->flags & LINE_PORT_OUT) == 0);
	json_name(buf, "activated_day");
	api_day(buf, line->activated_day);
	days_put(buf, &standing);
	return why_put(request, buf, line, &standing);
}

static void standing_of(struct request *request, const struct line_get_row *line,
                        struct standing *ret)
{
	int32_t today = fill_today(request);

	assert(line->state >= 0 && line->state < LINE_STATE_COUNT);
	*ret = (struct standing){ .state = (enum line_state)line->state };
	line_keep_of(request->web->catalogue, line, today, &ret->keep);
	if (!ret->keep.known)
		return;
	keep_result(&ret->keep.rule, &ret->keep.state, &ret->result);
	/* The sweep stores it once a day; nobody need wait for it. */
	ret->state = keep_line_state(keep_phase(&ret->result, today), ret->state);
}

static void numbers_put(struct request *request, struct buf *buf, const struct line_get_row *line)
{
	json_name(buf, "number");
	json_text_or_null(buf, line->msisdn_null ? STR("")
	                                         : line_masked(request->arena, request->web->keys,
	                                                       &line->msisdn));
	number_put(request, buf, SIM_IMSI, IDENTIFIER_IMSI, line->imsi_null, line->imsi);
	number_put(request, buf, SIM_ICCID, IDENTIFIER_ICCID, line->iccid_null, line->iccid);
	number_put(request, buf, SIM_SERIAL, IDENTIFIER_SERIAL, line->serial_null, line->serial);
}

static void number_put(struct request *request, struct buf *buf, enum sim_kind kind,
                       enum identifier identifier, bool null, int64_t sealed)
{
	static const char *const names[SIM_KIND_COUNT] = {
		[SIM_IMSI] = "imsi", [SIM_ICCID] = "iccid", [SIM_SERIAL] = "serial"
	};

	json_name(buf, names[kind]);
	if (null)
		json_none(buf);
	else
		json_text(buf, sim_mask(request->arena, kind,
		                        identifier_open(request->web->keys, identifier, sealed)));
}

/* By the IMSI; without one, the network of the brand. */
static void network_put(struct request *request, struct buf *buf, const struct line_get_row *line,
                        const struct plan_brand *brand)
{
	const struct web *web = request->web;
	struct str        id = { 0 }, name = { 0 }, code = { 0 };
	struct plmn       plmn;

	if (!line->imsi_null) {
		plmn = plmn_find(identifier_open(web->keys, IDENTIFIER_IMSI, line->imsi),
		                 fill_today(request));
		id = network_name(plmn.network);
		name = network_title(plmn.network);
		code = plmn_text(request->arena, plmn);
	} else if (brand != NULL) {
		id = brand->network_code;
		name = fill_text(request, &web->catalogue->networks[brand->network].name);
	} else {
		json_none(buf);
		return;
	}
	buf_add(buf, STR("{\"id\":"));
	json_text(buf, id);
	json_name(buf, "name");
	json_text_or_null(buf, name);
	json_name(buf, "plmn");
	json_text_or_null(buf, code);
	buf_add_char(buf, '}');
}

static void days_put(struct buf *buf, const struct standing *standing)
{
	bool    dated = standing->keep.known && standing->result.dated;
	int32_t safe_day = dated ? standing->result.safe_until_day : KEEP_DAY_NONE;
	int32_t lost_day = dated ? standing->result.lost_day : KEEP_DAY_NONE;

	json_name(buf, "safe_until");
	api_day_end(buf, safe_day);
	json_name(buf, "safe_until_day");
	api_day(buf, safe_day);
	json_name(buf, "lost_after");
	api_day_end(buf, lost_day);
	json_name(buf, "lost_after_day");
	api_day(buf, lost_day);
}

/* null: no rule of the catalogue says anything about this line. */
static enum err why_put(struct request *request, struct buf *buf, const struct line_get_row *line,
                        const struct standing *standing)
{
	static const struct str causes[KEEP_CAUSE_COUNT] = {
#define X(id) [KEEP_BECAUSE_##id] = STR_INIT(#id),
		KEEP_CAUSES(X)
#undef X
	};
	struct why_view why;
	enum err        err = fill_why(request, line, &why);

	json_name(buf, "why");
	if (err != ERR_OK || !standing->keep.known) {
		buf_add(buf, STR("null}"));
		return err;
	}
	buf_add(buf, STR("{\"cause\":"));
	json_text(buf, str_from(api_code(request->arena, "", causes[why.cause])));
	json_name(buf, "day");
	api_day(buf, why.cause_day);
	json_name(buf, "pack");
	json_text_or_null(buf, why.cause == KEEP_BECAUSE_PACK ? why.pack.id : STR(""));
	json_name(buf, "text");
	json_text(buf, why_text(request, standing, &why));
	json_name(buf, "source");
	json_text_or_null(buf, why.source);
	json_name(buf, "source_day");
	api_day(buf, why.source_day);
	buf_add(buf, STR("}}"));
	return ERR_OK;
}

/* The page's own sentence, as plain text. */
static struct str why_text(struct request *request, const struct standing *standing,
                           const struct why_view *why)
{
	struct buf       buf;
	struct out       out = { .buf = &buf, .lang = request->lang };
	struct line_view line = { .safe_until_day = standing->result.safe_until_day };
	struct message   words;

	buf_init(&buf, request->arena, 0);
	words = why_words(&out, &line, why);
	return message_text(request->arena, request->lang, words.msg, words.count, words.parts,
	                    words.part_count);
}
