#!/bin/sh
# Measures the coordinator: durable pairs of a completion and the next lease with
# simulated workers, beside bare SQLite commits, bare gRPC calls and Optuna in the
# same run; ten thousand workers; a million trials; a killed coordinator. Prints
# one table. Builds, installs Optuna, and takes about ten minutes on an idle
# machine. What else runs spoils it.
#
# usage: benchmarks/coordinator.sh [--folder DIR] [--runs N] [--seconds S]
#                                  [--only PART,...] [--report FILE]
#   --folder DIR    on the disk to measure; things are put there and removed (.)
#   --runs N        of what is compared, alternating; the table has medians (5)
#   --seconds S     of each (5)
#   --only PART     pairs, tls, optuna, swarm, million or restart; several by commas
#   --report FILE   writes the table as Markdown, with machine and commit, too, and
#                   anew after every part
set -eu
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
  exit 0
fi
here=$(cd "$(dirname "$0")/.." && pwd)
"$here/deploy/install-dependencies.sh" --benchmarks
[ -f "$here/build/release/build.ninja" ] ||
  (cd "$here" && cmake --preset release >/dev/null)
(cd "$here" && cmake --build --preset release \
  --target etalon-server etalon coordinator_load >/dev/null)
exec /usr/bin/python3 "$here/benchmarks/coordinator_report.py" \
  --bin "$here/build/release/bin" "$@"
