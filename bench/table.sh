# Sourced by bench/run: the table.

row() { # LABEL NAME UNIT
	printf '%-58s %22s %22s  %s\n' "$1" "$(spread "$2" 0)" "$(spread "$2" 1)" "$3"
}

# ratio LABEL OURS THEIRS GOAL SHIM : "≥" goals.
ratio() {
	local ours theirs

	ours=$(median "$2" "$5")
	theirs=$(median "$3" "$5")
	if [ -z "$ours" ] || [ -z "$theirs" ]; then
		echo "ratio $1: not measured"
		return
	fi
	awk -v l="$1" -v a="$ours" -v b="$theirs" -v g="$4" 'BEGIN { r = b > 0 ? a / b : 0
		printf "ratio %s: %.2f (goal >= %s) %s\n", l, r, g, (r >= g ? "pass" : "MISS") }'
}

# limit LABEL NAME OP GOAL [SHIM] [DIVISOR] : an absolute figure.
limit() {
	local value

	value=$(median "$2" "${5:-0}")
	[ -n "$value" ] || { echo "limit $1: not measured"; return; }
	awk -v l="$1" -v v="$value" -v o="$3" -v g="$4" -v d="${6:-1}" 'BEGIN { v /= d
		good = o == ">=" ? v >= g : v <= g
		printf "limit %s: %.10g (goal %s %s) %s\n", l, v, o, g, (good ? "pass" : "MISS") }'
}

table() {
	echo "keepline bench, $(date +%Y-%m-%d), commit $(git rev-parse --short HEAD 2>/dev/null)"
	echo "machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)," \
		"$(awk '/^MemTotal/ { print int($2 / 1048576) }' /proc/meminfo) GiB, $(uname -sr)," \
		"load at the end $(cut -d ' ' -f 1 /proc/loadavg)"
	echo "ours: $("$keepline" --version), SQLite $(sqlite3 --version | cut -d ' ' -f 1), $lines lines"
	echo "peers: ${node_version:-no Node peer}; ${pg_version:-no PostgreSQL}, pgbench TPC-B scale" \
		"$pg_scale c16 prepared; ${nginx_version:-no nginx}"
	echo "medians of $rounds runs of $run_ms ms [least-most]; the load generator takes its" \
		"part of the same cores"
	echo
	printf '%-58s %22s %22s\n' '' 'as is' '+1 ms a sync'
	! wants S1 || table_s1
	! wants S2 || table_s2
	! wants S3 || table_s3
	! wants S4 || table_s4
	! wants S5 || table_s5
	! wants S6 || table_s6
	! wants S9 || table_s9
}

table_s1() {
	row 'S1 whole orders, 256 connections' s1_rate '/s'
	row '   the Node shop' s1_node_rate '/s'
	row '   pgbench TPC-B' pgbench '/s'
	row '   CPU of the server for an order' s1_cpu_us 'us'
	row '   p99 of the callback' s1_hook_p99_us 'us'
	limit 'S1 whole orders/s' s1_rate '>=' 8000
	ratio 'S1 ours/Node' s1_rate s1_node_rate 6 0
	ratio 'S1 ours/Node +1 ms' s1_rate s1_node_rate 15 1
	ratio 'S1 ours/pgbench' s1_rate pgbench 0.7 0
	ratio 'S1 ours/pgbench +1 ms' s1_rate pgbench 0.7 1
	echo
}

table_s2() {
	row 'S2 callbacks, 64 connections' s2_rate_64 '/s'
	row '   256 connections' s2_rate_256 '/s'
	row '   the Node shop, 64' s2_node_rate '/s'
	row '   the writer alone, 256 outstanding' writer '/s'
	row '   the same rows in one transaction' ceiling '/s'
	row '   p50 at 64' s2_p50_us_64 'us'
	row '   p99 at 64' s2_p99_us_64 'us'
	row '   p99 at 256' s2_p99_us_256 'us'
	row '   p50 at a steady 5,000/s' s2_steady_p50_us 'us'
	row '   p99 at a steady 5,000/s' s2_steady_p99_us 'us'
	row '   CPU of the server for a callback, 64' s2_cpu_us_64 'us'
	limit 'S2 callbacks/s, 64 connections' s2_rate_64 '>=' 25000
	limit 'S2 p99 at 64, ms' s2_p99_us_64 '<=' 10 0 1000
	limit 'S2 p99 at a steady 5,000/s, ms' s2_steady_p99_us '<=' 4 0 1000
	ratio 'S2 end to end/ceiling' s2_rate_256 ceiling 0.5 0
	ratio 'S2 writer/ceiling' writer ceiling 0.8 0
	ratio 'S2 ours/pgbench' s2_rate_256 pgbench 2 0
	ratio 'S2 ours/Node' s2_rate_64 s2_node_rate 6 0
	ratio 'S2 ours/pgbench +1 ms' s2_rate_256 pgbench 2 1
	ratio 'S2 ours/Node +1 ms' s2_rate_64 s2_node_rate 6 1
	echo
}

