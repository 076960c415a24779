#!/bin/bash
# The real server against stand-ins for the payment gateways, built on the official SDKs: each fault, refunds, kill -9
# between steps (KILLS=1000 for a long run), and at the end their books and ours.  Arguments: names of gateways.
set -u
cd "$(dirname "$0")/../.." || exit 1
make --no-print-directory -s -j"$(nproc)" all >&2 || { echo "not ok - the program builds"; exit 1; }
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	npm ci --no-audit --no-fund --loglevel=error >&2 || { echo "not ok - npm packages install"; exit 1; }
fi
exec node test/e2e/gateways.mjs "$@"
