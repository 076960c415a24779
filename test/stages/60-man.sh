#!/bin/bash
# The manual is well formed, and says of commands, options and settings exactly
# what the program has.
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tell() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else sed 's/^/# /' "$work/log"; echo "not ok - $2"; fi; }

make -s -j"$(nproc)" build/keepline || { echo "not ok - build"; exit 1; }

# mandoc looks for other pages on this machine; ours are not installed.
lint() { mandoc -T lint "$@" 2>&1 | grep -v 'referenced manual not found: Xr \(keepline\|sysexits\)' >"$work/log"; [ ! -s "$work/log" ]; }
for page in docs/man/*.[15]; do
	lint "$page"
	tell $? "mandoc finds nothing in ${page##*/}"
done
sed 's/^\.Sh NAME/.Sh NAMES/' docs/man/keepline.1 >"$work/broken.1"
! lint "$work/broken.1"
tell $? "and would find a mistake"

awk -f tools/conf_man.awk src/base/settings.def | diff - docs/man/keepline.conf.5 >"$work/log"
tell $? "keepline.conf.5 is made from settings.def (make man)"
grep -c '^SETTING(' src/base/settings.def >"$work/log"
[ "$(cat "$work/log")" -eq "$(grep -c '^\.It Cm ' docs/man/keepline.conf.5)" ]
tell $? "each setting has its entry"

commands=$(build/keepline --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
for command in $commands; do
	grep -q "^\.It Ic $command " docs/man/keepline.1
	tell $? "keepline.1 has the command $command"
	for option in $(build/keepline "$command" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p' | grep -v SETTING); do
		sed -n "/^\.It Ic $command /p" docs/man/keepline.1 | grep -q -- "Fl Fl $option\b"
		tell $? "$command: its option $option"
	done
done
known=" $(echo $commands) "
for command in $(sed -n 's/^\.It Ic \([a-z]*\) .*/\1/p' docs/man/keepline.1 | sort -u); do
	[[ $known == *" $command "* ]]
	tell $? "the program has the command $command"
done
