# Mistakes in a catalogue, one at a time: a line of plan.ini becomes something
# else ("" deletes it, a leading + puts a line behind it), and a problem is named,
# at a line, about something.

= mistakes
# line | becomes                            | first problem | at | about | in all
# sections
2  | [catalog]                              | BAD_SECTION  | 2  | catalog | 2
2  | [catalogue demo]                       | BAD_SECTION  | 2  | catalogue demo | 2
46 | +[catalogue]                           | DUPLICATE    | 47 | catalogue | 1
46 | +[card x]                              | BAD_SECTION  | 47 | card x | 1
46 | +[ ]                                   | BAD_SECTION  | 47 | | 1
46 | +[]                                    | BAD_SECTION  | 47 | | 1
46 | +[pack]                                | BAD_CODE     | 47 | pack | 1
46 | +[pack two words]                      | BAD_CODE     | 47 | two words | 1
46 | +[pack Keep]                           | BAD_CODE     | 47 | Keep | 1
46 | +[pack 180]                            | BAD_CODE     | 47 | 180 | 1
46 | +[pack abcdefghijabcdefghijabcdefghijabcdefghijk] | BAD_CODE | 47 | abcdefghijabcdefghijabcdefghijabcdefghijk | 1
46 | +[pack x                               | NOT_A_LINE   | 47 | [pack x | 1
1  | +x = y                                 | NO_SECTION   | 2  | x | 1
# lines and keys
33 | name Big                               | NOT_A_LINE   | 33 | name Big | 2
33 | +nome = Big                            | UNKNOWN_KEY  | 34 | nome | 1
33 | +kinds = keep                          | UNKNOWN_KEY  | 34 | kinds | 1
33 | +name = Bigger                         | SECOND_KEY   | 34 | name | 1
26 | +name.ja = 二                          | SECOND_KEY   | 27 | name.ja | 1
26 | name.jp = 一                           | UNKNOWN_LANG | 26 | name.jp | 1
26 | name.en = One                          | UNKNOWN_LANG | 26 | name.en | 1
28 | keep.ja = window                       | UNKNOWN_KEY  | 28 | keep.ja | 2
33 | name =                                 | EMPTY        | 33 | name | 1
33 | ""                                     | MISSING_KEY  | 32 | name | 1
25 | ""                                     | MISSING_KEY  | 24 | name | 1
35 | ""                                     | MISSING_KEY  | 32 | price | 1
14 | ""                                     | MISSING_KEY  | 8  | source | 1
15 | ""                                     | MISSING_KEY  | 8  | as_of | 1
3  | ""                                     | MISSING_KEY  | 2  | label | 1
# numbers
39 | validity_days = 0                      | BAD_NUMBER   | 39 | 0 | 1
39 | validity_days = 3651                   | BAD_NUMBER   | 39 | 3651 | 1
39 | validity_days = thirty                 | BAD_NUMBER   | 39 | thirty | 1
39 | validity_days = 30 days                | BAD_NUMBER   | 39 | 30 days | 1
39 | validity_days = -30                    | BAD_NUMBER   | 39 | -30 | 1
39 | validity_days = 99999999999999999999   | BAD_NUMBER   | 39 | 99999999999999999999 | 1
39 | validity_days = 30.5                   | BAD_NUMBER   | 39 | 30.5 | 1
12 | window_days = 36501                    | BAD_NUMBER   | 12 | 36501 | 1
36 | tax_bp = 10001                         | BAD_NUMBER   | 36 | 10001 | 1
# money
35 | price = 1100                           | BAD_MONEY    | 35 | 1100 | 1
35 | price = ¥1,100                         | BAD_MONEY    | 35 | ¥1,100 | 1
35 | price = JPY                            | BAD_MONEY    | 35 | JPY | 1
35 | price = JPY 1,10                       | BAD_MONEY    | 35 | JPY 1,10 | 1
35 | price = JPY 11,00                      | BAD_MONEY    | 35 | JPY 11,00 | 1
35 | price = JPY 1100,000                   | BAD_MONEY    | 35 | JPY 1100,000 | 1
35 | price = JPY ,100                       | BAD_MONEY    | 35 | JPY ,100 | 1
35 | price = JPY 1,100.00                   | BAD_MONEY    | 35 | JPY 1,100.00 | 1
35 | price = JPY -1,100                     | BAD_MONEY    | 35 | JPY -1,100 | 1
35 | price = JPY 0                          | BAD_MONEY    | 35 | JPY 0 | 1
35 | price = JPY 1,000,001                  | BAD_MONEY    | 35 | JPY 1,000,001 | 1
35 | price = CNY 1,100                      | BAD_MONEY    | 35 | CNY 1,100 | 1
35 | price = JPY 9999999999999999999        | BAD_MONEY    | 35 | JPY 9999999999999999999 | 1
# days
15 | as_of = 2026-02-29                     | BAD_DAY      | 15 | 2026-02-29 | 1
15 | as_of = 21.11.2026                     | BAD_DAY      | 15 | 21.11.2026 | 1
15 | as_of = 2026-11                        | BAD_DAY      | 15 | 2026-11 | 1
15 | as_of = 1969-12-31                     | BAD_DAY      | 15 | 1969-12-31 | 1
15 | as_of = 3000-01-01                     | BAD_DAY      | 15 | 3000-01-01 | 1
# words
37 | kind = keeping                         | BAD_WORD     | 37 | keeping | 1
38 | counts_as = use                        | BAD_WORD     | 38 | use | 1
11 | counts = pack, metred                  | BAD_WORD     | 11 | metred | 1
11 | counts = pack,, metered                | BAD_WORD     | 11 | "" | 1
30 | payment = cash                         | BAD_WORD     | 30 | cash | 1
39 | sold = maybe                           | BAD_WORD     | 39 | maybe | 1
42 | kind = fast                            | BAD_WORD     | 42 | fast | 1
# references
5  | [network softbank]                     | NO_NETWORK   | 27 | docomo | 1
27 | network = ntt                          | NO_NETWORK   | 27 | ntt | 1
27 | network = NTT                          | BAD_CODE     | 27 | NTT | 1
28 | keep = povo2                           | NO_KEEP      | 28 | povo2 | 1
29 | park = parking                         | NO_KEEP      | 29 | parking | 1
29 | park = window                          | NOT_PARK     | 29 | window | 1
34 | brands = one, two                      | NO_BRAND     | 34 | two | 1
34 | brands = one,                          | NO_BRAND     | 34 | one, | 1
44 | brand = two                            | NO_BRAND     | 44 | two | 1
44 | network = kddi                         | NO_NETWORK   | 44 | kddi | 1
30 | +window_days = 21                      | WINDOW       | 24 | one | 1
46 | +[network mars]                        | MISSING_KEY  | 47 | name | 2
6  | +[network unknown]                     | MISSING_KEY  | 7  | name | 2
# doubles and periods
15 | +valid_from = 2026-12-01               | NONE         | 0  | "" | 0
17 | [keep window]                          | DUPLICATE    | 17 | window | 2
22 | +valid_to = 2020-01-01                 | NONE         | 0  | "" | 0
# what kinds of rules need
12 | ""                                     | KEEP_NEEDS   | 8  | window_days | 1
11 | ""                                     | KEEP_NEEDS   | 8  | counts | 1
13 | ""                                     | KEEP_NEEDS   | 8  | over | 1
20 | ""                                     | KEEP_NEEDS   | 17 | window_months | 1
20 | +window_days = 30                      | KEEP_USELESS | 17 | window_days | 1
12 | +window_months = 6                     | KEEP_USELESS | 8  | window_months | 1
10 | kind = charge                          | KEEP_NEEDS   | 8  | step | 2

= money
# text          | yen
JPY 1           | 1
JPY 1100        | 1100
JPY 1,100       | 1100
JPY 999,999     | 999999
JPY 1,000,000   | 1000000
