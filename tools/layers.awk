# layers.awk ARCHITECTURE.md SOURCE... - who may include whom, by the table of
# ARCHITECTURE.md itself; libraries by room; cycles of headers.
BEGIN {
	own("sqlite3.h", "store")
	own("libpq-fe.h", "store")
	own("microhttpd.h", "web")
	own("curl/curl.h", "gate")
	own("ini.h", "base")
	own("openssl", "base") # the whole folder
}
function own(name, room) { owner[name] = room }

# | `src/core/` | what lives there | base |
FILENAME ~ /\.md$/ {
	if ($0 ~ /^\| `src\/[a-z]+\/`/) {
		n = split($0, cell, "|")
		room = cell[2]
		gsub(/[ `]|src|\//, "", room)
		allowed[room] = " " cell[n - 1] " " room " "
		rooms++
	}
	next
}
FNR == 1 && !rooms {
	print FILENAME ":1: layer: ARCHITECTURE.md has no table of rooms"
	exit
}
/^# *include/ { include($2) }
END { cycles() }

function include(name,    room, target, whole) {
	room = FILENAME
	sub(/^.*src\//, "", room)
	here = room
	sub(/\/.*$/, "", room)
	if (here !~ /\//)
		room = ""
	quoted = name ~ /^"/
	gsub(/[<>"]/, "", name)
	if (!quoted) {
		whole = name
		if (name ~ /^openssl\//)
			name = "openssl"
		if (name in owner && room != "" && owner[name] != room)
			tell("library", "<" whole "> belongs to " owner[name])
		return
	}
	edge[here] = edge[here] " " name
	target = name
	sub(/\/.*$/, "", target)
	if (name ~ /^\.\.?\// || (name !~ /\// && room != ""))
		tell("layer", "\"" name "\" is not named from src/")
	else if (room != "" && !(room in allowed))
		tell("layer", "ARCHITECTURE.md does not know the room " room)
	else if (room != "" && index(allowed[room], " " target " ") == 0)
		tell("layer", room " may not include \"" name "\"")
}
function tell(rule, what) { print FILENAME ":" FNR ": " rule ": " what }

function cycles(    name) {
	for (name in edge) {
		if (name ~ /\.h$/)
			visit(name, "")
	}
}
# Depth first; `open` are the headers on the way here.
function visit(name, path,    i, n, next_name) {
	if (open[name]) {
		print "src/" name ":1: cycle:" path " " name
		return
	}
	if (done[name])
		return
	open[name] = 1
	n = split(edge[name], next_name, " ")
	for (i = 1; i <= n; i++)
		visit(next_name[i], path " " name)
	open[name] = 0
	done[name] = 1
}
