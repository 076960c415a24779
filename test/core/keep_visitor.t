# visitor: 10 or 21 days from the first use; each JPY 500 adds 1 GB and 1 day;
# chargeable until 2 days after the end.  Until a first use is known, the
# activation is taken for it.

= cases
# date       | event                 | safe until | suspended  | lost       | because
2026-02-25   | start                 | 2026-03-06 | 2026-03-07 | 2026-03-08 | ACTIVATION 2026-02-25
2026-02-25   | start visitor-21      | 2026-03-17 | 2026-03-18 | 2026-03-19 | ACTIVATION 2026-02-25
# The first use starts the clock, later use does not, an earlier one told late does.
2026-02-20   | start                 | 2026-03-01 | 2026-03-02 | 2026-03-03 | ACTIVATION 2026-02-20
2026-02-25   | data                  | 2026-03-06 | 2026-03-07 | 2026-03-08 | FIRST_USE 2026-02-25
2026-02-26   | call                  | 2026-03-06 | 2026-03-07 | 2026-03-08 | FIRST_USE 2026-02-25
2026-02-24   | data                  | 2026-03-05 | 2026-03-06 | 2026-03-07 | FIRST_USE 2026-02-24
# JPY 500 a day; what is left over buys nothing.
2026-02-26   | charge 500            | 2026-03-06 | 2026-03-07 | 2026-03-08 | CHARGE 2026-02-26
2026-02-26   | charge 1499           | 2026-03-08 | 2026-03-09 | 2026-03-10 | CHARGE 2026-02-26
2026-02-26   | offer charge 499      | 2026-03-08 | 2026-03-09 | 2026-03-10 | TOO_SMALL
# The last day, and the two days after it: the new day is the day of the charge.
2026-03-08   | offer charge 500      | 2026-03-09 | 2026-03-10 | 2026-03-11 | +1
2026-03-09   | offer charge 500      | 2026-03-09 | 2026-03-10 | 2026-03-11 | +1
2026-03-10   | offer charge 500      | 2026-03-10 | 2026-03-11 | 2026-03-12 | +2
2026-03-11   | offer charge 500      | 2026-03-08 | 2026-03-09 | 2026-03-10 | LOST
2026-03-10   | charge 1000           | 2026-03-11 | 2026-03-12 | 2026-03-13 | CHARGE 2026-03-10
# Other packs and presents do not count.
2026-03-10   | pack until 2026-04-30 | 2026-03-11 | 2026-03-12 | 2026-03-13 | CHARGE 2026-03-10
2026-03-10   | free pack until 2026-04-30 | 2026-03-11 | 2026-03-12 | 2026-03-13 | CHARGE 2026-03-10
# Leap day and year end.
2028-02-25   | start                 | 2028-03-05 | 2028-03-06 | 2028-03-07 | ACTIVATION 2028-02-25
2026-12-25   | start                 | 2027-01-03 | 2027-01-04 | 2027-01-05 | ACTIVATION 2026-12-25
2026-12-25   | start visitor-21      | 2027-01-14 | 2027-01-15 | 2027-01-16 | ACTIVATION 2026-12-25
