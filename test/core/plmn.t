# Networks by the longest prefix of an IMSI (DOMAIN 2).

= find
# IMSI            | state   | network  | shown
440101234567890   | live    | docomo   | 440-10
440111234567890   | live    | rakuten  | 440-11
440201234567890   | live    | softbank | 440-20
440211234567890   | live    | softbank | 440-21
440001234567890   | live    | softbank | 440-00
441011234567890   | live    | softbank | 441-01
440501234567890   | live    | kddi     | 440-50
440511234567890   | live    | kddi     | 440-51
440521234567890   | live    | kddi     | 440-52
440531234567890   | live    | kddi     | 440-53
440011234567890   | live    | kddi     | 440-01
440031234567890   | live    | iij      | 440-03
440051234567890   | live    | wcp      | 440-05
441001234567890   | live    | wcp      | 441-00
440131234567890   | live    | ntt_com  | 440-13
441200123456789   | live    | soracom  | 441-200
# its five-digit neighbours are not Soracom
441201123456789   | unknown | unknown  | 441-201
441209123456789   | unknown | unknown  | 441-209
# withdrawn codes
440541234567890   | dead    | unknown  | 440-54
440701234567890   | dead    | unknown  | 440-70
440711234567890   | dead    | unknown  | 440-71
440721234567890   | dead    | unknown  | 440-72
440731234567890   | dead    | unknown  | 440-73
440741234567890   | dead    | unknown  | 440-74
440751234567890   | dead    | unknown  | 440-75
440761234567890   | dead    | unknown  | 440-76
440781234567890   | dead    | unknown  | 440-78
441101234567890   | dead    | unknown  | 441-10
441911234567890   | dead    | unknown  | 441-91
# Japanese, in no row
440771234567890   | unknown | unknown  | 440-77
440991234567890   | unknown | unknown  | 440-99
441999123456789   | unknown | unknown  | 441-999
# the test network, and abroad
001010000000001   | test    | test     | 001-01
001020000000001   | foreign | unknown  |
460001234567890   | foreign | unknown  |
442101234567890   | foreign | unknown  |
439101234567890   | foreign | unknown  |
000000000000000   | foreign | unknown  |
999999999999999   | foreign | unknown  |

= dated
# A made-up table: 440-98 was docomo to 2020-03-31, nobody's, and is KDDI's from
# 2021-04-01; 440-981 is IIJ's from 2025-01-01.
# IMSI            | day        | state   | network
440980000000000   | 1999-12-31 | unknown | unknown
440980000000000   | 2000-01-01 | live    | docomo
440980000000000   | 2020-03-31 | live    | docomo
440980000000000   | 2020-04-01 | dead    | unknown
440980000000000   | 2021-03-31 | dead    | unknown
440980000000000   | 2021-04-01 | live    | kddi
440981000000000   | 2024-12-31 | live    | kddi
440981000000000   | 2025-01-01 | live    | iij
440980000000000   | 2025-01-01 | live    | kddi
