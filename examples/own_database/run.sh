#!/usr/bin/env bash
# From a bare clone to invoices and commissions in one PostgreSQL database:
# builds the example, starts a cluster of its own in a temporary folder, runs
# the example on it twice, and takes the cluster away again.
#
# usage: examples/own_database/run.sh
#
# On Debian 12 or a derivative it installs what is missing (as root or through
# sudo); elsewhere it names it. No cluster of the system is used or touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/prepare.sh

example=build/release/bin/example_own_database
cluster=examples/own_database/cluster.sh

prepare_packages build postgres
step "configuring build/release" configure-release.log \
  cmake --preset release -DVOUCH_BUILD_EXAMPLES=ON
step "building the example" build-release.log \
  cmake --build --preset release -j "$(job_count)" --target example_own_database

folder="$("$cluster" start $$)"
trap '"$cluster" stop "$folder"' EXIT
conninfo="$("$cluster" conninfo "$folder")"
printf '\nThe first time:\n\n'
"$example" "$conninfo"
printf '\nOnce more, as after a crash: every invoice counts once.\n\n'
"$example" "$conninfo"
echo
echo "examples/own_database/run.sh: done; the cluster is stopped and removed," \
  "and examples/own_database/README.md says what happened"
