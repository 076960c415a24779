# povo2: 180 days from the day after the last paid pack's expiry, else from the
# activation; or metered voice and SMS of more than JPY 660 within the window;
# or a promotion that the carrier says counts.  Then suspended, 30 days later lost.
#
# date: a day in Tokyo, or a moment anywhere.  safe until: the last safe day, to
# its end.  suspended: the first day on which the carrier could suspend.  lost:
# the last day on which the number can still be saved.  "start" begins a new line.

= cases
# date       | event                 | safe until | suspended  | lost       | because

# Activated and never used: the day of activation is day 1.
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19

# A pack that ends on 19 January: day 1 is 20 January.
2026-01-13   | start                 | 2026-07-11 | 2026-07-12 | 2026-08-10 | ACTIVATION 2026-01-13
2026-01-13   | pack until 2026-01-19 | 2026-07-18 | 2026-07-19 | 2026-08-17 | PACK 2026-01-13
# One day longer, one day later; a shorter one takes nothing away.
2026-01-14   | pack until 2026-01-20 | 2026-07-19 | 2026-07-20 | 2026-08-18 | PACK 2026-01-14
2026-01-14   | pack until 2026-01-19 | 2026-07-19 | 2026-07-20 | 2026-08-18 | PACK 2026-01-14
# A pack without duration is used up on the day it is bought.
2026-07-17   | pack                  | 2027-01-13 | 2027-01-14 | 2027-02-12 | PACK 2026-07-17

# Bought on the last safe day, the first suspended day, the last day to save it.
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-07-17   | offer pack            | 2027-01-13 | 2027-01-14 | 2027-02-12 | +180
2026-07-18   | offer pack            | 2027-01-14 | 2027-01-15 | 2027-02-13 | +181
2026-08-16   | offer pack            | 2027-02-12 | 2027-02-13 | 2027-03-14 | +210
# The day after is too late to offer it ...
2026-08-17   | offer pack            | 2026-07-17 | 2026-07-18 | 2026-08-16 | LOST
# ... but when the carrier took it all the same, it counts.
2026-08-17   | pack                  | 2027-02-13 | 2027-02-14 | 2027-03-15 | PACK 2026-08-17

# R3: a present does not count; a promotion that the carrier names does.
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-03-01   | free pack until 2026-03-31 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-03-01   | offer free pack       | 2026-07-17 | 2026-07-18 | 2026-08-16 | does not count
2026-03-01   | promo until 2026-03-31 | 2026-09-27 | 2026-09-28 | 2026-10-27 | PROMO 2026-03-01

# Data and calls inside of a bundle do not count, only what is billed by use.
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-06-01   | data                  | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-06-01   | call                  | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-06-01   | charge 3000           | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19

# JPY 660 is not more than JPY 660.
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-06-01   | metered 660           | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-06-02   | start                 | 2026-11-28 | 2026-11-29 | 2026-12-28 | ACTIVATION 2026-06-02
2026-06-03   | metered 600           | 2026-11-28 | 2026-11-29 | 2026-12-28 | ACTIVATION 2026-06-02
2026-06-04   | metered 60            | 2026-11-28 | 2026-11-29 | 2026-12-28 | ACTIVATION 2026-06-02
2026-06-05   | metered 1             | 2026-11-29 | 2026-11-30 | 2026-12-29 | METERED 2026-06-03
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-06-01   | metered 660           | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
# One yen more, and the window begins with the first call of the run.
2026-06-20   | metered 1             | 2026-11-27 | 2026-11-28 | 2026-12-27 | METERED 2026-06-01
# What was just counted may count again: 1 + 660 from 20 June.
2026-07-10   | metered 660           | 2026-12-16 | 2026-12-17 | 2027-01-15 | METERED 2026-06-20
# 661 in one day stands for itself.
2026-07-17   | metered 661           | 2027-01-12 | 2027-01-13 | 2027-02-11 | METERED 2026-07-17

# A run longer than the window falls apart: 400 on day 1, 400 on day 181.
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-01-21   | metered 400           | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-07-20   | metered 400           | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
# On day 180 it holds together.
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-01-21   | metered 400           | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-07-19   | metered 400           | 2026-07-19 | 2026-07-20 | 2026-08-18 | METERED 2026-01-21

# Whichever branch is later holds: here the pack.
2026-05-01   | start                 | 2026-10-27 | 2026-10-28 | 2026-11-26 | ACTIVATION 2026-05-01
2026-05-02   | metered 900           | 2026-10-28 | 2026-10-29 | 2026-11-27 | METERED 2026-05-02
2026-05-02   | pack until 2026-06-30 | 2026-12-27 | 2026-12-28 | 2027-01-26 | PACK 2026-05-02
2026-06-20   | metered 900           | 2026-12-27 | 2026-12-28 | 2027-01-26 | PACK 2026-05-02

# Leap days: the window ends on, and behind, 29 February 2024.
2023-09-03   | start                 | 2024-02-29 | 2024-03-01 | 2024-03-30 | ACTIVATION 2023-09-03
2023-09-04   | start                 | 2024-03-01 | 2024-03-02 | 2024-03-31 | ACTIVATION 2023-09-04
2024-02-28   | start                 | 2024-08-25 | 2024-08-26 | 2024-09-24 | ACTIVATION 2024-02-28
2024-02-28   | pack until 2024-02-28 | 2024-08-26 | 2024-08-27 | 2024-09-25 | PACK 2024-02-28
2024-02-29   | pack until 2024-02-29 | 2024-08-27 | 2024-08-28 | 2024-09-26 | PACK 2024-02-29

# Year ends.
2025-07-05   | start                 | 2025-12-31 | 2026-01-01 | 2026-01-30 | ACTIVATION 2025-07-05
2025-07-06   | start                 | 2026-01-01 | 2026-01-02 | 2026-01-31 | ACTIVATION 2025-07-06
2026-12-31   | pack                  | 2027-06-29 | 2027-06-30 | 2027-07-29 | PACK 2026-12-31

# Only the day in Tokyo counts, whatever the owner's clock does: the night in
# which Berlin's clocks go forward, and back.
2026-01-19T00:00:00+09:00 | start     | 2026-07-17 | 2026-07-18 | 2026-08-16 | ACTIVATION 2026-01-19
2026-03-28T15:59:59+01:00 | pack      | 2026-09-24 | 2026-09-25 | 2026-10-24 | PACK 2026-03-28
2026-03-28T16:00:00+01:00 | pack      | 2026-09-25 | 2026-09-26 | 2026-10-25 | PACK 2026-03-29
2026-03-29T16:59:59+02:00 | pack      | 2026-09-25 | 2026-09-26 | 2026-10-25 | PACK 2026-03-29
2026-03-29T17:00:00+02:00 | pack      | 2026-09-26 | 2026-09-27 | 2026-10-26 | PACK 2026-03-30
2026-10-24T16:59:59+02:00 | pack      | 2027-04-22 | 2027-04-23 | 2027-05-22 | PACK 2026-10-24
2026-10-25T15:59:59+01:00 | pack      | 2027-04-23 | 2027-04-24 | 2027-05-23 | PACK 2026-10-25
2026-10-25T16:00:00+01:00 | pack      | 2027-04-24 | 2027-04-25 | 2027-05-24 | PACK 2026-10-26
