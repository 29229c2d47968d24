#!/usr/bin/env bash
# Rows 1 to 5 of RESULTS.md: the gradient checks of the course reports, as lines of
# a Markdown table. Exit 1 when a gradient is wrong.
#
# usage: examples/course/gradients.sh DATA   (a folder with CIFAR-10)
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] && [ -d "$1" ] || { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }
data=$1

# check ROW WHAT REPORT FLAG...: one line, over everything that the flags check.
check() {
  local row=$1 what=$2 report=$3
  shift 3
  build/release/bin/etalon-worker check-gradients "$@" -o csv |
    sqlite3 :memory: '.import --csv /dev/stdin checks' '.mode list' "
      SELECT printf('| %s | %s | %s | %s | %.1e … %.1e | %.1e | %.1e | %.1e | %d of %d |',
        '$row', '$what', '$report', against,
        min(norm_relative + 0.0), max(norm_relative + 0.0),
        sum(mean_relative * (checked - kinks)) / sum(checked - kinks),
        max(max_relative + 0.0), max(max_absolute + 0.0),
        sum(round(within * (checked - kinks))), sum(checked - kinks))
      FROM checks GROUP BY against ORDER BY against DESC"
}

echo '| row | what | report | against | relative, whole arrays | relative, mean | largest | absolute, largest | within the bound |'
echo '|---|---|---|---|---|---|---|---|---|'
check 1 '2 layers, λ 0 and 0.001, batches of 1, 50, 100' '2.5e-11 … 1.7e-9' \
  --data "$data" --layers 3072,50,10 --lambda 0,0.001 --batch 1,50,100
check 2 '2 layers, 20 images' '100 % below 1e-6; largest 4.7e-7' \
  --data "$data" --layers 3072,50,10 --lambda 0,0.01 --batch 20
for layers in 3072,10 3072,50,10 3072,50,30,10 3072,50,30,20,10; do
  check 3 "$layers, batch norm, λ 0 and 0.01" 'largest 1e-12 … 7e-3' \
    --data "$data" --layers $layers --batch-norm --init he --lambda 0,0.01 \
    --epsilon 1e-5
done
check 4 '1 layer, 20 images, h 1e-6' 'about 1e-7' \
  --data "$data" --layers 3072,10 --batch 20 --init 0.01 --step 1e-6 --lambda 0,0.1
check 5 '5 inputs, 6 hidden, 3 samples' 'same to rounding' \
  --layers 5,6,3 --batch 3 --lambda 0
