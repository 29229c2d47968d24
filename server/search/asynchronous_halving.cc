#include "server/search/asynchronous_halving.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "server/search/halving.h"

namespace etalon {
namespace {

// What the trial had at the rung that `left` rungs follow; none where it did
// not come to it.
std::optional<double> AccuracyAt(size_t left, const Course& course) {
  if (left >= course.rungs.size()) return std::nullopt;
  const size_t rung = course.rungs.size() - 1 - left;
  const auto reached = [&course](size_t r) {
    return !course.points.empty() &&
           course.points.back().update >= course.rungs[r];
  };
  switch (course.end) {
    case Course::End::kUseless:
      if (rung > 0 && !reached(rung - 1)) return std::nullopt;
      return 0;
    case Course::End::kStopped:
      if (!reached(rung)) return std::nullopt;
      break;
    case Course::End::kWhole:
      break;
  }
  return BestByUpdate(course, course.rungs[rung]);
}

// That is needed to be among the best 1/factor of `others` and itself; 0 where
// anything is enough.
double Needed(std::vector<double> others, int factor) {
  const auto places = static_cast<size_t>(
      PromotedCount(factor, static_cast<int64_t>(others.size()) + 1));
  if (others.size() < places) return 0;
  const auto last = others.begin() + (places - 1);
  std::nth_element(others.begin(), last, others.end(), std::greater<>());
  return *last;
}

}  // namespace

v1::Stopping::Halving SynchronousRule(
    const v1::Stopping::AsynchronousHalving& halving) {
  v1::Stopping::Halving rule;
  if (halving.has_factor()) rule.set_factor(halving.factor());
  if (halving.has_minimum_epochs()) {
    rule.set_minimum_epochs(halving.minimum_epochs());
  }
  return rule;
}

std::vector<int64_t> RungUpdates(
    const v1::Stopping::AsynchronousHalving& halving,
    const v1::Training& training) {
  return RungUpdates(SynchronousRule(halving), training);
}

std::vector<v1::Threshold> AsynchronousHalvingThresholds(
    const v1::Stopping::AsynchronousHalving& halving,
    const v1::Training& training, absl::Span<const Course> compared) {
  const std::vector<int64_t> rungs = RungUpdates(halving, training);
  std::vector<v1::Threshold> thresholds;
  for (size_t rung = 0; rung < rungs.size(); ++rung) {
    std::vector<double> others;
    for (const Course& course : compared) {
      if (const auto accuracy = AccuracyAt(rungs.size() - 1 - rung, course)) {
        others.push_back(*accuracy);
      }
    }
    const double needed =
        Needed(std::move(others), HalvingFactor(SynchronousRule(halving)));
    if (needed <= 0) continue;
    v1::Threshold& threshold = thresholds.emplace_back();
    threshold.set_update(rungs[rung]);
    threshold.set_accuracy(needed);
  }
  return thresholds;
}

}  // namespace etalon
