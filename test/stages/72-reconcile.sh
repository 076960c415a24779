#!/usr/bin/env bash
# keepline reconcile with the real program: a demo sells by the API, the sandbox
# gateway's statement comes in, with a server running and without one.
set -u
cd "$(dirname "$0")/../.." || exit 1
make -s -j"$(nproc)" build/keepline || { echo "not ok - build"; exit 1; }
bin=$PWD/build/keepline
work=$(mktemp -d)
server=
finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
unset "${!KEEPLINE_@}"
cd "$work" || exit 1
port=$((20000 + $$ % 20000))
url=http://127.0.0.1:$port

is() { # NAME GOT WANTED
	if [ "$2" = "$3" ]; then echo "ok - $1"; else echo "# got \"$2\", wanted \"$3\""; echo "not ok - $1"; fi
}
call() { curl -sS -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "$@"; }
field() { # PATH of the JSON on stdin
	python3 -c 'import json,sys
value = json.load(sys.stdin)
for name in sys.argv[1].split("."): value = value[name]
print(value)' "$1"
}
serve() {
	"$bin" serve --data d --listen="127.0.0.1:$port" >serve.log 2>&1 &
	server=$!
	for _ in $(seq 100); do curl -fsS -o /dev/null "$url/readyz" 2>/dev/null && return; sleep 0.1; done
	echo "not ok - the server starts"
	exit 1
}
stop() { kill "$server"; wait "$server"; server=; }
order() { # OUTCOME: an order whose payment's number is in $number, and amount in $amount
	local quote
	quote=$(call "$url/api/v1/quotes" -d "{\"pack\":\"$pack\",\"sim\":\"$sim\",\"method\":\"sandbox\",\"currency\":\"CNY\"}")
	amount=$(field pay.amount <<<"$quote")
	call "$url/api/v1/orders" -H "Idempotency-Key: $RANDOM$RANDOM$RANDOM" \
		-d "{\"quote\":\"$(field id <<<"$quote")\",\"sandbox\":{\"outcome\":\"$1\"}}" >placed
	number=$(field pay.url <placed | sed 's,.*/,,')
	id=$(field id <placed)
}
state() { # WANTED: waits until the order is there
	local now
	for _ in $(seq 100); do
		now=$(call "$url/api/v1/orders/$id" | field state)
		[ "$now" = "$1" ] && return
		sleep 0.1
	done
}
money() { printf '%d.%02d' $(($1 / 100)) $(($1 % 100)); }
row() { # KIND NUMBER AMOUNT FEE
	echo "$1,$2,R1,$(money "$3"),CNY,$4,$(date +%s),done"
}
head=kind,number,reference,amount,currency,fee,at,state

"$bin" init --data d --demo --json >demo.json || { echo "not ok - init"; exit 1; }
key=$("$bin" key add --data d --account demo@example.com --name reconcile \
	--scope orders:write,orders:read,lines:read --json 2>key.err | field key)
sim=$(python3 -c 'import json; print(json.load(open("demo.json"))["lines"][0]["iccid"])')
serve
pack=$(call "$url/api/v1/packs" | python3 -c 'import json,sys
print(json.load(sys.stdin)["data"][0]["id"])')
order paid
state active
echo "$head" >one.csv
row payment "$number" "$amount" 0.65 >>one.csv
is "what agrees is said, by the server" "$("$bin" reconcile sandbox one.csv --data d)" \
	"statement 1: 1 rows, 1 agree, 0 do not, 0 of these are open"
is "the same file twice changes nothing" "$("$bin" reconcile sandbox one.csv --data d | tail -n 1)" \
	"statement 1: 1 rows, 1 agree, 0 do not, 0 of these are open"
order paid
state active
echo "$head" >two.csv
row payment "$number" $((amount - 1)) 0.65 >>two.csv
row payment KPNOTOURS 500 "" >>two.csv
"$bin" reconcile sandbox two.csv --data d --json >two.out
is "what does not agree ends with 1" $? 1
is "another amount is told" "$(grep -c '"break":"amount"' two.out)" 1
is "money that is not ours is told" "$(grep -c '"break":"foreign"' two.out)" 1
is "and the sums" "$(tail -n 1 two.out)" '{"statement":2,"rows":2,"agree":0,"breaks":2,"open":2}'

# What the gateway has and we do not yet: its callback is late, the statement makes us ask.
order webhook_late
echo "$head" >three.csv
row payment "$number" "$amount" 0.65 >>three.csv
"$bin" reconcile sandbox three.csv --data d >three.out
is "what is missing here is told" "$(grep -c '^missing_here: row 2,' three.out)" 1
# The day's other payment stood in another file, with another amount: this one lacks it.
is "and what the file lacks" "$(grep -c '^missing_there: row 0,' three.out)" 1
for _ in $(seq 60); do
	healed=$("$bin" reconcile sandbox three.csv --data d | grep -c '^missing_here: .*(closed)$')
	[ "$healed" = 1 ] && break
	sleep 0.5
done
is "what is missing here heals by asking" "$healed" 1
stop

"$bin" reconcile sandbox three.csv --data d >three.again
is "without a server it says the same" "$(tail -n 1 three.again)" \
	"statement 3: 1 rows, 0 agree, 2 do not, 1 of these are open"
echo "$head" >four.csv
row payout B1 900 "" >>four.csv
is "without a server it compares itself" "$("$bin" reconcile sandbox four.csv --data d --day 2026-01-01)" \
	"statement 4: 1 rows, 1 agree, 0 do not, 0 of these are open"
printf '%s\npayment,x,R,1.234,CNY,,1,done\n' "$head" >bad.csv
"$bin" reconcile sandbox bad.csv --data d 2>bad.err
is "a file that cannot be read changes nothing" $? 65
is "and its line is named" "$(cat bad.err)" \
	"keepline reconcile: bad.csv:2: amount or currency cannot be read"
"$bin" reconcile sandbox four.csv --data d --dry-run >dry.out
is "a dry run says what it read" "$(cat dry.out)" "1 rows read and added up; nothing is changed"
"$bin" verify --data d >verify.out
is "the books agree" $? 0
is "the fees are booked" "$(sqlite3 d/keepline.db 'select balance from ledger_account where kind = 1')" 130
