#!/usr/bin/env bash
# clang-tidy over every public header and every source file of src/.
#
# usage: scripts/tidy.sh [<file.cc>...]     only what holds these sources, and
#                                           the headers
#
# Needs build/asan-ubsan configured with clang and built (.ci/run does that).
# Most of the time goes into what every source includes, so clang-tidy sees the
# sources of a target as that preset compiles them: all in one generated file.
# The header layers are seen through a generated file that includes them all.
# What this cannot see is a using-declaration that only another source uses.
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

sources=("$@")
[ "${#sources[@]}" -gt 0 ] ||
  mapfile -t sources < <(find src -name '*.cc' | LC_ALL=C sort)

# The analyser follows paths in a main file alone, and in what it includes if
# its name says UnifiedSource (clang's AnalysisManager::isInCodeFile).
name_unified() {
  local unity
  rm -rf "$build/tidy"
  mkdir "$build/tidy"
  for unity in "$build"/CMakeFiles/*.dir/Unity/unity_*.cxx; do
    cp "$unity" "${unity/unity_/UnifiedSource_}"
  done
  sed 's|/Unity/unity_|/Unity/UnifiedSource_|g' "$build/compile_commands.json" \
    >"$build/tidy/compile_commands.json"
}

# The generated files that include a source; the source itself if none does.
files_of() {
  grep -lF "/$1\"" "$build"/CMakeFiles/*.dir/Unity/UnifiedSource_*.cxx ||
    echo "$1"
}

# The findings of one file, at once and without the count of those elsewhere.
check() {
  local findings status=0
  findings="$("$tidy" -p "$build/tidy" --quiet --warnings-as-errors='*' \
    --checks=-bugprone-suspicious-include "$1" 2>&1)" || status="$?"
  printf '%s\n' "$findings" | sed -E '/^([0-9]+ warnings? generated\.)?$/d'
  return "$status"
}
export -f check
export build tidy

name_unified
mapfile -t files < <(
  for source in "${sources[@]}"; do files_of "$source"; done | LC_ALL=C sort -u)
files+=("$build/tests/lint/headers_twice/one.cc")
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(job_count)" bash -c 'check "$1"' check
echo "clang-tidy: ${#sources[@]} sources and the headers are clean"
