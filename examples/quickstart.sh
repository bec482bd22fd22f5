#!/usr/bin/env bash
# From a bare clone to a partner's statement: builds the program vouch and runs
# the wholesale portal through it (examples/wholesale_portal).
#
# usage: examples/quickstart.sh
#
# On Debian 12 or a derivative it installs what is missing (as root or through
# sudo); elsewhere it names it. A second call goes on where the first stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/prepare.sh

vouch=build/release/bin/vouch
example=examples/wholesale_portal
program="$example/program.textproto"
events="$example/events.jsonl"

# Shows a command as a user would type it, then runs it.
show() {
  printf '\n$ vouch %s\n' "$*"
  "$vouch" "$@"
}

portal() {
  local on=(--program "$program" --events "$events")
  show check --program "$program"
  show run "${on[@]}"
  show statement "${on[@]}" --partner buyer-03
  show explain "${on[@]}" --payment order-1
  # The funnel of the first month, without the tables by partner and code.
  show stats "${on[@]}" --period 2024-03 | sed '/^  partner /,$d'
}

prepare_packages build
step "configuring build/release" configure-release.log cmake --preset release
step "building the program vouch" build-release.log \
  cmake --build --preset release -j "$(job_count)" --target vouch_cli
portal
echo "examples/quickstart.sh: done; the program is $vouch, and" \
  "$example/README.md says what happened"
