#!/bin/sh
# texts.sh po/ja.po ... -- messages.def a.page ... - bring new and changed texts
# into every po file, in the order of their sources, and drop unused ones.
# Then fill the empty msgstr; the build says which are left.
set -eu
pot=build/po/keepline.pot
languages=
while [ "$1" != -- ]; do
	languages="$languages $1"
	shift
done
shift
mkdir -p "${pot%/*}"
build/tools/poc extract "$pot" "$@"
for po in $languages; do
	# A merge of two people's work may have left a text twice.
	msguniq --force-po --use-first --no-wrap -o "$pot.$$" "$po"
	msgmerge --quiet --no-fuzzy-matching --no-wrap --add-location=file -o "$pot.$$.new" "$pot.$$" "$pot"
	msgattrib --no-obsolete --no-wrap --add-location=file -o "$pot.$$" "$pot.$$.new"
	cmp -s "$pot.$$" "$po" || cp "$pot.$$" "$po"
	rm -f "$pot.$$" "$pot.$$.new"
	msgfmt --check-format --check-domain --statistics -o /dev/null "$po" 2>&1 | sed "s|^|$po: |"
done
