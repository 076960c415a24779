/*
 * wechat_request.c - what our requests to WeChat Pay have in common: who we
 * are, the time in Beijing, the signature.
 */
#include "gate/wechat.h"

#include "base/str.h"
#include "base/time.h"

#define BEIJING_OFFSET_S (8 * 3600)

enum { NUMBER_LEN_MIN = 6, HEADERS = 2 };

bool wechat_number_valid(struct str number)
{
	for (size_t i = 0; i < number.len; i++) {
		char c = number.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
			return false;
	}
	return number.len >= NUMBER_LEN_MIN && number.len <= PAY_NUMBER_MAX;
}

struct str wechat_text_cut(struct str text, size_t max)
{
	size_t len = text.len < max ? text.len : max;

	while (len > 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
		len--;
	return str_take(text, len);
}

void wechat_put(json_t *object, const char *name, struct str value)
{
	if (value.len > 0)
		json_object_set_new(object, name, json_stringn(value.ptr, value.len));
}

void wechat_put_merchant(const struct wechat *wechat, json_t *object, bool with_appid)
{
	bool acquired = wechat->sub_mchid.len > 0;

	if (with_appid)
		wechat_put(object, acquired ? "sp_appid" : "appid", wechat->appid);
	wechat_put(object, acquired ? "sp_mchid" : "mchid", wechat->mchid);
	if (acquired && with_appid)
		wechat_put(object, "sub_appid", wechat->sub_appid);
	if (acquired)
		wechat_put(object, "sub_mchid", wechat->sub_mchid);
}

struct str wechat_query_merchant(const struct wechat *wechat, struct arena *arena)
{
	if (wechat->sub_mchid.len == 0)
		return arena_printf(arena, "mchid=%.*s", STR_ARG(wechat->mchid));
	return arena_printf(arena, "sp_mchid=%.*s&sub_mchid=%.*s", STR_ARG(wechat->mchid),
	                    STR_ARG(wechat->sub_mchid));
}

struct str wechat_time(struct arena *arena, int64_t utc_s)
{
	struct civil at = civil_from_s(utc_s, BEIJING_OFFSET_S);

	return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", (int)at.year,
	                    (int)at.month, (int)at.day, (int)at.hour, (int)at.minute,
	                    (int)at.second);
}

bool wechat_call(const struct pay_config *config, const struct pay_task *task, struct str method,
                 struct str path, struct arena *arena, struct net_call *ret)
{
	struct str url = arena_printf(arena, "%.*s%.*s", STR_ARG(config->url), STR_ARG(path));

	return url.len > 0 && wechat_call_url(config, task, method, url, arena, ret);
}

bool wechat_call_url(const struct pay_config *config, const struct pay_task *task,
                     struct str method, struct str url, struct arena *arena, struct net_call *ret)
{
	const struct wechat       *wechat = wechat_of(config);
	const struct wechat_signer signer = { .key = wechat->key,
		                              .mchid = wechat->mchid,
		                              .serial = wechat->serial };
	struct wechat_request      request = { .method = method,
		                               .nonce = task->nonce,
		                               .body = task->body };
	struct str                *headers = ARENA_ARRAY(arena, struct str, HEADERS);
	struct str                 value;

	/* What is sent is what is signed: the path of our own base address too. */
	request.path = wechat_path(url);
	request.timestamp = arena_printf(arena, "%lld", (long long)(task->now_ms / 1000));
	if (headers == NULL || request.path.len == 0 || request.timestamp.len == 0 ||
	    !wechat_authorization(&signer, &request, arena, &value))
		return false;
	headers[0] = arena_printf(arena, "Authorization: %.*s", STR_ARG(value));
	headers[1] = STR("Accept: application/json");
	*ret = (struct net_call){
		.method = method,
		.url = url,
		.content_type = STR("application/json"),
		.body = task->body,
		.headers = headers,
		.header_count = HEADERS,
		.deadline_ms = config->deadline_ms > 0 ? config->deadline_ms : PAY_DEADLINE_MS,
		.answer_max = PAY_ANSWER_MAX,
		.arena = arena,
	};
	return headers[0].len > 0;
}

struct str wechat_path(struct str url)
{
	ptrdiff_t  host = str_find(url, STR("://")), slash;
	struct str rest;

	if (host < 0)
		return (struct str){ 0 };
	rest = str_skip(url, (size_t)host + 3);
	slash = str_find(rest, STR("/"));
	return slash < 0 ? (struct str){ 0 } : str_skip(rest, (size_t)slash);
}
