#!/bin/sh
# tidy.sh [ROOT] - the limits of STYLE.md, one "ok" or "not ok" line a rule.
cd "${1:-.}" || exit 1
export LC_ALL=C
tools=${TIDY_TOOLS:-tools}
found=$(mktemp) || exit 1
trap 'rm -f "$found"' EXIT

files=$(find src test tools -name '*.[ch]' -not -path '*/tools/bad/*' 2>/dev/null | sort)
sources=$(printf '%s\n' "$files" | grep '^src/')
# shellcheck disable=SC2086 # the lists are split on purpose; no name has a blank
awk -f "$tools/tidy.awk" $files >"$found" || exit 1
awk -f "$tools/layers.awk" ARCHITECTURE.md $sources >>"$found" || exit 1
find . -name '*.[ch]' -path '* *' | sed 's/$/:1: name: a file name holds a blank/' >>"$found"

status=0
rule() {
	if grep -q ": $1: " "$found"; then
		grep ": $1: " "$found"
		echo "not ok - $2"
		status=1
	else
		echo "ok - $2"
	fi
}
rule line "no line is longer than 100 columns"
rule function "no function is longer than 70 lines"
rule file "no file is longer than 600 lines"
rule head "every file begins with a comment that says what it is"
rule banned "no banned function is called"
rule heap "the heap is used in base/arena.c and main.c only"
rule float "no float in core"
rule state "no global mutable state"
rule comment "every exported declaration has a comment"
rule todo "nothing is left to do in a comment"
rule layer "rooms include only what ARCHITECTURE.md allows"
rule library "each library is seen by its own room only"
rule cycle "no header includes itself by a detour"
rule name "no file name holds a blank"
exit $status
