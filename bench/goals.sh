# Sourced by bench/run: what is measured for each goal.

# A data directory with lines, swept once, and a key.
template() {
	local before

	base=$work/template
	dir=$base
	"$keepline" init --data "$base" --demo >/dev/null || exit 1
	before=$(db_bytes)
	awk -v count="$lines" -v start=2000 -v now="$(date +%s)" -f test/fixtures/make_lines.awk \
		>"$work/lines.csv"
	"$keepline" import lines "$work/lines.csv" --data "$base" --json >/dev/null || exit 1
	record line_bytes $((($(db_bytes) - before) / lines))
	token=$("$keepline" key add --data "$base" --name bench --json \
		--scope orders:write,orders:read,lines:read | sed 's/.*"key":"\([^"]*\)".*/\1/')
	key=$(build/bench/store key "$base")
	serve "$base"
	stop
	db_bytes >/dev/null
	# Lines of povo are each ninth: pack keep-180 fits them.
	imsi=$(awk -v i=$((2000 / 9 * 9 + 10)) 'BEGIN { printf "4405198%08d", i }')
	imsi_count=$((lines / 9 - 3))
}

# load ARGS... : the generator against ours; its words in $said.  A stall ends all.
load() {
	said=$(build/bench/load "$@")
	case $? in
	0) return 0 ;;
	3) say "STALL: no answer for a second"; failed=1 ;;
	*) say "load: $* went wrong: $said"; failed=1 ;;
	esac
	return 1
}
orders_of() { printf '%s' "127.0.0.1 $1 orders $2 $3 $imsi 9 $imsi_count $((RANDOM * 3))"; }

# --- S1: whole orders -----------------------------------------------------------------
s1() {
	local bytes once first start cpu count last

	fresh "$base"
	bytes=$(db_bytes)
	first=$(query 'select coalesce(max(id), 0) from orders')
	serve "$dir"
	cpu=$(cpu_us "$server")
	start=$(date +%s%3N)
	# shellcheck disable=SC2046
	load -c 256 -t "$run_ms" -n 64 -s 5000 -x "s1-$shim-$start" $(orders_of $port "$token" "$key")
	drain || say "S1: some orders did not become active"
	cpu=$(($(cpu_us "$server") - cpu))
	count=$(query "select count(*) from orders where state = 5 and id > $first")
	last=$(query 'select max(at_ms) from order_event where state = 5')
	record s1_rate $((count * 1000 / (last - start + 1)))
	record s1_cpu_us $((cpu / (count + 1)))
	record s1_rss_kib "$(peak_kib "$server")"
	record s1_hook_p99_us "$(field p99_us "$(grep kind=hook <<<"$said")")"
	record s1_seen_p50_us "$(field p50_us "$(grep kind=active <<<"$said")")"
	record s1_seen_p99_us "$(field p99_us "$(grep kind=active <<<"$said")")"
	stop
	bytes=$(($(db_bytes) - bytes))
	once=$(query "select sum(pgsize) from dbstat where name = 'once'")
	record order_bytes $(((bytes - once) / (count + 1)))
	record order_once_bytes $((once / (count + 1)))
	if ! "$keepline" verify --data "$dir" >"$work/verify"; then
		say "S1: verify found something:"
		head -n 5 "$work/verify" >&2
		failed=1
	fi
	[ "${has_node:-0}" = 1 ] && s1_node
}

s1_node() {
	local start count last

	node_serve
	start=$(date +%s%3N)
	# shellcheck disable=SC2046
	load -c 256 -t "$run_ms" -n 64 -x s1 127.0.0.1 $((port + 1)) orders kl_peer "$node_key" \
		440519800000000 1 "$lines" $((RANDOM * 3))
	sleep 0.5
	count=$(sqlite3 "$work/node.db" "select count(*) from orders where state = 'active'")
	last=$(sqlite3 "$work/node.db" "select max(at_ms) from order_event where state = 'active'")
	record s1_node_rate $((count * 1000 / (last - start + 1)))
	stop
}

