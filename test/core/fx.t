# Exchange rates: reading, crossing, charging, showing, guarding.

= decimal
# text          | mantissa         | scale | shown
0.04823         | 4823             | 5     | 0.04823
128.78          | 12878            | 2     | 128.78
1               | 1                | 0     | 1
7.4390          | 74390            | 4     | 7.439
20.00           | 2000             | 2     | 20
100             | 100              | 0     | 100
0.000000000001  | 1                | 12    | 0.000000000001
1000000000000000 | 1000000000000000 | 0    | 1000000000000000
999.999999999999 | 999999999999999 | 12    | 999.999999999999

= decimal refuse
""
0
0.0
.5
5.
-1
+1
1e3
1,5
1.2.3
007
00.5
0x1
0.0000000000001
1000000000000001
99999999999999999999999999
N/A
" 1"
１

= cross
# units for 1 EUR    -> from -> to, half up at the tenth decimal
# from | rate     | to  | rate     | 1 from in to
JPY    | 128.78   | CNY | 7.4536   | 0.0578785526
JPY    | 128.78   | USD | 1.1562   | 0.0089781022
JPY    | 128.78   | KRW | 1375.87  | 10.6838794844
JPY    | 128.78   | IDR | 16406.7  | 127.4009939432
CNY    | 7.4536   | JPY | 128.78   | 17.2775571536
EUR    | 1        | JPY | 128.78   | 128.78
JPY    | 128.78   | EUR | 1        | 0.0077651809
JPY    | 128.78   | JPY | 128.78   | 1
KWD    | 0.3489   | IDR | 16406.7  | 47024.0756663801

= charge
# What a price costs, rounded up to a minor unit, and what that amount buys,
# rounded down.  Minor units: JPY and KRW none, KWD three, UYW four.
# price          | of  | in  | rate         | margin, bp | charge      | buys
1100             | JPY | CNY | 0.04823      | 0      | 5306             | 1100
1100             | JPY | CNY | 0.04823      | 150    | 5385             | 1100
1                | JPY | CNY | 0.04823      | 150    | 5                | 1
1                | JPY | USD | 0.0066       | 0      | 1                | 1
1                | JPY | KRW | 9.05         | 150    | 10               | 1
1000000000       | JPY | KRW | 9.05         | 150    | 9185750000       | 1000000000
3000             | JPY | USD | 0.0066512345 | 150    | 2026             | 3001
3000             | JPY | EUR | 0.0061087654 | 2000   | 2200             | 3001
500              | JPY | KWD | 0.0020412345 | 150    | 1036             | 500
500              | JPY | IDR | 107.2        | 150    | 5440400          | 500
500              | JPY | UYW | 0.0412       | 1      | 206021           | 500
500              | JPY | JPY | 1            | 0      | 500              | 500
100              | JPY | HKD | 0.05         | 0      | 500              | 100
100              | JPY | HKD | 0.050001     | 0      | 501              | 100
123456789        | JPY | CNY | 0.0578785525 | 150    | 725268275        | 123456789
1000000000000000 | JPY | USD | 0.0066       | 0      | 660000000000000  | 1000000000000000
100000           | CNY | JPY | 20.733       | 0      | 20733            | 100000
1234             | KWD | JPY | 489.9        | 150    | 614              | 1234
99               | USD | JPY | 150.33       | 0      | 149              | 99

= charge refuse
# price          | of  | in  | rate
0                | JPY | CNY | 0.04823
-1100            | JPY | CNY | 0.04823
1000000000000001 | JPY | CNY | 0.04823
1000000000000000 | JPY | IDR | 107.2
1000000000000000 | JPY | KWD | 1000000000000000

= unit
# of  | in  | rate        | margin | said to people         | yen for one, x 10^6
JPY   | CNY | 0.04823      | 0      | 1 CNY = 20.73 JPY      | 20733983
JPY   | CNY | 0.04823      | 150    | 1 CNY = 20.43 JPY      | 20427569
JPY   | USD | 0.0066       | 150    | 1 USD = 149.28 JPY     | 149276011
JPY   | KRW | 9.05         | 150    | 1 JPY = 9.1858 KRW     | 108864
JPY   | KRW | 10.05        | 0      | 1 JPY = 10.05 KRW      | 99502
JPY   | IDR | 107.2        | 150    | 1 JPY = 108.81 IDR     | 9191
JPY   | KWD | 0.0020412345 | 150    | 1 KWD = 482.66 JPY     | 482659721
JPY   | JPY | 1            | 0      | 1 JPY = 1.0000 JPY     | 1000000
EUR   | USD | 1.1562       | 0      | 1 EUR = 1.1562 USD     | 864902

= guard
# Rate of 2026-11-20 15:00 UTC.  Previous: the rate before it, empty: none.
# source | now                  | rate    | previous | outcome
ecb      | 2026-11-20T15:00:00Z | 0.04823 |          | NONE
ecb      | 2026-11-24T15:00:00Z | 0.04823 |          | NONE
ecb      | 2026-11-24T15:00:01Z | 0.04823 |          | STALE
ecb      | 2027-11-20T15:00:00Z | 0.04823 |          | STALE
ecb      | 2026-11-19T15:00:00Z | 0.04823 |          | NONE
ecb      | 2026-11-19T14:59:59Z | 0.04823 |          | AHEAD
gateway  | 2026-11-20T16:00:00Z | 0.04823 |          | NONE
gateway  | 2026-11-20T16:00:01Z | 0.04823 |          | STALE
ecb      | 2026-11-20T15:00:00Z | 0.05    | 0.05     | NONE
ecb      | 2026-11-20T15:00:00Z | 0.0515  | 0.05     | NONE
ecb      | 2026-11-20T15:00:00Z | 0.0485  | 0.05     | NONE
ecb      | 2026-11-20T15:00:00Z | 0.05151 | 0.05     | JUMP
ecb      | 2026-11-20T15:00:00Z | 0.05151 | 0.050000 | JUMP
ecb      | 2026-11-20T15:00:00Z | 0.04849 | 0.05     | JUMP
ecb      | 2026-11-20T15:00:00Z | 5       | 0.05     | JUMP
ecb      | 2026-11-20T15:00:00Z | 0.05    | 5        | JUMP
ecb      | 2026-11-25T15:00:00Z | 5       | 0.05     | STALE
