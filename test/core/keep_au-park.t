# au-park: at most 60 months from the request; cancelled at the end.

= cases
# date       | event                 | safe until | suspended  | lost       | because
2026-11-21   | start                 | 2031-11-20 | 2031-11-21 | 2031-11-20 | PARKED 2026-11-21
2026-11-01   | start                 | 2031-10-31 | 2031-11-01 | 2031-10-31 | PARKED 2026-11-01
2026-12-31   | start                 | 2031-12-30 | 2031-12-31 | 2031-12-30 | PARKED 2026-12-31
2027-01-01   | start                 | 2031-12-31 | 2032-01-01 | 2031-12-31 | PARKED 2027-01-01
# From a leap day: there is no 29 February 2029; the earlier reading holds.
2024-02-29   | start                 | 2029-02-27 | 2029-02-28 | 2029-02-27 | PARKED 2024-02-29
2024-03-01   | start                 | 2029-02-28 | 2029-03-01 | 2029-02-28 | PARKED 2024-03-01
2027-03-01   | start                 | 2032-02-29 | 2032-03-01 | 2032-02-29 | PARKED 2027-03-01
# Nothing counts.
2027-04-01   | pack until 2028-01-01 | 2032-02-29 | 2032-03-01 | 2032-02-29 | PARKED 2027-03-01
2027-04-01   | call                  | 2032-02-29 | 2032-03-01 | 2032-02-29 | PARKED 2027-03-01
# A shorter time may be asked for, a longer one is not given.
2027-05-01   | resume                | -          | -          | -          | RESUMED 2027-05-01
2027-08-31   | park 6 months         | 2028-02-28 | 2028-02-29 | 2028-02-28 | PARKED 2027-08-31
2027-09-01   | resume                | -          | -          | -          | RESUMED 2027-09-01
2027-09-30   | park 61 months        | 2032-09-29 | 2032-09-30 | 2032-09-29 | PARKED 2027-09-30
