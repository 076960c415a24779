/*
 * wechat_bill_file.c - the way to a day's statement and the proof that its
 * bytes are whole; see wechat_bill.h.
 */
#include "gate/wechat_bill.h"

#include "base/hash.h"
#include "base/str.h"
#include "base/time.h"
#include "gate/json_field.h"
#include "gate/wechat.h"

enum { SHA1_HEX = 40 };

static struct str statement_url(const struct pay_config *config, const struct pay_task *task,
                                struct arena *arena);
static bool address_read(const struct pay_config *config, const json_t *object, struct arena *arena,
                         struct str *ret);
static bool digest_valid(struct str hex);

bool wechat_bill_wrap(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct net_call *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct str           day = iso_day(arena, task->bill_day), path;

	if (wechat->global)
		return wechat_call(config, task, STR("GET"), STR("/v3/global/certificates"), arena,
		                   ret);
	path = arena_printf(arena,
	                    "/v3/bill/tradebill?bill_date=%.*s&bill_type=ALL&tar_type=GZIP%s%.*s",
	                    STR_ARG(day), wechat->sub_mchid.len > 0 ? "&sub_mchid=" : "",
	                    STR_ARG(wechat->sub_mchid));
	return day.len > 0 && wechat_call(config, task, STR("GET"), path, arena, ret);
}

enum pay_outcome wechat_bill_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret)
{
	const struct wechat *wechat = wechat_of(config);
	struct pay_facts     facts = { 0 };
	json_t              *object;
	enum pay_outcome     outcome = wechat_answer(config, task, call, WECHAT_ASK_BILL, arena,
	                                             &object, &facts.reason);

	if (wechat->global) {
		/* In public-key mode there are no certificates: that is an answer too. */
		if (outcome == PAY_OUTCOME_ABSENT)
			outcome = PAY_OUTCOME_OK;
		facts.url = statement_url(config, task, arena);
	} else if (outcome == PAY_OUTCOME_OK && !address_read(config, object, arena, &facts.url)) {
		outcome = PAY_OUTCOME_UNKNOWN;
	}
	json_decref(object);
	*ret = facts;
	return outcome == PAY_OUTCOME_OK && facts.url.len == 0 ? PAY_OUTCOME_UNKNOWN : outcome;
}

bool wechat_bill_file_wrap(const struct pay_config *config, const struct pay_task *task,
                           struct arena *arena, struct net_call *ret)
{
	struct str url, digest;

	str_cut(task->bill_url, '#', &url, &digest);
	if (!pay_page_allowed(config, url) ||
	    !wechat_call_url(config, task, STR("GET"), url, arena, ret))
		return false;
	ret->answer_max = PAY_BILL_MAX;
	return true;
}

enum pay_outcome wechat_bill_file_parse(const struct pay_config *config,
                                        const struct pay_task *task, const struct net_call *call,
                                        struct arena *arena, struct pay_facts *ret)
{
	struct str url, digest, told, text;

	(void)config;
	*ret = (struct pay_facts){ 0 };
	if (call->result == NET_REFUSED)
		return PAY_OUTCOME_RETRY;
	if (call->result != NET_ANSWER)
		return PAY_OUTCOME_UNKNOWN;
	if (call->status != 200)
		return wechat_code_outcome(WECHAT_ASK_BILL, call->status, STR(""));
	str_cut(task->bill_url, '#', &url, &digest);
	if (digest.len == 0 && pay_header(call->answer_headers, call->answer_header_count,
	                                  STR("Wechatpay-Statement-Sha1"), &told))
		digest = told;
	/* Without a digest nothing says that the file is whole but its own totals. */
	if (!wechat_bill_text(call->answer, arena, &text) ||
	    (digest.len > 0 && !str_eq_nocase(digest, sha1_hex(arena, text)))) {
		ret->reason = STR("DIGEST");
		return PAY_OUTCOME_UNKNOWN;
	}
	return PAY_OUTCOME_OK;
}

static struct str statement_url(const struct pay_config *config, const struct pay_task *task,
                                struct arena *arena)
{
	struct str   query = wechat_query_merchant(wechat_of(config), arena);
	struct civil day = civil_from_day(task->bill_day);

	return arena_printf(arena, "%.*s/v3/global/statements?date=%04d%02d%02d&%.*s",
	                    STR_ARG(config->url), (int)day.year, (int)day.month, (int)day.day,
	                    STR_ARG(query));
}

/* The address must be on a host that we know; it comes from outside. */
static bool address_read(const struct pay_config *config, const json_t *object, struct arena *arena,
                         struct str *ret)
{
	struct str url, digest, kind;

	if (!json_field_str(object, "download_url", WECHAT_URL_MAX, arena, &url) ||
	    !json_field_str(object, "hash_value", SHA1_HEX, arena, &digest) ||
	    !json_field_str(object, "hash_type", WECHAT_CODE_MAX, arena, &kind) ||
	    !str_eq(kind, STR("SHA1")) || !digest_valid(digest) || !pay_page_allowed(config, url) ||
	    str_find(url, STR("#")) >= 0)
		return false;
	*ret = arena_printf(arena, "%.*s#%.*s", STR_ARG(url), STR_ARG(digest));
	return ret->len > 0;
}

static bool digest_valid(struct str hex)
{
	for (size_t i = 0; i < hex.len; i++) {
		char c = hex.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
			return false;
	}
	return hex.len == SHA1_HEX;
}
