#include "server/search/median_rule.h"

#include <algorithm>
#include <optional>

#include "common/limits.h"
#include "server/search/evaluation_points.h"
#include "server/search/training.h"

namespace etalon {
namespace {

constexpr int kDefaultStartup = 5;
constexpr double kDefaultWarmupEpochs = 1;

double EpochsAfter(int64_t update, const v1::Training& training) {
  return static_cast<double>(update) /
         static_cast<double>(UpdatesPerEpoch(training));
}

// Of the trial's evaluations those at which it may end.
std::vector<int64_t> Updates(const v1::Stopping::Median& median,
                             const v1::Training& training) {
  const double warmup = median.has_warmup_epochs() ? median.warmup_epochs()
                                                   : kDefaultWarmupEpochs;
  const int64_t last = UpdatesOf(training);
  std::vector<int64_t> all;
  for (int64_t update = NextEvaluation(training, 1); update < last;
       update = NextEvaluation(training, update + 1)) {
    if (EpochsAfter(update, training) >= warmup) all.push_back(update);
  }
  if (all.size() <= kMaxThresholds) return all;
  std::vector<int64_t> spread;
  for (size_t i = 1; i <= kMaxThresholds; ++i) {
    spread.push_back(all[i * all.size() / kMaxThresholds - 1]);
  }
  return spread;
}

// `values` is not empty. Between two in the middle, half way.
double Median(std::vector<double> values) {
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// What the trials that had been measured by then had.
std::vector<double> ValuesBy(double epoch, absl::Span<const Course> compared) {
  std::vector<double> values;
  values.reserve(compared.size());
  for (const Course& course : compared) {
    if (course.end == Course::End::kUseless) {
      values.push_back(0);
    } else if (const auto best = BestByEpoch(course, epoch)) {
      values.push_back(*best);
    }
  }
  return values;
}

}  // namespace

std::vector<v1::Threshold> MedianThresholds(const v1::Stopping::Median& median,
                                            const v1::Training& training,
                                            absl::Span<const Course> compared) {
  const int startup = median.has_startup() ? median.startup() : kDefaultStartup;
  std::vector<v1::Threshold> thresholds;
  if (compared.size() < static_cast<size_t>(startup)) return thresholds;
  double passed = 0;
  for (const int64_t update : Updates(median, training)) {
    std::vector<double> values =
        ValuesBy(EpochsAfter(update, training), compared);
    if (values.empty()) continue;
    const double accuracy = Median(std::move(values));
    if (accuracy <= passed) continue;
    v1::Threshold& threshold = thresholds.emplace_back();
    threshold.set_update(update);
    threshold.set_accuracy(accuracy);
    passed = accuracy;
  }
  return thresholds;
}

}  // namespace etalon
