/*
 * alipay_bill.c - Alipay's daily statement: asked for by day, fetched from an
 * address that is good for 30 seconds, a zip of two GBK tables (GATEWAYS 2).
 *
 * Lines that begin with '#' are preface and end; the header is the first other
 * line.  Numbers end with a tab.  Columns are read by name.  The detail's sums
 * must be those that its own end and the summary state.
 */
#include "gate/alipay.h"

#include "base/str.h"
#include "base/time.h"
#include "base/unpack.h"

enum { COLUMN_MAX = 64 };
#define BILL_METHOD "alipay.data.dataservice.bill.downloadurl.query"

/*   id            name in the header */
#define COLUMNS(X) \
	X(ID, "支付宝交易号") \
	X(NUMBER, "商户订单号") \
	X(TYPE, "业务类型") \
	X(DONE_AT, "完成时间") \
	X(AMOUNT, "订单金额（元）") \
	X(RECEIVED, "商家实收（元）") \
	X(REFUND, "退款批次号/请求号") \
	X(FEE, "服务费（元）") \
	X(SHARED, "分润（元）")

#define X(id, name) COLUMN_##id,
enum column { COLUMNS(X) COLUMN_COUNT };
#undef X

/* One line, cut at its commas: the tables have no quotes. */
struct row {
	struct str field[COLUMN_MAX];
	size_t     count;
};

/* Rows of one kind, as counted or as the file's end states them. */
struct tally {
	int64_t count, received; /* fen, without sign */
};

/* Where the columns are, and what has been read. */
struct reading {
	size_t                   at[COLUMN_COUNT]; /* from 1; 0: not there */
	size_t                   columns;
	int64_t                  line, fee, settled, paid, given_back; /* fen */
	bool                     header, ended;
	struct tally             trades, refunds, told_trades, told_refunds;
	struct arena            *arena;
	pay_bill_visit          *visit;
	void                    *ctx;
	struct pay_bill_problem *problem;
};

static bool       detail_find(struct str file, struct arena *arena, struct reading *reading,
                              struct str *ret);
static bool       detail_read(struct str text, struct reading *reading);
static bool       end_read(struct str line, struct reading *reading);
static bool       tally_read(struct str line, struct str words, struct tally *ret);
static bool       row_cut(struct str line, struct row *ret);
static bool       header_read(const struct row *row, struct reading *reading);
static bool       row_read(const struct row *row, struct reading *reading);
static bool       fen_read(struct str text, int64_t *ret);
static struct str field(const struct row *row, const struct reading *reading, enum column column);
static bool       no(struct reading *reading, const char *text);

bool alipay_bill_body(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct str *ret)
{
	json_t *object;

	(void)config;
	if (task->bill_day <= 0)
		return false;
	object = json_object();
	alipay_put(object, "bill_type", STR("trade"));
	alipay_put(object, "bill_date", iso_day(arena, task->bill_day));
	return alipay_write(object, arena, ret);
}

bool alipay_bill_wrap(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct net_call *ret)
{
	struct alipay_request request = { .method = BILL_METHOD, .content = task->body };

	return alipay_post(config, task, &request, arena, ret);
}

/* The address may be told without TLS, as the gateway's own examples do: it is taken with it. */
enum pay_outcome alipay_bill_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret)
{
	struct alipay_reply reply;
	struct str          url, bare = STR("http://");
	enum pay_outcome    outcome = alipay_judge(config, BILL_METHOD, PAY_VERB_BILL, call, arena,
	                                           &reply, ret);

	(void)task;
	if (outcome != PAY_OUTCOME_OK)
		return outcome;
	url = alipay_read(reply.object, "bill_download_url", arena);
	if (str_starts(url, bare) && !pay_page_allowed(config, url))
		url = arena_printf(arena, "https://%.*s", STR_ARG(str_skip(url, bare.len)));
	ret->url = url;
	if (!pay_page_allowed(config, url))
		outcome = PAY_OUTCOME_UNKNOWN;
	json_decref(reply.object);
	return outcome;
}

bool alipay_bill_file_wrap(const struct pay_config *config, const struct pay_task *task,
                           struct arena *arena, struct net_call *ret)
{
	*ret = (struct net_call){
		.method = STR("GET"),
		.url = task->bill_url,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = PAY_BILL_MAX,
		.arena = arena,
	};
	return pay_page_allowed(config, task->bill_url);
}

