#!/bin/sh
# Measures training against PyTorch, one after the other on one core each, and
# prints one table: builds, installs PyTorch, and takes about half an hour on an
# idle machine. What else runs spoils it.
#
# usage: benchmarks/training.sh DATA_DIRECTORY [--runs N] [--report FILE]
#   DATA_DIRECTORY  CIFAR-10's binary files, or where deploy/fetch-cifar10.sh is to
#                   bring them
#   --runs N        of each line, alternating; the table has the medians (5)
#   --report FILE   writes the table as Markdown, with machine and commit, too, and
#                   anew after every run
set -eu
if [ $# -lt 1 ] || [ "$1" = --help ]; then
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
  [ $# -ge 1 ] && exit 0
  exit 2
fi
here=$(cd "$(dirname "$0")/.." && pwd)
data=$1
shift
"$here/deploy/install-dependencies.sh" --benchmarks
if [ ! -e "$data/data_batch_1.bin" ] &&
  [ ! -d "$data/cifar-10-batches-bin" ]; then
  "$here/deploy/fetch-cifar10.sh" "$data"
fi
[ -f "$here/build/release/build.ninja" ] ||
  (cd "$here" && cmake --preset release >/dev/null)
(cd "$here" && cmake --build --preset release \
  --target trainer_benchmark kernels_benchmark >/dev/null)
exec /usr/bin/python3 "$here/benchmarks/training_report.py" "$data" \
  --bin "$here/build/release/bin" "$@"
