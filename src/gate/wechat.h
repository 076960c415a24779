/*
 * wechat.h - what the files of the WeChat Pay gateway share: its settings as
 * opened, the reading of answers and facts, requests.  Source: GATEWAYS 4.
 *
 * There are two worlds with keys and certificates of their own: the mainland
 * (api.mch.weixin.qq.com) and global (apihk.mch.weixin.qq.com), where an
 * acquirer's sp_mchid stands before our sub_mchid.
 */
#pragma once
#include "gate/pay.h"
#include "gate/wechat_sign.h"

#define WECHAT_AMOUNT_MAX 2147483647 /* minor units: an int in WeChat's own types */
#define WECHAT_TEXT_MAX   256        /* bytes of a number or code in an answer */
#define WECHAT_CODE_MAX   64
#define WECHAT_URL_MAX    1024

/* The gateway's settings and keys; pay_config.own. */
struct wechat {
	bool            global;
	struct str      mchid, appid;         /* global with an acquirer: sp_mchid, sp_appid */
	struct str      sub_mchid, sub_appid; /* empty: we are the merchant ourselves */
	struct str      serial;               /* of our certificate, upper hex */
	struct str      mcc;                  /* merchant_category_code; global only */
	struct str      plan;                 /* papay: the agreement template */
	struct str      v2_key;               /* papay of the mainland; empty: none */
	struct rsa_key *key;                  /* NULL for hook() */
	struct cert    *cert;                 /* ours; NULL: only its serial is known */
	struct wechat_keys keys;
};

/* Of a configuration that wechat_open() or wechat_hook_open() made. */
const struct wechat *wechat_of(const struct pay_config *config);

/* --- settings (wechat_config.c) */
bool wechat_open(const struct pay_source *source, struct arena *arena, struct pay_config *ret,
                 struct pay_problem *ret_problem);
bool wechat_hook_open(const struct pay_source *source, struct arena *arena,
                      struct pay_config *ret, struct pay_problem *ret_problem);
void wechat_close(struct pay_config *config);
void wechat_check(const struct pay_config *config, int64_t now_s, struct arena *arena,
                  pay_finding_visit *visit, void *ctx);

/* --- requests (wechat_request.c) */
/* Our numbers: 6..32 characters [0-9A-Za-z]. */
bool wechat_number_valid(struct str number);
/* No more than max bytes, and no half of a character (UTF-8). */
struct str wechat_text_cut(struct str text, size_t max);
/* A string of the object, left out when it is empty. */
void wechat_put(json_t *object, const char *name, struct str value);
/* Who we are: appid and mchid, or sp_appid, sp_mchid, sub_appid and sub_mchid. */
void wechat_put_merchant(const struct wechat *wechat, json_t *object, bool with_appid);
/* "mchid=..." or "sp_mchid=...&sub_mchid=..."; in the arena. */
struct str wechat_query_merchant(const struct wechat *wechat, struct arena *arena);
/* 2026-01-02T11:05:00+08:00, in the arena. */
struct str wechat_time(struct arena *arena, int64_t utc_s);
/* A signed call of `path` (behind pay_config.url, with its query) around task->body. */
bool wechat_call(const struct pay_config *config, const struct pay_task *task, struct str method,
                 struct str path, struct arena *arena, struct net_call *ret);
/* The same for an address of WeChat's own choice (a bill), whose origin was checked. */
bool wechat_call_url(const struct pay_config *config, const struct pay_task *task,
                     struct str method, struct str url, struct arena *arena,
                     struct net_call *ret);
/* "/v3/x?y" of "https://host/v3/x?y"; empty when there is none. */
struct str wechat_path(struct str url);

/* --- answers (wechat_answer.c) */
/* The columns of the table of codes. */
enum wechat_ask {
	WECHAT_ASK_START,
	WECHAT_ASK_QUERY,
	WECHAT_ASK_CLOSE,
	WECHAT_ASK_REFUND,
	WECHAT_ASK_REFUND_QUERY,
	WECHAT_ASK_AGREEMENT,
	WECHAT_ASK_DEBIT,
	WECHAT_ASK_BILL,
	WECHAT_ASK_COUNT
};
/* What came back, before its facts: OK only for a 2xx whose signature is proven.  Then *ret is
 * its object (NULL for an empty body), given back with json_decref().  For any other outcome
 * *ret_reason may hold WeChat's code. */
enum pay_outcome wechat_answer(const struct pay_config *config, const struct pay_task *task,
                               const struct net_call *call, enum wechat_ask ask,
                               struct arena *arena, json_t **ret, struct str *ret_reason);
/* The outcome of a code in WeChat's answer of that status; for tests and the page of codes. */
enum pay_outcome wechat_code_outcome(enum wechat_ask ask, int32_t status, struct str code);

/* Whether a message is about a merchant of ours. */
bool wechat_merchant_ours(const struct wechat *wechat, const json_t *object);
/* A payment as queries and callbacks tell it.  False: a field is missing or damaged.  task may
 * be NULL; with it, an amount that is not told while nothing is paid is the task's. */
bool wechat_transaction_read(const struct wechat *wechat, const struct pay_task *task,
                             const json_t *object, struct arena *arena, struct pay_facts *ret);
/* A refund, likewise; callbacks say refund_status, answers say status. */
bool wechat_refund_read(const struct wechat *wechat, const struct pay_task *task,
                        const json_t *object, struct arena *arena, struct pay_facts *ret);

/* --- callbacks (wechat_hook.c) */
enum pay_hook_result wechat_hook(const struct pay_config *verify, const struct pay_callback *in,
                                 struct arena *arena, struct pay_facts *ret);
