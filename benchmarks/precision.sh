#!/bin/sh
# What bfloat16 products cost in accuracy: the reference trial of training.sh from
# SEEDS seeds, each in both precisions, and the mean of the differences with its
# standard error, in points of validation accuracy.
#
# usage: benchmarks/precision.sh DATA_DIRECTORY [SEEDS]
#   needs the release build; SEEDS is 20 by default
set -eu
if [ $# -lt 1 ] || [ "$1" = --help ]; then
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
  [ $# -ge 1 ] && exit 0
  exit 2
fi
binary=$(cd "$(dirname "$0")/.." && pwd)/build/release/bin/trainer_benchmark
for seed in $(seq "${2:-20}"); do
  for precision in float32 bfloat16; do
    line=$("$binary" "$1" --precision "$precision" --seed "$seed")
    echo "$line" | cut -d' ' -f2
  done | paste -s -d' ' -
done | awk '
  { d = 100 * ($2 - $1); sum += d; squares += d * d; a += $1; b += $2
    printf "seed %d: float32 %.2f %%, bfloat16 %.2f %%\n", NR, 100 * $1, 100 * $2 }
  END {
    mean = sum / NR
    error = NR > 1 ? sqrt((squares / NR - mean * mean) / (NR - 1)) : 0
    printf "means: float32 %.2f %%, bfloat16 %.2f %%; ", 100 * a / NR, 100 * b / NR
    printf "difference %+.2f points, standard error %.2f\n", mean, error }'
