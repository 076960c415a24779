# Sourced by bench/run: servers, runs, and what is remembered of them.

# record NAME VALUE : one value of one run; $shim is 0 or 1.
record() { printf '%s\t%s\t%s\n' "$shim" "$1" "$2" >>"$work/results"; }

# field NAME WORD... : the value behind NAME= in a line of key=value words.
field() { sed -n "s/.*\\b$1=\\([0-9-]*\\).*/\\1/p" <<<"$2" | head -n 1; }

say() { printf '%s\n' "$*" >&2; }

# What makes a program's syncs slow when this pass is the shim's: put before it, so
# that $! is the program itself.
slow() {
	before=(env)
	[ "$shim" = 0 ] || before=(env "LD_PRELOAD=$work/shim.so")
}

# A server's CPU so far, in microseconds.
cpu_us() {
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print int(($12 + $13) * 1000000 / hz) }' \
		"/proc/$1/stat" 2>/dev/null || echo 0
}
rss_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status" 2>/dev/null || echo 0; }
peak_kib() { awk '/^VmHWM/ { print $2 }' "/proc/$1/status" 2>/dev/null || echo 0; }

# wait_http PORT PATH PID : until it answers; false when it died or took 20 s.
wait_http() {
	local i

	for i in $(seq 2000); do
		curl -s -o /dev/null "http://127.0.0.1:$1$2" && return 0
		kill -0 "$3" 2>/dev/null || return 1
		sleep 0.01
	done
	return 1
}

# --- ours -------------------------------------------------------------------------
# serve DIR [SETTING...] : sets $server once it answers and has swept all lines.
serve() {
	local data=$1 i

	shift
	slow
	: >"$work/serve.log"
	"${before[@]}" "$keepline" serve --data "$data" --listen="127.0.0.1:$port" --sandbox=yes \
		--public-url="http://127.0.0.1:$port" --api-rate-per-minute=0 \
		--line-topups-per-day=100000 "$@" >>"$work/serve.log" 2>&1 &
	server=$!
	if ! wait_http "$port" /readyz "$server"; then
		tail -n 5 "$work/serve.log" >&2
		say "keepline serve did not come up"
		exit 1
	fi
	[ "$sweeps" = 0 ] && return 0
	for i in $(seq 3000); do
		grep -q 'lines swept' "$work/serve.log" && return 0
		sleep 0.02
	done
	say "the sweep did not end"
	exit 1
}
sweeps=1

stop() {
	[ -n "${server:-}" ] || return 0
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	server=
}

query() { sqlite3 -cmd '.timeout 10000' "$dir/keepline.db" "$1"; }

# fresh TEMPLATE : $dir is a copy of it whose placed orders wait since now, and whose
# polls are not due while we measure (job kind 0: PAY_WATCH).
fresh() {
	dir=$work/run
	rm -rf "$dir"
	cp -a "$1" "$dir"
	query "update orders set created_s = unixepoch(), expires_s = unixepoch() + 900 where state = 1;
		update payment set created_ms = unixepoch() * 1000 where state = 0;
		update job set created_ms = unixepoch() * 1000, due_ms = unixepoch() * 1000 + 600000
		where kind = 0; pragma wal_checkpoint(truncate)" >/dev/null
}

# Waits until nothing is left to deliver (job kind 2: DELIVER).
drain() {
	local left=1 before=-1 same=0

	while [ "$left" -gt 0 ] && [ "$same" -lt 50 ]; do
		left=$(query 'select count(*) from job where kind = 2')
		[ "$left" = "$before" ] && same=$((same + 1)) || same=0
		before=$left
		sleep 0.1
	done
	[ "$left" = 0 ]
}

# Bytes of the database with its log written back.
db_bytes() {
	query 'pragma wal_checkpoint(truncate)' >/dev/null
	stat -c %s "$dir/keepline.db"
}

# --- medians ----------------------------------------------------------------------
# values NAME [SHIM] : sorted, one a line.
values() { awk -F '\t' -v n="$1" -v s="${2:-0}" '$1 == s && $2 == n { print $3 }' "$work/results" | sort -n; }
median() { values "$@" | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)] }'; }
# "median [least-most]", "-" where nothing was measured.
spread() {
	values "$@" | awk '{ v[NR] = $1 } END { if (!NR) print "-"; else if (NR == 1) print v[1]
		else printf "%s [%s-%s]\n", v[int((NR + 1) / 2)], v[1], v[NR] }'
}