enum pay_outcome alipay_bill_file_parse(const struct pay_config *config,
                                        const struct pay_task *task, const struct net_call *call,
                                        struct arena *arena, struct pay_facts *ret)
{
	(void)config;
	(void)task;
	(void)arena;
	*ret = (struct pay_facts){ 0 };
	if (call->result != NET_ANSWER || call->status != 200 || call->answer.len == 0)
		return PAY_OUTCOME_RETRY; /* a question: it can always be asked again */
	return PAY_OUTCOME_OK;
}

bool alipay_bill_read(const struct pay_config *config, struct str file, struct arena *arena,
                      pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                      struct pay_bill_problem *ret_problem)
{
	struct reading reading = {
		.arena = arena, .visit = visit, .ctx = ctx, .problem = ret_problem
	};
	struct str text;

	(void)config;
	if (!detail_find(file, arena, &reading, &text) || !detail_read(text, &reading))
		return false;
	*ret = (struct pay_bill_sum){
		.count = reading.told_trades.count + reading.told_refunds.count,
		.paid = { reading.paid, CURRENCY_CNY },
		.given_back = { reading.given_back, CURRENCY_CNY },
		.fee = { reading.fee, CURRENCY_CNY },
		.settled = { reading.settled, CURRENCY_CNY },
	};
	return true;
}

/* The table of the archive whose header is the detail's; or the file is that table itself. */
static bool detail_find(struct str file, struct arena *arena, struct reading *reading,
                        struct str *ret)
{
	struct zip_entry entries[ZIP_ENTRY_MAX];
	size_t           count, found = 0;
	struct str       bytes, text;

	if (!str_starts(file, STR("PK")))
		return gbk_to_utf8(file, arena, ret) || no(reading, "neither a zip nor GBK");
	if (!zip_list(file, entries, &count))
		return no(reading, "a damaged zip");
	for (size_t i = 0; i < count; i++) {
		if (entries[i].size == 0)
			continue;
		if (!zip_read(&entries[i], PAY_BILL_MAX, arena, &bytes) ||
		    !gbk_to_utf8(bytes, arena, &text))
			return no(reading, "a file of the zip is damaged or no GBK");
		if (str_find(text, STR("支付宝交易号,商户订单号,")) < 0)
			continue;
		*ret = text;
		found++;
	}
	return found == 1 || no(reading, "the zip holds not one table of trades");
}

static bool detail_read(struct str text, struct reading *reading)
{
	struct str rest = text, line;
	struct row row;

	while (rest.len > 0) {
		str_cut(rest, '\n', &line, &rest);
		line = str_trim(line);
		reading->line++;
		if (line.len == 0)
			continue;
		if (line.ptr[0] == '#') {
			if (!end_read(line, reading))
				return no(reading, "a sum that cannot be read");
			continue;
		}
		if (!row_cut(line, &row) || (reading->header && row.count != reading->columns))
			return no(reading, "not as many fields as the header names");
		if (!reading->header ? !header_read(&row, reading) : !row_read(&row, reading))
			return false;
	}
	reading->line = 0;
	if (!reading->header)
		return no(reading, "no header: not a statement of Alipay's");
	if (!reading->ended)
		return no(reading, "cut off: the sums at its end are missing");
	if (reading->trades.count != reading->told_trades.count ||
	    reading->trades.received != reading->told_trades.received ||
	    reading->refunds.count != reading->told_refunds.count ||
	    reading->refunds.received != reading->told_refunds.received)
		return no(reading, "its rows are not what its sums say");
	return true;
}

/* "#交易合计：1笔，商家实收共88.88元，…" and the same of refunds. */
static bool end_read(struct str line, struct reading *reading)
{
	struct str trades = STR("#交易合计："), refunds = STR("#退款合计：");

	if (str_starts(line, trades))
		return tally_read(str_skip(line, trades.len), STR("商家实收共"),
		                  &reading->told_trades);
	if (!str_starts(line, refunds))
		return true;
	reading->ended = true;
	return tally_read(str_skip(line, refunds.len), STR("商家实收退款共"),
	                  &reading->told_refunds);
}

static bool tally_read(struct str line, struct str words, struct tally *ret)
{
	ptrdiff_t  unit = str_find(line, STR("笔")), at = str_find(line, words), end;
	struct str rest;

	if (unit < 0 || at < 0 || !str_to_int64(str_take(line, (size_t)unit), &ret->count) ||
	    ret->count < 0)
		return false;
	rest = str_skip(line, (size_t)at + words.len);
	end = str_find(rest, STR("元"));
	if (end < 0 || !fen_read(str_take(rest, (size_t)end), &ret->received))
		return false;
	if (ret->received < 0)
		ret->received = -ret->received;
	return true;
}

