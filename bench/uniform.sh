#!/usr/bin/env bash
# bench/uniform.sh [N] - does time tell whether a number exists?  N look-ups of a closed
# line and N of unknown numbers in turn: medians, and Welch's t, which must stay below
# 4.5 (RELIABILITY P23; what ./dev test holds is the counted work, uniform_test.c).
set -u
cd "$(dirname "$0")/.." || exit 1
make -s -j"$(nproc)" build/test/web/uniform_test && exec build/test/web/uniform_test time "${1:-10000}"
