# Sourced by bench/run: many lines (GOALS S5).  Full durability; beside it the same rows
# into a bare table with the same indexes by the sqlite3 shell, which checks and seals
# nothing.

# CPU seconds of a command, whose words are in $said, as thousandths: how it would be
# on a machine that does nothing else.
cpu_ms() {
	local TIMEFORMAT='%U %S'

	{ time said=$("$@" 2>>"$work/serve.log" | tail -n 1); } 2>"$work/time"
	awk '{ print int(($1 + $2) * 1000) }' "$work/time" >"$work/cpu"
}

s5() {
	local ms

	dir=$work/import
	rm -rf "$dir"
	"$keepline" init --data "$dir" >/dev/null
	"$keepline" import catalogue data/catalogue.ini --data "$dir" >/dev/null
	cpu_ms "$keepline" import lines "$work/lines.csv" --data "$dir" --json
	ms=$(json_field ms "$said")
	record import_rate $((lines * 1000 / (ms + 1)))
	record import_cpu_ns $(($(cat "$work/cpu") * 1000000 / lines))
	cpu_ms "$keepline" import lines "$work/lines.csv" --data "$dir" --json
	record import_again_rate $((lines * 1000 / ($(json_field ms "$said") + 1)))
	record import_plain_rate "$(import_plain)"
	serve "$dir"
	record sweep_ms "$(sed -n 's/.*"lines swept".* ms=\([0-9]*\).*/\1/p' "$work/serve.log" | tail -n 1)"
	stop
	cpu_ms "$keepline" verify --data "$dir" --json
	record verify_rate "$(json_field rows_per_s "$said")"
	record verify_cpu_ns $(($(cat "$work/cpu") * 1000000 / lines))
	rm -rf "$dir"
}

json_field() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" <<<"$2"; }

import_plain() {
	local start end

	rm -f "$work"/plain.db*
	sqlite3 "$work/plain.db" 'pragma journal_mode = wal' 'create table line (iccid integer unique,
		imsi integer unique, msisdn integer unique, brand text, state text, activated_on text,
		serial text, identity text); create index serial on line (serial); create index tail on
		line (activated_on)' >/dev/null
	start=$(date +%s%N)
	sqlite3 "$work/plain.db" 'pragma synchronous = full' \
		".import --csv --skip 1 $work/lines.csv line" >/dev/null
	end=$(date +%s%N)
	rm -f "$work"/plain.db*
	echo $((lines * 1000000000 / (end - start)))
}
