/*
 * keys.h - throw-away keys and certificates of the tests; they open nothing.
 */
#pragma once

/* RSA-2048, PKCS#8. */
static const char key_pkcs8[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDGLBH5gqvgpHU1\n"
    "zOv9tyZlXk68I+YV03UX2cNt0AQEXldc76PxjRa0O5QuapE1CSlZ3QKDhIJcxoYA\n"
    "d6D0yza/TbrZSNrR10b8qxliDdTpVh3oxSvqOAt2QopVuRp3e50RoDkCc4DVUSml\n"
    "JrgpVf/4TQg911KK13wZzZPzCDlm1oM9nbHE61KtSi5VDTHfn3qHjBGXyTeGEIiw\n"
    "eDUalxLdYhpFMHDKuk3OdIA713+ERSJjiFtR/CWWbKlerWtrgENWleiXWO++33Ji\n"
    "hQg1NfifTYWs5CbEMnJ706WaiQsDdgauzfgUXJ7z4tsQibS/+SUumOnpy/hP/A7m\n"
    "DeZHh/SvAgMBAAECggEAGYBbUcnkd1SCdslnhu82JC5GIITYG2/qLgcKVIvDsJI5\n"
    "WM7HwJJA3TGbiHuTMwl6RkOgCq+XHPw5Cz9ZuZaa9XQ5urNa4Uz8KBCWhB02jE5W\n"
    "K/mPhKTwqKe4aH6Y7s478KQ3Id8eMZUvsD5yzXLxLREwodCfIRnIsQNY6hnhVR/E\n"
    "aaQK5AnFmrW37jBkO5VjQacg9Au2iKo6zjy/gXSG8toDkqIHZMcG0F/DLFG+dSAD\n"
    "qclNtNCUayQzMcGhOsEVB8JvQ5AAxAwHzMyH8aoXQG810l6NX0C8qZLBxr1P26Mk\n"
    "licQVEex7f8aCXEP3MlVMp9K0mUGMAO37QB5+SbnnQKBgQD3qv8r6nR4h2CnmXHg\n"
    "FFPFymMHIEet3ySgbd24oGPbMek7RjMLmHvBxvcHpNcj8W0up/iGD512LG0y4LYs\n"
    "YbqLWtsZ0qTspu/UED7kpw5Epo25jPxoy1YK5FblbCh6A+qizAasEKsVvflIAlZ1\n"
    "YosySlA0/BS5YiNDc7pz37F/VQKBgQDM1sxXzVxwWIjm0ycL6tiict6fP0iDX0pj\n"
    "dRzejHFIDNJ7Ug212xEaQuCrkZ2qLqRimHzM9BsMAXOD+Jc33No66OkdHXQW4i7p\n"
    "3YSh+n3StJpkXk3VkGASloS1VE2jE4SlAPowF6qbz/589KNewbtqYtW5JGug8dOD\n"
    "xXyf1+W78wKBgFk0YOY7cyn6cMjNDuQLzkSead6mNMseZT3XdJXMR0srBfuQhFA3\n"
    "4tNfy5gYOlk62v2ECJKYyzlGNSqvH06LALqyxdneMgL++cDi/RQ0S4JUjxV2/27r\n"
    "VhlkNxw5Qbb49Ckg3YJaGpUhMMlL9kIfdU1u0MbUyM4g19yysUSNHIxlAoGAZp41\n"
    "QMdgx+eSrhCaPx4n6ToizSSm7ymN2sWQ8Ozq022ZBK7Wr4RPzRgz9b+9fMRhFgPO\n"
    "gd7IrfsMI9El8JZzvY9xOWTIA67MUdzn1T3oSuavchjMZXEusCE32p+hRVFB4mfa\n"
    "7rzse6J3m6HzNkVX3rQk3duhD8AWdq05Adrm/IECgYBLrKeRvvIObdM5Yljgij40\n"
    "oB4nPX3WLRFQJSqORMjs9zC+uF3eFSSGW6rbydxN8ulQVn7fhMlx0E9G6iRW5TlB\n"
    "aMQNqv+gtrsagOXx3W9iJlTg7gvSUKqCOrjszly8y1bxwPeCpkPby1/DAH8hU7lz\n"
    "VGAVFzql5r47BJjCxTyreQ==\n"
    "-----END PRIVATE KEY-----\n";

/* The same, PKCS#1. */
static const char key_pkcs1[] =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIIEogIBAAKCAQEAxiwR+YKr4KR1Nczr/bcmZV5OvCPmFdN1F9nDbdAEBF5XXO+j\n"
    "8Y0WtDuULmqRNQkpWd0Cg4SCXMaGAHeg9Ms2v0262Uja0ddG/KsZYg3U6VYd6MUr\n"
    "6jgLdkKKVbkad3udEaA5AnOA1VEppSa4KVX/+E0IPddSitd8Gc2T8wg5ZtaDPZ2x\n"
    "xOtSrUouVQ0x3596h4wRl8k3hhCIsHg1GpcS3WIaRTBwyrpNznSAO9d/hEUiY4hb\n"
    "UfwllmypXq1ra4BDVpXol1jvvt9yYoUINTX4n02FrOQmxDJye9OlmokLA3YGrs34\n"
    "FFye8+LbEIm0v/klLpjp6cv4T/wO5g3mR4f0rwIDAQABAoIBABmAW1HJ5HdUgnbJ\n"
    "Z4bvNiQuRiCE2Btv6i4HClSLw7CSOVjOx8CSQN0xm4h7kzMJekZDoAqvlxz8OQs/\n"
    "WbmWmvV0ObqzWuFM/CgQloQdNoxOViv5j4Sk8KinuGh+mO7OO/CkNyHfHjGVL7A+\n"
    "cs1y8S0RMKHQnyEZyLEDWOoZ4VUfxGmkCuQJxZq1t+4wZDuVY0GnIPQLtoiqOs48\n"
    "v4F0hvLaA5KiB2THBtBfwyxRvnUgA6nJTbTQlGskMzHBoTrBFQfCb0OQAMQMB8zM\n"
    "h/GqF0BvNdJejV9AvKmSwca9T9ujJJYnEFRHse3/GglxD9zJVTKfStJlBjADt+0A\n"
    "efkm550CgYEA96r/K+p0eIdgp5lx4BRTxcpjByBHrd8koG3duKBj2zHpO0YzC5h7\n"
    "wcb3B6TXI/FtLqf4hg+ddixtMuC2LGG6i1rbGdKk7Kbv1BA+5KcORKaNuYz8aMtW\n"
    "CuRW5WwoegPqoswGrBCrFb35SAJWdWKLMkpQNPwUuWIjQ3O6c9+xf1UCgYEAzNbM\n"
    "V81ccFiI5tMnC+rYonLenz9Ig19KY3Uc3oxxSAzSe1INtdsRGkLgq5Gdqi6kYph8\n"
    "zPQbDAFzg/iXN9zaOujpHR10FuIu6d2Eofp90rSaZF5N1ZBgEpaEtVRNoxOEpQD6\n"
    "MBeqm8/+fPSjXsG7amLVuSRroPHTg8V8n9flu/MCgYBZNGDmO3Mp+nDIzQ7kC85E\n"
    "nmnepjTLHmU913SVzEdLKwX7kIRQN+LTX8uYGDpZOtr9hAiSmMs5RjUqrx9OiwC6\n"
    "ssXZ3jIC/vnA4v0UNEuCVI8Vdv9u61YZZDccOUG2+PQpIN2CWhqVITDJS/ZCH3VN\n"
    "btDG1MjOINfcsrFEjRyMZQKBgGaeNUDHYMfnkq4Qmj8eJ+k6Is0kpu8pjdrFkPDs\n"
    "6tNtmQSu1q+ET80YM/W/vXzEYRYDzoHeyK37DCPRJfCWc72PcTlkyAOuzFHc59U9\n"
    "6Ermr3IYzGVxLrAhN9qfoUVRQeJn2u687Huid5uh8zZFV960JN3boQ/AFnatOQHa\n"
    "5vyBAoGAS6ynkb7yDm3TOWJY4Io+NKAeJz191i0RUCUqjkTI7Pcwvrhd3hUkhluq\n"
    "28ncTfLpUFZ+34TJcdBPRuokVuU5QWjEDar/oLa7GoDl8d1vYiZU4O4L0lCqgjq4\n"
    "7M5cvMtW8cD3gqZD28tfwwB/IVO5c1RgFRc6pea+OwSYwsU8q3k=\n"
    "-----END RSA PRIVATE KEY-----\n";

/* Its public half, SubjectPublicKeyInfo. */
static const char key_spki[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxiwR+YKr4KR1Nczr/bcm\n"
    "ZV5OvCPmFdN1F9nDbdAEBF5XXO+j8Y0WtDuULmqRNQkpWd0Cg4SCXMaGAHeg9Ms2\n"
    "v0262Uja0ddG/KsZYg3U6VYd6MUr6jgLdkKKVbkad3udEaA5AnOA1VEppSa4KVX/\n"
    "+E0IPddSitd8Gc2T8wg5ZtaDPZ2xxOtSrUouVQ0x3596h4wRl8k3hhCIsHg1GpcS\n"
    "3WIaRTBwyrpNznSAO9d/hEUiY4hbUfwllmypXq1ra4BDVpXol1jvvt9yYoUINTX4\n"
    "n02FrOQmxDJye9OlmokLA3YGrs34FFye8+LbEIm0v/klLpjp6cv4T/wO5g3mR4f0\n"
    "rwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

/* The same, PKCS#1. */
static const char key_public1[] =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCgKCAQEAxiwR+YKr4KR1Nczr/bcmZV5OvCPmFdN1F9nDbdAEBF5XXO+j8Y0W\n"
    "tDuULmqRNQkpWd0Cg4SCXMaGAHeg9Ms2v0262Uja0ddG/KsZYg3U6VYd6MUr6jgL\n"
    "dkKKVbkad3udEaA5AnOA1VEppSa4KVX/+E0IPddSitd8Gc2T8wg5ZtaDPZ2xxOtS\n"
    "rUouVQ0x3596h4wRl8k3hhCIsHg1GpcS3WIaRTBwyrpNznSAO9d/hEUiY4hbUfwl\n"
    "lmypXq1ra4BDVpXol1jvvt9yYoUINTX4n02FrOQmxDJye9OlmokLA3YGrs34FFye\n"
    "8+LbEIm0v/klLpjp6cv4T/wO5g3mR4f0rwIDAQAB\n"
    "-----END RSA PUBLIC KEY-----\n";

/* RSA-1024. */
static const char key_short[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMvk0Ev5u5UWTZjV\n"
    "JPn7oGfoDrSNzV8k2JAxJL9OkSJ/fMFot8lQVnsoOUbbVBnB1nblC+NtxJhypyx4\n"
    "EV7LvOI40Z4YixurIn73pGYMjZUxBdPgDMSYW+gP1gcM6iH90DswTwnNkiuyMxiZ\n"
    "JqaXpaqaKY0iEKnZW6Qk20CSuhZFAgMBAAECgYEAj5WrOlW7y9nQ+3feekzBQWsi\n"
    "L/RMVFxWRfTVtANYIbs1194uzw5MWJ6S91stdpYSudfC7341nEXhhGdplCBV+pbj\n"
    "hjQU4iaQB0aFMlDJqc/ZoNojN3hXHQfW5BXuQECg6br2I0012ut9SKLDPnpsBAnu\n"
    "bcq5ZLAIMe0Y77pXTWECQQD2dmzXyOPuLMGTwD9Ae2nZgmuRxbYWc9cTmOvgtcjz\n"
    "0aEAX9vplaJuHU21kgvBWBWGLz+4sT0DiZfRXnwVXigLAkEA08iukglnu53YPsTR\n"
    "bj1rrWeJNhIQWfoNh6S+n7MulAn+XWAI6FQtIsIfYQHk0siZQrxEfF6sjMvegGxp\n"
    "JcSc7wJAOY2eDSXUVCIPcjlKi/xF040pIXlR9BxI9UKYknjg3E7vke7Qo9NVgvFE\n"
    "3EmmhRfUrukJsE9zOAhBc5rkzviV0QJADNUVFs4xFeIrjyoX0okwNBKY8sjHatxG\n"
    "45gs4LpXsSql2fyOrZ0kGv4OLq+RsN/swWls8Og/pkxYEAoBmQM/ywJBAPIxiQqT\n"
    "mHy/Sc4JxCMw/a0+Cxq2CO0Ff1ZKquUq8qOlZq68Eg8rq+KZQSyER1E8U7JWye6d\n"
    "DfQ2HlzZJC7hpEc=\n"
    "-----END PRIVATE KEY-----\n";

/* P-256. */
static const char key_curve[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4ixEzlArL9RUJm7F\n"
    "AMa6VRY7FrdzUqYZ5z//HIbA9eqhRANCAATtyyIQAHfhEZ27CqoUqlkGQ4OO1U1J\n"
    "Hn44mnfVmm+6NBjyxXkdN16ukhc8nOTNPbyFYPp2MFFwEaJG9IqaTbgK\n"
    "-----END PRIVATE KEY-----\n";

/* Root, serial 7. */
static const char cert_root[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDdDCCAlygAwIBAgIBBzANBgkqhkiG9w0BAQsFADBSMQswCQYDVQQGEwJKUDEW\n"
    "MBQGA1UECgwNS2VlcGxpbmUgVGVzdDEOMAwGA1UECwwFUm9vdHMxGzAZBgNVBAMM\n"
    "EktlZXBsaW5lIFRlc3QgUm9vdDAgFw0yNjExMjIwMjUwMzVaGA8yMDgxMDgyNTAy\n"
    "NTAzNVowUjELMAkGA1UEBhMCSlAxFjAUBgNVBAoMDUtlZXBsaW5lIFRlc3QxDjAM\n"
    "BgNVBAsMBVJvb3RzMRswGQYDVQQDDBJLZWVwbGluZSBUZXN0IFJvb3QwggEiMA0G\n"
    "CSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCsZliEkYgoVo9Ub7XyYGwIsMYR5+fU\n"
    "K5OPzqKkT3/KMXOiXfZ9/NscMoehmQVWdof2tjz1lDubuea9da0mQsydfhmRgt0z\n"
    "ZWCFsu0lhcIoTbVI2lRAmes9KmwKOYJTFaGPsuyaXadkx5bQHEAsQPA2WOCZN47Y\n"
    "eMCvqty2N0Y52E/dkyrDJ5Ro1KvdY9tiWtvA1RUm/97I6ciVk9uJXOriqoeBnl/U\n"
    "e8C/kJdjQsYLbEMYLeTrxoGlQ1ao4j6Z2Pxk3nqfzJYX1jD0chInpGNseTe9+JbM\n"
    "6J2K4oaFYiT1gc/mEyfB82KAPH/x3D+axECWLDUQhAMS2sH90Xyly65LAgMBAAGj\n"
    "UzBRMB0GA1UdDgQWBBTMW7ViXGnMmBYa9pRBhkTepd/knjAfBgNVHSMEGDAWgBTM\n"
    "W7ViXGnMmBYa9pRBhkTepd/knjAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEB\n"
    "CwUAA4IBAQBpOyR/uWJ6ldwrTs/yDU/0Y2vU2T5zThqbus8l7A+kQSrln82gYUMB\n"
    "GBUg+qGW5opT2PXknonGYMKSV1w+mpl/jJkCTp6rWPuzR7AJNs3wnmSl3OsRsIuh\n"
    "AIPsFkxPEhk6hGSPWogmLiKFV6U5a0Oks++T4jX2rpEJzeIu9trXKYUTpJvm/7p0\n"
    "ebCRXymDkf7CgS1z4fWh2UhXelWD+d8aQoOr+ORueuyV9o0X1LPfUvm+t7uNtBpo\n"
    "E04fwU0xG9+1i0dyKBbfhcDtxqR6WVaT6qQw7Nut9j4lIpKMh+obuNMaHw69U+FM\n"
    "4BHFEntcI6oDEjXhrmY7s/85TEhhLuBA\n"
    "-----END CERTIFICATE-----\n";

/* Signed by the root, serial 11. */
static const char cert_middle[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDhDCCAmygAwIBAgIBCzANBgkqhkiG9w0BAQsFADBSMQswCQYDVQQGEwJKUDEW\n"
    "MBQGA1UECgwNS2VlcGxpbmUgVGVzdDEOMAwGA1UECwwFUm9vdHMxGzAZBgNVBAMM\n"
    "EktlZXBsaW5lIFRlc3QgUm9vdDAgFw0yNjExMjIwMjUwMzVaGA8yMDc4MTEyOTAy\n"
    "NTAzNVowVTELMAkGA1UEBhMCSlAxFjAUBgNVBAoMDUtlZXBsaW5lIFRlc3QxDzAN\n"
    "BgNVBAsMBk1pZGRsZTEdMBsGA1UEAwwUS2VlcGxpbmUgVGVzdCBNaWRkbGUwggEi\n"
    "MA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQC38xjO2gWyNwUBAPNf2GjmtWaN\n"
    "7Pw6GHN2AqIKaO6OqiLDVsqHo6z5fgFabCa/rxATtT1sIOFTxbfIT5mAp+vuphye\n"
    "qADBgKEAXMwS8YYJkzvS46ly6ZXJCUEzLGym2KFpgL9ixCnedZKUiLO3oHX0jhpz\n"
    "Dog1mqqDMh+QVKRaZnAM0u8tH2SDnbhVNJiJhO211EugPV6KNVw8yp4P4DoQ3uxk\n"
    "uBGBB0Di1S1wmDwnviLoOC+5lPWHVSAF/ag5DMkQZBItaeAXQciZi1LwS2RWQ2U2\n"
    "u1JLTpGN/2AT6QvBfzQtGHR4oFuOrnUZysDTgykAPLy6xX2bnBvoViqN1OV/AgMB\n"
    "AAGjYDBeMA8GA1UdEwEB/wQFMAMBAf8wCwYDVR0PBAQDAgIEMB0GA1UdDgQWBBQg\n"
    "RwXbQ7uOUi5wdYTFIHvjysYe9jAfBgNVHSMEGDAWgBTMW7ViXGnMmBYa9pRBhkTe\n"
    "pd/knjANBgkqhkiG9w0BAQsFAAOCAQEASYrjbo/QZJ2/kwhGmyE0iFSsXHHF4xzl\n"
    "1dV1Vs3T0hcAkiWzNwHFndGDjjRGA4bCpTFbi2OTFvalZr0mxhJvMRCc+L9d3RhE\n"
    "FcziKJ3flL5H0SZ8VfA2/1lMJRGLV0YXTggkrLwmq/jMiIvNxaLkIrrqrsx9qBSM\n"
    "bWB3ZydJ3eYGYAMvx844MOHMM9aKV4g7X2nl/W13ikBKPHLJ6dBoRptd8Dvvxxga\n"
    "D9573YeA3IpBf3MuW5KH9fuPTPAAFz4iBjeW4xLX5v4DJzFw7k+dE5sQHb0ne9yM\n"
    "vFqkPgl4WsoEcDCKnfie2tbfbB52qUrgadV1kB6Rrld9KX/h0rmlLA==\n"
    "-----END CERTIFICATE-----\n";

/* Signed by the middle; the key above; for clients. */
static const char cert_leaf[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDozCCAougAwIBAgIVDzd1tqRazViIJtFeWDqV9d0AAAABMA0GCSqGSIb3DQEB\n"
    "CwUAMFUxCzAJBgNVBAYTAkpQMRYwFAYDVQQKDA1LZWVwbGluZSBUZXN0MQ8wDQYD\n"
    "VQQLDAZNaWRkbGUxHTAbBgNVBAMMFEtlZXBsaW5lIFRlc3QgTWlkZGxlMCAXDTI2\n"
    "MTEyMjAyNTAzNVoYDzIwNzYwMzA0MDI1MDM1WjBOMQswCQYDVQQGEwJDTjEWMBQG\n"
    "A1UECgwNS2VlcGxpbmUgVGVzdDEnMCUGA1UEAwweMDUxQDAwMDQwMDAwQOmTtuiB\n"
    "lOa1i+ivlUAwMDAxMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxiwR\n"
    "+YKr4KR1Nczr/bcmZV5OvCPmFdN1F9nDbdAEBF5XXO+j8Y0WtDuULmqRNQkpWd0C\n"
    "g4SCXMaGAHeg9Ms2v0262Uja0ddG/KsZYg3U6VYd6MUr6jgLdkKKVbkad3udEaA5\n"
    "AnOA1VEppSa4KVX/+E0IPddSitd8Gc2T8wg5ZtaDPZ2xxOtSrUouVQ0x3596h4wR\n"
    "l8k3hhCIsHg1GpcS3WIaRTBwyrpNznSAO9d/hEUiY4hbUfwllmypXq1ra4BDVpXo\n"
    "l1jvvt9yYoUINTX4n02FrOQmxDJye9OlmokLA3YGrs34FFye8+LbEIm0v/klLpjp\n"
    "6cv4T/wO5g3mR4f0rwIDAQABo28wbTAJBgNVHRMEAjAAMAsGA1UdDwQEAwIHgDAT\n"
    "BgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQULYczMdutFR0I+JAIHx7rD2Ze\n"
    "H2IwHwYDVR0jBBgwFoAUIEcF20O7jlIucHWExSB748rGHvYwDQYJKoZIhvcNAQEL\n"
    "BQADggEBAAyj6n3FNVXJReH4roCmHbbHxA2ovhlJdEvkqkNIjtLnGB6uFs1hKkRi\n"
    "fJJehFBBJI1ko+X6YkccCJ/+VUoB3dmvr7j/UpHlMr/96Qb9ifre4rD9gt4QHWdE\n"
    "aCRnEK//BmpUtbzQs6OItukfnaxPBMX5mqgBa35w/y7O5+uTueeTdVyOKVcAiCFL\n"
    "d8/s6xe6TH+O45X+r0KQrs3aQiMI9lls+xiw87pFFy+7vz5NiU5Y9umQJZnqAZax\n"
    "3B8BP5GyF0seNfWLI0U83CjYXq+Yuo9HPLu2wfKuJalXwdH6Cljpr+ddr1xK0qAz\n"
    "I0G4cMgLtYQMMKWm+4kdIPpMtMqoyZc=\n"
    "-----END CERTIFICATE-----\n";

/* The same with a SHA-1 signature, serial 5. */
static const char cert_weak[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDdTCCAl2gAwIBAgIBBTANBgkqhkiG9w0BAQUFADBVMQswCQYDVQQGEwJKUDEW\n"
    "MBQGA1UECgwNS2VlcGxpbmUgVGVzdDEPMA0GA1UECwwGTWlkZGxlMR0wGwYDVQQD\n"
    "DBRLZWVwbGluZSBUZXN0IE1pZGRsZTAgFw0yNjExMjIwMjUwMzVaGA8yMDc2MDMw\n"
    "NDAyNTAzNVowNDELMAkGA1UEBhMCQ04xFjAUBgNVBAoMDUtlZXBsaW5lIFRlc3Qx\n"
    "DTALBgNVBAMMBHdlYWswggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDG\n"
    "LBH5gqvgpHU1zOv9tyZlXk68I+YV03UX2cNt0AQEXldc76PxjRa0O5QuapE1CSlZ\n"
    "3QKDhIJcxoYAd6D0yza/TbrZSNrR10b8qxliDdTpVh3oxSvqOAt2QopVuRp3e50R\n"
    "oDkCc4DVUSmlJrgpVf/4TQg911KK13wZzZPzCDlm1oM9nbHE61KtSi5VDTHfn3qH\n"
    "jBGXyTeGEIiweDUalxLdYhpFMHDKuk3OdIA713+ERSJjiFtR/CWWbKlerWtrgENW\n"
    "leiXWO++33JihQg1NfifTYWs5CbEMnJ706WaiQsDdgauzfgUXJ7z4tsQibS/+SUu\n"
    "mOnpy/hP/A7mDeZHh/SvAgMBAAGjbzBtMAkGA1UdEwQCMAAwCwYDVR0PBAQDAgeA\n"
    "MBMGA1UdJQQMMAoGCCsGAQUFBwMCMB0GA1UdDgQWBBQthzMx260VHQj4kAgfHusP\n"
    "Zl4fYjAfBgNVHSMEGDAWgBQgRwXbQ7uOUi5wdYTFIHvjysYe9jANBgkqhkiG9w0B\n"
    "AQUFAAOCAQEAMM1aaPuI6IsxfuCPtA7fC3wp+AFdNxOZ1UENAxjTorZK0EQGujN7\n"
    "DIKx9XyjU9+9U7ZSZASefNqFyhX1lisGUNk/bgep4inlQdTXiHjGcIqiH0QX22xE\n"
    "s5fg/yWqxLXTOPUG61QQX2w4+ujhwIIUGwRPjtY+ytajV1szvmJXIMq2cWdpVqHh\n"
    "2nVzi97GJDM8y9da2a40/x24gOT8G0uGhAvskW3MEp7kSSB66jVJkOGhtoUAVbIc\n"
    "X1P/ye4XuCwcZZf/nTh7S6+hAdfcdr2c2Fh9A5verXWeObc4Zo9lVCT88RGTCqrJ\n"
    "rWF6ULGzAW8oGjZLZn5RhggXiQBm7hxpHA==\n"
    "-----END CERTIFICATE-----\n";
