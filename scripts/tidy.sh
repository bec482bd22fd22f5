#!/usr/bin/env bash
# clang-tidy over every public header and every source file of src/.
#
# usage: scripts/tidy.sh [<file.cc>...]     only these sources, and the headers
#
# Needs build/asan-ubsan configured with clang (.ci/run does that): its compile
# commands are those that clang-tidy understands. The header layers are seen
# through one generated file that includes them all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/prepare.sh

build=build/asan-ubsan
[ -f "$build/compile_commands.json" ] || die "configure $build first"
tidy=""
for name in clang-tidy clang-tidy-14; do
  ! command -v "$name" >/dev/null || { tidy="$name"; break; }
done
[ -n "$tidy" ] || die "clang-tidy is not installed"

files=("$@")
[ "${#files[@]}" -gt 0 ] ||
  mapfile -t files < <(find src -name '*.cc' | LC_ALL=C sort)
files+=("$build/tests/lint/headers_twice/one.cc")
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(job_count)" "$tidy" -p "$build" --quiet --warnings-as-errors='*'
echo "clang-tidy: ${#files[@]} files are clean"
