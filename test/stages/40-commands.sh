#!/bin/bash
# The command line, with the real binary: what an operator types, good and bad,
# interrupted and out of space.  Nothing here needs root.
set -u
cd "$(dirname "$0")/../.."
if ! make -s -j"$(nproc)" build/keepline; then
	echo "not ok - build"
	exit 1
fi
bin=$PWD/build/keepline
work=$(mktemp -d)
pids=()
finish() {
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
unset "${!KEEPLINE_@}"
cd "$work" || exit 1
fixtures=$OLDPWD/test/fixtures

# --- what is checked, and how it is told -----------------------------------------
ok() { echo "ok - $1"; }
not_ok() {
	sed 's/^/# out: /' out 2>/dev/null | head -n 20
	sed 's/^/# err: /' err 2>/dev/null | head -n 20
	echo "not ok - $1"
}
check() { # NAME COMMAND...: the command succeeds
	local name=$1
	shift
	if "$@" >/dev/null 2>check_log; then ok "$name"; else sed 's/^/# /' check_log; not_ok "$name"; fi
}
# runs WANTED-CODE NAME ARGS...: keepline ends with this code, and says at most
# one line on stderr that names its command.
runs() {
	local wanted=$1 name=$2 code lines
	shift 2
	"$bin" "$@" >out 2>err </dev/null
	code=$?
	lines=$(grep -vc 'warning: ' err)
	if [ "$code" -ne "$wanted" ]; then
		not_ok "$name (ended with $code, not $wanted)"
	elif [ "$wanted" -gt 1 ] && [ "$lines" -ne 1 ]; then
		not_ok "$name ($lines lines on stderr)"
	elif [ "$wanted" -gt 1 ] && ! grep -q '^keepline' err; then
		not_ok "$name (stderr does not say who speaks)"
	else
		ok "$name"
	fi
}
says() { # FILE NAME TEXT: the file of the last run holds this text
	if grep -qF -- "$3" "$1"; then ok "$2"; else not_ok "$2 (\"$3\" is not there)"; fi
}
says_not() { if grep -qF -- "$3" "$1"; then not_ok "$2 (\"$3\" is there)"; else ok "$2"; fi; }
number() { sqlite3 "$1/keepline.db" "$2"; }
is() { # NAME GOT WANTED
	if [ "$2" = "$3" ]; then ok "$1"; else echo "# got \"$2\", wanted \"$3\""; not_ok "$1"; fi
}
fresh() { # DIR: a demo with all its files, quickly
	rm -rf "$1"
	cp -r pristine "$1"
}
lines_file() { awk -v count="$1" -v start="${2:-1}" -v now="$(date +%s)" -f "$fixtures/make_lines.awk"; }

# --- the command line itself ---------------------------------------------------------
echo "# usage"
"$bin" >out 2>err
is "without a command" $? 64
says err "it lists the commands" "usage: keepline COMMAND"
runs 64 "an unknown command" dance
says err "it says where help is" "keepline --help"
runs 0 "--version" --version
says out "it names itself" "keepline "
for command in init serve import rates verify backup key staff config; do
	runs 0 "$command --help" "$command" --help
	says out "$command: usage" "usage: keepline $command"
	grep -q -- '--data DIR' out || not_ok "$command --help names --data"
done
runs 64 "no directory" verify
says err "it says how to name one" "--data DIR"
runs 64 "an unknown option" verify --dta x
runs 64 "an option without its value" verify --data
runs 64 "an option twice" verify --data x --data y
runs 64 "a value for a switch" verify --data=x --json=yes
runs 64 "a word too many" verify more --data x
runs 66 "a directory that is not there" verify --data nowhere
says err "it says how to make one" "keepline init --data nowhere"

# --- init ------------------------------------------------------------------------------
echo "# init"
runs 0 "init makes a directory" init --data plain --margin_bp 175
is "it is closed to others" "$(stat -c %a plain plain/keys plain/keepline.db plain/keepline.conf | tr '\n' ' ')" "700 600 600 600 "
says out "it prints the staff's link" "/en/desk/welcome/"
link=$(sed -n 's#.*/en/desk/welcome/##p' out)
if [ -n "$link" ] && ! cat plain/* | grep -qaF "$link"; then ok "the link itself is stored nowhere"; else not_ok "the link itself is stored nowhere"; fi
is "and no line was made" "$(number plain 'select count(*) from line')" 0
says plain/keepline.conf "a setting given to init is written down" "
margin_bp = 175" 2>/dev/null
check "each setting stands in keepline.conf" test "$(grep -c '^#* *[a-z_]* = ' plain/keepline.conf)" -ge 25
runs 0 "and it reads again" config check --data plain --sandbox=yes
runs 73 "init twice refuses" init --data plain
says err "it says what to do" "choose another directory"
is "and changes nothing" "$(number plain 'select count(*) from invite')" 1
runs 73 "a parent that is not there" init --data no/where
echo x >file
runs 73 "a file in its place" init --data file
runs 78 "a bad setting" init --data bad --margin_bp=-1
check "leaves nothing behind" test ! -e bad
mkdir open && chmod 755 open
runs 0 "an empty directory is taken" init --data open
is "and closed" "$(stat -c %a open)" 700

runs 0 "init --demo --json" init --demo --json --data demo
cp out demo.json
check "it is JSON as API.md says" node -e '
	const j = JSON.parse(require("fs").readFileSync("demo.json"));
	const luhn = s => [...s].reverse().reduce((sum, c, i) => {
		let d = +c; if (i % 2) { d *= 2; if (d > 9) d -= 9; } return sum + d; }, 0) % 10 === 0;
	const assert = require("assert");
	assert.strictEqual(j.account.email, "demo@example.com");
	assert(j.account.password.length >= 15 && j.staff_link.startsWith("http"));
	assert.strictEqual(j.lines.length, 10);
	for (const l of j.lines) {
		assert(l.id.startsWith("line_") && luhn(l.iccid) && /^440(10|5[0-3])\d{10}$/.test(l.imsi));
		assert(/^\+81[6-9]0[1-9]\d{7}$/.test(l.msisdn));
	}
	assert(j.lines[0].imsi.startsWith("44010"));'
is "it has 1,000 lines" "$(number demo 'select count(*) from line')" 1000
is "of every brand" "$(number demo 'select count(distinct brand) from line')" "$(grep -c '^\[brand ' "$OLDPWD/data/catalogue.ini")"
check "in many states" test "$(number demo 'select count(distinct state) from line')" -ge 9
check "safe until many days" test "$(number demo 'select count(distinct safe_until_day) from line')" -ge 100
is "with ten currencies but yen's rates" "$(number demo "select count(*) from rate where source = 'demo'")" 9
check "and none is from the future" test \
	"$(number demo 'select max(as_of_day) * 86400 + 14 * 3600 from rate')" -le "$(date +%s)"
runs 0 "the demo again" init --demo --json --data demo2
is "has the same numbers" "$(sed 's/"id":"[^"]*",//g; s/,"staff_link.*//' out)" "$(sed 's/"id":"[^"]*",//g; s/,"staff_link.*//' demo.json)"
is "and the same lines" \
	"$(number demo2 'select brand, state, safe_until_day, tail from line' | sha256sum)" \
	"$(number demo 'select brand, state, safe_until_day, tail from line' | sha256sum)"
