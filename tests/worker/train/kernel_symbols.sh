#!/bin/sh
# usage: kernel_symbols.sh NM VARIANT OBJECT
# Fails when the object of a kernel variant defines a symbol that another object
# could define too: the linker would keep either, and code for one instruction
# set could end up in the path of a processor that lacks it.
set -eu
nm=$1 variant=$2 object=$3

symbols=$("$nm" -C --defined-only --extern-only "$object")
# The two colons: one variant's name begins another's. DW.ref.* hold a pointer, no
# code.
shared=$(printf '%s\n' "$symbols" |
  grep -v -e "Eigen_$variant::" -e "kernels_$variant::" -e ' V DW\.ref\.' || true)
if [ -n "$shared" ]; then
  printf 'symbols that are not the own of variant %s:\n%s\n' "$variant" "$shared"
  exit 1
fi
printf '%s\n' "$symbols" | grep -q "kernels_$variant::Get()" || {
  printf 'no kernels in %s\n' "$object"
  exit 1
}
