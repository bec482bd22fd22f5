#!/usr/bin/env bash
# Builds Vouch and runs its tests, from a bare clone on.
#
# usage: tests/run.sh [--full]
#
#   --full  the nightly tests too, and more generated histories (VOUCH_FULL=1)
#
# On Debian 12 or a derivative it installs what is missing (as root or through
# sudo); elsewhere it names it. A second call goes on where the first stopped.
# VOUCH_TEST_DATA may name a folder with larger data (vectors/ and data/);
# tests that read it are skipped without. JOBS sets the number of processes.
# VOUCH_UNITY=1 compiles each target in one piece: from nothing, a third of the
# time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/prepare.sh

preset=dev
case "${1:-}" in
  "") ;;
  --full)
    preset=full
    export VOUCH_FULL=1
    ;;
  *) die "unknown argument $1; usage: tests/run.sh [--full]" ;;
esac

log=tests.log
prepare_packages build tests
prepare_ada
step "configuring build/dev" configure.log cmake --preset dev \
  "-DCMAKE_UNITY_BUILD=$([ "${VOUCH_UNITY:-}" = 1 ] && echo ON || echo OFF)" \
  -DCMAKE_UNITY_BUILD_BATCH_SIZE=0
step "building the library, the program and the tests" build.log \
  cmake --build --preset dev -j "$(job_count)"
step "running the tests" "$log" ctest --preset "$preset" -j "$(job_count)"

count="$(sed -n 's/^100% tests passed.* out of \([0-9]*\)$/\1/p' "build/$log")"
[ -n "$count" ] || die "ctest gave no count; see build/$log"
skipped="$(grep -c '\*\*\*Skipped' "build/$log" || true)"
if [ "$skipped" -gt 0 ]; then
  echo "tests/run.sh: all tests passed ($count tests, of them $skipped skipped:" \
    "build/$log names them)"
else
  echo "tests/run.sh: all tests passed ($count tests)"
fi
