#!/bin/bash
# The whole program as people use it: headless Chromium, the real osmo-hlr, a real SMTP server.
set -u
cd "$(dirname "$0")/../.."
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
make --no-print-directory -s -j"$(nproc)" all >&2 || { echo "not ok - the program builds"; exit 1; }
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	npm ci --no-audit --no-fund --loglevel=error >&2 || { echo "not ok - npm packages install"; exit 1; }
fi
exec node test/e2e/run.mjs "$@"
