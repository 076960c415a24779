# Rows of a lines file.  Today is 2026-11-21, the catalogue is the demo's.

= rows
# The header: iccid,imsi,msisdn,serial,brand,payment,state,activated_on,kept_until,identity
# row                                                                             | verdict | problems (column:what) | safe until
8981100000000000044,440109900000004,06050000000,DN0000000000004,docomo-prepaid,prepaid,active,2026-11-01,,verified | good | | 2027-04-29
,440109900000004,,,docomo-prepaid,,,2026-11-01,,              | good    | | 2027-04-29
8981100000000000044,,,,docomo-prepaid,,,2026-11-01,,          | good    | | 2027-04-29
,,,DN0000000000004,docomo-prepaid,,,2026-11-01,,              | good    | | 2027-04-29
,440519900000004,+81 90-1234-5678,,povo,,,2026-11-01,,        | good    | | 2027-04-29
,440519900000004,819012345678,,povo,,,2026-11-01,,            | good    | | 2027-04-29
,440519900000004,０９０１２３４５６７８,,povo,,,2026-11-01,,  | good    | | 2027-04-29
,４４０ ５１ ９９０００００００４,,,povo,,,2026-11-01,,        | good    | | 2027-04-29
,440-51-9900000004,,,povo,,,2026-11-01,,none                  | good    | | 2027-04-29
# the brand's own words
,440109900000004,,,ahamo,,,2020-01-01,,verified               | good    | | never
,440109900000004,,,ahamo,,,2020-01-01,2027-01-01,verified     | good    | kept_until:KEPT_NONE | never
,440529900000004,,,au,postpaid,parked,2026-11-01,,            | good    | | 2031-10-31
,440529900000004,,,au,postpaid,parked,2020-11-01,2027-05-06,  | good    | | 2027-05-06
,440519900000004,,,povo,postpaid,,2026-11-01,,                | refused | payment:PAYMENT_BRAND |
,440519900000004,,,povo,cash,,2026-11-01,,                    | refused | payment:PAYMENT |
,440519900000004,,,povo,,parked,2026-11-01,,                  | refused | state:STATE_PARK |
,440519900000004,,,povo,,sleeping,2026-11-01,,                | refused | state:STATE |
,440519900000004,,,nobody,,,2026-11-01,,                      | refused | brand:BRAND |
,440519900000004,,,,,,2026-11-01,,                            | refused | brand:BRAND |
# the SIM
,,09012345678,,povo,,,2026-11-01,,                            | refused | row:NO_SIM |
,44051990000000,,,povo,,,2026-11-01,,                         | refused | imsi:IMSI |
,4405199000000044,,,povo,,,2026-11-01,,                       | refused | imsi:IMSI |
,4.40519900000E+14,,,povo,,,2026-11-01,,                      | refused | imsi:SPREADSHEET |
,310260000000004,,,povo,,,2026-11-01,,                        | refused | imsi:IMSI_FOREIGN |
,001010000000004,,,povo,,,2026-11-01,,                        | refused | imsi:IMSI_TEST |
,440709900000004,,,povo,,,2026-11-01,,                        | refused | imsi:IMSI_CLOSED |
,440999900000004,,,povo,,,2026-11-01,,                        | good    | imsi:IMSI_UNKNOWN | 2027-04-29
,440109900000004,,,povo,,,2026-11-01,,                        | good    | brand:NETWORK | 2027-04-29
8981100000000000045,,,,docomo-prepaid,,,2026-11-01,,          | good    | iccid:ICCID_CHECK | 2027-04-29
8944100000000000044,,,,docomo-prepaid,,,2026-11-01,,          | refused | iccid:ICCID_FOREIGN |
898110000000000,,,,docomo-prepaid,,,2026-11-01,,              | refused | iccid:ICCID |
8.98110E+18,,,,docomo-prepaid,,,2026-11-01,,                  | refused | iccid:SPREADSHEET |
,,,D00000000000004,docomo-prepaid,,,2026-11-01,,              | refused | serial:SERIAL |
,,,AA0000000000000,docomo-prepaid,,,2026-11-01,,              | refused | serial:SERIAL |
,440519900000004,05012345678,,povo,,,2026-11-01,,             | refused | msisdn:MSISDN |
,440519900000004,9012345678,,povo,,,2026-11-01,,              | refused | msisdn:MSISDN |
,440519900000004,+1 212 555 0123,,povo,,,2026-11-01,,         | refused | msisdn:MSISDN |
# days
,440519900000004,,,povo,,,,,                                  | refused | activated_on:DAY_NEEDED |
,440519900000004,,,povo,,ordered,,,                           | good    | | 2027-05-19
,440519900000004,,,povo,,,2026-11-22,,                        | refused | activated_on:DAY_FUTURE |
,440519900000004,,,povo,,,2026-02-29,,                        | refused | activated_on:DAY |
,440519900000004,,,povo,,,11/21/2026,,                        | refused | activated_on:DAY |
,440519900000004,,,povo,,,2024-02-29,,                        | good    | kept_until:STALE | 2026-11-21
,440519900000004,,,povo,,suspended,2024-02-29,,               | good    | | 2024-08-26
,440519900000004,,,povo,,,2021-10-07,2027-02-03,              | good    | | 2027-02-03
,440519900000004,,,povo,,,2021-10-07,soon,                    | refused | kept_until:DAY |
,440519900000004,,,povo,,,2021-10-07,2999-02-03,              | refused | kept_until:KEPT_FAR |
,440209900000004,,,softbank-prepaid,,,2021-10-07,2027-02-03,  | good    | | 2027-02-03
,440109900000004,,,docomo-prepaid,,,2021-10-07,2027-02-03,    | good    | | 2027-02-03
,440109900000004,,,docomo-prepaid,,,2026-10-07,2026-12-01,    | good    | | 2026-12-01
,440119900000004,,,rakuten,,,2021-10-07,2027-02-03,           | good    | | 2027-02-03
,440109900000004,,,zero-sim,,,2021-10-07,2027-02-03,          | good    | | 2027-01-31
# and the rest
,440519900000004,,,povo,,,2026-11-01,,perhaps                 | refused | identity:IDENTITY |
,440519900000004,,,povo,,,2026-11-01,,,more                   | refused | row:CELLS |
,44,,,nobody,cash,,2026-02-30,,                               | refused | imsi:IMSI brand:BRAND payment:PAYMENT activated_on:DAY |
