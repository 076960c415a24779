# The books, entry by entry (DOMAIN 10).  + is debit, - is credit; minor units.
#
#   event | paid | price and tax, JPY | sold | postings

= entries
paid     | CNY 5387 | 1100 100 | pack    | gateway_due:1 CNY +5387, fx CNY -5387, fx JPY +1100, deferred JPY -1000, tax_due JPY -100
active   | CNY 5387 | 1100 100 | pack    | deferred JPY +1000, revenue JPY -1000
declined | CNY 5387 | 1100 100 | pack    | deferred JPY +1000, tax_due JPY +100, fx CNY +5387, fx JPY -1100, refund_due CNY -5387
undone   | CNY 5387 | 1100 100 | pack    | revenue JPY +1000, tax_due JPY +100, fx CNY +5387, fx JPY -1100, refund_due CNY -5387
extra    | CNY 5387 | 1100 100 | pack    | gateway_due:1 CNY +5387, refund_due CNY -5387
refunded | CNY 5387 | 1100 100 | pack    | refund_due CNY +5387, gateway_due:1 CNY -5387
# yen needs no exchange
paid     | JPY 1100 | 1100 100 | pack    | gateway_due:1 JPY +1100, deferred JPY -1000, tax_due JPY -100
declined | JPY 1100 | 1100 100 | pack    | deferred JPY +1000, tax_due JPY +100, refund_due JPY -1100
# balance is no revenue yet, and carries no tax
paid     | JPY 3000 | 3000 0   | balance | gateway_due:1 JPY +3000, deferred JPY -3000
active   | JPY 3000 | 3000 0   | balance | deferred JPY +3000, balance:77 JPY -3000
undone   | JPY 3000 | 3000 0   | balance | balance:77 JPY +3000, refund_due JPY -3000