if grep -qa 'demo@example.com\|440109900000000\|8981100990000000004' demo/keepline.db; then
	not_ok "no number and no address stands open in the file"
else
	ok "no number and no address stands open in the file"
fi
runs 0 "the demo verifies" verify --data demo
cp -r demo pristine

# --- config -----------------------------------------------------------------------------
echo "# config"
runs 0 "config show" config show --data demo
says out "it says where a value is from" "# from: file"
mkdir conf && cp pristine/keys conf/
printf 'smtp_url = smtp://me:secret-word@mail.example:25\n' >conf/keepline.conf
runs 0 "config show with a password in an address" config show --data conf
says_not out "does not show it" secret-word
echo 'secret-file-word' >smtp_secret && chmod 600 smtp_secret
printf 'sandbox = yes\nsmtp_password_file = %s/smtp_secret\n' "$work" >conf/keepline.conf
runs 0 "a secret's file" config show --data conf
says_not out "is not opened" secret-file-word
runs 0 "config check" config check --data conf
chmod 644 smtp_secret
runs 78 "a secret that others can read" config check --data conf
printf 'sandbox = yes\nsmtp_password_file = %s/none\n' "$work" >conf/keepline.conf
runs 78 "a secret that is not there" config check --data conf
printf 'sandbox = maybe\n' >conf/keepline.conf
runs 78 "a value out of its range" config check --data conf
says err "with its place" "line 1"
printf 'sandbx = yes\n' >conf/keepline.conf
runs 78 "a setting that does not exist" config check --data conf
printf 'carrier = pigeon\nsandbox = yes\n' >conf/keepline.conf
runs 78 "a carrier that does not exist" config check --data conf
runs 0 "config without a directory" config show --margin-bp 175
says out "shows what the command line says" "margin_bp = 175"
runs 64 "config without a word" config --data conf
runs 64 "config dance" config dance --data conf

