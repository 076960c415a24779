# zero-sim: three calendar months without data: a mail on the 15th of the third,
# cancelled on the 1st of the next.  The month of activation counts as idle unless
# data is used in it.  There is no suspension before.  mail: the carrier's own.

= cases
# date       | event                 | safe until | suspended  | lost       | because
# Activated on the first, the last day of a month: the same.
2026-01-01   | start                 | 2026-03-31 | 2026-04-01 | 2026-03-31 | ACTIVATION 2026-01-01
2026-01-31   | start                 | 2026-03-31 | 2026-04-01 | 2026-03-31 | ACTIVATION 2026-01-31
2026-02-01   | start                 | 2026-04-30 | 2026-05-01 | 2026-04-30 | ACTIVATION 2026-02-01
# Data in January: February, March, April may be idle.
2026-01-31   | start                 | 2026-03-31 | 2026-04-01 | 2026-03-31 | ACTIVATION 2026-01-31
2026-01-31   | data                  | 2026-04-30 | 2026-05-01 | 2026-04-30 | USE 2026-01-31
2026-02-01   | data                  | 2026-05-31 | 2026-06-01 | 2026-05-31 | USE 2026-02-01
# More in the same month changes nothing; a late report neither.
2026-02-28   | data                  | 2026-05-31 | 2026-06-01 | 2026-05-31 | USE 2026-02-01
2026-01-15   | data                  | 2026-05-31 | 2026-06-01 | 2026-05-31 | USE 2026-02-01
# Calls, packs and presents are no data.
2026-03-10   | call                  | 2026-05-31 | 2026-06-01 | 2026-05-31 | USE 2026-02-01
2026-03-10   | pack                  | 2026-05-31 | 2026-06-01 | 2026-05-31 | USE 2026-02-01
2026-03-10   | free pack             | 2026-05-31 | 2026-06-01 | 2026-05-31 | USE 2026-02-01
# The last day that helps.
2026-05-31   | data                  | 2026-08-31 | 2026-09-01 | 2026-08-31 | USE 2026-05-31
# Year end and leap February.
2023-11-30   | start                 | 2024-01-31 | 2024-02-01 | 2024-01-31 | ACTIVATION 2023-11-30
2023-11-30   | data                  | 2024-02-29 | 2024-03-01 | 2024-02-29 | USE 2023-11-30
2023-12-01   | data                  | 2024-03-31 | 2024-04-01 | 2024-03-31 | USE 2023-12-01
2024-11-30   | start                 | 2025-01-31 | 2025-02-01 | 2025-01-31 | ACTIVATION 2024-11-30
2024-11-30   | data                  | 2025-02-28 | 2025-03-01 | 2025-02-28 | USE 2024-11-30
# Midnight in Tokyo parts the months.
2026-01-31T14:59:59Z | data          | 2026-04-30 | 2026-05-01 | 2026-04-30 | USE 2026-01-31
2026-01-31T15:00:00Z | data          | 2026-05-31 | 2026-06-01 | 2026-05-31 | USE 2026-02-01

= carrier mail
# safe until | the carrier's mail
2026-03-31   | 2026-03-15
2026-04-30   | 2026-04-15
