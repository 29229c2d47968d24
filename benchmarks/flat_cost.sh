#!/bin/sh
# Measures what answers cost with a thousand and with a million trials in the
# database: two coordinators, asked in turns, so that what else the machine does
# falls on both. Both have a search of a thousand ended trials; the second has ten
# of a hundred thousand besides, the most that a search may have, of which the
# last is asked as well. Prints one table of medians and ratios. Takes some
# minutes, most of them for the million rows.
#
# usage: benchmarks/flat_cost.sh [--folder DIR] [--rounds N] [--trials N]
#   --folder DIR  on the disk to measure; things are put there and removed (.)
#   --rounds N    of each question to each (300)
#   --trials N    in the larger database (1000000)
set -eu
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
  exit 0
fi
here=$(cd "$(dirname "$0")/.." && pwd)
"$here/deploy/install-dependencies.sh"
[ -f "$here/build/release/build.ninja" ] ||
  (cd "$here" && cmake --preset release >/dev/null)
(cd "$here" && cmake --build --preset release \
  --target etalon-server coordinator_load >/dev/null)
exec /usr/bin/python3 "$here/benchmarks/flat_cost.py" \
  --bin "$here/build/release/bin" "$@"