# --- import catalogue ---------------------------------------------------------------
echo "# import catalogue"
catalogue=$OLDPWD/data/catalogue.ini
runs 0 "the embedded catalogue again" import catalogue "$catalogue" --data demo
says out "is no new version" "still version 1"
sed 's/^price = JPY 1,100/price = JPY 1,200/' "$catalogue" >dearer.ini
runs 0 "a dry run" import catalogue dearer.ini --data demo --dry-run
is "leaves no trace" "$(number demo 'select count(*) from catalogue')" 1
runs 0 "a changed one" import catalogue dearer.ini --data demo --json
says out "is a new version" '"version":2,"new":true'
runs 65 "an earlier one" import catalogue "$catalogue" --data demo
says err "says how to bring it back" "label"
sed 's/^price = JPY 1,100/price = JPY lots/; s/^kind = keep/kine = keep/' "$catalogue" >wrong.ini
runs 65 "mistakes" import catalogue wrong.ini --data demo
check "each has its line" test "$(grep -c '^line [0-9]*: ' out)" -ge 2
is "and nothing is loaded" "$(number demo 'select count(*) from catalogue')" 2
head -c 2000000 /dev/zero >zero.ini
runs 65 "two million zero bytes" import catalogue zero.ini --data demo
runs 66 "a file that is not there" import catalogue nothing.ini --data demo
runs 74 "a directory instead of a file" import catalogue conf --data demo
runs 64 "an unknown kind" import elephants x --data demo

# --- import rates -----------------------------------------------------------------------
echo "# import rates"
fresh demo
# The day of the demo's own rates: the last one on which the ECB has published.
today=$(sqlite3 demo/keepline.db \
	"select date(max(as_of_day) * 86400, 'unixepoch') from rate where source = 'demo'")
printf 'Date,USD,JPY,CNY,\n2021-10-07,1.1562,128.78,7.4536,\n2021-10-06,1.1542,128.69,7.4400,\n' >rates.csv
runs 0 "a history" import rates rates.csv --data demo
says out "says what is new" "6 added"
runs 0 "the same again" import rates rates.csv --data demo --json
says out "changes nothing" '"added":0,"known":6'
sed 's/7.4536/7.4537/' rates.csv >changed.csv
runs 65 "another value for a published day" import rates changed.csv --data demo
says out "says the place and both values" "Line 2: 1 EUR = 7.4537 CNY on 2021-10-07, but it was published as 7.4536"
printf 'Date,USD,JPY,CNY,\n2021-10-05,1.1602,128.90,x,\n' >bad.csv
runs 65 "a rate that is none" import rates bad.csv --data demo
says out "says where" "Line 2"
is "and loads nothing" "$(number demo "select count(*) from rate where source = 'ecb'")" 6
printf 'Date,USD,JPY,\n2099-01-01,1.16,128.90,\n' >future.csv
runs 65 "a day to come" import rates future.csv --data demo
gzip -c rates.csv >rates.gz
runs 65 "a compressed file" import rates rates.gz --data demo
says err "says to unpack it" "unpack"
printf '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>' >evil.xml
runs 65 "XML with an entity" import rates evil.xml --data demo
printf '' >empty.csv
runs 65 "an empty file" import rates empty.csv --data demo
cat >daily.xml <<XML
<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
	<Cube><Cube time='$today'>
		<Cube currency='USD' rate='1.1562'/><Cube currency='JPY' rate='128.78'/>
		<Cube currency='CNY' rate='9.9999'/>
	</Cube></Cube>
