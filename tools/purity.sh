#!/bin/sh
# purity.sh ALLOWED OBJECT... - what the objects need from elsewhere must match
# a line of ALLOWED (each an extended regular expression for a whole symbol).
allowed=$1
shift
[ $# -gt 0 ] || exit 0
list=$(mktemp) && own=$(mktemp) || exit 1
trap 'rm -f "$list" "$own"' EXIT
grep -v -E '^(#|$)' "$allowed" >"$list"
nm --defined-only -P "$@" | awk 'NF > 1 { print $1 }' >"$own"
nm -u -P -A "$@" | awk '{ print $2, $1 }' | sort -u | while read -r symbol object; do
	printf '%s\n' "$symbol" | grep -q -x -F -f "$own" && continue
	printf '%s\n' "$symbol" | grep -q -x -E -f "$list" && continue
	echo "${object%:}: the core may not use $symbol (tools/core_symbols.txt)"
	echo x >>"$own.bad"
done
[ ! -e "$own.bad" ] || { rm -f "$own.bad"; exit 1; }