static bool row_cut(struct str line, struct row *ret)
{
	struct str rest = line;
	bool       more = true;

	for (ret->count = 0; more; ret->count++) {
		if (ret->count == COLUMN_MAX)
			return false;
		more = str_cut(rest, ',', &ret->field[ret->count], &rest);
		ret->field[ret->count] = str_trim(ret->field[ret->count]);
	}
	return true;
}

static bool header_read(const struct row *row, struct reading *reading)
{
	static const struct str names[] = {
#define X(id, name) STR_INIT(name),
		COLUMNS(X)
#undef X
	};

	for (size_t i = 0; i < row->count; i++) {
		for (size_t j = 0; j < COLUMN_COUNT; j++) {
			if (!str_eq(row->field[i], names[j]))
				continue;
			if (reading->at[j] != 0)
				return no(reading, "the header names a column twice");
			reading->at[j] = i + 1;
		}
	}
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (reading->at[i] == 0 && i != COLUMN_SHARED)
			return no(reading, "the header lacks a column: not Alipay's statement");
	reading->columns = row->count;
	reading->header = true;
	return true;
}

/* What is given back, and a fee that is taken, are negative there. */
static bool row_read(const struct row *row, struct reading *reading)
{
	struct pay_bill_row bill = { .row = reading->line,
		                     .order = field(row, reading, COLUMN_NUMBER),
		                     .reference = field(row, reading, COLUMN_ID),
		                     .done = true };
	struct str          type = field(row, reading, COLUMN_TYPE);
	int64_t             amount, received, fee, shared = 0;
	bool                refund = str_eq(type, STR("退款"));

	if (!refund && !str_eq(type, STR("交易")))
		return no(reading, "neither 交易 nor 退款");
	if (!fen_read(field(row, reading, COLUMN_AMOUNT), &amount) ||
	    !fen_read(field(row, reading, COLUMN_RECEIVED), &received) ||
	    !fen_read(field(row, reading, COLUMN_FEE), &fee) ||
	    (reading->at[COLUMN_SHARED] != 0 &&
	     !fen_read(field(row, reading, COLUMN_SHARED), &shared)) ||
	    amount == 0 || (amount < 0) != refund)
		return no(reading, "an amount that cannot be read");
	bill.kind = refund ? PAY_BILL_REFUND : PAY_BILL_PAYMENT;
	if (refund)
		bill.refund = field(row, reading, COLUMN_REFUND);
	bill.amount = (struct money){ refund ? -amount : amount, CURRENCY_CNY };
	bill.fee = (struct money){ -fee, CURRENCY_CNY };
	bill.settled = (struct money){ received + fee + shared, CURRENCY_CNY };
	bill.at_s = alipay_instant_read(field(row, reading, COLUMN_DONE_AT));
	if (refund) {
		reading->refunds.count++;
		reading->refunds.received += -received;
		reading->given_back += -amount;
	} else {
		reading->trades.count++;
		reading->trades.received += received;
		reading->paid += amount;
	}
	reading->fee += -fee;
	reading->settled += bill.settled.amount;
	if (reading->paid > MONEY_MAX || reading->given_back > MONEY_MAX)
		return no(reading, "sums too large");
	return reading->visit(reading->ctx, &bill) || no(reading, "the reading was stopped");
}

/* "88.88", "-0.53", "0"; empty is nothing. */
static bool fen_read(struct str text, int64_t *ret)
{
	struct str   digits = str_starts(text, STR("-")) ? str_skip(text, 1) : text;
	struct money money = { 0 };

	if (text.len > 0 &&
	    (!money_parse(digits, CURRENCY_CNY, &money) || money.amount > ALIPAY_FEN_MAX))
		return false;
	*ret = digits.len < text.len ? -money.amount : money.amount;
	return true;
}

static struct str field(const struct row *row, const struct reading *reading, enum column column)
{
	size_t at = reading->at[column];

	return at == 0 || at > row->count ? STR("") : row->field[at - 1];
}

static bool no(struct reading *reading, const char *text)
{
	*reading->problem = (struct pay_bill_problem){ .line = reading->line,
		                                       .text = str_from(text) };
	return false;
}
