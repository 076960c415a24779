/*
 * api.c - see api.h.
 */
#include "web/api.h"

#include "base/str.h"
#include "base/time.h"
#include "core/keep.h"
#include "store/public_id.h"
#include "store/quote.h"
#include "web/fill.h"
#include "web/json.h"
#include "web/web.h"

#define API_CODE_MAX 64 /* bytes of a made code */

static const struct {
	int         status;
	const char *code, *title;
	enum msg    words;
} refusals[API_REFUSAL_COUNT] = {
#define X(id, s, c, t, w) \
	[API_REFUSAL_##id] = { .status = (s), .code = (c), .title = (t), .words = MSG_##w },
	API_REFUSALS(X)
#undef X
};

bool api_page_read(struct request *request, struct response *response, enum cursor_kind kind,
                   int64_t scope, struct api_page *ret)
{
	struct str      cursor = request_query(request, "cursor");
	struct str      limit = request_query(request, "limit");
	int64_t         number = API_LIMIT_DEFAULT;
	struct api_page page = { .kind = kind, .scope = scope };

	/* fields.def says that it is a number of at most API_LIMIT_MAX. */
	if (limit.len > 0 && (!str_to_int64(limit, &number) || number == 0)) {
		web_refuse_field(request, response, FIELD_MALFORMED, STR("limit"));
		return false;
	}
	if (cursor.len > 0 &&
	    !cursor_parse(request->arena, request->web->keys, kind, scope, cursor, &page.from)) {
		api_refuse(request, response, API_REFUSAL_CURSOR, "/cursor", NO_PARTS);
		return false;
	}
	page.limit = (size_t)number;
	*ret = page;
	return true;
}

struct buf *api_answer(struct response *response, int status)
{
	response->status = status;
	response->content_type = STR("application/json; charset=utf-8");
	response->body.len = 0;
	return &response->body;
}

struct buf *api_list_begin(struct response *response)
{
	struct buf *buf = api_answer(response, 200);

	buf_add(buf, STR("{\"data\":["));
	return buf;
}

void api_list_end(struct request *request, const struct api_page *page, struct buf *buf,
                  int64_t next)
{
	buf_add(buf, STR("],\"has_more\":"));
	json_bool(buf, next >= 0);
	json_name(buf, "next");
	if (next < 0)
		json_none(buf);
	else
		json_text(buf, cursor_text(request->arena, request->web->keys, page->kind,
		                           page->scope, next));
	buf_add(buf, STR("}\n"));
}

void api_refuse(struct request *request, struct response *response, enum api_refusal refusal,
                const char *pointer, const struct part *parts, size_t part_count)
{
	struct web_field_error error = api_mistake(request, refusal, pointer, parts, part_count);

	web_problem(request, response, refusals[refusal].status, error.code,
	            refusals[refusal].title, error.detail, &error, 1);
}

struct web_field_error api_mistake(struct request *request, enum api_refusal refusal,
                                   const char *pointer, const struct part *parts, size_t part_count)
{
	assert(refusal < API_REFUSAL_COUNT);
	return (struct web_field_error){
		.pointer = pointer,
		.code = refusals[refusal].code,
		.detail = message_text(request->arena, request->lang, refusals[refusal].words, -1,
		                       parts, part_count),
	};
}

bool api_failed(struct request *request, struct response *response, enum err err)
{
	if (err == ERR_NOT_FOUND)
		web_refuse(request, response, WEB_NOT_FOUND);
	else if (err != ERR_OK)
		web_fail(request, response, err);
	return err != ERR_OK;
}

struct str api_words(struct request *request, struct message words)
{
	return message_text(request->arena, request->lang, words.msg, words.count, words.parts,
	                    words.part_count);
}

const char *api_code(struct arena *arena, const char *prefix, struct str name)
{
	struct buf buf;

	buf_init(&buf, arena, API_CODE_MAX);
	buf_add(&buf, str_from(prefix));
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		buf_add_char(&buf, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	return arena_cstr(arena, buf_str(&buf));
}

void api_brand(struct request *request, struct buf *buf, struct str code,
               const struct plan_brand *brand)
{
	buf_add(buf, STR("{\"id\":"));
	json_text(buf, code);
	json_name(buf, "name");
	json_text(buf, brand == NULL ? code : fill_text(request, &brand->name));
	buf_add_char(buf, '}');
}

void api_origin(struct request *request, struct buf *buf, const struct plan_origin *origin)
{
	buf_add(buf, STR("{\"name\":"));
	json_text_or_null(buf, fill_text(request, &origin->source));
	json_name(buf, "url");
	json_text_or_null(buf, origin->url);
	json_name(buf, "as_of");
	json_day(buf, origin->as_of_day);
	json_name(buf, "valid_from");
	json_day(buf, origin->valid_from_day);
	json_name(buf, "valid_to");
	json_day(buf, origin->valid_to_day);
	json_name(buf, "sureness");
	json_text(buf, plan_sureness_name(origin->sure));
	buf_add_char(buf, '}');
}

void api_line_brief(struct request *request, struct buf *buf, const struct catalogue *catalogue,
                    const struct line_get_row *line)
{
	const struct keys *keys = request->web->keys;

	buf_add(buf, STR("{\"id\":"));
	json_text(buf, public_id(request->arena, keys, PUBLIC_LINE, line->id));
	json_name(buf, "number");
	json_text_or_null(buf, line->msisdn_null
	                           ? STR("")
	                           : line_masked(request->arena, keys, &line->msisdn));
	json_name(buf, "brand");
	api_brand(request, buf, line->brand, plan_brand(catalogue, line->brand));
	buf_add_char(buf, '}');
}

void api_rate(struct buf *buf, const struct fx_rate *rate, int64_t margin_bp)
{
	struct str source = fx_source_name(rate->source);

	buf_add(buf, STR("{\"mid\":"));
	json_text(buf, fx_decimal_text(buf->arena, rate->value));
	json_name(buf, "margin_bp");
	json_int(buf, margin_bp);
	json_name(buf, "source");
	json_text(buf, source.len > 0 ? source : STR("none"));
	json_name(buf, "as_of");
	json_time(buf, rate->as_of_s);
	buf_add_char(buf, '}');
}

void api_gain(struct buf *buf, int64_t before_day, int64_t after_day)
{
	buf_add(buf, STR("{\"before\":"));
	api_day_end(buf, before_day);
	json_name(buf, "after");
	api_day_end(buf, after_day);
	json_name(buf, "before_day");
	api_day(buf, before_day);
	json_name(buf, "after_day");
	api_day(buf, after_day);
	buf_add_char(buf, '}');
}

void api_day_end(struct buf *buf, int64_t day)
{
	bool none = day <= KEEP_DAY_NONE || day > KEEP_DAY_LAST;

	json_time(buf, none ? 0 : tokyo_day_end_s((int32_t)day));
}

void api_day(struct buf *buf, int64_t day)
{
	bool none = day <= KEEP_DAY_NONE || day > KEEP_DAY_LAST;

	json_day(buf, none ? 0 : (int32_t)day);
}
