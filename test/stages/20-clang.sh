#!/bin/sh
# The second compiler must be as silent as the first, on every file, generated ones too.
cd "$(dirname "$0")/../.." || exit 1
make -s -j"$(nproc)" gen || { echo "not ok - generated sources"; exit 1; }
flags="-std=c17 -D_GNU_SOURCE -I. -Isrc -Itest -Ibuild/gen -fsyntax-only
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wformat=2 -Werror"
failed=0
for folder in src/* build/gen/* tools test/*; do
	[ -d "$folder" ] || continue
	files=$(find "$folder" -name '*.c' | sort)
	[ -n "$files" ] || continue
	# shellcheck disable=SC2086 # flags and files are lists; no name has a blank
	if printf '%s\n' $files | xargs -n 8 -P "$(nproc)" clang $flags; then
		echo "ok - clang is silent on $folder"
	else
		echo "not ok - clang is silent on $folder"
		failed=1
	fi
done
for file in src/*.c; do
	[ -e "$file" ] || continue
	# shellcheck disable=SC2086
	if clang $flags "$file"; then echo "ok - clang is silent on $file"; else
		echo "not ok - clang is silent on $file"
		failed=1
	fi
done
exit $failed
