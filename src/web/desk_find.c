/*
 * desk_find.c - see desk_find.h.
 */
#include "web/desk_find.h"

#include "base/str.h"
#include "base/utf8.h"
#include "core/email.h"
#include "core/msisdn.h"
#include "core/order.h"
#include "core/sim.h"
#include "store/account.h"
#include "store/account_sql.h"
#include "store/line_sql.h"
#include "store/order_sql.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "web/fill.h"
#include "web/offer.h"
#include "web/web.h"

#define TAIL_DIGITS 4

/* *ret_done: the text was of that form, whether anything was found or not. */
typedef enum err finder(struct request *request, struct str text, struct desk_find *ret,
                        bool *ret_done);
static enum err  find_public(struct request *request, struct str text, struct desk_find *ret,
                             bool *ret_done);
static enum err  find_email(struct request *request, struct str text, struct desk_find *ret,
                            bool *ret_done);
static enum err  find_tail(struct request *request, struct str text, struct desk_find *ret,
                           bool *ret_done);
static enum err  find_order(struct request *request, struct str text, struct desk_find *ret,
                            bool *ret_done);
static enum err  find_phone(struct request *request, struct str text, struct desk_find *ret,
                            bool *ret_done);
static enum err  find_sim(struct request *request, struct str text, struct desk_find *ret,
                          bool *ret_done);

static enum err order_known(struct request *request, int64_t id, bool *ret);
static enum err found_line(struct request *request, int64_t id, struct desk_find *ret);
static enum err found_account(struct request *request, int64_t id, struct desk_find *ret);

enum err desk_find(struct request *request, struct str text, struct desk_find *ret)
{
	static finder *const finders[] = { find_public, find_email, find_tail,
		                           find_order,  find_phone, find_sim };
	bool                 done = false;
	enum err             err = ERR_OK;

	text = str_trim(utf8_fold(request->arena, text));
	*ret = (struct desk_find){ .what = arena_printf(request->arena, "something else, %zu bytes",
		                                        text.len) };
	for (size_t i = 0; err == ERR_OK && !done && text.len > 0 && i < COUNT_OF(finders); i++)
		err = finders[i](request, text, ret, &done);
	if (ret->kind == DESK_FOUND_NONE)
		ret->what = arena_printf(request->arena, "%.*s: nothing found", STR_ARG(ret->what));
	return err;
}

enum err desk_mail(struct request *request, int64_t account_id, struct str *ret)
{
	const struct web        *web = request->web;
	struct account_by_id_row account;
	struct str               email;
	enum err                 err;

	*ret = STR("");
	if (account_id == 0)
		return ERR_OK;
	err = account_by_id(request->db, request->arena, account_id, &account);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	*ret = account_email_open(request->arena, &web->keys->personal, account.email_blind,
	                          account.email_box, &email)
	           ? email_mask(request->arena, email)
	           : STR("***");
	return ERR_OK;
}

/* Numbers of ours, as the desk's own links carry them. */
static enum err find_public(struct request *request, struct str text, struct desk_find *ret,
                            bool *ret_done)
{
	const struct keys *keys = request->web->keys;
	int64_t            id;
	bool               line = public_id_parse(keys, PUBLIC_LINE, text, &id);

	if (!line && !public_id_parse(keys, PUBLIC_ACCOUNT, text, &id))
		return ERR_OK;
	ret->plain = *ret_done = true;
	ret->what = STR("a link");
	return line ? found_line(request, id, ret) : found_account(request, id, ret);
}

static enum err find_order(struct request *request, struct str text, struct desk_find *ret,
                           bool *ret_done)
{
	int64_t  id;
	bool     known = false;
	enum err err;

	if (!order_number_parse(request->web->keys, text, &id))
		return ERR_OK;
	err = order_known(request, id, &known);
	/* Eight digits may be the beginning of something else. */
	if (err != ERR_OK || !known)
		return err;
	*ret_done = true;
	*ret = (struct desk_find){ .kind = DESK_FOUND_ORDER,
		                   .id = id,
		                   .token = order_number(request->arena, request->web->keys, id),
		                   .plain = true };
	ret->what = arena_printf(request->arena, "order %.*s", STR_ARG(ret->token));
	return ERR_OK;
}

