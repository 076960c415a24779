/*
 * wechat_bill.h - WeChat Pay's daily statements: where they are, whether their
 * bytes are whole, and their rows.  Source: GATEWAYS 4.
 */
#pragma once
#include "gate/pay.h"

/* BILL: in the mainland a question for an address and a digest, which facts.url carries behind
 * its '#'.  In the global world the address is known and tells its digest itself; there BILL
 * asks for WeChat's certificates, which shows that the account answers. */
bool wechat_bill_wrap(const struct pay_config *config, const struct pay_task *task,
                      struct arena *arena, struct net_call *ret);
enum pay_outcome wechat_bill_parse(const struct pay_config *config, const struct pay_task *task,
                                   const struct net_call *call, struct arena *arena,
                                   struct pay_facts *ret);
/* BILL_FILE: not signed; the SHA-1 is that of the unpacked bytes.  UNKNOWN when it differs. */
bool wechat_bill_file_wrap(const struct pay_config *config, const struct pay_task *task,
                           struct arena *arena, struct net_call *ret);
enum pay_outcome wechat_bill_file_parse(const struct pay_config *config,
                                        const struct pay_task *task, const struct net_call *call,
                                        struct arena *arena, struct pay_facts *ret);

/* pay_gateway.bill.  Totals must be the sums of their rows. */
bool wechat_bill(const struct pay_config *config, struct str file, struct arena *arena,
                 pay_bill_visit *visit, void *ctx, struct pay_bill_sum *ret,
                 struct pay_bill_problem *ret_problem);
/* A statement's text, out of gzip where it is packed.  False: damaged, or longer than
 * PAY_BILL_MAX. */
bool wechat_bill_text(struct str file, struct arena *arena, struct str *ret);