</gesmes:Envelope>
XML
runs 0 "the daily XML of today" import rates daily.xml --data demo
says out "takes the place of the demo's rates" "3 of the demo replaced"
says out "and a jump pauses its currency" "CNY: sales are paused: it moved by more than 3 %"

# --- rates ------------------------------------------------------------------------------
echo "# rates"
runs 64 "rates without a word it knows" rates guess --data demo
runs 64 "a confirmation without its day" rates confirm CNY --data demo
runs 64 "a confirmation without a reason" rates confirm CNY "$today" --data demo
says err "it says how to give one" "--reason"
runs 64 "a confirmation of yen" rates confirm JPY "$today" --data demo --reason x
runs 64 "a confirmation of no day" rates confirm CNY 2026-02-30 --data demo --reason x
# The demo's rates were replaced above: the yuan waits against the day of the history.
runs 0 "the rates" rates list --data demo
says out "one waits" "CNY  waits for confirmation"
runs 65 "another day than the newest" rates confirm CNY 2021-10-06 --data demo --reason x
runs 65 "a currency that does not wait" rates confirm USD "$today" --data demo --reason x
runs 0 "a person's yes" rates confirm CNY "$today" --data demo --reason "seen in the papers"
says out "it is sold again" "CNY  in use"
runs 65 "a second yes" rates confirm CNY "$today" --data demo --reason x
is "it stands in the audit" "$(number demo "select actor, reason from audit where action = 'rate_confirm'")" \
	"0|CNY $today: seen in the papers"

# The bank stands on loopback.
mkdir -p bank
cp daily.xml bank/history.xml
sed "s/9.9999/7.4536/" daily.xml >bank/daily.xml
echo "<html>Log in</html>" >bank/hotel.xml
python3 -c '
import functools, http.server
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="bank")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()' >bank.port 2>bank.log &
pids+=($!)
for _ in $(seq 100); do [ -s bank.port ] && break; sleep 0.1; done
bank=http://127.0.0.1:$(cat bank.port)
fresh demo
sqlite3 demo/keepline.db "delete from rate"
runs 69 "a bank that is not there" rates fetch --data demo --rates_history_url http://127.0.0.1:1/x
says err "nobody answers" "nobody answers"
runs 69 "a page that is missing" rates fetch --data demo --rates_history_url "$bank/none.xml"
says err "is told" "HTTP 404"
runs 69 "a page that holds no rates" rates fetch --data demo --rates_history_url "$bank/hotel.xml"
says err "is told, too" "not as the European Central Bank writes it"
runs 78 "no address" rates fetch --data demo --rates_url ""
is "nothing was stored" "$(number demo "select count(*) from rate")" 0
runs 0 "the first fetch takes the history" rates fetch --data demo --rates_history_url "$bank/history.xml"
says out "is told by its day" "up to $today: 1 days; 3 rates added"
says out "with what is sold" "USD  in use"
runs 65 "a bank that changes its mind" rates fetch --data demo --rates_url "$bank/daily.xml" --rates_history_url ""
says err "is not followed" "left as they were"
is "the first word holds" "$(number demo "select mantissa, source from rate where currency = 156")" "99999|ecb"
runs 0 "JSON" rates list --data demo --json
says out "for programs" '{"currency":"TWD","state":"no rate","day":"","mid":"","source":""}'

# What the bank does not publish is the operator's to bring.
printf 'Date,TWD\n%s,36.52\n' "$today" >twd.csv
runs 64 "a source that is none" import rates twd.csv --data demo --source bank
runs 0 "the operator's own rate" import rates twd.csv --data demo --source operator
runs 0 "the rates with it" rates list --data demo
says out "his currency is sold" "TWD  in use"
says out "as his" "operator"
printf 'Date,CNY\n%s,7.4000\n' "$today" >cny.csv
runs 65 "a word against the bank" import rates cny.csv --data demo --source operator
says out "is named" "CNY has rates of the European Central Bank"
printf 'Date,JPY\n2021-01-04,128\n' >jpy.csv
runs 65 "a yen of his own" import rates jpy.csv --data demo --source operator

