#!/usr/bin/env bash
# The payment gateways' test vectors, each case judged by the product's own functions; and that the judge
# does judge: a damaged case, a kind nobody knows, a file of no gateway and an empty folder all fail.
set -u
cd "$(dirname "$0")/../.." || exit 1
make -s BUILD=asan vectors || { echo "not ok - vectors: build"; exit 1; }
judge=build-asan/test/vectors/vectors
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

"$judge" test/vectors

# refused NAME EXPECTED-LINE: what lies in $work must fail, by that line.
refused() {
	if "$judge" "$work" >"$work.out" 2>&1; then
		echo "not ok - vectors: $1: the judge is content"
	elif grep -q -- "$2" "$work.out"; then
		echo "ok - vectors: $1 fails"
	else
		sed 's/^/# /' "$work.out"
		echo "not ok - vectors: $1 fails for another reason"
	fi
	rm -f "$work"/* "$work.out"
}
# damage FILE FROM TO: a copy with the first FROM replaced.
damage() { awk -v from="$2" -v to="$3" '!done && sub(from, to) { done = 1 } { print }' "test/vectors/$1" >"$work/other-name.json"; }

damage wechat.json 'ciphertext": "kdUy8' 'ciphertext": "kdUy9'
refused "a damaged ciphertext" '^not ok - wechat: aes-gcm: gcm: resource - '
damage unionpay.json 'sdk_accepts": true' 'sdk_accepts": false'
refused "a verdict turned round" '^not ok - unionpay: notify: .*accepted, but sdk_accepts is false'
damage stripe.json '"kind": "webhook"' '"kind": "telegram"'
refused "a kind that nobody knows" '^not ok - stripe: telegram: .*not judged yet: kind "telegram"'
echo '{"producer": "nobody", "cases": [{"kind": "x", "name": "y"}]}' >"$work/other-name.json"
refused "a file of no gateway" 'is of no gateway that is known'
echo '{"mchid": "1", "cases": []}' >"$work/other-name.json"
refused "a file without a case" 'has no case'
echo '{"mchid": ' >"$work/other-name.json"
refused "a damaged file" '^not ok - .*other-name.json: '
refused "an empty folder" '^0 passed, 0 failed'
cp test/vectors/antom.json "$work/alipay-2.json"
if "$judge" "$work" | grep -q '^ok - antom: notify: '; then
	echo "ok - vectors: a file is known by what it holds, not by its name"
else
	echo "not ok - vectors: a file is known by what it holds, not by its name"
fi
