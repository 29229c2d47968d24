#!/usr/bin/env bash
# Runs fault schedules for long, several side by side, a line for each, and adds
# up what was done. Stops at the first broken law and keeps that run's logs and
# database. Needs a release build: cmake --preset release && cmake --build
# --preset release.
#
# usage: tests/faults/soak.sh --schedules N [--seed FIRST] [--jobs J] [--scaled]
#   --schedules N  how many
#   --seed FIRST   seed of the first, 1 by default; the others follow
#   --jobs J       how many side by side, 2 by default
#   --scaled       no outages of 20 s and 60 s, as in the tests of every change
set -euo pipefail
cd "$(dirname "$0")/../.."

schedules=
seed=1
jobs=2
outages=--real-outages
while [ $# -gt 0 ]; do
  case $1 in
    --schedules | --seed | --jobs)
      [[ ${2:-} =~ ^[1-9][0-9]{0,8}$ ]] || {
        echo "$0: $1 needs a whole number from 1 on; see --help" >&2
        exit 2
      }
      declare "${1#--}=$2"
      shift
      ;;
    --scaled) outages= ;;
    -h | --help)
      sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
      exit 0
      ;;
    *)
      echo "$0: unknown argument '$1'; see --help" >&2
      exit 2
      ;;
  esac
  shift
done
[ -n "$schedules" ] || {
  echo "$0: --schedules is missing; see --help" >&2
  exit 2
}
program=build/release/tests/fault_schedules
[ -x "$program" ] || {
  echo "$0: there is no $program; build the release preset first" >&2
  exit 1
}
[ "$jobs" -le "$schedules" ] || jobs=$schedules

output=$(mktemp)
pids=()
stop() {
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  rm -f "$output"
}
trap stop EXIT
# Ours do not end when the first of them breaks a law, but we do.
for ((job = 0; job < jobs; ++job)); do
  "$program" --seed $((seed + job)) --step "$jobs" $outages \
    --schedules $(((schedules - job + jobs - 1) / jobs)) \
    > >(tee -a "$output" | grep --line-buffered -v '^schedules=') 2>&1 &
  pids+=($!)
done
broken=0
for ((job = 0; job < jobs; ++job)); do
  wait -n || {
    broken=1
    break
  }
done
sleep 1 # for the last lines on their way
awk -v broken="$broken" -v seed="$seed" '
  /^schedule [0-9]+: / {
    ++schedules
    for (i = 4; i <= NF; ++i) {
      if ($i == "faults,") faults += $(i - 1)
      if ($i == "coordinator") coordinator_kills += $(i - 1)
      if ($i == "worker" && $(i + 1) == "kills,") worker_kills += $(i - 1)
    }
  }
  END {
    printf "schedules=%d first_seed=%d broken=%d faults=%d", schedules, seed,
      broken, faults
    printf " coordinator_kills=%d worker_kills=%d\n", coordinator_kills,
      worker_kills
  }' "$output"
exit "$broken"
