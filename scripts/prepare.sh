# Shared by tests/run.sh and examples/quickstart.sh; sourced, not run.
#
#   prepare_packages <group>...   installs what is missing (build, postgres,
#                                 tests, benchmarks, lint)
#   prepare_ada                   brings the sources of ada (scripts/ada.sh)
#   step <what> <log> <command>   one line a step; the rest goes to build/<log>
#   job_count                     how many compilers fit this machine

vouch_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# Debian package, and how to see on another system that it is there: a command
# or a header. tzdata: Abseil reads the time zones of the system.
packages_build="
g++:c++
cmake:cmake
ninja-build:ninja
libabsl-dev:<absl/status/statusor.h>
libssl-dev:<openssl/evp.h>
libsqlite3-dev:<sqlite3.h>
libprotobuf-dev:<google/protobuf/message.h>
protobuf-compiler:protoc
nlohmann-json3-dev:<nlohmann/json.hpp>
tzdata:/usr/share/zoneinfo/Europe/London"
packages_postgres="
libpq-dev:<libpq-fe.h>
postgresql:initdb"
packages_tests="
libgtest-dev:<gtest/gtest.h>
libgmock-dev:<gmock/gmock.h>
librapidcheck-dev:<rapidcheck.h>
libboost-dev:<boost/multiprecision/cpp_dec_float.hpp>
python3:python3
python3-pip:pip3
$packages_postgres"
packages_benchmarks="
libbenchmark-dev:<benchmark/benchmark.h>"
packages_lint="
clang-14:clang++-14
clang-tidy-14:clang-tidy-14
clang-format-14:clang-format-14"

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

is_debian() {
  [ -r /etc/os-release ] && command -v apt-get >/dev/null || return 1
  (
    . /etc/os-release
    case " ${ID:-} ${ID_LIKE:-} " in
      *" debian "*) ;;
      *) exit 1 ;;
    esac
    # Debian itself from 12 on; testing and derivatives number otherwise.
    [ "${ID:-}" != debian ] || [ "${VERSION_ID:-99}" -ge 12 ]
  )
}

# Is it there? $1 package, $2 probe.
package_present() {
  if is_debian; then
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
    return
  fi
  case "$2" in
    "<"*) printf '#include %s\n' "$2" |
      "${CXX:-c++}" -std=c++17 -E -x c++ - >/dev/null 2>&1 ;;
    /*) [ -e "$2" ] ;;
    *) command -v "$2" >/dev/null ;;
  esac
}

install_packages() {
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "missing: $*. Install them: apt-get install $*"
    root=(sudo)
  fi
  "${root[@]}" apt-get -q -o Acquire::Retries=3 update &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
      -o Acquire::Retries=3 install --no-install-recommends "$@"
}

prepare_packages() {
  local group list line missing=()
  for group in "$@"; do
    list="packages_$group"
    for line in ${!list}; do
      package_present "${line%%:*}" "${line#*:}" || missing+=("${line%%:*}")
    done
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  is_debian || die "missing (by their Debian names): ${missing[*]}"
  step "installing ${missing[*]}" apt.log install_packages "${missing[@]}"
}

# Without ada everything but the reading of unusual links works, so that a
# machine that cannot fetch it goes on; with VOUCH_NEED_ADA=1 it does not.
prepare_ada() {
  if [ "${VOUCH_NEED_ADA:-}" = 1 ]; then
    step "fetching ada" ada.log scripts/ada.sh
  elif ! (step "fetching ada" ada.log scripts/ada.sh) 2>/dev/null; then
    echo "  going on without it: links that are not ordinary will be" \
      "UNIMPLEMENTED (build/ada.log)"
  fi
}

# One compiler for each processor, with 1.5 GB of memory for each.
job_count() {
  local processors memory
  processors="$(nproc 2>/dev/null || echo 2)"
  memory="$(awk '/^MemAvailable:/ {print int($2 / 1500000)}' /proc/meminfo \
    2>/dev/null || true)"
  [ -n "$memory" ] || memory="$processors"
  [ "$memory" -ge 1 ] || memory=1
  echo "${JOBS:-$((memory < processors ? memory : processors))}"
}

step() {
  local what="$1" log="$vouch_root/build/$2" begin="$SECONDS"
  shift 2
  mkdir -p "$vouch_root/build"
  printf -- '- %s ... ' "$what"
  if "$@" >"$log" 2>&1 </dev/null; then
    printf 'done (%d s)\n' "$((SECONDS - begin))"
    return 0
  fi
  printf 'FAILED\n'
  tail -n 40 "$log" >&2
  die "$what failed; the whole log is ${log#"$vouch_root"/}"
}