table_s3() {
	row 'S3 paid to active, by the books, 600 orders/s: p50' s3_p50_ms 'ms'
	row '   p99' s3_p99_ms 'ms'
	row '   as a client sees it, 4 at a time: p50' s3_seen_p50_us 'us'
	row '   p99' s3_seen_p99_us 'us'
	limit 'S3 p50, ms' s3_p50_ms '<=' 5
	limit 'S3 p99, ms' s3_p99_ms '<=' 50
	limit 'S3 p50 +1 ms, ms' s3_p50_ms '<=' 5 1
	limit 'S3 p99 +1 ms, ms' s3_p99_ms '<=' 50 1
	echo
}

table_s4() {
	row 'S4 order page, session, 64 connections' s4_order '/s'
	row '   the same, not packed' s4_plain '/s'
	row '   lines page, 30 lines' s4_lines '/s'
	row '   first page of a browser, style sheet in it' s4_first '/s'
	row '   asset' s4_asset '/s'
	row '   nginx, the order page as a file' nginx_page '/s'
	row '   nginx, the asset' nginx_asset '/s'
	row '   p99 of the order page' s4_order_p99_us 'us'
	row '   CPU for an order page' s4_order_cpu_us 'us'
	row '   CPU for an order page, not packed' s4_plain_cpu_us 'us'
	row '   CPU for a lines page' s4_lines_cpu_us 'us'
	row '   CPU for a first page' s4_first_cpu_us 'us'
	row '   CPU for an asset' s4_asset_cpu_us 'us'
	row '   size of the order page, packed' s4_page_bytes 'bytes'
	limit 'S4 order pages/s' s4_order '>=' 45000
	limit 'S4 CPU for a page, us' s4_order_cpu_us '<=' 25
	limit 'S4 p99, ms' s4_order_p99_us '<=' 2 0 1000
	ratio 'S4 page/nginx' s4_order nginx_page 0.2 0
	ratio 'S4 asset/nginx' s4_asset nginx_asset 1.0 0
	echo
}

table_s6() {
	row 'S6 bytes a line' line_bytes 'bytes'
	row '   bytes an order with its 300-byte body' order_bytes 'bytes'
	row '   and for a day, its answer under the idempotency key' order_once_bytes 'bytes'
	row '   ready' ready_ms 'ms'
	row '   memory idle' idle_rss_kib 'KiB'
	row '   memory at most under S1' s1_rss_kib 'KiB'
	row '   binary' binary_kib 'KiB'
	row '   binary, stripped' stripped_kib 'KiB'
	limit 'S6 bytes a line' line_bytes '<=' 150
	limit 'S6 bytes an order' order_bytes '<=' 800
	limit 'S6 ready, ms' ready_ms '<=' 100
	limit 'S6 memory idle, MiB' idle_rss_kib '<=' 64 0 1024
	limit 'S6 memory under S1, MiB' s1_rss_kib '<=' 256 0 1024
	limit 'S6 binary stripped, MiB' stripped_kib '<=' 4 0 1024
	echo
}

table_s5() {
	row "S5 $lines lines imported from a file" import_rate '/s'
	row '   the same file again, compared' import_again_rate '/s'
	row '   by sqlite3 .import, unchecked, same indexes' import_plain_rate '/s'
	row '   CPU for a line, on two threads' import_cpu_ns 'ns'
	row '   the daily round over all lines' sweep_ms 'ms'
	row '   verify' verify_rate 'rows/s'
	row '   CPU for a row' verify_cpu_ns 'ns'
	limit 'S5 import, lines/s' import_rate '>=' 200000
	limit 'S5 sweep of a million lines, s' sweep_ms '<=' 5 0 $((lines / 1000))
	limit 'S5 verify, rows/s' verify_rate '>=' 1000000
	ratio 'S5 import/sqlite3 .import' import_rate import_plain_rate 1 0
	echo
}

table_s9() {
	row "S9 stalls in $soaks soaks of 256 connections" s9_stalls ''
	row '   kill -9 in mid-load, 3 times: orders acknowledged' s9_acknowledged ''
	row '   of them lost' s9_lost ''
	row '   doubled' s9_doubled ''
	row '   paid and not active' s9_unfinished ''
	row '   p99 of callbacks at 2,000/s' s9_quiet_p99_us 'us'
	row '   the same while backups are made' s9_backup_p99_us 'us'
	limit 'S9 stalls' s9_stalls '<=' 0
	limit 'S9 lost' s9_lost '<=' 0
	limit 'S9 doubled' s9_doubled '<=' 0
	awk -v a="$(median s9_backup_p99_us)" -v b="$(median s9_quiet_p99_us)" 'BEGIN {
		if (b > 0) printf "ratio S9 p99 during a backup: %.2f (goal <= 2) %s\n", a / b,
			(a / b <= 2 ? "pass" : "MISS") }'
	echo
}
