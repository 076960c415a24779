# Our payments (p) and refunds (r) beside a gateway's statement (GATEWAYS 9, invariant 10).
#
# The statement is of day 1; the contract's fee is 1.20 %.
#   ours: number, money, open|done|ended, day when done, and "known" when an earlier statement had it
#   theirs: number (? = none of ours), money, done|open, fee and what was settled, when told
#   what comes of it: booked, or the break
#
#   ours | theirs | comes of it

= match
p1 CNY 5387 done 1           | p1 CNY 5387 done fee CNY 65                    | booked p1
p1 CNY 5387 done 1           | p1 CNY 5387 done                               | booked p1
p1 CNY 5387 done 0           | p1 CNY 5387 done fee CNY 65                    | booked p1
r1 CNY 5387 done 1           | r1 CNY 5387 done fee CNY -65                   | booked r1
# the gateway has it, we do not: it heals by asking
p1 CNY 5387 open 1           | p1 CNY 5387 done fee CNY 65                    | missing_here p1
r1 CNY 5387 open 1           | r1 CNY 5387 done                               | missing_here r1
# we have it, its own day lacks it; another day's statement may have it
p1 CNY 5387 done 1           | -                                              | missing_there p1
p1 CNY 5387 done 0           | -                                              | -
p1 CNY 5387 done 2           | -                                              | -
p1 CNY 5387 done 1 known     | -                                              | -
p1 CNY 5387 open 1           | -                                              | -
p1 CNY 5387 ended 1          | -                                              | -
# a number that is none of ours
-                            | ? CNY 5387 done                                | foreign ?
-                            | p9 CNY 5387 done                               | foreign ?
# twice: in the file, or in two of them
p1 CNY 5387 done 1           | p1 CNY 5387 done, p1 CNY 5387 done             | booked p1, twice p1
p1 CNY 5387 done 1 known     | p1 CNY 5387 done                               | twice p1
# amount, currency, state, fee
p1 CNY 5387 done 1           | p1 CNY 5386 done                               | amount p1
p1 JPY 1100 done 1           | p1 CNY 1100 done                               | currency p1
p1 CNY 5387 ended 1          | p1 CNY 5387 done                               | state p1
p1 CNY 5387 done 1           | p1 CNY 5387 open                               | state p1
p1 CNY 5387 open 1           | p1 CNY 5387 open                               | -
p1 CNY 5387 done 1           | p1 CNY 5387 done fee CNY 70                    | booked p1, fee p1
p1 CNY 5387 done 1           | p1 CNY 5387 done fee CNY 66                    | booked p1
# settled in yen: the fee is of what the yen came to
p1 CNY 5387 done 1           | p1 CNY 5387 done fee JPY 13 settled JPY 1072   | booked p1
p1 CNY 5387 done 1           | p1 CNY 5387 done fee JPY 33 settled JPY 1052   | booked p1, fee p1
# a refund and its payment are told apart
p1 CNY 5387 done 1, r1 CNY 5387 done 1 | p1 CNY 5387 done, r1 CNY 5387 done   | booked p1, booked r1
p1 CNY 5387 done 1, p2 CNY 1 done 1, p3 CNY 2 open 1 | p1 CNY 5387 done, p3 CNY 2 done, ? CNY 7 done | foreign ?, booked p1, missing_there p2, missing_here p3

# What is booked: fee, and the exchange where it was settled in another currency.
#   theirs | postings

= entries
p1 CNY 5387 done                             | -
p1 CNY 5387 done fee CNY 65                  | gateway_fee:4 CNY +65, gateway_due:4 CNY -65
r1 CNY 5387 done fee CNY -65                 | gateway_fee:4 CNY -65, gateway_due:4 CNY +65
p1 CNY 5387 done fee JPY 13 settled JPY 1072 | gateway_due:4 CNY -5387, fx CNY +5387, gateway_due:4 JPY +1085, fx JPY -1085, gateway_fee:4 JPY +13, gateway_due:4 JPY -13
r1 CNY 5387 done settled JPY -1085           | gateway_due:4 CNY +5387, fx CNY -5387, gateway_due:4 JPY -1085, fx JPY +1085
