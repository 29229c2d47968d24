#!/usr/bin/env bash
# Runs the experiments of the course reports, all of them, with two workers on this
# machine, and writes what they gave into examples/course/RESULTS.md, from the
# database; about half an hour on two cores. Interrupted, it goes on where it stopped
# when it is called again.
#
# usage: examples/course/reproduce.sh [--quick] [--data DIR] [--folder DIR]
#   --data DIR    CIFAR-10's binary files; $ETALON_CIFAR10_DIR by default
#                 (deploy/fetch-cifar10.sh DIR brings them)
#   --folder DIR  where the database and the pictures go; ./course by default
#   --quick       a taste in five minutes: a few of the 600 pairs, and no wide networks.
#                 The table is printed, RESULTS.md stays as it is
set -euo pipefail
cd "$(dirname "$0")/../.."

quick=
data=${ETALON_CIFAR10_DIR:-}
folder=course
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=yes ;;
    --data | --folder)
      [ $# -ge 2 ] || { echo "$0: $1 needs a directory" >&2; exit 2; }
      if [ "$1" = --data ]; then data=$2; else folder=$2; fi
      shift
      ;;
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
[ -n "$data" ] && [ -d "$data" ] || {
  echo "$0: '$data' is not a directory with CIFAR-10; say --data DIR (deploy/fetch-cifar10.sh DIR brings it)" >&2
  exit 2
}

deploy/install-dependencies.sh
if [ ! -f build/release/build.ninja ]; then cmake --preset release >/dev/null; fi
cmake --build --preset release --target etalon-binaries >/dev/null
bin=$PWD/build/release/bin
mkdir -p "$folder"
database=$folder/course.db

# run FILE [--set PATH=VALUE]...: one search file, on two workers.
run() {
  local file=$1
  shift
  echo "== $file" >&2
  "$bin/etalon" run "examples/course/$file.yaml" --workers 2 --data "$data" \
    --database "$database" "$@" >"$folder/$file.txt"
}

start=$(date +%s)
# Of what runs, whatever is committed meanwhile.
commit=$(git describe --always --dirty)

few=()
if [ -n "$quick" ]; then
  few=(--set stages.first.sample.random=8 --set stages.second.sample.random=8)
fi
run overfit
run overfit_batch_norm
run cyclical_one_cycle
run cyclical_three_cycles
run lambda_random
run lambda_averaged
run lambda_grid
run batch_norm_loss
run eta_lambda_pairs "${few[@]}"
run batch_norm_rates
run one_layer
if [ -z "$quick" ]; then
  run wide_steps
  run wide
fi

# In quick mode to standard output.
results=examples/course/RESULTS.md
[ -z "$quick" ] || results=/dev/stdout
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
{
  echo "# What the experiments of the course reports gave"
  echo
  echo "Written by \`examples/course/reproduce.sh\` from its database, at commit"
  echo "$commit, on $(nproc) cores of $processor, with two workers of one"
  echo "thread each. Accuracies in per cent, over the seeds: mean (lowest–highest)."
  echo "PyTorch: train / validation / test, lowest to highest of three seeds, on the same"
  echo "files, but for validation parts of 1,000 images: PyTorch's are the last of"
  echo "data_batch_5, ours are drawn by the seed, and such parts differ by some points."
  echo
  sqlite3 -readonly "$database" <examples/course/results.sql
  [ -n "$quick" ] || sqlite3 -readonly "$database" <examples/course/wide.sql
  echo
  echo "## Gradients"
  echo
  echo "By \`examples/course/gradients.sh\`: analytic gradients against central differences"
  echo "and against automatic differentiation, in double precision."
  echo
  examples/course/gradients.sh "$data"
  echo
} >"$folder/results.md"
cat "$folder/results.md" >"$results"
echo "Every trial is in $database; $(($(date +%s) - start)) s." >&2
