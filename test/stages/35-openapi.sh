#!/bin/sh
# docs/openapi.yaml against the program, both ways: the tests of the API write down what was said, and
# a checker compares it, and the C tables, with the file.
cd "$(dirname "$0")/../.." || exit 1
tests="build-asan/test/web/api_test build-asan/test/web/api_sandbox_test build-asan/test/web/transcript_test"
# shellcheck disable=SC2086 # a list of names
make -s -j"$(nproc)" BUILD=asan $tests || { echo "not ok - build"; exit 1; }
record=$(mktemp) || exit 1
trap 'rm -f "$record"' EXIT
for test in $tests; do
	API_RECORD=$record "$test" >"$record.log" 2>&1 || { cat "$record.log"; echo "not ok - $test"; rm -f "$record.log"; exit 1; }
	rm -f "$record.log"
done
exec /usr/bin/python3 test/web/openapi_check.py docs/openapi.yaml "$record"