# --- import lines ---------------------------------------------------------------------
echo "# import lines"
fresh demo
lines_file 20000 >lines.csv
runs 0 "a dry run" import lines lines.csv --data demo --dry-run
says out "says what would be" "20000 rows, nothing written: 20000 created"
is "leaves no trace" "$(number demo 'select (select count(*) from line), (select count(*) from import)')" "1000|0"
runs 0 "20,000 lines" import lines lines.csv --data demo
is "are all there" "$(number demo 'select count(*) from line')" 21000
is "each row is told" "$(grep -c '^row [0-9]*: created$' out)" 20000
runs 0 "the same file again" import lines lines.csv --data demo
says out "changes nothing" "0 created, 0 updated, 20000 unchanged, 0 refused"
is "really" "$(number demo 'select count(*) from line')" 21000
runs 0 "verify agrees" verify --data demo --deep
runs 0 "columns in another order, and a byte order mark" import lines <(
	printf '\xef\xbb\xbf'
	lines_file 50 30001 | awk -F, -v OFS=, '{ print $4, $2, "x", $1, $6 }' | sed '1s/,x,/,note,/') --data demo
says err "a column that is not ours is named" 'the column "note" is not read'
says out "and the rows are loaded" "50 created"
lines_file 10 40001 | cut -d, -f1,3- >later1.csv
lines_file 10 40001 >later2.csv
runs 0 "lines without their IMSI" import lines later1.csv --data demo
runs 0 "and then with it" import lines later2.csv --data demo
says out "fills in what was not known" "0 created, 10 updated"
lines_file 1 50001 | tr , ';' >semicolons.csv
runs 65 "semicolons" import lines semicolons.csv --data demo
runs 65 "an empty file" import lines empty.csv --data demo
printf 'iccid,brand\n' >header.csv
runs 0 "a header alone" import lines header.csv --data demo
printf 'iccid,brand,iccid\n' >twice.csv
runs 65 "a column twice" import lines twice.csv --data demo
says err "names it" "iccid"
printf 'iccid,imsi\n' >nobrand.csv
runs 65 "no brand" import lines nobrand.csv --data demo
runs 78 "no catalogue yet" import lines lines.csv --data plain
says err "says what to do first" "keepline import catalogue"

