#include "server/search/evaluation_points.h"

#include <algorithm>

#include "server/search/training.h"

namespace etalon {
namespace {

// Stretches of `length` updates, one behind the other, from update `start` on;
// `count` evaluations in each, evenly spaced, the last at its end.
struct Periods {
  int64_t start = 0;
  int64_t length = 0;
  int64_t count = 0;
};

Periods PeriodsOf(const v1::Training& training) {
  if (!training.evaluation().has_per_cycle()) {
    return {0, UpdatesPerEpoch(training), training.evaluation().per_epoch()};
  }
  return {WarmupUpdates(training),
          int64_t{2} * training.schedule().cyclical().step_size(),
          training.evaluation().per_cycle()};
}

}  // namespace

int64_t NextEvaluation(const v1::Training& training, int64_t update) {
  const int64_t last = UpdatesOf(training);
  const Periods periods = PeriodsOf(training);
  if (periods.length < 1 || periods.count < 1) return last;
  // Made since the periods began, before `update`.
  const int64_t before = std::max<int64_t>(update - periods.start - 1, 0);
  // Evaluation number k of a period, from 1, is after its first update b with
  // floor(b count / length) = k.
  const int64_t k = before % periods.length * periods.count / periods.length;
  const int64_t within =
      ((k + 1) * periods.length + periods.count - 1) / periods.count;
  return std::min(
      periods.start + before / periods.length * periods.length + within, last);
}

}  // namespace etalon
