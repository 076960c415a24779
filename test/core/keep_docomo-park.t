# docomo-park: 72 months from the 1st of the month after the request.  Nothing
# extends it; the contract is cancelled at the end.

= cases
# date       | event                 | safe until | suspended  | lost       | because
2026-11-21   | start                 | 2032-11-30 | 2032-12-01 | 2032-11-30 | PARKED 2026-11-21
# The last day of a month and the first of the next.
2026-11-30   | start                 | 2032-11-30 | 2032-12-01 | 2032-11-30 | PARKED 2026-11-30
2026-12-01   | start                 | 2032-12-31 | 2033-01-01 | 2032-12-31 | PARKED 2026-12-01
2026-12-31   | start                 | 2032-12-31 | 2033-01-01 | 2032-12-31 | PARKED 2026-12-31
2027-01-01   | start                 | 2033-01-31 | 2033-02-01 | 2033-01-31 | PARKED 2027-01-01
# It ends with February: of a leap year, of another.
2026-02-28   | start                 | 2032-02-29 | 2032-03-01 | 2032-02-29 | PARKED 2026-02-28
2024-02-29   | start                 | 2030-02-28 | 2030-03-01 | 2030-02-28 | PARKED 2024-02-29
2026-01-31   | start                 | 2032-01-31 | 2032-02-01 | 2032-01-31 | PARKED 2026-01-31
# Nothing counts, and asking again is no extension.
2026-11-21   | start                 | 2032-11-30 | 2032-12-01 | 2032-11-30 | PARKED 2026-11-21
2027-01-01   | pack until 2028-01-01 | 2032-11-30 | 2032-12-01 | 2032-11-30 | PARKED 2026-11-21
2027-01-01   | charge 3000           | 2032-11-30 | 2032-12-01 | 2032-11-30 | PARKED 2026-11-21
2027-01-01   | data                  | 2032-11-30 | 2032-12-01 | 2032-11-30 | PARKED 2026-11-21
2027-01-01   | park                  | 2032-11-30 | 2032-12-01 | 2032-11-30 | PARKED 2026-11-21
# Back in use: the contract holds it, no clock runs; and parked again.
2027-06-10   | resume                | -          | -          | -          | RESUMED 2027-06-10
2027-06-11   | resume                | -          | -          | -          | RESUMED 2027-06-10
2027-07-31   | park                  | 2033-07-31 | 2033-08-01 | 2033-07-31 | PARKED 2027-07-31