# Each bad cell is refused with its row, its column, the reason and a remedy, and
# nothing of the file is loaded.
echo "# import lines: bad cells"
bad() { # COLUMN CODE ROW WORDS
	before=$(number demo 'select count(*) from line')
	printf 'iccid,imsi,msisdn,serial,brand,payment,state,activated_on,kept_until,identity\n%b\n' "$3" >bad.csv
	"$bin" import lines bad.csv --data demo --json >out 2>err
	code=$?
	if [ "$code" -ne 65 ]; then
		not_ok "$2 (ended with $code)"
	elif ! grep -q "\"row\":2,.*\"result\":\"refused\".*\"code\":\"$2\"" out; then
		not_ok "$2 is told"
	elif [ "$(number demo 'select count(*) from line')" != "$before" ]; then
		not_ok "$2 leaves no trace"
	elif [ "$2" != CSV ] && ! grep -q "\"column\":\"$1\".*\"remedy\":\"[a-z]" out; then
		not_ok "$2: column and remedy"
	else
		ok "$2"
	fi
}
good_day=$(date -u -d '40 days ago' +%F)
bad imsi IMSI ",44051990000001,,,povo,,,$good_day,,"
bad imsi SPREADSHEET ",4.40E+14,,,povo,,,$good_day,,"
bad imsi IMSI_FOREIGN ",310150000000001,,,povo,,,$good_day,,"
bad imsi IMSI_CLOSED ",440709900000001,,,povo,,,$good_day,,"
bad iccid ICCID "123,,,,povo,,,$good_day,,"
bad iccid ICCID_FOREIGN "8944100000000000044,,,,povo,,,$good_day,,"
bad msisdn MSISDN ",440519900000001,0312345678,,povo,,,$good_day,,"
bad serial SERIAL ",,,D5,povo,,,$good_day,,"
bad brand BRAND ",440519900000001,,,nobody,,,$good_day,,"
bad payment PAYMENT ",440519900000001,,,povo,cash,,$good_day,,"
bad payment PAYMENT_BRAND ",440519900000001,,,povo,postpaid,,$good_day,,"
bad state STATE ",440519900000001,,,povo,,asleep,$good_day,,"
bad state STATE_PARK ",440519900000001,,,povo,,parked,$good_day,,"
bad activated_on DAY ",440519900000001,,,povo,,,30.02.2026,,"
bad activated_on DAY_FUTURE ",440519900000001,,,povo,,,2999-01-01,,"
bad activated_on DAY_NEEDED ",440519900000001,,,povo,,,,,"
bad kept_until DAY ",440519900000001,,,povo,,,$good_day,tomorrow,"
bad identity IDENTITY ",440519900000001,,,povo,,,$good_day,,maybe"
bad row NO_SIM ",,09012345678,,povo,,,$good_day,,"
bad row CELLS ",440519900000001,,,povo,,,$good_day,,,,x"
bad - CSV ",440519900000001,\"open,,povo,,,$good_day,,"
bad - CSV ",44051990\"0000001,,,povo,,,$good_day,,"
bad - CSV ",440519900000001,,,\xff\xfe,,,$good_day,,"
bad - CSV ",440519900000001,,,po\x00vo,,,$good_day,,"
bad - CSV ",440519900000001,$(head -c 5000 /dev/zero | tr '\0' 9),,povo,,,$good_day,,"
first=$(sed -n 2p lines.csv)
{ head -n 1 lines.csv; echo "$first"; echo "$first"; } >twice.csv
runs 65 "the same SIM twice in a file" import lines twice.csv --data demo
says out "names the earlier row" "(row 2)"
{ head -n 1 lines.csv; echo "$first" | sed 's/^[0-9]*,/8981300000000999999,/'; } >taken.csv
runs 65 "another card's number for a known SIM" import lines taken.csv --data demo
says out "is no way to change a line" "the line is known with another value"
{ lines_file 3 60001; echo "1,2,3"; lines_file 3 60011 | tail -n +2; } >mixed.csv
runs 65 "one bad row among good ones" import lines mixed.csv --data demo
says err "loads nothing" "nothing was loaded"
runs 0 "but for --skip-bad" import lines mixed.csv --data demo --skip-bad
says out "which loads the others" "6 created, 0 updated, 0 unchanged, 1 refused"
{ head -n 1 lines.csv; for i in $(seq 200); do echo "x,$i,,nobody,,,,"; done; } >many.csv
runs 65 "many mistakes" import lines many.csv --data demo
check "are listed up to a point" test "$(wc -l <out)" -le 53
says out "and counted" "200 refused"
runs 0 "the demo still verifies" verify --data demo

# --- interrupted ------------------------------------------------------------------------
echo "# interrupted"
# A server holds its lock: so the import goes in short transactions beside it.
serve() { # DIR PORT
	"$bin" serve --data "$1" --listen "127.0.0.1:$2" >serve.log 2>&1 &
	server=$!
	pids+=("$server")
	for _ in $(seq 100); do
		curl -sf "http://127.0.0.1:$2/readyz" >/dev/null && return 0
		sleep 0.05
	done
	sed 's/^/# /' serve.log
	return 1
}
lines_file 120000 100001 >large.csv
total=$(($(wc -l <large.csv) - 1))
fresh busy
check "a server runs" serve busy 9171
"$bin" import lines large.csv --data busy >out 2>err &
import=$!
for _ in $(seq 400); do
	[ "$(number busy 'select count(*) from line')" -gt 12000 ] && break
	sleep 0.02
