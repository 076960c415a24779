# sb-simple: each full JPY 3,000 charged buys 60 days, at most 360 days ahead, at
# most JPY 60,000 of balance, at most JPY 5,000 a day by card.  Then the line only
# receives; after 360 days at zero it is cancelled.
#
# Columns as in keep_povo2.t.  "offer": what a quote would say; +N days more, or why not.

= cases
# date       | event                 | safe until | suspended  | lost       | because

# Without a charge nothing is bought: receive-only from the start.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | charge 3000           | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
# While valid, days are added to the end.
2026-01-31   | charge 3000           | 2026-05-09 | 2026-05-10 | 2027-05-04 | CHARGE 2026-01-31

# On the last valid day, and one day late.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | charge 3000           | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
2026-03-10   | offer charge 3000     | 2026-05-09 | 2026-05-10 | 2027-05-04 | +60
2026-03-11   | offer charge 3000     | 2026-05-09 | 2026-05-10 | 2027-05-04 | +60
2026-03-12   | offer charge 3000     | 2026-05-10 | 2026-05-11 | 2027-05-05 | +61
# The last day to save it, and the day after.
2027-03-05   | offer charge 3000     | 2027-05-03 | 2027-05-04 | 2028-04-27 | +419
2027-03-06   | offer charge 3000     | 2026-03-10 | 2026-03-11 | 2027-03-05 | LOST

# Full steps only.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | offer charge 2999     | 2026-01-09 | 2026-01-10 | 2027-01-04 | TOO_SMALL
2026-01-10   | charge 2999           | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | charge 5999           | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
2026-01-10   | charge 6000           | 2026-07-08 | 2026-07-09 | 2027-07-03 | CHARGE 2026-01-10

# JPY 5,000 a day by card: together, not each.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | offer charge 5000 by card | 2026-03-10 | 2026-03-11 | 2027-03-05 | +60
2026-01-10   | offer charge 5001 by card | 2026-01-09 | 2026-01-10 | 2027-01-04 | CARD_DAY
2026-01-10   | charge 3000 by card   | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
2026-01-10   | offer charge 3000 by card | 2026-03-10 | 2026-03-11 | 2027-03-05 | CARD_DAY again 2026-01-11
2026-01-10   | offer charge 3000     | 2026-05-09 | 2026-05-10 | 2027-05-04 | +60
2026-01-11   | offer charge 3000 by card | 2026-05-09 | 2026-05-10 | 2027-05-04 | +60

# 360 days ahead at most: the sixth charge fits, the seventh has to wait 60 days.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | offer charge 18000    | 2027-01-04 | 2027-01-05 | 2027-12-30 | +360
2026-01-10   | offer charge 21000    | 2026-01-09 | 2026-01-10 | 2027-01-04 | SUM_DAYS
2026-01-10   | charge 18000          | 2027-01-04 | 2027-01-05 | 2027-12-30 | CHARGE 2026-01-10
2026-01-10   | offer charge 3000     | 2027-01-04 | 2027-01-05 | 2027-12-30 | SUM_DAYS again 2026-03-11
2026-03-10   | offer charge 3000     | 2027-01-04 | 2027-01-05 | 2027-12-30 | SUM_DAYS again 2026-03-11
2026-03-11   | offer charge 3000     | 2027-03-05 | 2027-03-06 | 2028-02-28 | +60
# The carrier took it all the same: no day past the 360th.
2026-01-12   | charge 3000           | 2027-01-06 | 2027-01-07 | 2028-01-01 | CHARGE 2026-01-12

# JPY 60,000 of balance at most; the balance dies with its validity.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | offer charge 60001    | 2026-01-09 | 2026-01-10 | 2027-01-04 | BALANCE
2026-01-10   | charge 58000          | 2027-01-04 | 2027-01-05 | 2027-12-30 | CHARGE 2026-01-10
2026-12-01   | offer charge 3000     | 2027-01-04 | 2027-01-05 | 2027-12-30 | BALANCE
2027-01-04   | offer charge 3000     | 2027-01-04 | 2027-01-05 | 2027-12-30 | BALANCE
2026-12-01   | metered 1000          | 2027-01-04 | 2027-01-05 | 2027-12-30 | CHARGE 2026-01-10
2026-12-01   | offer charge 3000     | 2027-03-05 | 2027-03-06 | 2028-02-28 | +60
2027-01-05   | offer charge 18000    | 2027-12-30 | 2027-12-31 | 2028-12-24 | +360

# A balance of zero receives only, whatever days were left; a charge revives it.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | charge 3000           | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
2026-02-01   | metered 2999          | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
2026-02-02   | metered 1             | 2026-02-01 | 2026-02-02 | 2027-01-27 | SPENT 2026-02-02
2026-02-03   | charge 1000           | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
2026-02-03   | charge 3000           | 2026-05-09 | 2026-05-10 | 2027-05-04 | CHARGE 2026-02-03

# Spent on the very last day; and on the first day after it there is nothing to spend.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | charge 3000           | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
2026-03-11   | metered 3000          | 2026-03-10 | 2026-03-11 | 2027-03-05 | CHARGE 2026-01-10
2026-03-10   | metered 3000          | 2026-03-09 | 2026-03-10 | 2027-03-04 | SPENT 2026-03-10

# A charge told late counts from its own day, since its place is not known.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-04-01   | charge 3000           | 2026-05-30 | 2026-05-31 | 2027-05-25 | CHARGE 2026-04-01
2026-03-01   | charge 3000           | 2026-05-30 | 2026-05-31 | 2027-05-25 | CHARGE 2026-04-01
2026-03-31   | charge 6000           | 2026-07-28 | 2026-07-29 | 2027-07-23 | CHARGE 2026-04-01

# Presents, packs and use are no charge.
2026-01-10   | start                 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | free pack until 2026-12-31 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | pack until 2026-12-31 | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10
2026-01-10   | data                  | 2026-01-09 | 2026-01-10 | 2027-01-04 | NO_CHARGE 2026-01-10

# Leap day and year end.
2023-12-31   | start                 | 2023-12-30 | 2023-12-31 | 2024-12-24 | NO_CHARGE 2023-12-31
2023-12-31   | charge 3000           | 2024-02-28 | 2024-02-29 | 2025-02-22 | CHARGE 2023-12-31
2024-01-01   | start                 | 2023-12-31 | 2024-01-01 | 2024-12-25 | NO_CHARGE 2024-01-01
2024-01-01   | charge 3000           | 2024-02-29 | 2024-03-01 | 2025-02-23 | CHARGE 2024-01-01
