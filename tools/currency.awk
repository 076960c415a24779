# currency.awk - iso-codes' iso_4217.json -> core/currency_table.h
#
# iso-codes has no exponents.  Those that are not 2 stand here, from ISO 4217
# list one (SIX, published 2024-06-25).  UYI counts like JPY, UYW has four.
BEGIN {
	give(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
	give(3, "BHD IQD JOD KWD LYD OMR TND")
	give(4, "CLF UYW")
	print "/* Made by tools/currency.awk from iso-codes; ordered by numeric code. */"
	print "/*       code   numeric exponent */"
	print "#define CURRENCIES(X) \\"
}
function give(exponent, codes,    list, n, i) {
	n = split(codes, list, " ")
	for (i = 1; i <= n; i++)
		exponents[list[i]] = exponent
}
function value(line) {
	sub(/^[^:]*: *"/, "", line)
	sub(/".*$/, "", line)
	return line
}
/"alpha_3"/ { alpha = value($0) }
/"numeric"/ { numeric = value($0) }
# Funds, metals, tests and "no currency" (X..) are nothing anybody pays with;
# XAF, XCD, XOF and XPF are money all the same.
/^ *}/ {
	if (alpha ~ /^[A-Z][A-Z][A-Z]$/ && numeric ~ /^[0-9][0-9][0-9]$/ &&
	    (alpha !~ /^X/ || alpha ~ /^X(AF|CD|OF|PF)$/))
		rows[numeric] = alpha
	alpha = numeric = ""
}
END {
	for (i = 1; i < 1000; i++) {
		numeric = sprintf("%03d", i)
		if (!(numeric in rows))
			continue
		alpha = rows[numeric]
		printf "\tX(%s, %3d, %d) \\\n", alpha, i, alpha in exponents ? exponents[alpha] : 2
		count++
	}
	print "\t/* end */"
	if (count < 150) {
		print "currency.awk: only " count " currencies found" >"/dev/stderr"
		exit 1
	}
}