done
check "requests are answered meanwhile" curl -sf -o /dev/null http://127.0.0.1:9171/en
kill -9 "$import"
wait "$import" 2>/dev/null
loaded=$(($(number busy 'select count(*) from line') - 1000))
if [ "$loaded" -gt 0 ] && [ "$loaded" -lt "$total" ]; then ok "killed half-way, some rows are in"; else not_ok "killed half-way, some rows are in ($loaded)"; fi
told=$(grep -c ': created$' out)
if [ "$told" -le "$loaded" ]; then ok "none was told that is not in"; else not_ok "none was told that is not in ($told told, $loaded in)"; fi
runs 0 "the same command again goes on" import lines large.csv --data busy
says out "with the rest" "$((total - loaded)) created, 0 updated, $loaded unchanged"
is "and all are there, once" "$(number busy 'select count(*), count(distinct imsi) from line')" "$((total + 1000))|$((total + 1000))"
kill -9 "$server"
wait "$server" 2>/dev/null
runs 0 "verify after both were killed" verify --data busy --deep

fresh stopped
check "a server runs again" serve stopped 9172
"$bin" import lines large.csv --data stopped >out 2>err &
import=$!
for _ in $(seq 400); do
	[ "$(number stopped 'select count(*) from line')" -gt 12000 ] && break
	sleep 0.02
done
kill -INT "$import"
wait "$import"
is "Ctrl-C ends it cleanly" $? 75
says err "saying how to go on" "run the same command again to go on"
loaded=$(($(number stopped 'select count(*) from line') - 1000))
is "what was told is in" "$(grep -c ': created$' out)" "$loaded"
kill "$server" && wait "$server" 2>/dev/null
# Without a server the whole file is one transaction.
fresh alone
"$bin" import lines large.csv --data alone >out 2>err &
import=$!
sleep 0.4
kill -9 "$import" 2>/dev/null
wait "$import" 2>/dev/null
is "killed alone: nothing or all" "$(number alone "select count(*) in (1000, $((total + 1000))) from line")" 1
runs 0 "the same command again" import lines large.csv --data alone
is "loads it" "$(number alone 'select count(*) from line')" "$((total + 1000))"
is "with all its indexes" "$(number alone "select group_concat(name, ' ') from (select name from sqlite_schema where type = 'index' and tbl_name = 'line' order by name)")" "line_iccid line_imsi line_msisdn line_serial line_tail"
runs 0 "verify" verify --data alone --deep
"$bin" import lines - --data alone <lines.csv >out 2>err
is "a file may come through a pipe" $? 0
mkfifo slow
fresh two
"$bin" import lines slow --data two >/dev/null 2>&1 &
import=$!
exec 7>slow
head -n 3 lines.csv >&7
for _ in $(seq 100); do [ -e two/import.lock ] && break; sleep 0.02; done
sleep 0.2
runs 75 "two imports at once" import lines lines.csv --data two
exec 7>&-
wait "$import"

# --- no room ----------------------------------------------------------------------------
echo "# no room"
fresh full
(
	ulimit -f 3000 # blocks of 1 KiB: the database may not grow beyond it
	trap '' XFSZ
	exec "$bin" import lines large.csv --data full >out 2>err
)
code=$?
is "a full disk is an error of its own" "$code" 74
says err "that says what to do" "check space"
is "nothing half-loaded" "$(number full 'select count(*) from line')" 1000
runs 0 "and nothing is damaged" verify --data full --deep
runs 0 "with room the same command loads it" import lines large.csv --data full
is "all of it" "$(number full 'select count(*) from line')" "$((total + 1000))"
(
	ulimit -f 200
	trap '' XFSZ
	exec "$bin" init --demo --data cramped >out 2>err
)
is "init without room" $? 74
check "leaves nothing" test ! -e cramped
(
	ulimit -f 200
	trap '' XFSZ
	exec "$bin" backup copy.db --data full >out 2>err
)
is "a backup without room" $? 74
check "leaves nothing either" test ! -e copy.db -a ! -e copy.db.part

