#!/usr/bin/env bash
# The set-up scripts' answers to wrong input and to work already done. Nothing is
# downloaded or installed.
#
# usage: scripts_test.sh SOURCE_DIRECTORY
set -euo pipefail
deploy=$1/deploy
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

# expect CODE TEXT COMMAND...: the command's exit code, and text in its output.
expect() {
  local code=$1 text=$2 output actual=0
  shift 2
  output=$("$@" 2>&1) || actual=$?
  if [ "$actual" -ne "$code" ] || [[ $output != *"$text"* ]]; then
    echo "FAILED: $*"
    echo "  expected exit code $code and '$text', got $actual and:"
    echo "$output"
    failures=$((failures + 1))
  fi
}

for script in install-dependencies fetch-cifar10 make-certificates quickstart; do
  expect 0 "usage: deploy/$script.sh" "$deploy/$script.sh" --help
  expect 2 "--wrong" "$deploy/$script.sh" --wrong
done
expect 2 "needs a directory" "$deploy/quickstart.sh" --data
expect 2 "'$folder/none' is not a directory" "$deploy/quickstart.sh" --data "$folder/none"

expect 2 "which DIR?" "$deploy/fetch-cifar10.sh"
expect 2 "one DIR only" "$deploy/fetch-cifar10.sh" "$folder/a" "$folder/b"
expect 2 "--from needs" "$deploy/fetch-cifar10.sh" "$folder/a" --from
expect 1 "neither a file nor an address" "$deploy/fetch-cifar10.sh" "$folder/a" --from nowhere
echo "not the archive" >"$folder/archive.tar.gz"
expect 1 "not the official c32a1d4ab5d03f1284b67883e8d87530" \
  "$deploy/fetch-cifar10.sh" "$folder/a" --from "$folder/archive.tar.gz"
[ ! -e "$folder/a/cifar-10-batches-bin" ] || { echo "FAILED: a bad archive was unpacked"; exit 1; }
[ -z "$(ls -A "$folder/a")" ] || { echo "FAILED: partial files stay"; exit 1; }

mkdir "$folder/a/cifar-10-batches-bin"
for name in data_batch_{1..5} test_batch; do
  truncate -s 30730000 "$folder/a/cifar-10-batches-bin/$name.bin"
done
expect 0 "CIFAR-10 is in" "$deploy/fetch-cifar10.sh" "$folder/a" --from nowhere

make=$deploy/make-certificates.sh
certificates=$folder/certificates
expect 2 "which DIR?" "$make"
expect 2 "nothing to make" "$make" "$certificates"
expect 2 "one DIR only" "$make" "$certificates" other
expect 2 "--server needs a NAME" "$make" "$certificates" --server
expect 2 "neither a host name" "$make" "$certificates" --server 'x,DNS:evil.test'
expect 2 "letters, digits" "$make" "$certificates" --client ../x
expect 2 "the name of another file" "$make" "$certificates" --client server
expect 2 "no number of days" "$make" "$certificates" --client x --days soon
[ ! -e "$certificates" ] || { echo "FAILED: wrong arguments left files"; exit 1; }
expect 0 "server.pem" "$make" "$certificates" --server trainer.test 10.0.0.1 --client gpu-1
expect 0 "gpu-1.pem is there already" "$make" "$certificates" --client gpu-1 gpu-2
expect 0 "server.pem: OK" openssl verify -purpose sslserver -verify_hostname trainer.test \
  -CAfile "$certificates/ca.pem" "$certificates/server.pem"
expect 0 "server.pem: OK" openssl verify -verify_ip 10.0.0.1 -CAfile "$certificates/ca.pem" "$certificates/server.pem"
expect 0 "server.pem: OK" openssl verify -verify_ip 127.0.0.1 -CAfile "$certificates/ca.pem" "$certificates/server.pem"
expect 2 "purpose" openssl verify -purpose sslserver -CAfile "$certificates/ca.pem" "$certificates/gpu-2.pem"
expect 0 "gpu-2.pem: OK" openssl verify -purpose sslclient -CAfile "$certificates/ca.pem" "$certificates/gpu-2.pem"
for key in ca server gpu-1 gpu-2; do
  expect 0 600 stat -c %a "$certificates/$key.key"
done
rm "$certificates/ca.key"
expect 1 "ca.key is not here" "$make" "$certificates" --client gpu-3

[ "$failures" -eq 0 ] || exit 1
echo "all answers as expected"
