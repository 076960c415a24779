# prepaid-180 (the operator's own demo product): 180 days from activation, and each
# pack adds its own days to the end.  Then 30 days of grace.

= cases
# date       | event                 | safe until | suspended  | lost       | because
# The example of the top-up page: 18 July 2026, and 180 days more.
2026-01-20   | start                 | 2026-07-18 | 2026-07-19 | 2026-08-17 | ACTIVATION 2026-01-20
2026-03-14   | offer pack 180 days   | 2027-01-14 | 2027-01-15 | 2027-02-13 | +180
2026-03-14   | pack 30 days          | 2026-08-17 | 2026-08-18 | 2026-09-16 | PACK 2026-03-14
2026-03-14   | pack 90 days          | 2026-11-15 | 2026-11-16 | 2026-12-15 | PACK 2026-03-14
# On the last safe day nothing is lost; after it the days begin with the purchase.
2026-01-20   | start                 | 2026-07-18 | 2026-07-19 | 2026-08-17 | ACTIVATION 2026-01-20
2026-07-18   | offer pack 180 days   | 2027-01-14 | 2027-01-15 | 2027-02-13 | +180
2026-07-19   | offer pack 180 days   | 2027-01-14 | 2027-01-15 | 2027-02-13 | +180
2026-07-20   | offer pack 180 days   | 2027-01-15 | 2027-01-16 | 2027-02-14 | +181
2026-08-17   | offer pack 180 days   | 2027-02-12 | 2027-02-13 | 2027-03-14 | +209
2026-08-18   | offer pack 180 days   | 2026-07-18 | 2026-07-19 | 2026-08-17 | LOST
# Packs without days of their own, presents, use.
2026-03-14   | pack until 2026-12-31 | 2026-07-18 | 2026-07-19 | 2026-08-17 | ACTIVATION 2026-01-20
2026-03-14   | free pack 180 days    | 2026-07-18 | 2026-07-19 | 2026-08-17 | ACTIVATION 2026-01-20
2026-03-14   | promo 180 days        | 2026-07-18 | 2026-07-19 | 2026-08-17 | ACTIVATION 2026-01-20
2026-03-14   | data                  | 2026-07-18 | 2026-07-19 | 2026-08-17 | ACTIVATION 2026-01-20
# Leap day and year end.
2023-09-03   | start                 | 2024-02-29 | 2024-03-01 | 2024-03-30 | ACTIVATION 2023-09-03
2024-02-29   | pack 1 days           | 2024-03-01 | 2024-03-02 | 2024-03-31 | PACK 2024-02-29
2025-07-05   | start                 | 2025-12-31 | 2026-01-01 | 2026-01-30 | ACTIVATION 2025-07-05
2025-12-31   | pack 1 days           | 2026-01-01 | 2026-01-02 | 2026-01-31 | PACK 2025-12-31
