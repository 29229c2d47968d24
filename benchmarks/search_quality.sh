#!/bin/sh
# Judges the samplers beside Optuna's on functions whose minimum is known, and,
# with --data, on a landscape of lambda and eta that it trains first (row 17 of
# the course: 625 networks, some minutes). Prints one table of median regrets.
# Builds, installs Optuna, and takes about half an hour. With --stopping it
# judges the rules that stop trials instead, by how many of the epochs of a
# random search they need to find as good a configuration; that takes a minute.
#
# usage: benchmarks/search_quality.sh [--data DIR [--stopping]] [--seeds N]
#                                     [--trials N] [--samplers NAME,...]
#                                     [--report FILE]
#   --data DIR       CIFAR-10's binary files, for the landscape
#   --stopping       rules in place of samplers
#   --seeds N        of every sampler on every function (30)
#   --trials N       of a search (100)
#   --samplers NAME  ours that are judged: random, sobol, latin_hypercube,
#                    coarse_to_fine, tpe, gaussian_process, cma_es (all)
#   --report FILE    writes the table as Markdown, with the commit, too
set -eu
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
  exit 0
fi
here=$(cd "$(dirname "$0")/.." && pwd)
data=
if [ "${1:-}" = --data ]; then
  data=$2
  shift 2
fi
"$here/deploy/install-dependencies.sh" --benchmarks
[ -f "$here/build/release/build.ninja" ] ||
  (cd "$here" && cmake --preset release >/dev/null)
(cd "$here" && cmake --build --preset release \
  --target etalon-server etalon-worker etalon search_quality >/dev/null)
bin=$here/build/release/bin
if [ -n "$data" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  "$bin/etalon" run "$here/benchmarks/landscape.yaml" --data "$data" \
    --database "$folder/landscape.db" >&2
  sqlite3 -readonly -header -csv "$folder/landscape.db" \
    "WITH RECURSIVE epochs (epoch) AS (
       VALUES (1) UNION ALL SELECT epoch + 1 FROM epochs LIMIT 9)
     SELECT c.lambda, c.eta, e.epoch, m.validation_accuracy AS accuracy
     FROM trials AS t JOIN configurations AS c USING (stage_id, configuration)
     JOIN results AS r USING (trial_id) JOIN epochs AS e
     LEFT JOIN measurements AS m ON m.trial_id = t.trial_id
       AND m.attempt = r.attempt AND m.epoch = e.epoch
     ORDER BY t.number, e.epoch" >"$folder/landscape.csv"
  /usr/bin/python3 "$here/benchmarks/search_quality_report.py" --bin "$bin" \
    --landscape "$folder/landscape.csv" "$@"
else
  exec /usr/bin/python3 "$here/benchmarks/search_quality_report.py" \
    --bin "$bin" "$@"
fi