static enum err find_tail(struct request *request, struct str text, struct desk_find *ret,
                          bool *ret_done)
{
	int64_t tail;

	if (text.len != TAIL_DIGITS || !str_to_int64(text, &tail) || tail < 0 || text.ptr[0] == '+')
		return ERR_OK;
	*ret_done = true;
	*ret = (struct desk_find){ .kind = DESK_FOUND_TAIL,
		                   .id = tail,
		                   .token = arena_str(request->arena, text),
		                   .plain = true,
		                   .what = arena_printf(request->arena, "last digits %.*s",
		                                        STR_ARG(text)) };
	return ERR_OK;
}

static enum err find_email(struct request *request, struct str text, struct desk_find *ret,
                           bool *ret_done)
{
	struct account_by_email_row account;
	struct str                  email, blind;
	enum err                    err;

	if (str_find(text, STR("@")) < 0)
		return ERR_OK;
	*ret_done = true;
	ret->what = STR("an e-mail address");
	if (!account_email_fold(request->arena, text, &email))
		return ERR_OK;
	blind = account_blind(request->arena, &request->web->keys->blind, email);
	err = account_by_email(request->db, request->arena, blind, &account);
	email = email_mask(request->arena, email);
	ret->what = arena_printf(request->arena, "e-mail %.*s", STR_ARG(email));
	if (err == ERR_OK)
		err = found_account(request, account.id, ret);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err find_phone(struct request *request, struct str text, struct desk_find *ret,
                           bool *ret_done)
{
	struct line_id_by_msisdn_row line;
	struct str                   masked;
	int64_t                      msisdn;
	int32_t                      count;
	enum err                     err;

	if (msisdn_parse(request->arena, text, &msisdn, &count) != MSISDN_REFUSAL_NONE)
		return ERR_OK;
	*ret_done = true;
	masked = msisdn_mask(request->arena, msisdn);
	ret->what = arena_printf(request->arena, "number %.*s", STR_ARG(masked));
	err = line_id_by_msisdn(request->db,
	                        identifier_seal(request->web->keys, IDENTIFIER_MSISDN, msisdn),
	                        &line);
	if (err == ERR_OK)
		err = found_line(request, line.id, ret);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err find_sim(struct request *request, struct str text, struct desk_find *ret,
                         bool *ret_done)
{
	struct sim_rules   rules = { .today_day = fill_today(request), .sandbox = true };
	struct sim_input   sim;
	struct sim_problem problem;
	struct quoter      quoter;
	struct str         masked;
	int64_t            id = 0;
	enum err           err;

	if (sim_parse(request->arena, text, &rules, &sim, &problem) != SIM_REFUSAL_NONE)
		return ERR_OK;
	*ret_done = true;
	masked = sim_mask(request->arena, sim.kind, sim.number);
	ret->what = arena_printf(request->arena, "%.*s %.*s", STR_ARG(sim_kind_name(sim.kind)),
	                         STR_ARG(masked));
	offer_quoter(request, &quoter);
	err = quote_find_line(&quoter, &sim, &id);
	return err == ERR_OK && id > 0 ? found_line(request, id, ret) : err;
}

static enum err order_known(struct request *request, int64_t id, bool *ret)
{
	struct order_get_row order;
	enum err             err = order_get(request->db, request->arena, id, &order);

	*ret = err == ERR_OK && order.state != ORDER_QUOTED;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* A number that we made may name a row that was never there: then nothing is. */
static enum err found_line(struct request *request, int64_t id, struct desk_find *ret)
{
	const struct keys  *keys = request->web->keys;
	struct line_get_row line;
	enum err            err = line_get(request->db, request->arena, id, &line);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	ret->kind = DESK_FOUND_LINE;
	ret->id = id;
	ret->token = public_id(request->arena, keys, PUBLIC_LINE, id);
	ret->about = line_masked(request->arena, keys, line.msisdn_null ? NULL : &line.msisdn);
	return ERR_OK;
}

static enum err found_account(struct request *request, int64_t id, struct desk_find *ret)
{
	ret->kind = DESK_FOUND_ACCOUNT;
	ret->id = id;
	ret->token = public_id(request->arena, request->web->keys, PUBLIC_ACCOUNT, id);
	return desk_mail(request, id, &ret->about);
}
