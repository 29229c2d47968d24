#!/usr/bin/env bash
# Whether every patch beside this file can be planted into the source tree, which
# is left as it is.
#
# usage: tests/planted_bugs/check_patches.sh SOURCE_TREE
set -euo pipefail
cd "${1:?names the source tree}"
failed=0
for patch in tests/planted_bugs/*.patch; do
  patch --dry-run --quiet -p1 <"$patch" || { echo "$patch does not fit"; failed=1; }
done
exit $failed
