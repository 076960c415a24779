/*
 * tenpay.h - WeChat Pay's side for the unit tests of its gateway: it
 * signs answers, seals callbacks, and holds a shop that is open in either world.
 */
#pragma once
#include "test.h"

#include "base/str.h"
#include "gate/pay.h"
#include "gate/wechat.h"

#define TENPAY_NOW_S  1790000000
#define TENPAY_ORDER  "KP0123456789ABCDEFGHJKMNPQRS"
#define TENPAY_REFUND "KR0123456789ABCDEFGHJKMNPQRS"
#define TENPAY_NONCE  "0123456789abcdef0123456789abcdef"

/* Pieces of messages: a payment that is paid, its amount, and whose it is in either world. */
#define TENPAY_PAID \
	"\"out_trade_no\":\"" TENPAY_ORDER "\"," \
	"\"transaction_id\":\"4200000349202601025069555683\"," \
	"\"trade_type\":\"NATIVE\",\"trade_state\":\"SUCCESS\"," \
	"\"success_time\":\"2026-01-02T11:05:00+08:00\","
#define TENPAY_YUAN \
	"\"amount\":{\"total\":8888,\"payer_total\":8888,\"currency\":\"CNY\"," \
	"\"payer_currency\":\"CNY\"}"
#define TENPAY_HERE "\"mchid\":\"1900000001\",\"appid\":\"wx2421b1c4370ec43b\","
#define TENPAY_THERE "\"sp_mchid\":\"1900000100\",\"sub_mchid\":\"1900000109\","

enum { TENPAY_SETTINGS_MAX = 24 };

/* Which key WeChat signs with. */
enum tenpay_key { TENPAY_CERTIFICATE, TENPAY_PUBLIC_KEY, TENPAY_OURS };

struct tenpay_setting {
	const char *name, *value;
};

/* A shop as settings make it; sources of single settings can be replaced. */
struct tenpay {
	struct arena         arena;
	struct tenpay_setting setting[TENPAY_SETTINGS_MAX];
	size_t               setting_count;
	struct pay_config    config, verify;
	struct pay_task      task;
	struct net_call      call;
	struct pay_facts     facts;
	enum tenpay_key       key;    /* signs answers and callbacks */
	int64_t              skew_s; /* of WeChat's clock */
	struct str           head[8];
};

/* global: through an acquirer.  Both configurations are open afterwards. */
void tenpay_open(struct tenpay *world, bool global);
void tenpay_close(struct tenpay *world);
/* The settings alone, for tests of open(); NULL takes one away. */
void tenpay_settings(struct tenpay *world, bool global);
void tenpay_set(struct tenpay *world, const char *name, const char *value);
struct pay_source tenpay_source(struct tenpay *world);

/* body() and wrap() of a verb; false when the task cannot be expressed. */
bool tenpay_ask(struct tenpay *world, enum pay_verb_id verb);
/* Gives the answer, signed, and parses it. */
enum pay_outcome tenpay_answer(struct tenpay *world, enum pay_verb_id verb, int32_t status,
                              const char *body);
/* The same without any signature. */
enum pay_outcome tenpay_answer_bare(struct tenpay *world, enum pay_verb_id verb, int32_t status,
                                   const char *body);
/* The four headers for a body, signed by world->key. */
size_t tenpay_sign(struct tenpay *world, struct str body, struct str ret[4]);
/* A callback whose resource seals that text. */
struct str tenpay_envelope(struct tenpay *world, const char *event, const char *plain);
enum pay_hook_result tenpay_hook(struct tenpay *world, struct str body);
