#!/bin/sh
# The real osmo-hlr, started and asked by the scripts that the end-to-end tests use: what the
# network says of a SIM that it does not know, that it knows, and when nobody answers.
cd "$(dirname "$0")/../.." || exit 1
address=127.93.251.$(($$ % 250 + 1))
folder=$(mktemp -d) || exit 1
test/peers/hlr.sh "$address" "$folder" >"$folder/log" 2>&1 &
hlr=$!
trap 'kill "$hlr" 2>/dev/null; rm -rf "$folder"' EXIT
failed=0

expect() { # STATUS OUTPUT NAME, then IMSI and domain
	out=$(test/peers/attach "$address" "$4" "$5")
	if [ $? -eq "$1" ] && [ "$out" = "$2" ]; then
		echo "ok - $3"
	else
		echo "$out"
		echo "not ok - $3"
		failed=1
	fi
}

for _ in $(seq 100); do
	out=$(test/peers/attach "$address" 440100000000001 cs)
	[ "$out" != failed ] && break
	sleep 0.1
done
expect 1 'refused 2' 'an unknown SIM is refused' 440100000000001 cs
sqlite3 "$folder/hlr.db" "insert into subscriber (imsi, msisdn, nam_cs, nam_ps)
	values ('440100000000001', '819010000001', 1, 0)" || failed=1
expect 0 'accepted 819010000001' 'calls are accepted with the number' 440100000000001 cs
expect 1 'refused 7' 'data is refused where it is closed' 440100000000001 ps
kill "$hlr"
wait "$hlr" 2>/dev/null
expect 2 failed 'nobody answers' 440100000000001 cs
[ "$failed" -eq 0 ] || cat "$folder/log"
exit $failed
