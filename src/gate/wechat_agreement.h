/*
 * wechat_agreement.h - auto-debit by WeChat Pay (papay): an agreement that the
 * payer signs in WeChat, announced and debited later.
 *
 * Two numbers stand for one agreement: WeChat's contract_id, and ours.  Once
 * both are known, facts.agreement holds "contract_id.our_number", and the tasks
 * of NOTICE, DEBIT and UNSIGN give it back.  SIGN, and AGREEMENT before anything
 * was signed, have our number alone.  Source: GATEWAYS 4.
 */
#pragma once
#include <jansson.h>

#include "gate/wechat.h"

/* SIGN: facts.url of WeChat's page.  False without a template (plan). */
bool wechat_sign_body(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct str *ret);
bool wechat_sign_wrap(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct net_call *ret);
enum pay_outcome wechat_sign_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret);

/* AGREEMENT: SUCCEEDED while it stands, EXPIRED when either side ended it. */
bool wechat_agreement_wrap(const struct pay_config *config, const struct pay_task *task,
                           struct arena *arena, struct net_call *ret);
enum pay_outcome wechat_agreement_parse(const struct pay_config *config,
                                        const struct pay_task *task, const struct net_call *call,
                                        struct arena *arena, struct pay_facts *ret);

/* In the mainland WeChat tells the payer; a day later the debit may come.  The global world has
 * no such call: there the agreement is looked at instead, and OK means that it still stands. */
bool wechat_notice_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret);
bool wechat_notice_wrap(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct net_call *ret);
enum pay_outcome wechat_notice_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret);

/* In the mainland a debit is taken up and carried out later: PENDING; API v2 where its key is
 * set.  In the global world the answer tells what became of it. */
bool wechat_debit_body(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct str *ret);
bool wechat_debit_wrap(const struct pay_config *config, const struct pay_task *task,
                       struct arena *arena, struct net_call *ret);
enum pay_outcome wechat_debit_parse(const struct pay_config *config, const struct pay_task *task,
                                    const struct net_call *call, struct arena *arena,
                                    struct pay_facts *ret);

/* UNSIGN: EXPIRED from now on. */
bool wechat_unsign_body(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct str *ret);
bool wechat_unsign_wrap(const struct pay_config *config, const struct pay_task *task,
                        struct arena *arena, struct net_call *ret);
enum pay_outcome wechat_unsign_parse(const struct pay_config *config, const struct pay_task *task,
                                     const struct net_call *call, struct arena *arena,
                                     struct pay_facts *ret);

/* An agreement as queries and callbacks tell it; `event` is the callback's event_type, empty for
 * an answer.  False: a field is missing or damaged, or both tell another state. */
bool wechat_contract_read(const json_t *object, struct str event, struct arena *arena,
                          struct pay_facts *ret);
/* "contract_id.our_number" cut; our number alone leaves *ret_contract empty. */
void wechat_agreement_cut(struct str agreement, struct str *ret_contract, struct str *ret_ours);

/* --- API v2 (wechat_v2.c): flat XML, signed by a digest with the v2 key. */
bool wechat_v2_debit_body(const struct pay_config *config, const struct pay_task *task,
                          struct arena *arena, struct str *ret);
bool wechat_v2_debit_wrap(const struct pay_config *config, const struct pay_task *task,
                          struct arena *arena, struct net_call *ret);
enum pay_outcome wechat_v2_debit_parse(const struct pay_config *config,
                                       const struct pay_task *task, const struct net_call *call,
                                       struct arena *arena, struct pay_facts *ret);
/* The fields of <xml><a>1</a><b><![CDATA[2]]></b></xml>, decoded.  False: anything else inside
 * (elements in elements, attributes, declarations, entities of its own), a name twice, or more
 * than max fields. */
bool wechat_xml_read(struct arena *arena, struct str xml, struct url_pair *ret, size_t max,
                     size_t *ret_count);
/* The same written; empty when the arena is spent. */
struct str wechat_xml_write(struct arena *arena, const struct url_pair *pairs, size_t count);
