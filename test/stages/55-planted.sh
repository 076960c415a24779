#!/bin/bash
# Is the simulator any good?  Each bug that we plant (test/sim/plant.h) has to be
# found within twelve seeds; one that is not found is a red test (RELIABILITY P13).
# The seeds are fixed: what is tried here are the checks, not the program.
set -u
cd "$(dirname "$0")/../.."
# shellcheck source=test/sim/build.sh
. test/sim/build.sh && build_planted || { echo "not ok - the planted simulator builds"; exit 1; }
seeds=12 orders=250
found=$(mktemp -d) || exit 1
trap 'rm -rf "$found"' EXIT

# look PLANT: the line for it.
look() {
	local said status

	said=$("$SIM_PLANTED" --orders "$orders" --plant "$1" 1 "$seeds" 2>&1)
	status=$?
	said=$(tail -n 1 <<<"$said")
	if [ "$status" -eq 1 ] && [[ $said == "not ok - seed "* ]]; then
		echo "ok - planted bug $1 is found: ${said#not ok - }"
	elif [ "$status" -eq 134 ] && [[ $said == *Assertion* ]]; then
		echo "ok - planted bug $1 is found: an assertion stops it: $said"
	else
		echo "not ok - planted bug $1 is not found in $seeds seeds (status $status): $said"
	fi
}
export -f look
export SIM_PLANTED seeds orders

"$SIM_PLANTED" --plants | cut -f1 | grep -v '^NONE$' |
	xargs -P "$(nproc)" -I{} bash -c 'look {}' | sort
# Without a bug the wrapped simulator is the simulator, to the last bit.
plain=$("$SIM" --orders "$orders" 1) wrapped=$("$SIM_PLANTED" --orders "$orders" --plant NONE 1)
if [ "${plain##*trace }" = "${wrapped##*trace }" ] && [[ $plain == "ok - "* ]]; then
	echo "ok - with no planted bug the wrapped simulator finds nothing"
else
	echo "not ok - with no planted bug: $plain / $wrapped"
fi
