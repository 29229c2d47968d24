#!/usr/bin/env bash
# Plants one bug after the other into a copy of the source tree, builds what is
# needed of it, and shows that the tests notice: the simulation and the
# coordinator's unit tests, each on its own. Exits with 1 when a bug survives
# both, or when a test fails without one.
#
# usage: tests/planted_bugs/run.sh [--seeds N] [--copy DIR] [NAME...]
#   --seeds N   worlds that the simulation lives through at most (200)
#   --copy DIR  keep the copy and its build there, for the next run
#   NAME        of a patch beside this file, without .patch (all of them)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_tree=$(cd "$here/../.." && pwd)

seeds=200
copy=
names=()
while [ $# -gt 0 ]; do
  case $1 in
    --seeds) seeds=$2; shift ;;
    --copy) copy=$2; shift ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    -*) echo "unknown option $1; see --help" >&2; exit 2 ;;
    *) names+=("$1") ;;
  esac
  shift
done
if [ ${#names[@]} -eq 0 ]; then
  for patch in "$here"/*.patch; do names+=("$(basename "$patch" .patch)"); done
fi
if [ -z "$copy" ]; then
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
fi

# With new times: what an earlier run left built may have a bug in it.
mkdir -p "$copy/tree"
cd "$source_tree"
git ls-files -co --exclude-standard -z | tar -c --null -T - | tar -xm -C "$copy/tree"
cd "$copy/tree"

build() {
  cmake --preset release -DETALON_BUILD_BENCHMARKS=OFF >/dev/null &&
    cmake --build --preset release --target simulate coordinator_test >"$copy/build.log" 2>&1 ||
    { tail -40 "$copy/build.log" >&2; echo "$1 does not build" >&2; exit 1; }
}

# Each prints what it found; nothing: it found nothing.
simulation() {
  timeout 300 build/release/tests/simulate --count "$seeds" --stop 2>/dev/null >"$copy/simulation.log" && return
  local found
  found=$(grep -m 1 '^seed ' "$copy/simulation.log" | cut -c1-110) || true
  echo "${found:-it does not get through a peaceful world}"
}
unit_tests() {
  timeout 120 build/release/tests/coordinator_test --gtest_brief=1 >"$copy/unit.log" 2>&1 && return
  local failed
  failed=$(grep -c '^\[  FAILED  \] .*(.* ms)$' "$copy/unit.log") || true
  echo "${failed} tests fail$([ "$failed" = 0 ] && echo ", it does not end")"
}

build "the tree"
found="$(simulation)$(unit_tests)"
if [ -n "$found" ]; then
  echo "without a bug: $found" >&2
  exit 1
fi

survivors=0
for name in "${names[@]}"; do
  patch --quiet -p1 --no-backup-if-mismatch <"$here/$name.patch"
  build "$name"
  by_simulation=$(simulation)
  by_unit_tests=$(unit_tests)
  patch --quiet -p1 -R --no-backup-if-mismatch <"$here/$name.patch"
  echo "$name: $(head -n 1 "$here/$name.patch")"
  echo "  simulation: ${by_simulation:-nothing}"
  echo "  unit tests: ${by_unit_tests:-nothing}"
  if [ -z "$by_simulation$by_unit_tests" ]; then
    echo "  SURVIVES"
    survivors=$((survivors + 1))
  fi
done
echo "${#names[@]} bugs planted, $survivors survived"
[ "$survivors" -eq 0 ]
