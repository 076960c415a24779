#!/bin/sh
# unit_tests.sh BINARY... - run cmocka binaries; TAP lines, one "# noun" line
# before each; a binary that ends before its plan is a "not ok" of its own.
failed=0
for binary; do
	echo "# ${binary#build*/test/}"
	out=$(CMOCKA_MESSAGE_OUTPUT=TAP "$binary" 2>&1)
	status=$?
	printf '%s\n' "$out"
	planned=$(printf '%s\n' "$out" | sed -n 's/^1\.\.\([0-9]*\).*/\1/p' | head -n 1)
	ran=$(printf '%s\n' "$out" | grep -c -E '^(not )?ok ')
	bad=$(printf '%s\n' "$out" | grep -c '^not ok ')
	if [ "${planned:-0}" -eq 0 ] || [ "$ran" -ne "$planned" ]; then
		echo "not ok - ${binary##*/} ended early: $ran of ${planned:-no} tests, status $status"
		failed=1
	elif [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		echo "not ok - ${binary##*/} ended with status $status"
		failed=1
	elif [ "$status" -ne 0 ]; then
		failed=1
	fi
done
exit $failed
