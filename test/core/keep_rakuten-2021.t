# rakuten-2021: 180 days from the last use: at least 1 byte or 1 call.  What comes
# after the stop is not in the terms we know, so the number may be lost with it.

= cases
# date       | event                 | safe until | suspended  | lost       | because
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-07-17 | ACTIVATION 2026-01-19
2026-01-20   | data                  | 2026-07-18 | 2026-07-19 | 2026-07-18 | USE 2026-01-20
2026-07-18   | call                  | 2027-01-13 | 2027-01-14 | 2027-01-13 | USE 2026-07-18
# Use told late never takes days away.
2026-05-01   | data                  | 2027-01-13 | 2027-01-14 | 2027-01-13 | USE 2026-07-18

# Buying is no use, nor is a present; it may be sold all the same.
2026-01-19   | start                 | 2026-07-17 | 2026-07-18 | 2026-07-17 | ACTIVATION 2026-01-19
2026-02-01   | pack until 2026-03-02 | 2026-07-17 | 2026-07-18 | 2026-07-17 | ACTIVATION 2026-01-19
2026-02-01   | free pack             | 2026-07-17 | 2026-07-18 | 2026-07-17 | ACTIVATION 2026-01-19
2026-02-01   | promo                 | 2026-07-17 | 2026-07-18 | 2026-07-17 | ACTIVATION 2026-01-19
2026-02-01   | metered 700           | 2026-07-17 | 2026-07-18 | 2026-07-17 | ACTIVATION 2026-01-19
2026-09-01   | offer pack            | 2026-07-17 | 2026-07-18 | 2026-07-17 | does not count
# Use after the end shows that the line was not stopped.
2026-07-25   | data                  | 2027-01-20 | 2027-01-21 | 2027-01-20 | USE 2026-07-25

# Leap day, year end.
2023-09-03   | start                 | 2024-02-29 | 2024-03-01 | 2024-02-29 | ACTIVATION 2023-09-03
2024-02-29   | data                  | 2024-08-26 | 2024-08-27 | 2024-08-26 | USE 2024-02-29
2025-07-05   | data                  | 2025-12-31 | 2026-01-01 | 2025-12-31 | USE 2025-07-05
2025-07-06   | data                  | 2026-01-01 | 2026-01-02 | 2026-01-01 | USE 2025-07-06
# 23:59:59 and 00:00:00 in Tokyo, seen from Shanghai.
2026-01-01T22:59:59+08:00 | data     | 2026-06-29 | 2026-06-30 | 2026-06-29 | USE 2026-01-01
2026-01-01T23:00:00+08:00 | data     | 2026-06-30 | 2026-07-01 | 2026-06-30 | USE 2026-01-02
