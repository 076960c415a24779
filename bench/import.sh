#!/bin/bash
# import.sh [ROWS [RUNS]] - S5: how fast a lines file is loaded, and how fast
# verify reads it.  Full durability; beside it the same rows into a bare table
# with the same indexes by the sqlite3 shell, which checks and seals nothing.
set -eu
cd "$(dirname "$0")/.."
rows=${1:-1000000}
runs=${2:-5}
make -s -j"$(nproc)" build/keepline
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v count="$rows" -v now="$(date +%s)" -f test/fixtures/make_lines.awk >"$work/lines.csv"

field() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"; }
middle() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] " [" v[1] "-" v[NR] "]" }'; }
plain() { # the peer: rows/s
	local start end
	rm -f "$work"/plain.db*
	sqlite3 "$work/plain.db" 'pragma journal_mode = wal' 'create table line (iccid integer unique,
		imsi integer unique, msisdn integer unique, brand text, state text, activated_on text,
		serial text, identity text); create index serial on line (serial); create index tail on
		line (activated_on)' >/dev/null
	start=$(date +%s%N)
	sqlite3 "$work/plain.db" 'pragma synchronous = full' ".import --csv --skip 1 $work/lines.csv line" >/dev/null
	end=$(date +%s%N)
	echo $((rows * 1000000000 / (end - start)))
}

echo "# $(build/keepline --version), SQLite $(sqlite3 --version | cut -d' ' -f1), $rows rows, $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
for _ in $(seq "$runs"); do
	rm -rf "$work/shop"
	build/keepline init --data "$work/shop" >/dev/null
	build/keepline import catalogue data/catalogue.ini --data "$work/shop" >/dev/null
	ms=$(build/keepline import lines "$work/lines.csv" --data "$work/shop" --json | tail -n 1 | field ms)
	echo $((rows * 1000 / ms)) >>"$work/first"
	ms=$(build/keepline import lines "$work/lines.csv" --data "$work/shop" --json | tail -n 1 | field ms)
	echo $((rows * 1000 / ms)) >>"$work/again"
	build/keepline verify --data "$work/shop" --json | field rows_per_s >>"$work/verify"
	plain >>"$work/plain"
done
size=$(stat -c %s "$work/shop/keepline.db")
echo "import, rows/s:                $(middle "$work/first")   goal 200000"
echo "the same file again, rows/s:   $(middle "$work/again")"
echo "verify, rows/s:                $(middle "$work/verify")   goal 1000000"
echo "sqlite3 .import, rows/s:       $(middle "$work/plain")"
echo "bytes a line:                  $((size / rows))   goal 150"
echo "ratio import / sqlite3 .import: $(awk -v a="$(middle "$work/first")" -v b="$(middle "$work/plain")" 'BEGIN { printf "%.2f", a / b }')"
