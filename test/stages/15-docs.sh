#!/bin/bash
# The pages for newcomers: every link leads somewhere, every decision is on the list, the picture
# is small, and what a page says to type exists.
cd "$(dirname "$0")/../.." || exit 1
make -s gen || { echo "not ok - generated sources"; exit 1; }
failed=0
tell() { if [ -z "$2" ]; then echo "ok - $1"; else printf '%s\n' "$2" | sed 's/^/# /'; echo "not ok - $1"; failed=1; fi; }

# links ROOT: of all pages below it, those that lead nowhere.
links() {
	find "$1" -maxdepth 3 -name '*.md' -not -path '*/node_modules/*' -not -path '*/build*' | while read -r page; do
		{
			grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//'
			grep -o 'src="[^"]*"' "$page" | sed 's/^src="//; s/"$//'
		} | sed 's/#.*//' | while read -r target; do
			case $target in '' | http:* | https:*) continue ;; esac
			[ -e "$(dirname "$page")/$target" ] || echo "$page: $target"
		done
	done
}
tell "every link of every page leads somewhere" "$(links .)"
broken=$(mktemp -d)
echo '[gone](gone.md)' >"$broken/page.md"
[ -n "$(links "$broken")" ]
tell "and a broken one would be found" "$([ -n "$(links "$broken")" ] || echo 'it was not')"
rm -rf "$broken"

tell "every decision is on the list" "$(cd docs/adr && for page in [0-9]*.md; do
	title=$(sed -n '1s/^# [0-9]* //p' "$page")
	grep -qF "| [${page%%-*}]($page) | $title |" README.md || echo "$page: $title"
done)"
tell "no number has two decisions" "$(cd docs/adr && ls | sed -n 's/^\([0-9]*\)-.*/\1/p' | uniq -d)"
tell "each decision has its number" "$(cd docs/adr && for page in [0-9]*.md; do
	grep -q "^# ${page%%-*} " "$page" || echo "$page"
done)"
tell "the README is short" "$(awk 'END { if (NR > 80) print NR " lines" }' README.md)"
tell "the README begins with the two commands" "$(sed -n '3,6p' README.md | cut -c1-10 | diff - <(printf '```\n./dev run \n./dev test\n```\n'))"
tell "its picture is small" "$(find docs/img -name '*.png' -size +120k)"
commands=$(./dev help | sed -n 's/^  \([a-z]*\) .*/\1/p')
tell "./dev has each command that a page names" "$(grep -oh '\./dev [a-z][a-z]*' ./*.md docs/*.md | sort -u | while read -r _ command; do
	grep -qx "$command" <<<"$commands" || echo "./dev $command"
done)"
tell "each file that a page names is there" "$(grep -oh '`\(src\|test\|tools\|data\|docs\|core\|store\|web\|gate\|work\|text\|base\)/[a-zA-Z0-9_./-]*[a-z0-9]`' \
	ARCHITECTURE.md HACKING.md STYLE.md README.md docs/*.md docs/adr/*.md | tr -d '`' | sort -u | while read -r name; do
	case $name in *line_name* | *NAME*) continue ;; esac # the example of HACKING.md
	[ -e "$name" ] || [ -e "src/$name" ] || [ -e "build/gen/$name" ] || [ -e "test/$name" ] || ls "src/$name".* "$name".* >/dev/null 2>&1 || echo "$name"
done)"
exit $failed
