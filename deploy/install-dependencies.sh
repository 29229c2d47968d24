#!/usr/bin/env bash
# Installs what Etalon is built from and tested with, all of it packages of
# Debian 12. As root, or through sudo. Does nothing when all is in place.
#
# usage: deploy/install-dependencies.sh [--onednn] [--development] [--benchmarks]
#   --onednn       also oneDNN, of which workers are then built that train twice as
#                  fast on processors with AVX and without AVX2 (before 2013)
#   --development  also the formatter, linter and fuzzer that contributors use
#   --benchmarks   also oneDNN and the peers that benchmarks compare with (PyTorch,
#                  Optuna)
set -euo pipefail

packages=(
  ccache cmake g++ git ninja-build patch pkg-config
  libabsl-dev libbenchmark-dev libboost-dev libcli11-dev libeigen3-dev
  gnuplot-nox libfmt-dev libgmock-dev libgrpc++-dev libgtest-dev liblbfgspp-dev
  libprotobuf-dev
  libsqlite3-dev libssl-dev libyaml-cpp-dev nlohmann-json3-dev prometheus-cpp-dev
  tao-pegtl-dev zlib1g-dev
  protobuf-compiler protobuf-compiler-grpc
  ca-certificates curl openssl sqlite3
)
onednn=(libdnnl-dev ocl-icd-opencl-dev)
for argument in "$@"; do
  case $argument in
    --onednn) packages+=("${onednn[@]}") ;;
    --development) packages+=(clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev
      faketime fiu-utils iproute2 nftables util-linux) ;;
    --benchmarks) packages+=("${onednn[@]}" libopenblas0-pthread
      python3-numpy python3-optuna python3-torch) ;;
    -h | --help)
      sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
      exit 0
      ;;
    *)
      echo "$0: unknown argument '$argument'; see --help" >&2
      exit 2
      ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
else
  echo "$0: needs to install ${missing[*]}; run it as root, or install sudo" >&2
  exit 1
fi
echo "Installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
