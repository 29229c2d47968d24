#!/bin/sh
# Trains one trial with Etalon and with PyTorch in turn, on one core each, and
# prints both medians and their ratio: 3072-50-10, batches of 100, 45,000
# training and 5,000 validation images of CIFAR-10, 3,600 updates, validation
# after every epoch and the training set once at the end.
#
# usage: benchmarks/trainer_vs_pytorch.sh DATA_DIRECTORY [RUNS]
#
# Needs the release build and Debian's python3-torch, python3-numpy and
# libopenblas0-pthread. OPENBLAS_CORETYPE=SKYLAKEX makes the packaged OpenBLAS
# use AVX-512 on processors newer than itself. Variables: ETALON_BUILD the build
# folder, ETALON_KERNELS the kernels (auto), PYTHON the interpreter.
set -eu
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "usage: $0 DATA_DIRECTORY [RUNS]" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$1
runs=${2:-5}
binary=${ETALON_BUILD:-$here/../build/release}/bin/trainer_benchmark
python=${PYTHON:-/usr/bin/python3}
files=$data
[ -d "$data/cifar-10-batches-bin" ] && files=$data/cifar-10-batches-bin
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
echo "seconds, validation accuracy, training accuracy, kernels or BLAS"
for run in $(seq "$runs"); do
  line=$("$binary" "$data" "${ETALON_KERNELS:-auto}")
  echo "$run etalon   $line"
  echo "${line%% *}" >>"$results/etalon"
  line=$("$python" "$here/trainer_pytorch.py" "$files") || {
    if [ $? -eq 3 ]; then
      echo "PyTorch found no optimised BLAS: install libopenblas0-pthread" >&2
    fi
    exit 1
  }
  echo "$run pytorch  $line"
  echo "${line%% *}" >>"$results/pytorch"
done

median() {
  sort -n "$1" | awk '{ t[NR] = $1 }
    END { print NR % 2 ? t[(NR + 1) / 2] : (t[NR / 2] + t[NR / 2 + 1]) / 2 }'
}
etalon=$(median "$results/etalon")
pytorch=$(median "$results/pytorch")
awk -v e="$etalon" -v p="$pytorch" -v n="$runs" 'BEGIN {
  printf "median of %d: etalon %.3f s, pytorch %.3f s, ratio pytorch/etalon %.2f\n",
         n, e, p, p / e }'
