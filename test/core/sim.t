# The one field for the number of a SIM.

= accept
# Rules: 2026-11-21, no sandbox, a wrong check digit only warns.
# typed                              | kind   | kept as              | network  | warnings
440101234567890                      | imsi   | 440101234567890      | docomo   |
440 10 1234567890                    | imsi   | 440101234567890      | docomo   |
440-10-1234567890                    | imsi   | 440101234567890      | docomo   |
440.10.1234.567.890                  | imsi   | 440101234567890      | docomo   |
４４０１０１２３４５６７８９０       | imsi   | 440101234567890      | docomo   |
"　４４０ １０－１２３４５６７８９０　" | imsi | 440101234567890      | docomo   |
440ー10ー1234567890                  | imsi   | 440101234567890      | docomo   |
IMSI: 440101234567890                | imsi   | 440101234567890      | docomo   |
IMSI：440101234567890                | imsi   | 440101234567890      | docomo   |
ＩＭＳＩ：４４０１０１２３４５６７８９０ | imsi | 440101234567890     | docomo   |
imsi=440101234567890                 | imsi   | 440101234567890      | docomo   |
IMSI440101234567890                  | imsi   | 440101234567890      | docomo   |
IMSI 番号は 440101234567890          | imsi   | 440101234567890      | docomo   |
No. 440101234567890                  | imsi   | 440101234567890      | docomo   |
'440101234567890                     | imsi   | 440101234567890      | docomo   |
「440101234567890」                  | imsi   | 440101234567890      | docomo   |
440111234567890                      | imsi   | 440111234567890      | rakuten  |
440511234567890                      | imsi   | 440511234567890      | kddi     |
441200123456789                      | imsi   | 441200123456789      | soracom  |
441201123456789                      | imsi   | 441201123456789      | unknown  | network_review
440991234567890                      | imsi   | 440991234567890      | unknown  | network_review
440701234567890                      | imsi   | 440701234567890      | unknown  | network_closed
# ICCIDs are shown with their right check digit
8981100003512345675                  | iccid  | 8981100003512345675  | unknown  |
8981 1000 0351 2345 675              | iccid  | 8981100003512345675  | unknown  |
8981-1000-0351-2345-675              | iccid  | 8981100003512345675  | unknown  |
８９８１１００００３５１２３４５６７５ | iccid | 8981100003512345675 | unknown  |
⑧⑨⑧①1000 0351 2345 675              | iccid  | 8981100003512345675  | unknown  |
8981100003512345675F                 | iccid  | 8981100003512345675  | unknown  |
8981 1000 0351 2345 675f             | iccid  | 8981100003512345675  | unknown  |
ICCID: 8981100003512345675           | iccid  | 8981100003512345675  | unknown  |
ICCID番号：8981100003512345675       | iccid  | 8981100003512345675  | unknown  |
ICCID号码：8981100003512345675       | iccid  | 8981100003512345675  | unknown  |
SIMカード番号 8981100003512345675    | iccid  | 8981100003512345675  | unknown  |
卡号是 8981100003512345675           | iccid  | 8981100003512345675  | unknown  |
SIM ID: 8981100003512345675          | iccid  | 8981100003512345675  | unknown  |
89811000035123456741                 | iccid  | 89811000035123456741 | unknown  |
898110000351234567                   | iccid  | 8981100003512345675  | unknown  | check_computed
898110000351234567F                  | iccid  | 8981100003512345675  | unknown  | check_computed
8981100003512345674                  | iccid  | 8981100003512345675  | unknown  | check_wrong
89811000035123456742                 | iccid  | 89811000035123456741 | unknown  | check_wrong
# docomo serials
DN0512345678901                      | serial | DN0512345678901      | unknown  |
dn0512345678901                      | serial | DN0512345678901      | unknown  |
DN05 1234 5678 901                   | serial | DN0512345678901      | unknown  |
ＤＮ０５１２３４５６７８９０１       | serial | DN0512345678901      | unknown  |
GE-05-12345-678901                   | serial | GE0512345678901      | unknown  |
AX0000000000000                      | serial | AX0000000000000      | unknown  |
ZZ9999999999999                      | serial | ZZ9999999999999      | unknown  |
NO 0512345678901                     | serial | NO0512345678901      | unknown  |
製造番号：TS0512345678901            | serial | TS0512345678901      | unknown  |
ドコモ製造番号 TS0512345678901       | serial | TS0512345678901      | unknown  |
S/N: GD0512345678901                 | serial | GD0512345678901      | unknown  |

