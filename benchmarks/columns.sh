#!/usr/bin/env bash
# The columns beside DuckDB and a plain loop: 10 million touches, 1 million
# conversions, 2 million customers.
#
# usage: benchmarks/columns.sh [<argument of Google Benchmark>...]
#
# Builds the benchmark, puts DuckDB's package for Node.js into build/duckdb
# (`@duckdb/node-api`, whose binary comes from the npm registry too; the older
# package `duckdb` gets its from elsewhere) and runs both. Needs 4 GB of memory
# and 1 GB of disk.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/prepare.sh

prepare_packages build benchmarks
command -v node npm >/dev/null || die "Node.js and npm are missing"
step "configuring" bench_configure.log cmake --preset bench
step "building" bench_build.log \
  cmake --build --preset bench --target columns_benchmark -j "$(job_count)"
[ -d build/duckdb/node_modules/@duckdb/node-api ] ||
  step "installing DuckDB" duckdb.log \
    npm install --no-audit --no-fund --no-save --prefix build/duckdb \
    @duckdb/node-api@1.5.6-r.1
VOUCH_FULL=1 VOUCH_DUCKDB="$PWD/build/duckdb" \
  build/bench/benchmarks/columns_benchmark "$@"
