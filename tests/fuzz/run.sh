#!/usr/bin/env bash
# Fuzzes what reads bytes from elsewhere: builds the fuzzers with clang, under the
# address and undefined-behaviour sanitizers, and runs each for a while, two side by
# side. An input that crashes one is kept and named; add it to tests/fuzz/corpus with
# the change that mends it.
#
# usage: tests/fuzz/run.sh [--seconds N] [FUZZER...]
#   --seconds N  for each fuzzer (60)
#   FUZZER       of cifar, filter, idx, model, requests, search_file; all by default
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=60
fuzzers=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds)
      seconds=${2:?--seconds wants a number}
      shift
      ;;
    -h | --help)
      sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
      exit 0
      ;;
    -*)
      echo "$0: unknown argument '$1'; see --help" >&2
      exit 2
      ;;
    *) fuzzers+=("$1") ;;
  esac
  shift
done
if [ ${#fuzzers[@]} -eq 0 ]; then
  for folder in tests/fuzz/corpus/*/; do fuzzers+=("$(basename "$folder")"); done
fi
for fuzzer in "${fuzzers[@]}"; do
  [ -d "tests/fuzz/corpus/$fuzzer" ] || {
    echo "$0: there is no fuzzer '$fuzzer'; see --help" >&2
    exit 2
  }
done

deploy/install-dependencies.sh --development
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz

found=build/fuzz/found
mkdir -p "$found"
# The names of fields, which libprotobuf compares where no fuzzer sees it.
grep -hoE '[a-z][a-z0-9_]+ = [0-9]+;|^  [A-Z_]+ = [0-9]+;' proto/etalon/v1/*.proto |
  sed -E 's/ *([A-Za-z0-9_]+) = .*/"\1"/' | sort -u >"$found/fields.dict"

fuzz() {
  local corpus=build/fuzz/corpus/$1
  mkdir -p "$corpus"
  if ! build/fuzz/tests/"$1"_fuzzer -max_total_time="$seconds" -timeout=20 \
    -rss_limit_mb=2048 -max_len=16384 -dict="$found/fields.dict" \
    -artifact_prefix="$found/$1-" -print_final_stats=1 \
    "$corpus" tests/fuzz/corpus/"$1" >"$found/$1.log" 2>&1; then
    tail -n 40 "$found/$1.log" >&2
    echo "$1: a crash; its input is in $found" >&2
    return 1
  fi
  printf '%-12s %s inputs in %s s, nothing found\n' "$1" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$1.log")" "$seconds"
}

# A sanitizer is not to wait for the disk.
[ -n "${TMPDIR:-}" ] || { [ -w /dev/shm ] && export TMPDIR=/dev/shm; }
failed=0
for ((i = 0; i < ${#fuzzers[@]}; i += 2)); do
  jobs=()
  for fuzzer in "${fuzzers[@]:i:2}"; do
    fuzz "$fuzzer" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
done
exit $failed
