#!/usr/bin/env bash
# Installs dependencies, builds, and runs every test; ends with ctest's summary.
# Tests that want real CIFAR-10 run when ETALON_CIFAR10_DIR names a folder with it,
# those that want PyTorch when python3-torch is installed; otherwise they are shown
# as skipped.
#
# usage: tests/run.sh [PRESET] [ctest arguments...]
#   PRESET  release (default), dev, asan or tsan; the last two run the unit
#           tests only
set -euo pipefail
cd "$(dirname "$0")/.."

preset=release
case ${1:-} in
  release | dev | asan | tsan)
    preset=$1
    shift
    ;;
  -h | --help)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 0
    ;;
esac

deploy/install-dependencies.sh
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
ctest --preset "$preset" --parallel "$(nproc)" "$@"
