#!/bin/sh
# Each parser of outside input, 200,000 inputs (RELIABILITY P15; a release: ./dev fuzz).
cd "$(dirname "$0")/../.." || exit 1
exec test/fuzz/run 200000
