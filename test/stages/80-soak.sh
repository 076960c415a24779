#!/bin/bash
# Whole orders over 256 connections, again and again without a stall; and kill -9 in
# mid-load with clients that go on: nothing acknowledged is lost, nothing doubled.
# The long version, with figures, is ./dev bench S9.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=bench/build.sh
. bench/build.sh || { echo "not ok - the load generator builds"; exit 1; }
. bench/lib.sh
. bench/goals.sh
. bench/crash.sh
keepline=build/keepline
port=9950
lines=20000
shim=0
failed=0
server=
work=$(mktemp -d) || exit 1
: >"$work/results"
trap 'stop; rm -rf "$work"' EXIT
ok() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi; }

template
fresh "$base"
serve "$dir"
s9_soaks 5 2000
ok "$stalls" "5 soaks of 256 connections go through"
s9_kill 4000 2
echo "kill -9 twice: ${counts[0]} orders acknowledged, ${counts[1]} lost, ${counts[2]} doubled," \
	"${counts[3]} paid and not active"
[ "${counts[0]}" -gt 0 ]
ok $? "orders are acknowledged before and after kill -9"
ok "${counts[1]}" "no acknowledged order is lost"
ok "${counts[2]}" "no order is doubled"
ok "${counts[3]}" "every paid order becomes active"
stop
"$keepline" verify --data "$dir" >"$work/verify" || { cat "$work/verify"; false; }
ok $? "keepline verify finds the books in order"
exit $failed