# --- verify -----------------------------------------------------------------------------
echo "# verify"
runs 0 "good" verify --data demo --json
says out "says how fast" '"rows_per_s":'
fresh cooked
number cooked "update line set safe_until_day = safe_until_day + 30 where id = 7"
runs 1 "a changed day" verify --data cooked
says out "names the row" "line 7: LINE_DAY"
number cooked "update line set brand = 'nobody' where id = 9"
runs 1 "more than one" verify --data cooked --json
says out "is counted" '"findings":2'
fresh torn
page=$(number torn "select rootpage from sqlite_schema where name = 'line_imsi'")
dd if=/dev/urandom of=torn/keepline.db bs=4096 seek=$((page - 1)) count=1 conv=notrunc 2>/dev/null
runs 0 "an index full of noise stands in nobody's way" verify --data torn
"$bin" verify --data torn --deep >out 2>err
code=$?
if [ "$code" -eq 1 ] || [ "$code" -eq 65 ]; then ok "but --deep finds it"; else not_ok "but --deep finds it ($code)"; fi
fresh torn
sed -i 's/Demo 2026/Demo 2027/' torn/keepline.db
runs 1 "a changed catalogue" verify --data torn
says out "is found" "catalogue 1: CATALOGUE_HASH"
head -c 4096 /dev/urandom >torn/keepline.db
runs 65 "a file that is no database" verify --data torn
chmod 644 pristine/keys
fresh shown
chmod 600 pristine/keys
runs 78 "keys that others can read" verify --data shown
rm -f shown/keys
runs 78 "no keys" verify --data shown

# --- backup and keys -----------------------------------------------------------------------
echo "# backup"
fresh source
check "a server runs for the backup" serve source 9173
"$bin" import lines large.csv --data source >/dev/null 2>&1 &
import=$!
for _ in $(seq 400); do
	[ "$(number source 'select count(*) from line')" -gt 11000 ] && break
	sleep 0.02
done
runs 0 "a backup while lines are loaded" backup copy.db --data source
is "is closed to others" "$(stat -c %a copy.db)" 600
runs 73 "never over a file that is there" backup copy.db --data source
wait "$import"
kill "$server" && wait "$server" 2>/dev/null
mkdir -m 700 restored && cp source/keys source/keepline.conf restored/ && cp copy.db restored/keepline.db
runs 0 "the copy verifies" verify --data restored --deep
check "and holds what there was" test "$(number restored 'select count(*) from line')" -ge 11000
runs 0 "the load goes on in the copy" import lines large.csv --data restored
is "to its end" "$(number restored 'select count(*) from line')" "$((total + 1000))"

echo "# key"
fresh demo
runs 0 "key add" key add --data demo --name till --scope orders:write,lines:read
key=$(cat out)
check "prints one key" grep -qx 'kl_[0-9A-HJKMNP-TV-Z]\{52\}' out
if cat demo/* | grep -qaF "$key"; then not_ok "which is stored nowhere"; else ok "which is stored nowhere"; fi
runs 0 "key list" key list --data demo
says out "names it" "till"
says_not out "without the key" "$key"
runs 64 "an unknown scope" key add --data demo --name x --scope all
runs 64 "no scope" key add --data demo --name x
runs 64 "a name that breaks lines" key add --data demo --name $'a\nb' --scope lines:read
runs 67 "an account that is not there" key add --data demo --name x --scope lines:read --account no@example.com
runs 0 "an account that is" key add --data demo --name x --scope lines:read --account demo@example.com
is "has its key" "$(number demo "select count(*) from api_key where account_id = 1")" 1
check "a server runs for the keys" serve demo 9174
api() { curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $1" http://127.0.0.1:9174/api/v1/lines; }
if grep -q '"/api/v1/lines"' "$OLDPWD/src/web/routes.def"; then
	is "the key opens the API" "$(api "$key")" 200
	is "another does not" "$(api "${key%?}X")" 401
fi
runs 0 "key revoke" key revoke 1 --data demo
runs 65 "twice" key revoke 1 --data demo
if grep -q '"/api/v1/lines"' "$OLDPWD/src/web/routes.def"; then
	sleep 6
	is "and it opens nothing any more" "$(api "$key")" 401
fi
kill "$server" && wait "$server" 2>/dev/null
runs 0 "another link for staff" staff --data demo
check "is a link" grep -q '^http.*/en/desk/welcome/[0-9A-Z]\{52\}$' out
if grep -qaE 'kl_[0-9A-Z]{20}|welcome/[0-9A-Z]{20}' serve.log; then not_ok "no secret is in the log"; else ok "no secret is in the log"; fi
