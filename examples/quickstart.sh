#!/usr/bin/env bash
# From a bare clone to a partner's statement: builds the program vouch, runs the
# wholesale portal (examples/wholesale_portal) into a file of books, and asks
# that file.
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
books=build/quickstart.vouch

# Shows a command as a user would type it, then runs it.
show() {
  printf '\n$ vouch %s\n' "$*"
  "$vouch" "$@"
}

portal() {
  show check --program "$program"
  rm -f "$books" "$books"-*
  show run --db "$books" --program "$program" --events "$events"
  # From here on the file answers.
  show statement --db "$books" --partner buyer-03
  show explain --db "$books" --payment order-1
  # The funnel of the first month, without the tables by partner and code.
  show stats --db "$books" --period 2024-03 | sed '/^  partner /,$d'
  # The same events once more: duplicates, and nothing counts twice.
  show run --db "$books" --events "$events"
  show verify --db "$books"
}

prepare_packages build
step "configuring build/release" configure-release.log cmake --preset release
step "building the program vouch" build-release.log \
  cmake --build --preset release -j "$(job_count)" --target vouch_cli
portal
echo "examples/quickstart.sh: done; the program is $vouch, the books are $books," \
  "and $example/README.md says what happened"
