#!/bin/bash
# At least 20,000 simulated orders and 12,000 deaths, each landing with other seeds
# than the last: the first seed comes from the commit, so that a red run can be told
# by its line.  Then a few orders with a death at each change of the disk.
set -u
cd "$(dirname "$0")/../.."
# shellcheck source=test/sim/build.sh
. test/sim/build.sh || { echo "not ok - the simulator builds"; exit 1; }
commit=$(git rev-parse --short=7 HEAD 2>/dev/null || echo 0)
first=$((16#$commit % 1000000))
echo "# ./dev sim SEED replays one; this run: seeds $first to $((first + 40)), commit $commit" >&2
half() { "$SIM" --orders 500 "$1" "$2" && "$SIM" --orders 2 --each "$1" $(($1 + 1)); }
half "$first" $((first + 20)) &
one=$!
half $((first + 21)) $((first + 40))
two=$?
wait "$one" || two=1
# Seeds that found something once are run for ever.
while read -r seed orders _; do
	case $seed in '' | '#'*) continue ;; esac
	"$SIM" --orders "$orders" "$seed" || two=1
done <test/sim/seeds.txt
exit "$two"
