# The life of an order, as an operator would tell it.
#
#   what happens, in order        | state at the end | refund | entries in the books
#
# "no-line": from here on the line takes no money.   "dear": late money would not
# pay today's price.   "ends": the quote's time is over.   "quiet": what was sent to
# the carrier before the withdrawal cannot arrive any more.  "hosted": a gateway has to open
# its page.  "rest": nothing of the payment is left after this refund; "little": not enough.

= lives
place pay_opened pay_succeeded delivered delivery_settled          | active           | none    | paid active
place pay_succeeded sent delivered delivery_settled                | active           | none    | paid active
place cancel                                                       | cancelled        | none    |
place pay_failed                                                   | pay_failed       | none    |
place lock_ended                                                   | expired          | none    |
place pay_expired watch_ended                                      | expired          | none    |

# UNKNOWN is not FAILED
place pay_unknown lock_ended pay_unknown                           | pay_unknown      | none    |
place pay_unknown pay_succeeded delivered                          | active           | none    | paid active
place pay_unknown pay_failed                                       | pay_failed       | none    |
place pay_succeeded delivery_unknown delivered                     | active           | none    | paid active
place pay_succeeded delivery_unknown delivery_absent delivered     | active           | none    | paid active
place pay_succeeded delivery_unknown delivery_unknown              | delivery_unknown | none    | paid

# said twice, late, or in the wrong order
place pay_succeeded pay_succeeded delivered pay_succeeded          | active           | none    | paid active
place pay_succeeded pay_failed pay_expired delivered               | active           | none    | paid active
place pay_succeeded delivered delivered sent                       | active           | none    | paid active

# late money is delivered while the price holds, else given back
place lock_ended pay_succeeded delivered                           | active           | none    | paid active
place lock_ended dear pay_succeeded                                | reversed         | due     | extra
place pay_failed pay_succeeded delivered                           | active           | none    | paid active
place pay_expired dear pay_succeeded refund_pending refund_done    | reversed         | done    | extra refunded
place cancel pay_succeeded refund_done                             | reversed         | done    | extra refunded
place no-line pay_succeeded refund_done                            | reversed         | done    | extra refunded

# the carrier's no gives the money back, once
place pay_succeeded delivery_declined                              | declined         | due     | paid declined
place pay_succeeded delivery_declined refund_done refund_done      | reversed         | done    | paid declined refunded
place pay_succeeded sent delivery_declined refund_failed           | declined         | desk    | paid declined
place pay_succeeded delivery_declined refund_failed refund_done    | reversed         | done    | paid declined refunded
place pay_succeeded delivered delivery_undone refund_done          | reversed         | done    | paid active undone refunded

# given back by staff, in parts: the pack stays; above the limit a second person agrees
place hosted pay_opened pay_succeeded delivered return refund_done | active           | done    | paid active returned refunded
place pay_succeeded delivered return refund_done return rest refund_done | active     | done    | paid active returned returned refunded refunded
place pay_succeeded delivered return refund_funds refund_pending refund_done | active | done    | paid active returned refunded
place pay_succeeded delivered return_asked                         | active           | asked   | paid active
place pay_succeeded delivered return_asked return refund_done      | active           | done    | paid active returned refunded
place pay_succeeded delivered return_asked return_denied           | active           | denied  | paid active
place pay_succeeded delivered return_asked return_denied return    | active           | due     | paid active returned
place pay_succeeded delivered return refund_failed                 | active           | desk    | paid active returned
place pay_succeeded delivered return refund_done delivery_undone refund_done | reversed | done | paid active returned refunded undone refunded
place pay_succeeded delivery_declined refund_funds                 | declined         | waiting_for_funds | paid declined

# withdrawn: only when the carrier surely has not done it
place pay_succeeded cancel quiet delivery_absent refund_done       | reversed         | done    | paid declined refunded
place pay_succeeded withdraw delivered                             | active           | none    | paid active
place pay_succeeded delivery_unknown withdraw quiet delivery_absent | declined        | due     | paid declined
place pay_succeeded delivery_unknown withdraw delivery_absent      | delivery_unknown | none    | paid
place pay_succeeded sent withdraw delivery_absent delivered        | active           | none    | paid active

= refusals
# what happens                          | a person wants | the answer
place pay_succeeded sent                | cancel         | already_submitted
place pay_succeeded delivered           | cancel         | already_active
place pay_succeeded delivered           | withdraw       | already_active
place pay_unknown                       | cancel         | payment_unknown
place                                   | withdraw       | state_conflict
place                                   | place          | state_conflict
place pay_succeeded                     | place          | state_conflict
place pay_succeeded                     | return         | state_conflict
place pay_succeeded delivered return    | return         | refund_under_way
place pay_succeeded delivered return rest refund_done | return | refund_under_way
place pay_succeeded delivered little    | return         | refund_amount
ends                                    | place          | quote_expired
no-line                                 | place          | line_closed
