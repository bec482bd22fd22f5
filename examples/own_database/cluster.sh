#!/usr/bin/env bash
# A PostgreSQL cluster of one's own, for as long as one process runs.
#
# usage: examples/own_database/cluster.sh start [<pid>]   prints its folder
#        examples/own_database/cluster.sh stop <folder>
#        examples/own_database/cluster.sh conninfo <folder>
#
# It lives in a new temporary folder and listens on a socket in there and
# nowhere else, so that it meets no other cluster and nobody else gets at it.
# When the process <pid> (else the caller) has ended without a stop, it stops by
# itself. Exits with 77 where PostgreSQL is not installed.
#
# initdb refuses to run as root; root runs it as postgres, or as nobody.
set -euo pipefail
self="$(basename "$0")"

die() {
  printf '%s: %s\n' "$self" "$2" >&2
  exit "$1"
}

# The folder with initdb and pg_ctl, which Debian keeps out of PATH.
bindir() {
  local found
  if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
    dirname "$(command -v initdb)"
    return
  fi
  found="$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null |
    sort -V | tail -n 1)"
  [ -n "$found" ] || die 77 "PostgreSQL (initdb, pg_ctl) is not installed"
  dirname "$found"
}

# Runs a command as the owner of the cluster, in its folder.
as_owner() {
  local folder="$1" owner
  shift
  owner="$(stat -c %U "$folder")"
  cd "$folder"
  if [ "$(id -un)" = "$owner" ]; then
    "$@"
  else
    runuser -u "$owner" -- "$@"
  fi
}

# What fsync would keep is lost with the folder anyway.
settings() {
  echo "-c listen_addresses= -c unix_socket_directories='$1'" \
    "-c fsync=off -c max_connections=20"
}

start() {
  local owner="$1" bin folder
  bin="$(bindir)"
  folder="$(mktemp -d "${TMPDIR:-/tmp}/vouch-pg.XXXXXX")"
  trap 'rm -rf "$folder"' EXIT
  if [ "$(id -u)" -eq 0 ]; then
    chown "$(id -un postgres 2>/dev/null || echo nobody)" "$folder"
  fi
  as_owner "$folder" "$bin/initdb" -D data -U vouch -A trust -E UTF8 \
    --locale=C --no-sync >/dev/null || die 1 "initdb failed"
  as_owner "$folder" "$bin/pg_ctl" -D data -l "$folder/log" -w -t 60 \
    -o "$(settings "$folder")" start >/dev/null || {
    cat "$folder/log" >&2
    die 1 "the cluster did not start"
  }
  trap - EXIT
  # The guard: waits for the end of the process, whatever ends it.
  setsid bash -c 'tail --pid="$1" -f /dev/null; "$2" stop "$3"' guard \
    "$owner" "$script" "$folder" </dev/null >/dev/null 2>&1 &
  echo "$folder"
}

stop() {
  local folder="$1"
  [ -d "$folder/data" ] || return 0
  as_owner "$folder" "$(bindir)/pg_ctl" -D data -w -t 60 -m immediate stop \
    >/dev/null || true
  cd /
  rm -rf "$folder"
}

script="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/$self"
case "${1:-}" in
  start) start "${2:-$PPID}" ;;
  stop) stop "${2:?stop needs the folder}" ;;
  conninfo) echo "host='${2:?conninfo needs the folder}' user=vouch dbname=postgres" ;;
  *) die 2 "usage: $self start [<pid>] | stop <folder> | conninfo <folder>" ;;
esac
