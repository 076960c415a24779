#!/bin/sh
# Each parser of outside input: up to 200,000 inputs or 30 seconds (RELIABILITY P15; a
# release: ./dev fuzz).
cd "$(dirname "$0")/../.." || exit 1
SECONDS_MAX=30 exec test/fuzz/run 200000
