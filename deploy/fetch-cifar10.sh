#!/usr/bin/env bash
# Brings CIFAR-10 (binary version) to DIR/cifar-10-batches-bin: downloads the
# official archive, checks its MD5, and unpacks it. Does nothing when the files
# are there.
#
# usage: deploy/fetch-cifar10.sh DIR [--from FILE|URL]
#   --from FILE|URL  take the archive from there instead of the official address
set -euo pipefail

official=https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz
md5=c32a1d4ab5d03f1284b67883e8d87530
folder=cifar-10-batches-bin
file_bytes=30730000 # 10,000 records of a label and 3,072 pixels

usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; }
die() {
  echo "$0: $1" >&2
  exit "${2:-1}"
}

destination=
source=$official
while [ $# -gt 0 ]; do
  case $1 in
    --from)
      [ $# -ge 2 ] || die "--from needs a file or an address" 2
      source=$2
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) die "unknown option '$1'; see --help" 2 ;;
    *)
      [ -z "$destination" ] || die "one DIR only; see --help" 2
      destination=$1
      ;;
  esac
  shift
done
[ -n "$destination" ] || die "which DIR? See --help" 2

complete() {
  local name
  for name in data_batch_{1..5} test_batch; do
    [ "$(stat -c %s "$destination/$folder/$name.bin" 2>/dev/null)" = $file_bytes ] || return 1
  done
}
if complete; then
  echo "CIFAR-10 is in $destination/$folder"
  exit 0
fi

mkdir -p "$destination"
partial=$(mktemp -d "$destination/.fetch-XXXXXX")
trap 'rm -rf "$partial"' EXIT
archive=$partial/archive.tar.gz
if [ -f "$source" ]; then
  archive=$source
elif [[ $source == *://* ]]; then
  command -v curl >/dev/null || die "needs curl; run deploy/install-dependencies.sh"
  echo "Downloading $source (170 MB)" >&2
  curl --fail --location --retry 3 --progress-bar --output "$archive" "$source" ||
    die "could not download $source; give another source with --from FILE|URL"
else
  die "--from '$source' is neither a file nor an address"
fi

actual=$(md5sum <"$archive" | cut -d ' ' -f 1)
[ "$actual" = $md5 ] ||
  die "$source has MD5 $actual, not the official $md5: incomplete or altered"
tar --extract --gzip --file "$archive" --directory "$partial" "$folder"
mkdir -p "$destination/$folder"
mv "$partial/$folder"/* "$destination/$folder/"
complete || die "$destination/$folder is not complete: the archive lacks files"
echo "CIFAR-10 is in $destination/$folder"
