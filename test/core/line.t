# The steps of a line (DOMAIN 3).  A pair that is not listed here is refused
# with NO_STEP; the test tries every pair.  The facts are friendly: identity
# verified, two notices accepted, no flags, quarantine over.

= steps
# from         | event       | to
ordered        | kyc_asked   | kyc_pending
ordered        | provision   | provisioned
ordered        | cancel      | cancelled
kyc_pending    | provision   | provisioned
kyc_pending    | cancel      | cancelled
provisioned    | activate    | active
provisioned    | cancel      | cancelled
active         | run_low     | low
active         | park        | parked
active         | expire      | expiring
active         | suspend     | suspended
active         | enter_grace | grace
active         | lose        | cancelled
active         | cancel      | cancelled
active         | port_out    | cancelled
low            | refill      | active
low            | park        | parked
low            | expire      | expiring
low            | suspend     | suspended
low            | enter_grace | grace
low            | lose        | cancelled
low            | cancel      | cancelled
low            | port_out    | cancelled
parked         | resume      | active
parked         | expire      | expiring
parked         | suspend     | suspended
parked         | enter_grace | grace
parked         | lose        | cancelled
parked         | cancel      | cancelled
parked         | port_out    | cancelled
expiring       | park        | parked
expiring       | suspend     | suspended
expiring       | enter_grace | grace
expiring       | revive      | active
expiring       | lose        | cancelled
expiring       | cancel      | cancelled
expiring       | port_out    | cancelled
suspended      | enter_grace | grace
suspended      | revive      | active
suspended      | lose        | cancelled
suspended      | cancel      | cancelled
suspended      | port_out    | cancelled
grace          | revive      | active
grace          | lose        | cancelled
grace          | cancel      | cancelled
grace          | port_out    | cancelled
cancelled      | quarantine  | quarantine
quarantine     | release     | free
free           | order       | ordered

# What speaks against a step.  facts: voice or data (data_kyc: data line where
# the operator asks every holder, K8), verified, notices=N, override, money,
# legal, dispute, lost_sim, port_out, cancelled=DAYS AGO, quarantine=DAYS.
= refusals
# from      | event      | facts                                    | answer
provisioned | activate   | voice                                    | IDENTITY
provisioned | activate   | voice verified                           | NONE
provisioned | activate   | data                                     | NONE
provisioned | activate   | data_kyc                                 | IDENTITY
provisioned | activate   | data_kyc verified                        | NONE
provisioned | activate   | voice verified lost_sim                  | LOST_SIM
provisioned | activate   | voice lost_sim                           | IDENTITY
parked      | resume     | voice                                    | IDENTITY
parked      | resume     | voice verified                           | NONE
grace       | lose       | voice verified notices=2                 | NONE
grace       | lose       | voice verified notices=1                 | NOTICES
grace       | lose       | voice verified notices=0                 | NOTICES
grace       | lose       | voice verified notices=0 override        | NONE
grace       | lose       | voice verified notices=9 money           | MONEY
grace       | lose       | voice verified notices=0 override money  | MONEY
grace       | lose       | voice verified notices=2 legal           | LEGAL_HOLD
grace       | lose       | voice verified notices=2 dispute money   | DISPUTE
active      | cancel     | voice verified                           | NONE
active      | cancel     | voice verified money                     | MONEY
active      | cancel     | voice verified legal dispute money       | LEGAL_HOLD
active      | port_out   | voice verified legal dispute money       | NONE
grace       | port_out   | voice verified port_out money            | NONE
cancelled   | quarantine | voice legal                              | LEGAL_HOLD
cancelled   | quarantine | voice                                    | NONE
quarantine  | release    | cancelled=179 quarantine=180             | TOO_EARLY
quarantine  | release    | cancelled=180 quarantine=180             | NONE
quarantine  | release    | cancelled=180 quarantine=180 legal       | LEGAL_HOLD
quarantine  | release    | cancelled=89 quarantine=10               | TOO_EARLY
quarantine  | release    | cancelled=90 quarantine=10               | NONE
quarantine  | release    | quarantine=90                            | TOO_EARLY
suspended   | activate   | voice verified                           | NO_STEP

= money
# state     | money may enter | number works
ordered     | no              | no
kyc_pending | no              | no
provisioned | yes             | no
active      | yes             | yes
low         | yes             | yes
parked      | yes             | no
expiring    | yes             | yes
suspended   | yes             | no
grace       | yes             | no
cancelled   | no              | no
quarantine  | no              | no
free        | no              | no
