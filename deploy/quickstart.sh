#!/usr/bin/env bash
# From a bare Debian 12 to the best of a search: installs dependencies, builds,
# starts a coordinator and two workers on loopback, submits a coarse-to-fine
# search over lambda and eta, shows its progress and its best three, and stops
# what it started.
#
# usage: deploy/quickstart.sh [--data DIR]
#   --data DIR  train on CIFAR-10 from DIR (deploy/fetch-cifar10.sh DIR brings
#               it) instead of generated images
set -euo pipefail
cd "$(dirname "$0")/.."

data=
while [ $# -gt 0 ]; do
  case $1 in
    --data)
      [ $# -ge 2 ] || { echo "$0: --data needs a directory" >&2; exit 2; }
      data=$(realpath -m -- "$2")
      [ -d "$data" ] || {
        echo "$0: --data '$2' is not a directory; deploy/fetch-cifar10.sh '$2' brings CIFAR-10 there" >&2
        exit 2
      }
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

deploy/install-dependencies.sh
if [ ! -f build/release/build.ninja ]; then cmake --preset release >/dev/null; fi
echo "Building (a few minutes the first time)"
cmake --build --preset release --target etalon-binaries
bin=$PWD/build/release/bin

folder=$(mktemp -d "${TMPDIR:-/tmp}/etalon-quickstart-XXXXXX")
database=$folder/quickstart.db
started=()
stop() {
  local pid
  for pid in "${started[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
}
trap stop EXIT

# Port 0: the system chooses one that is free.
"$bin/etalon-server" --listen 127.0.0.1:0 --database "$database" \
  --port-file "$folder/port" 2>"$folder/server.log" &
started+=($!)
for ((i = 0; i < 100; ++i)); do
  [ -s "$folder/port" ] && break
  kill -0 "${started[0]}" 2>/dev/null || { cat "$folder/server.log" >&2; exit 1; }
  sleep 0.1
done
ETALON_SERVER=127.0.0.1:$(cat "$folder/port")
export ETALON_SERVER
for n in 1 2; do
  "$bin/etalon-worker" --name "quickstart-$n" --threads 1 ${data:+--data "$data"} \
    2>"$folder/worker-$n.log" &
  started+=($!)
done

settings=()
if [ -n "$data" ]; then
  settings=(--set training.dataset.name=cifar10 --set training.dataset.train=9000
    --set training.dataset.validation=1000 --set 'training.dataset.batches=[1]')
fi
search=$("$bin/etalon" submit examples/quickstart.yaml "${settings[@]}" -o name)
"$bin/etalon" watch "$search"

echo
echo "The best three, by etalon best:"
"$bin/etalon" best "$search" -n 3
echo
echo "The same rows, by sqlite3:"
sqlite3 -header -column "$database" "
  SELECT stage_rank, stage, lambda, eta, n,
         round(100 * mean, 2) AS 'validation %'
  FROM configuration_results
  WHERE search = '${search#searches/}' AND stage = 'final'
  ORDER BY stage_rank LIMIT 3"
echo
echo "Every trial is in $database; try"
echo "  sqlite3 -header -column $database 'SELECT * FROM stage_progress'"
