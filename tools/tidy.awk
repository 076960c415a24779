# tidy.awk - the limits of STYLE.md on C files; prints file:line: rule: what.
# Run with LC_ALL=C: characters are counted as UTF-8 here, by hand.
BEGIN {
	line_max = 100
	function_max = 70
	file_max = 600
	banned = "(v?sprintf|strn?cpy|strn?cat|strtok(_r)?|gets|atoi|atol|atoll|atof|strtod|" \
	         "alloca|goto|longjmp|setjmp|setlocale)"
	heap = "(malloc|calloc|realloc|reallocarray|strn?dup|v?asprintf|free)"
}
FNR == 1 { file_end(); file_start() }
{
	width()
	code = strip($0)
	body()
	words()
	if (header)
		exported()
	last = FILENAME
	last_count = FNR
}
END { file_end() }

function tell(rule, what) { print FILENAME ":" FNR ": " rule ": " what }

function file_start() {
	in_comment = 0
	function_start = 0
	depth = 0
	source = FILENAME ~ /(^|\/)src\//
	header = source && FILENAME ~ /\.h$/
	paragraph_start()
	if ($0 !~ /^\/\*/)
		tell("head", "begins without a comment")
}

function file_end() {
	if (last != "" && last_count > file_max)
		print last ":" last_count ": file: longer than " file_max " lines"
	if (last != "" && header)
		paragraph_end()
	last = ""
}

function width(    text, columns, parts, n, i) {
	text = $0
	gsub(/[\200-\277]/, "", text)
	n = split(text, parts, "\t")
	for (i = 1; i <= n; i++) {
		columns += length(parts[i])
		if (i < n)
			columns += 8 - columns % 8
	}
	if (columns > line_max)
		tell("line", columns " columns")
}

# The line without comments and without what stands between quotes.
function strip(text,    out, c, two, i, n, quote) {
	n = length(text)
	commented = in_comment
	for (i = 1; i <= n; i++) {
		c = substr(text, i, 1)
		two = substr(text, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				out = out c
			}
		} else if (two == "/*") {
			in_comment = commented = 1
			i++
		} else if (two == "//") {
			commented = 1
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	sub(/[ \t]+$/, "", out)
	return out
}

# A body opens with "{" at the left edge, or at the end of a line that begins there.
function body() {
	if (code == "{" || code ~ /^[a-z][^=]*\) *\{$/)
		function_start = FNR
	else if (code ~ /^}/ && function_start) {
		if (FNR - function_start + 1 > function_max)
			tell("function", FNR - function_start + 1 " lines, from line " function_start)
		function_start = 0
	}
}

function words() {
	if ($0 ~ /(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)/)
		tell("todo", "do it now, or open an issue")
	if (code ~ "(^|[^A-Za-z0-9_>.])" banned " *(\\(|[a-z_]+;)")
		tell("banned", code)
	if (!source)
		return
	if (FILENAME !~ /(base\/arena|src\/main)\.c$/ && code ~ "(^|[^A-Za-z0-9_>.])" heap " *\\(")
		tell("heap", code)
	if (FILENAME ~ /src\/core\// && code ~ /(^|[^A-Za-z0-9_])(float|double)([^A-Za-z0-9_]|$)/)
		tell("float", code)
	if (code ~ /^static / && code !~ /[(]/ && code ~ /[;=]/ &&
	    code !~ /(^|[^a-z_])(const|_Atomic|sig_atomic_t)([^a-z_]|$)/)
		tell("state", code)
}

# Declarations that stand together, without a blank line, share their comment.
function exported() {
	if ($0 == "" && depth == 0) {
		paragraph_end()
		paragraph_start()
		return
	}
	if (commented)
		has_comment = 1
	if (code ~ /^#define X\(/)
		made_by_table = 1
	if (declared == "" && depth == 0 && !made_by_table &&
	    (code ~ /^(typedef|extern|struct|union|enum|static inline) .*[{(]/ ||
	     code ~ /^[a-z][A-Za-z0-9_ *]*\(/) && code !~ /^static_assert/) {
		declared = code
		declared_line = FNR
	}
	depth += gsub(/\{/, "{", code) - gsub(/}/, "}", code)
}

function paragraph_start() { has_comment = made_by_table = 0; declared = "" }

function paragraph_end() {
	if (declared != "" && !has_comment)
		print last ":" declared_line ": comment: none at " declared
}
