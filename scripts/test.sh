#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs the tests. Every step says what it does; the exit status is not 0 if
# anything failed.
#
#   test.sh                all tests: ctest, which runs the Python module's too
#   test.sh --sanitizers   all tests under ASan and UBSan, concurrent ones under TSan
#   test.sh --fuzz         each fuzz target as a libFuzzer program for a short time (LOKILIB_FUZZ_SECONDS, 30)
#   test.sh --long         also what takes long (more seeds); for nightly runs
#   test.sh --services     also tests against real services; there are none yet
#
# LOKILIB_JOBS: parallel compilations and tests (default: the number of cores). Build directories: build/<preset>.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=tests
for flag in "$@"; do
  case "$flag" in
    --sanitizers) mode=sanitizers ;;
    --fuzz) mode=fuzz ;;
    --long) export LOKILIB_LONG=1 ;;
    --services) export LOKILIB_SERVICES=1 ;;
    *) sed -n '3,12p' "$0" | cut -c3-; exit 2 ;;
  esac
done
jobs=${LOKILIB_JOBS:-$(nproc)}
begin=$SECONDS
failed=0  # tests that fail are counted and the others go on; whatever else fails ends the script

say() { printf '\n== %s (%d s)\n' "$*" $((SECONDS - begin)); }

finish() {
  local status=$?
  [ $failed -eq 0 ] || status=1
  [ $status -eq 0 ] || echo "test.sh: $mode failed" >&2
  exit $status
}
trap finish EXIT

install_packages() {
  say "install packages"
  scripts/install_deps.sh "$@"
}

configure() {
  say "configure $1"
  cmake --preset "$1"
}

# build PRESET [TARGET...]
build() {
  say "build $*"
  local targets=()
  [ $# -eq 1 ] || targets=(--target "${@:2}")
  NINJA_STATUS='[%f/%t %es] ' cmake --build "build/$1" -j "$jobs" "${targets[@]}"
}

run_ctest() {
  say "ctest $*"
  ctest --preset "$1" -j "$jobs" || failed=1
}

test_all() {
  install_packages build test
  configure dev
  build dev
  build dev all_verify_interface_header_sets
  run_ctest dev
}

test_sanitizers() {
  install_packages build test
  configure asan
  build asan
  run_ctest asan  # replays the corpus of each fuzz target too
  configure tsan
  build tsan lokilib_concurrent_tests
  run_ctest tsan
}

test_fuzz() {
  install_packages build test fuzz
  configure fuzz
  build fuzz lokilib_fuzzers
  local target name found
  for target in build/fuzz/tests/fuzz/*_fuzz; do
    name=$(basename "$target" _fuzz)
    found=build/fuzz/found/$name
    mkdir -p "$found"
    say "fuzz $name"
    if ! "$target" -max_total_time="${LOKILIB_FUZZ_SECONDS:-30}" -timeout=10 -rss_limit_mb=2048 \
      -print_final_stats=1 -artifact_prefix="$found/" "$found" "tests/fuzz/corpus/$name" 2>"$found.log"; then
      failed=1
      tail -n 40 "$found.log"
    fi
    grep -E 'stat::(number_of_executed_units|peak_rss_mb)' "$found.log" || true
  done
}

case "$mode" in
  tests) test_all ;;
  sanitizers) test_sanitizers ;;
  fuzz) test_fuzz ;;
esac
