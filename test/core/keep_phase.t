# Where a line stands on a day, what works then, who can buy; and which notices go
# out when.  Rules are those of the shipped catalogue.

= phases
# brand          | activated  | today      | phase     | works   | buy
povo             | 2026-01-19 | 2026-01-19 | WORKING   | all     | yes
povo             | 2026-01-19 | 2026-06-17 | WORKING   | all     | yes
povo             | 2026-01-19 | 2026-06-18 | EXPIRING  | all     | yes
povo             | 2026-01-19 | 2026-07-17 | EXPIRING  | all     | yes
povo             | 2026-01-19 | 2026-07-18 | SUSPENDED | nothing | support
povo             | 2026-01-19 | 2026-08-01 | SUSPENDED | nothing | support
povo             | 2026-01-19 | 2026-08-02 | GRACE     | nothing | support
povo             | 2026-01-19 | 2026-08-16 | GRACE     | nothing | support
povo             | 2026-01-19 | 2026-08-17 | LOST      | nothing | no
# JPY 3,000 charged on the first day.
softbank-prepaid | 2026-01-10 | 2026-03-10 | EXPIRING  | all     | yes
softbank-prepaid | 2026-01-10 | 2026-03-11 | SUSPENDED | receive | yes
softbank-prepaid | 2026-01-10 | 2026-09-06 | SUSPENDED | receive | yes
softbank-prepaid | 2026-01-10 | 2026-09-07 | GRACE     | receive | yes
softbank-prepaid | 2026-01-10 | 2027-03-05 | GRACE     | receive | yes
softbank-prepaid | 2026-01-10 | 2027-03-06 | LOST      | nothing | no
visitor          | 2026-02-25 | 2026-03-03 | WORKING   | all     | yes
visitor          | 2026-02-25 | 2026-03-04 | EXPIRING  | all     | yes
visitor          | 2026-02-25 | 2026-03-06 | EXPIRING  | all     | yes
visitor          | 2026-02-25 | 2026-03-07 | SUSPENDED | nothing | yes
visitor          | 2026-02-25 | 2026-03-08 | GRACE     | nothing | yes
visitor          | 2026-02-25 | 2026-03-09 | LOST      | nothing | no
# No grace is known: the end is the loss.
rakuten          | 2026-01-19 | 2026-07-17 | EXPIRING  | all     | yes
rakuten          | 2026-01-19 | 2026-07-18 | LOST      | nothing | no
zero-sim         | 2026-01-31 | 2026-03-31 | EXPIRING  | all     | yes
zero-sim         | 2026-01-31 | 2026-04-01 | LOST      | nothing | no
# No clock runs.
docomo           | 2026-01-31 | 2050-01-01 | WORKING   | all     | yes

# The state a line gets from its phase.  A date alone cancels nothing (R5).
= line states
# now       | WORKING     | EXPIRING    | SUSPENDED   | GRACE       | LOST
ordered     | ordered     | ordered     | ordered     | ordered     | ordered
kyc_pending | kyc_pending | kyc_pending | kyc_pending | kyc_pending | kyc_pending
provisioned | provisioned | provisioned | provisioned | provisioned | provisioned
active      | active      | expiring    | suspended   | grace       | grace
low         | low         | expiring    | suspended   | grace       | grace
parked      | parked      | parked      | suspended   | grace       | grace
expiring    | active      | expiring    | suspended   | grace       | grace
suspended   | active      | expiring    | suspended   | grace       | grace
grace       | active      | expiring    | suspended   | grace       | grace
cancelled   | cancelled   | cancelled   | cancelled   | cancelled   | cancelled
quarantine  | quarantine  | quarantine  | quarantine  | quarantine  | quarantine
free        | free        | free        | free        | free        | free

# What a daily sweep sends (DOMAIN R4).  A row with a brand begins a line.
= notices
povo             | 2026-01-19 | -
                 | 2026-05-18 | 60
                 | 2026-06-17 | 30
                 | 2026-07-03 | 14
                 | 2026-07-10 | 7
                 | 2026-07-14 | 3
                 | 2026-07-16 | 1
                 | 2026-07-18 | SUSPENDED
                 | 2026-08-02 | HALF
                 | 2026-08-14 | CANCEL
                 | 2026-08-17 | LOST
# Nothing charged: it was told with the activation, only what is to come remains.
softbank-prepaid | 2026-01-10 | -
                 | 2026-01-10 | SUSPENDED
                 | 2026-07-09 | HALF
                 | 2027-01-02 | CANCEL
                 | 2027-01-05 | LOST
# Ten days: no notice from before the first day; a grace of two days has no half.
visitor          | 2026-02-25 | -
                 | 2026-02-27 | 7
                 | 2026-03-03 | 3
                 | 2026-03-05 | 1
                 | 2026-03-07 | SUSPENDED
                 | 2026-03-09 | LOST
zero-sim         | 2026-01-31 | -
                 | 2026-03-01 | 30
                 | 2026-03-17 | 14
                 | 2026-03-24 | 7
                 | 2026-03-28 | 3
                 | 2026-03-30 | 1
                 | 2026-04-01 | LOST

# A sweep that was off: the most urgent one only.  Sent before, for which date.
= late notices
# today      | sent | for the date | notice    | due
2026-05-17   | NONE | 2026-07-17   | 60        | 2026-05-18
2026-05-18   | NONE | 2026-07-17   | 60        | 2026-05-18
2026-06-16   | NONE | 2026-07-17   | 60        | 2026-05-18
2026-06-17   | NONE | 2026-07-17   | 30        | 2026-06-17
2026-07-12   | 60   | 2026-07-17   | 7         | 2026-07-10
2026-07-12   | 7    | 2026-07-17   | 3         | 2026-07-14
2026-07-30   | 60   | 2026-07-17   | SUSPENDED | 2026-07-18
2026-08-16   | 7    | 2026-07-17   | CANCEL    | 2026-08-14
2027-01-01   | 7    | 2026-07-17   | LOST      | 2026-08-17
# What was sent for another date counts for nothing.
2026-07-12   | 1    | 2026-07-01   | 7         | 2026-07-10