= refuse
# typed                              | why            | count | position | character | start
""                                   | EMPTY          | 0     | 0  |   |
"   "                                | EMPTY          | 0     | 0  |   |
---                                  | EMPTY          | 0     | 0  |   |
ICCID:                               | EMPTY          | 0     | 0  |   |
１２３                               | TOO_SHORT      | 3     | 0  |   |
12345678901234                       | TOO_SHORT      | 14    | 0  |   |
1234567890123456                     | SHAPE          | 16    | 0  |   |
123456789012345678901                | TOO_LONG       | 21    | 0  |   |
44010123456789                       | IMSI_LENGTH    | 14    | 0  |   |
4401012345678901                     | IMSI_LENGTH    | 16    | 0  |   |
441                                  | IMSI_LENGTH    | 3     | 0  |   |
460001234567890                      | IMSI_FOREIGN   | 15    | 0  |   | 460
356938035643809                      | IMEI           | 15    | 0  |   | 356
356938035643808                      | IMSI_FOREIGN   | 15    | 0  |   | 356
001010000000001                      | IMSI_TEST      | 15    | 0  |   |
89811000035123456                    | ICCID_LENGTH   | 17    | 0  |   |
898110000351234567412                | ICCID_LENGTH   | 21    | 0  |   |
8965880812100011146                  | ICCID_FOREIGN  | 19    | 0  |   | 8965
8918100003512345675                  | ICCID_FOREIGN  | 19    | 0  |   | 8918
89049032123451234512345678901235     | EID            | 32    | 0  |   |
EID: 89049032123451234512345678901235 | EID           | 32    | 0  |   |
080-1234-5678                        | PHONE          | 11    | 0  |   |
０８０１２３４５６７８               | PHONE          | 11    | 0  |   |
+81 80 1234 5678                     | PHONE          | 12    | 0  |   |
818012345678                         | PHONE          | 12    | 0  |   |
03-1234-5678                         | PHONE          | 10    | 0  |   |
DN051234567890                       | SERIAL_LENGTH  | 12    | 0  |   |
DN05123456789012                     | SERIAL_LENGTH  | 14    | 0  |   |
DNO512345678901                      | CHARACTER      | 12    | 3  | O |
44O101234567890                      | CHARACTER      | 14    | 3  | O |
8981l00003512345675                  | CHARACTER      | 18    | 5  | L |
44010一234567890                     | CHARACTER      | 14    | 6  | 一 |
440101234567890★                     | CHARACTER      | 15    | 16 | ★ |
440101234567890 / ICCID 8981100003512345675 | SEVERAL | 34    | 0  |   |
IMSI:440101234567890 IMEI:356938035643809   | SEVERAL | 30    | 0  |   |
lily@example.com                     | CHARACTER      | 0     | 5  | @ |

= rules
# The same text under other rules: sandbox, new line, refuse wrong check digits.
# typed              | rules              | outcome
001010000000001      |                    | IMSI_TEST
001010000000001      | sandbox            | NONE
440701234567890      |                    | NONE
440701234567890      | new_line           | NETWORK_CLOSED
441101234567890      | new_line           | NETWORK_CLOSED
440101234567890      | new_line           | NONE
440991234567890      | new_line           | NONE
8981100003512345674  |                    | NONE
8981100003512345674  | check_digit_refuse | ICCID_CHECK
8981100003512345675  | check_digit_refuse | NONE
898110000351234567   | check_digit_refuse | NONE

= mask
# kind   | number kept by a line  | masked
imsi     | 440101234567890        | *************90
iccid    | 8981100003512345675    | ***************5675
serial   | DN0512345678901        | ***********8901
