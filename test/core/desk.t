# What the desk advises, for every situation an order can come into.
#
#   state | refund | job | it has waited | the one safe next action | because | does no harm either
#
# A cell may name several values; "taken-back": a withdrawal is under way; "-": none.
# Waits: fresh (under 10 minutes), late (10 minutes or more), long (an hour or more),
# person (it was handed to a person).  Every situation that an order can reach has its row
# here: a test walks through all of them.

= advice
quoted                               | none | -                     | fresh late long        | none        | quote          | -

# the payer's turn; nothing is ever charged or given back on a guess
placed paying                        | none | pay_watch             | fresh late long        | none        | paying         | ask_gateway
placed paying                        | none | pay_unknown           | fresh late long        | none        | paying         | ask_gateway
placed paying                        | none | pay_start             | fresh late long        | none        | paying         | ask_gateway
placed paying                        | none | pay_watch pay_unknown pay_start | person       | resume      | gateway_odd    | -
pay_unknown                          | none | pay_unknown           | fresh late long        | ask_gateway | pay_unknown    | take
pay_unknown                          | none | pay_unknown           | person                 | resume      | gateway_odd    | -

# closed without money; late money is taken care of by itself
expired cancelled pay_failed rejected | none | -                     | fresh late long       | none        | closed         | -
expired cancelled pay_failed rejected | none | pay_watch pay_unknown pay_start | fresh late long       | none        | closed_watched | ask_gateway
expired cancelled pay_failed rejected | none | pay_watch pay_unknown pay_start | person                | resume      | gateway_odd    | close

# paid: what was surely not sent may be sent, everything else is only asked about
paid delivery_unknown submitted      | none | deliver               | fresh                  | none        | delivering     | submit withdraw
paid delivery_unknown submitted      | none | deliver               | late                   | submit      | unsent         | withdraw take
paid delivery_unknown submitted      | none | deliver               | long                   | withdraw    | carrier_silent | submit take
paid delivery_unknown submitted      | none | delivery_ask          | fresh                  | none        | delivering     | ask_carrier withdraw
paid delivery_unknown submitted      | none | delivery_ask          | late                   | ask_carrier | carrier_late   | withdraw take
paid delivery_unknown submitted      | none | delivery_ask          | long                   | withdraw    | carrier_silent | ask_carrier take
paid delivery_unknown submitted      | none | deliver delivery_ask  | person                 | resume      | carrier_odd    | withdraw

# taken back: nothing is sent any more, and the carrier must agree
paid delivery_unknown submitted taken-back | none | deliver delivery_ask | fresh late long   | ask_carrier | taking_back    | take
paid delivery_unknown submitted taken-back | none | deliver delivery_ask | person            | resume      | carrier_odd    | -

# active
active                               | none done denied | -         | fresh late long        | none        | active         | give_back
active taken-back                    | none done denied | -         | fresh late long        | none        | active         | give_back
active                               | none | delivery_ask          | fresh late long        | none        | active_watched | ask_carrier
active taken-back                    | none | delivery_ask          | fresh late long        | none        | active_watched | ask_carrier
active                               | none | delivery_ask          | person                 | resume      | active_odd     | close
active taken-back                    | none | delivery_ask          | person                 | resume      | active_odd     | close
active                               | none done denied | pay_watch | person                 | close       | active_odd     | -
active taken-back                    | none done denied | pay_watch | person                 | close       | active_odd     | -

# active, and money is given back all the same
active                               | asked    | refund            | fresh late long person | agree       | refund_asked   | deny
active taken-back                    | asked    | refund            | fresh late long person | agree       | refund_asked   | deny
active                               | due desk | refund            | fresh                  | none        | refund_runs    | refund
active                               | due desk | refund            | late long              | refund      | refund_late    | take
active                               | pending  | refund            | fresh late long        | none        | refund_taken   | refund take
active                               | waiting_for_funds    | refund_funds      | fresh late long        | none        | refund_funds   | refund take
active                               | due desk pending waiting_for_funds | refund refund_funds | person  | resume      | refund_odd     | -
active taken-back                    | due desk | refund            | fresh                  | none        | refund_runs    | refund
active taken-back                    | due desk | refund            | late long              | refund      | refund_late    | take
active taken-back                    | pending  | refund            | fresh late long        | none        | refund_taken   | refund take
active taken-back                    | waiting_for_funds    | refund_funds      | fresh late long        | none        | refund_funds   | refund take
active taken-back                    | due desk pending waiting_for_funds | refund refund_funds | person  | resume      | refund_odd     | -

# money that goes back: asked for before each try, given once
declined reversed                    | due desk | refund            | fresh                  | none        | refund_runs    | refund
declined reversed                    | due desk | refund            | late long              | refund      | refund_late    | take
declined reversed                    | pending  | refund            | fresh late long        | none        | refund_taken   | refund take
declined reversed                    | waiting_for_funds    | refund_funds      | fresh late long        | none        | refund_funds   | refund take
declined reversed                    | due desk pending waiting_for_funds | refund refund_funds | person  | resume      | refund_odd     | -
declined reversed taken-back         | due desk | refund            | fresh                  | none        | refund_runs    | refund
declined reversed taken-back         | due desk | refund            | late long              | refund      | refund_late    | take
declined reversed taken-back         | pending  | refund            | fresh late long        | none        | refund_taken   | refund take
declined reversed taken-back         | waiting_for_funds    | refund_funds      | fresh late long        | none        | refund_funds   | refund take
declined reversed taken-back         | due desk pending waiting_for_funds | refund refund_funds | person  | resume      | refund_odd     | -
declined reversed                    | done | -                     | fresh late long        | none        | refunded       | -
declined reversed taken-back         | done | -                     | fresh late long        | none        | refunded       | -
declined reversed                    | done | pay_watch             | person                 | close       | refunded_odd   | -
declined reversed taken-back         | done | pay_watch             | person                 | close       | refunded_odd   | -

= lost
# no job where there must be one: cannot be, and is not hidden
placed paying pay_unknown            | none | -                     | fresh                  | none        | lost           | -
paid submitted delivery_unknown      | none | -                     | fresh                  | withdraw    | lost           | -
declined reversed                    | due pending desk | -         | fresh                  | none        | lost           | -