# --- S2: callbacks ------------------------------------------------------------------------
# The carrier takes connections and says nothing: callbacks alone are measured here,
# deliveries in S1.
s2() {
	local placed=$((run_ms * 30)) part

	fresh "$base"
	build/bench/store fill "$dir" "$placed" >/dev/null
	slow
	record ceiling "$(field rate "$("${before[@]}" build/bench/store ceiling "$dir")")"
	build/bench/store fill "$dir" "$placed" >/dev/null
	record writer "$(field rate "$("${before[@]}" build/bench/store writer "$dir" 256)")"
	build/bench/store fill "$dir" $((placed * 2 + run_ms * 5)) >/dev/null
	build/bench/store list "$dir" >"$work/hooks"
	head -n $((run_ms * 5)) "$work/hooks" >"$work/hooks.steady"
	tail -n +$((run_ms * 5 + 1)) "$work/hooks" | head -n "$placed" >"$work/hooks.64"
	tail -n "$placed" "$work/hooks" >"$work/hooks.256"
	serve "$dir" --carrier=osmohlr --osmohlr-ctrl=127.0.0.1:$((port + 3)) \
		--osmohlr-vty=127.0.0.1:$((port + 3))
	load -c 64 -t "$run_ms" -r 5000 -s 5000 127.0.0.1 $port hooks "$work/hooks.steady" "$key"
	record s2_steady_p99_us "$(field p99_us "$said")"
	record s2_steady_p50_us "$(field p50_us "$said")"
	for part in 64 256; do
		local cpu
		cpu=$(cpu_us "$server")
		load -c "$part" -t "$run_ms" -s 5000 127.0.0.1 $port hooks "$work/hooks.$part" "$key"
		record "s2_rate_$part" "$(field rate "$said")"
		record "s2_p50_us_$part" "$(field p50_us "$said")"
		record "s2_p99_us_$part" "$(field p99_us "$said")"
		record "s2_cpu_us_$part" $((($(cpu_us "$server") - cpu) / ($(field done "$said") + 1)))
	done
	stop
	[ "${has_node:-0}" = 1 ] || return 0
	node_serve $((run_ms * 8))
	load -c 64 -t "$run_ms" 127.0.0.1 $((port + 1)) hooks "$work/node.hooks" "$node_key"
	record s2_node_rate "$(field rate "$said")"
	record s2_node_p99_us "$(field p99_us "$said")"
	stop
}

# --- S3: from the callback to the line being active ------------------------------------------
# By the books, in milliseconds, at a steady 600 orders a second; the notice is written
# in the same transaction as "active".  And as a client sees it who asks at once.
s3() {
	local first

	fresh "$base"
	first=$(query 'select coalesce(max(id), 0) from order_event')
	serve "$dir"
	# shellcheck disable=SC2046
	load -c 64 -t "$run_ms" -r 1800 -n 0 -x s3 $(orders_of $port "$token" "$key")
	drain
	query "create temp table t as select active.at_ms - paid.at_ms as ms from order_event as active
		join order_event as sent on sent.id = active.prev
		join order_event as paid on paid.id = sent.prev
		where active.id > $first and active.state = 5 and paid.state = 3 order by 1;
		select ms from t limit 1 offset (select count(*) / 2 from t);
		select ms from t limit 1 offset (select count(*) * 99 / 100 from t);" >"$work/s3"
	record s3_p50_ms "$(sed -n 1p "$work/s3")"
	record s3_p99_ms "$(sed -n 2p "$work/s3")"
	# shellcheck disable=SC2046
	load -c 4 -t "$run_ms" -n 1 -x s3-seen $(orders_of $port "$token" "$key")
	record s3_seen_p50_us "$(field p50_us "$(grep kind=active <<<"$said")")"
	record s3_seen_p99_us "$(field p99_us "$(grep kind=active <<<"$said")")"
	stop
}

