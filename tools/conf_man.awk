# conf_man.awk - keepline.conf(5) from src/base/settings.def; `make man` runs it.
BEGIN {
	FS = "\n"
	print ".\\\" Made by tools/conf_man.awk from src/base/settings.def: change it there."
	print ".Dd $Mdocdate$"
	print ".Dt KEEPLINE.CONF 5"
	print ".Os"
	print ".Sh NAME"
	print ".Nm keepline.conf"
	print ".Nd settings of keepline"
	print ".Sh DESCRIPTION"
	print "Each line of"
	print ".Nm"
	print "is"
	print ".Ar name Li = Ar value ;"
	print "a line that begins with"
	print ".Sq #"
	print "or"
	print ".Sq \\&;"
	print "is a comment."
	print "There are no sections."
	print "A setting that is unknown, out of its range or given twice is an error,"
	print "told with its line."
	print ".Pp"
	print "The file is"
	print ".Pa DIR/keepline.conf ,"
	print "where"
	print ".Ar DIR"
	print "is the data directory."
	print "A variable"
	print ".Ev KEEPLINE_NAME"
	print "in the environment comes before the file, and"
	print ".Fl Fl name Ns = Ns Ar value"
	print "on the command line before both."
	print ".Ic keepline config show"
	print "prints what holds, and where it is from."
	print ".Pp"
	print "Secrets are never values: a setting whose name ends in"
	print ".Cm _file"
	print "names a file, mode 0600, that holds one."
	print ".Sh SETTINGS"
	print ".Bl -tag -width Ds"
}
# SETTING(name, TYPE, "default", min, max, "help.")
/^SETTING\(/ {
	line = $0
	sub(/^SETTING\(/, "", line)
	name = cut(",")
	type = cut(",")
	fallback = quoted()
	sub(/^ *, */, "", line)
	min = cut(",")
	max = cut(",")
	help = quoted()
	print ".It Cm " name
	print sentences(help)
	if (type == "INT")
		print "From " min " to " max "; default " fallback "."
	else if (type == "BOOL")
		print "yes or no; default " fallback "."
	else if (fallback == "")
		print "Default: empty."
	else
		print wrapped("Default: " escape(fallback) (fallback ~ /[.]$/ ? "\\&" : "."))
}
END {
	print ".El"
	print ".Sh FILES"
	print ".Bl -tag -width Ds"
	print ".It Pa DIR/keepline.conf"
	print "The settings;"
	print ".Ic keepline init"
	print "writes one with every setting and its default as a comment."
	print ".El"
	print ".Sh SEE ALSO"
	print ".Xr keepline 1"
}
function cut(sep,    at, out) {
	at = index(line, sep)
	out = substr(line, 1, at - 1)
	line = substr(line, at + 1)
	gsub(/^[ \t]+|[ \t]+$/, "", out)
	return out
}
function quoted(    out) {
	sub(/^[^"]*"/, "", line)
	out = substr(line, 1, index(line, "\"") - 1)
	line = substr(line, length(out) + 2)
	return out
}
# One sentence a line, as mdoc wants it; nothing may begin like a macro.
function sentences(text) {
	text = escape(text)
	gsub(/\. /, ".\n", text)
	return wrapped(text)
}
function wrapped(text,    line, word, lines, words, i, j, out, length_now) {
	lines = split(text, line, "\n")
	for (i = 1; i <= lines; i++) {
		words = split(line[i], word, " ")
		out = out (i > 1 ? "\n" : "")
		length_now = 0
		for (j = 1; j <= words; j++) {
			if (length_now + length(word[j]) > 76) {
				out = out "\n"
				length_now = 0
			}
			out = out (length_now > 0 ? " " : "") word[j]
			length_now += length(word[j]) + 1
		}
	}
	return out
}
function escape(text) {
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	if (text ~ /^[.']/)
		text = "\\&" text
	return text
}
