# Sourced by bench/run and test/stages/80-soak.sh: what may fail a run (GOALS S9).

# s9_soaks COUNT MS : new connections each time; no answer for a second is a stall.
# Sets $stalls.
s9_soaks() {
	local i

	stalls=0

	for i in $(seq "$1"); do
		# shellcheck disable=SC2046
		load -c 256 -t "$2" -s 1000 -x "soak-$i" $(orders_of $port "$token" "$key") ||
			stalls=$((stalls + 1))
	done
}

# s9_kill MS TIMES : kill -9 in mid-load, the server started again, the clients go on and
# send again what was left open.  Sets $counts: acknowledged, lost, doubled, unfinished.
s9_kill() {
	local first generator i

	first=$(query 'select coalesce(max(id), 0) + 1 from orders')
	: >"$work/journal"
	# shellcheck disable=SC2046
	build/bench/load -a -c 64 -t "$1" -j "$work/journal" -x "kill-$RANDOM" \
		$(orders_of $port "$token" "$key") >"$work/kill.said" &
	generator=$!
	for i in $(seq "$2"); do
		sleep "$(awk -v ms="$1" -v n="$2" 'BEGIN { print ms / (n + 1) / 1000 }')"
		kill -9 "$server"
		wait "$server" 2>/dev/null
		serve "$dir"
	done
	wait "$generator" || say "load: $(cat "$work/kill.said")"
	drain || say "kill -9: some orders did not become active"
	build/bench/store ids "$dir" "$first" | sort >"$work/kept"
	sed -n 's/^placed //p' "$work/journal" | sort >"$work/placed"
	sed -n 's/^paid //p' "$work/journal" | sort >"$work/paid"
	# Lost: acknowledged and not there, or paid and not active.  Doubled: there and
	# nobody's, or one answer for two orders.
	counts=("$(wc -l <"$work/placed")" "$(comm -23 "$work/placed" "$work/kept" | wc -l)")
	counts+=($(($(comm -13 <(sort -u "$work/placed") "$work/kept" | wc -l) +
		$(uniq -d "$work/placed" | wc -l))))
	counts+=($(($(wc -l <"$work/paid") - $(query \
		"select count(*) from orders where state = 5 and id >= $first"))))
}

s9() {
	fresh "$base"
	serve "$dir"
	s9_soaks "$soaks" 1000
	record s9_stalls "$stalls"
	s9_kill 6000 3
	record s9_acknowledged "${counts[0]}"
	record s9_lost "${counts[1]}"
	record s9_doubled "${counts[2]}"
	record s9_unfinished "${counts[3]}"
	stop
	"$keepline" verify --data "$dir" >"$work/verify" || { head -n 5 "$work/verify" >&2; failed=1; }
	[ "$stalls" = 0 ] && [ "${counts[1]}" = 0 ] && [ "${counts[2]}" = 0 ] &&
		[ "${counts[3]}" = 0 ] || failed=1
	s9_backup
}

# The callbacks' p99 while backups are made one after the other, and without.
s9_backup() {
	local backups i

	for i in $(seq "$rounds"); do
		fresh "$base"
		build/bench/store fill "$dir" $((run_ms * 4)) >/dev/null
		build/bench/store list "$dir" >"$work/hooks"
		split -n l/2 "$work/hooks" "$work/hooks."
		serve "$dir"
		load -c 64 -t "$run_ms" -r 2000 127.0.0.1 $port hooks "$work/hooks.aa" "$key"
		record s9_quiet_p99_us "$(field p99_us "$said")"
		(while "$keepline" backup "$work/backup" --data "$dir" >/dev/null 2>&1; do
			rm -f "$work/backup"
		done) &
		backups=$!
		load -c 64 -t "$run_ms" -r 2000 127.0.0.1 $port hooks "$work/hooks.ab" "$key"
		record s9_backup_p99_us "$(field p99_us "$said")"
		kill "$backups" 2>/dev/null
		wait "$backups" 2>/dev/null
		rm -f "$work/backup"
		stop
	done
}