# --- S6: room and time -----------------------------------------------------------------------
s6() {
	local start

	fresh "$base"
	sweeps=0
	start=$(date +%s%N)
	serve "$dir"
	record ready_ms $((($(date +%s%N) - start) / 1000000))
	sweeps=1
	sleep 2
	record idle_rss_kib "$(rss_kib "$server")"
	stop
	record binary_kib $(($(stat -c %s "$keepline") / 1024))
	strip -o "$work/stripped" "$keepline"
	record stripped_kib $(($(stat -c %s "$work/stripped") / 1024))
}

# --- S4: pages and files -----------------------------------------------------------------------
# The order page and the list of lines of an account with 30 lines, in Chinese, packed,
# for a browser that has the style sheet; the login page as the first page of all, with
# the style sheet in it.  Beside them nginx with the very same bytes as a file.
s4() {
	local order page css cookie

	fresh "$base"
	build/bench/store fill "$dir" 30 >/dev/null
	build/bench/store writer "$dir" >/dev/null
	serve "$dir"
	drain
	cookie=$(login) || { say "S4: the login failed"; failed=1; stop; return; }
	page=$(fetch "/zh-Hans/orders" "$cookie" -D "$work/head")
	cookie="$cookie; $(cookie_of "$work/head")" # which style sheet the browser has
	order=$(grep -o '/zh-Hans/orders/KL-[0-9A-Z-]*' <<<"$page" | head -n 1)
	css=$(grep -o '/static/[^"]*\.css' <<<"$page" | head -n 1)
	[ -n "$order" ] || { say "S4: no order on the page"; failed=1; stop; return; }
	s4_get s4_order "$order" "$cookie"
	s4_get s4_plain "$order" "$cookie" plain
	s4_get s4_lines /zh-Hans/lines "$cookie"
	s4_get s4_first /zh-Hans/login ""
	s4_get s4_asset "${css:-$(asset)}" ""
	if [ "${has_nginx:-0}" = 1 ]; then
		fetch "$order" "$cookie" -H 'Accept-Encoding: br, gzip' >"$work/nginx/page"
		fetch "${css:-$(asset)}" "" -H 'Accept-Encoding: br, gzip' >"$work/nginx/asset"
		record s4_page_bytes "$(stat -c %s "$work/nginx/page")"
		nginx_start
		for part in page asset; do
			load -c 64 -t "$run_ms" 127.0.0.1 $((port + 2)) get "/$part"
			record "nginx_$part" "$(field rate "$said")"
		done
		kill "$nginx_pid"
		wait "$nginx_pid" 2>/dev/null
		nginx_pid=
	fi
	stop
}

s4_get() {
	local cpu

	cpu=$(cpu_us "$server")
	# shellcheck disable=SC2046
	load $([ "${4:-}" = plain ] || echo -z) -c 64 -t "$run_ms" 127.0.0.1 $port get "$2" ${3:+"$3"}
	record "$1" "$(field rate "$said")"
	record "$1_p99_us" "$(field p99_us "$said")"
	record "$1_cpu_us" $((($(cpu_us "$server") - cpu) / ($(field done "$said") + 1)))
}

# The demo account's session, as a Cookie header's value.
login() {
	local form csrf cookies

	form=$(curl -s -D "$work/head" "http://127.0.0.1:$port/en/login")
	cookies=$(cookie_of "$work/head")
	csrf=$(sed -n 's/.*name="csrf"[^>]*value="\([^"]*\)".*/\1/p' <<<"$form" | head -n 1)
	curl -s -o "$work/login.html" -D "$work/head" -b "$cookies" \
		--data-urlencode "csrf=$csrf" --data-urlencode email=demo@example.com \
		--data-urlencode password=only-for-the-demo-2026 -H "Origin: http://127.0.0.1:$port" \
		"http://127.0.0.1:$port/en/login"
	grep -q '^HTTP/1.1 303' "$work/head" || return 1
	cookie_of "$work/head"
}
cookie_of() { sed -n 's/^Set-Cookie: \([^;]*\);.*/\1/Ip' "$1" | paste -sd ';' | sed 's/;/; /g'; }
fetch() { curl -s "http://127.0.0.1:$port$1" ${2:+-b "$2"} "${@:3}"; }
asset() { fetch /en/login "" | grep -o '/static/[^"]*' | head -n 1; }
