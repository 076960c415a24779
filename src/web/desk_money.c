/*
 * desk_money.c - for staff: what the gateways owe us, what does not agree with
 * their statements, and the statements that were brought.
 */
#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "store/ledger_sql.h"
#include "store/mismatch.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "store/rate.h"
#include "store/statement.h"
#include "store/statement_sql.h"
#include "web/desk.h"
#include "web/error.h"
#include "web/page.h"
#include "web/pages/pages.h"
#include "web/route.h"
#include "web/web.h"

#define MISMATCHES_MAX 50
#define STATEMENTS_MAX 20
#define POSITIONS_MAX  128

static void       closed(struct request *request, struct response *response);
static void       money_show(struct request *request, struct response *response, int status,
                             struct desk_money_view *view);
static enum err   accounts_fill(struct request *request, struct desk_money_view *ret);
static enum err   shares_fill(struct request *request, struct desk_position *rows, size_t count);
static int64_t    yen_of(struct request *request, struct money money);
static enum err   mismatches_fill(struct request *request, struct desk_money_view *ret);
static enum err   statements_fill(struct request *request, struct desk_money_view *ret);
static struct str method_of(int64_t gateway);
static struct str day_of(struct request *request, int64_t at_s);

void desk_money_get(struct request *request, struct response *response)
{
	struct desk_money_view view = { .reason_of = 0 };

	page_form(request, true, &view.form);
	money_show(request, response, 200, &view);
}

void desk_mismatch_post(struct request *request, struct response *response)
{
	struct mismatch_shut *arg = ARENA_NEW(request->arena, struct mismatch_shut);
	struct str            base = page_base(request);

	if (desk_answered(request, response, arg == NULL ? ERR_MEMORY : ERR_OK))
		return;
	if (!str_to_int64(request_form(request, "mismatch"), &arg->id) || arg->id < 1) {
		web_refuse_field(request, response, FIELD_MALFORMED, STR("mismatch"));
		return;
	}
	arg->reason = str_trim(request_form(request, "reason"));
	if (utf8_length(arg->reason) > MISMATCH_REASON_MAX) {
		web_refuse_field(request, response, FIELD_TOO_LONG, STR("reason"));
		return;
	}
	arg->actor = request->session.account_id;
	arg->once = &request->once;
	arg->location = arena_printf(request->arena, "%.*s/desk/money?done=mismatch",
	                             STR_ARG(base));
	request_command(request, response, mismatch_shut_apply, arg, closed);
}

/* It was refused: the page as things stand now, and why. */
static void closed(struct request *request, struct response *response)
{
#define X(id, status, message) [MISMATCH_REFUSAL_##id] = MSG_##message,
	static const enum msg words[MISMATCH_REFUSAL_COUNT] = { MISMATCH_REFUSALS(X) };
#undef X
	const struct mismatch_shut *arg = request->command.arg;
	struct desk_money_view      view = { .reason = arg->reason, .reason_of = arg->id };

	page_form(request, true, &view.form);
	page_problem(&view.form, arg->refusal == MISMATCH_REFUSAL_REASON ? "reason" : "",
	             page_words(words[arg->refusal]));
	money_show(request, response, mismatch_refusal_status(arg->refusal), &view);
}

static void money_show(struct request *request, struct response *response, int status,
                       struct desk_money_view *view)
{
	struct out out;
	enum err   err = accounts_fill(request, view);

	if (err == ERR_OK)
		err = mismatches_fill(request, view);
	if (err == ERR_OK)
		err = statements_fill(request, view);
	if (desk_answered(request, response, err))
		return;
	page_start(request, response, status, &out);
	page_frame(request, NAV_DESK_MONEY, &view->frame);
	view->frame.error = view->form.problems.count > 0;
	view->frame.path = STR("/desk/money");
	page_desk_money(&out, view);
}

/* The accounts' own balances: few rows, whatever was sold. */
static enum err accounts_fill(struct request *request, struct desk_money_view *ret)
{
	struct ledger_account_list_row *rows;
	struct desk_position *positions = ARENA_ARRAY(request->arena, struct desk_position,
	                                              POSITIONS_MAX);
	struct money         *suspense = ARENA_ARRAY(request->arena, struct money, POSITIONS_MAX);
	size_t                count = 0;
	enum err              err = ERR_MEMORY;

	if (positions != NULL && suspense != NULL)
		err = ledger_account_list(request->db, request->arena, 0, &rows, &count);
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		struct money money = { rows[i].balance, (uint16_t)rows[i].currency };

