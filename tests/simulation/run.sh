#!/usr/bin/env bash
# Simulates many worlds on all cores and prints what became of them. Exits with 1
# when a law was broken; each such seed is named with the command that repeats it.
#
# usage: tests/simulation/run.sh [--seeds N] [--first SEED] [--jobs N]
set -euo pipefail
cd "$(dirname "$0")/../.."

seeds=10000
first=1
jobs=$(nproc)
while [ $# -gt 0 ]; do
  case $1 in
    --seeds) seeds=$2 ;;
    --first) first=$2 ;;
    --jobs) jobs=$2 ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "unknown option $1; see --help" >&2; exit 2 ;;
  esac
  shift 2
done

cmake --preset release >/dev/null
cmake --build --preset release --target simulate >/dev/null
start=$(date +%s)
pids=()
for ((job = 0; job < jobs; ++job)); do
  # Every job-th seed; the first jobs take what does not divide.
  build/release/tests/simulate --first $((first + job)) --step "$jobs" \
    --count $(((seeds - job + jobs - 1) / jobs)) 2>/dev/null &
  pids+=($!)
done
status=0
for pid in "${pids[@]}"; do wait "$pid" || status=1; done
echo "$seeds worlds from seed $first in $(($(date +%s) - start)) s: $([ $status -eq 0 ] && echo "no law broken" || echo "LAWS BROKEN")"
exit $status
