#!/bin/bash
# A disk that fails a sync, below the real server: what it was saving is answered with 5xx,
# the server ends with code 74 instead of trying again, and the next start goes on.
set -u
cd "$(dirname "$0")/../.."
make -s -j"$(nproc)" || { echo "not ok - it builds"; exit 1; }
dir=$(mktemp -d)
port=9741
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$dir"' EXIT
say() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else tail -n 20 "$dir/log" | sed 's/^/# /'; echo "not ok - $2"; fi; }

cc -std=c17 -D_GNU_SOURCE -O1 -fPIC -shared -o "$dir/sync_fails.so" test/stages/sync_fails.c || exit 1
build/keepline init --data "$dir/data" --demo >"$dir/log" 2>&1 || { say 1 "a demo"; exit 1; }

serve() {
	LD_PRELOAD=$dir/sync_fails.so SYNC_FAILS=$dir/sign \
		build/keepline serve --data "$dir/data" --listen "127.0.0.1:$port" >"$dir/log" 2>&1 &
	server=$!
	for _ in $(seq 100); do
		curl -sf -o /dev/null "http://127.0.0.1:$port/healthz" && return 0
		sleep 0.1
	done
	return 1
}
# register NAME: the status of a form that has to be stored.
register() {
	local csrf

	csrf=$(curl -s -c "$dir/jar" "http://127.0.0.1:$port/en/register" |
		sed -n 's/.*name="csrf"[^>]*value="\([^"]*\)".*/\1/p' | head -n 1)
	# The jar keeps no __Host- cookie of plain http: it is handed on by hand.
	curl -s -o /dev/null -w '%{http_code}' -H "Origin: http://127.0.0.1:$port" \
		-b "$(awk '$6 ~ /keepline/ { print $6 "=" $7 }' "$dir/jar")" \
		--data-urlencode "csrf=$csrf" -d "email=$1%40mail.example&password=kettle+sparrow+7" \
		"http://127.0.0.1:$port/en/register"
}
accounts() { sqlite3 "$dir/data/keepline.db" "select count(*) from account"; }

serve
say $? "it serves"
before=$(accounts)
[ "$(register mei)" = 303 ] && [ "$(accounts)" -eq $((before + 1)) ]
say $? "what is acknowledged is stored"
: >"$dir/sign"
status=$(register lily)
[ "${status:0:1}" = 5 ]
say $? "what it cannot sync is answered with 5xx (it was $status)"
wait "$server"
code=$?
server=
[ "$code" -eq 74 ] && grep -q "a sync failed" "$dir/log"
say $? "it ends with code 74 (it was $code) and says why"
rm "$dir/sign"
serve && [ "$(register lena)" = 303 ] && [ "$(accounts)" -ge $((before + 2)) ]
say $? "the next start goes on, with all that was acknowledged"
kill "$server" && wait "$server"
server=
build/keepline verify --data "$dir/data" >"$dir/log" 2>&1
say $? "the books verify"