		if (rows[i].kind == LEDGER_SUSPENSE && money.amount != 0 &&
		    ret->suspense_count < POSITIONS_MAX)
			suspense[ret->suspense_count++] = (struct money){ -money.amount,
				                                          money.currency };
		if (rows[i].kind == LEDGER_GATEWAY_DUE && ret->position_count < POSITIONS_MAX)
			positions[ret->position_count++] = (struct desk_position){
				.method = method_of(rows[i].owner), .due = money
			};
	}
	for (size_t i = 0; err == ERR_OK && i < count; i++)
		for (size_t j = 0; rows[i].kind == LEDGER_GATEWAY_FEE && j < ret->position_count;
		     j++)
			if (positions[j].due.currency == rows[i].currency &&
			    str_eq(positions[j].method, method_of(rows[i].owner)))
				positions[j].fee = (struct money){ rows[i].balance,
					                           (uint16_t)rows[i].currency };
	ret->positions = positions;
	ret->suspense = suspense;
	return err == ERR_OK ? shares_fill(request, positions, ret->position_count) : err;
}

/* How long each bar is, by what it is worth in yen today. */
static enum err shares_fill(struct request *request, struct desk_position *rows, size_t count)
{
	int64_t  most = 0;
	int64_t *yen = ARENA_ARRAY(request->arena, int64_t, POSITIONS_MAX);

	if (yen == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		yen[i] = yen_of(request, rows[i].due);
		most = yen[i] > most ? yen[i] : most;
	}
	for (size_t i = 0; i < count && most > 0; i++)
		rows[i].share = yen[i] > 0 ? (int32_t)((yen[i] * 100 + most - 1) / most) : 0;
	return ERR_OK;
}

static int64_t yen_of(struct request *request, struct money money)
{
	struct rate_look look;
	struct money     yen;

	if (money.currency == CURRENCY_JPY || money.amount <= 0)
		return money.amount;
	if (rate_look(request->db, request->arena, money.currency, request->now_ms / 1000, &look) !=
	        ERR_OK ||
	    !look.known || fx_worth(money, &look.rate, 0, &yen) != FX_REFUSAL_NONE)
		return 0;
	return yen.amount;
}

static enum err mismatches_fill(struct request *request, struct desk_money_view *ret)
{
	struct mismatch_open_row *rows;
	struct desk_mismatch     *list;
	size_t                    count = 0;
	enum err err = mismatch_open(request->db, request->arena, 0, MISMATCHES_MAX + 1, &rows,
	                             &count);

	ret->more = count > MISMATCHES_MAX;
	ret->mismatch_count = ret->more ? MISMATCHES_MAX : count;
	list = ARENA_ARRAY(request->arena, struct desk_mismatch, MISMATCHES_MAX);
	if (err == ERR_OK && list == NULL)
		err = ERR_MEMORY;
	for (size_t i = 0; err == ERR_OK && i < ret->mismatch_count; i++) {
		struct statement_get_row statement;

		err = statement_get(request->db, request->arena, rows[i].statement_id, &statement);
		if (err != ERR_OK)
			break;
		list[i] = (struct desk_mismatch){
			.id = rows[i].id,
			.kind = (enum recon_break_kind)rows[i].kind,
			.method = method_of(statement.gateway),
			.row = rows[i].row,
			.ours = { rows[i].ours, (uint16_t)rows[i].ours_currency },
			.theirs = { rows[i].theirs, (uint16_t)rows[i].theirs_currency },
			.at_s = rows[i].at_s,
		};
		if (rows[i].order_id != 0)
			list[i].number = order_number(request->arena, request->web->keys,
			                              rows[i].order_id);
	}
	ret->mismatches = list;
	return err;
}

static enum err statements_fill(struct request *request, struct desk_money_view *ret)
{
	struct statement_list_row *rows;
	struct desk_statement     *list;
	size_t                     count = 0;
	enum err err = statement_list(request->db, request->arena, INT64_MAX, STATEMENTS_MAX, &rows,
	                              &count);

	list = ARENA_ARRAY(request->arena, struct desk_statement, STATEMENTS_MAX);
	if (err == ERR_OK && list == NULL)
		err = ERR_MEMORY;
	for (size_t i = 0; err == ERR_OK && i < count; i++)
		list[i] = (struct desk_statement){
			.method = method_of(rows[i].gateway),
			.name = rows[i].name,
			.from = day_of(request, rows[i].from_s),
			.until = day_of(request, rows[i].to_s - 1),
			.row_count = rows[i].row_count,
			.matched_count = rows[i].matched_count,
			.break_count = rows[i].break_count,
			.imported_s = rows[i].imported_s,
			.comparing = rows[i].state < STATEMENT_MATCHED,
		};
	ret->statements = list;
	ret->statement_count = count;
	return err;
}

static struct str method_of(int64_t gateway)
{
	return gateway > PAY_NONE && gateway < PAY_METHOD_COUNT
	           ? pay_gateway_name((enum pay_method)gateway)
	           : STR("");
}

static struct str day_of(struct request *request, int64_t at_s)
{
	return at_s > 0 ? iso_day(request->arena, tokyo_day(at_s)) : STR("");
}
