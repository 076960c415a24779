# mobal-vacation: at most 12 months from the request; then it resumes or ends, and
# we count on the end.

= cases
# date       | event                 | safe until | suspended  | lost       | because
2026-11-21   | start                 | 2027-11-20 | 2027-11-21 | 2027-11-20 | PARKED 2026-11-21
2026-12-31   | start                 | 2027-12-30 | 2027-12-31 | 2027-12-30 | PARKED 2026-12-31
2027-01-01   | start                 | 2027-12-31 | 2028-01-01 | 2027-12-31 | PARKED 2027-01-01
2027-03-01   | start                 | 2028-02-29 | 2028-03-01 | 2028-02-29 | PARKED 2027-03-01
2024-02-29   | start                 | 2025-02-27 | 2025-02-28 | 2025-02-27 | PARKED 2024-02-29
2024-03-10   | resume                | -          | -          | -          | RESUMED 2024-03-10
2024-03-31   | park 1 months         | 2024-04-29 | 2024-04-30 | 2024-04-29 | PARKED 2024-03-31
2024-04-01   | free pack             | 2024-04-29 | 2024-04-30 | 2024-04-29 | PARKED 2024-03-31
