# contract: a monthly contract has no clock of its own; nobody may guess a date.

= cases
# date       | event                 | safe until | suspended  | lost       | because
2026-01-20   | start                 | -          | -          | -          | CONTRACT 2026-01-20
2026-01-20   | pack 180 days         | -          | -          | -          | CONTRACT 2026-01-20
2026-01-20   | offer pack 180 days   | -          | -          | -          | does not count
2026-01-20   | data                  | -          | -          | -          | CONTRACT 2026-01-20
2026-01-20   | park                  | -          | -          | -          | CONTRACT 2026-01-20
