#include "client/progress/forecast.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>

#include "common/random.h"

namespace etalon {
namespace {

constexpr int kCourses = 200;
// Trials of a stage that are placed one by one, its last; those before keep all
// threads busy whatever their order.
constexpr int64_t kPlaced = 500;
// Draws for a running trial that lie below what it has taken already; then it
// is about to end.
constexpr int kMaxRedraws = 20;
constexpr double kAboutToEnd = 0.05;

// A lognormal distribution of this mean and deviation.
class Lognormal {
 public:
  Lognormal(double mean, double deviation) {
    if (!(mean > 0)) return;
    const double ratio = deviation / mean;
    const double variance = std::log1p(ratio * ratio);
    sigma_ = std::sqrt(variance);
    mu_ = std::log(mean) - variance / 2;
    any_ = true;
  }
  double Draw(RandomStream& random) const {
    if (!any_) return 0;
    return sigma_ > 0 ? std::exp(mu_ + sigma_ * random.NextNormal())
                      : std::exp(mu_);
  }

 private:
  bool any_ = false;
  double mu_ = 0;
  double sigma_ = 0;
};

// One course that the work may take.
class Course {
 public:
  Course(const std::vector<double>& speeds, RandomStream random)
      : speeds_(speeds), random_(random), error_(random_.NextNormal()) {
    for (const double speed : speeds_) total_speed_ += speed;
  }

  // Seconds that the stage takes.
  double Run(const StageWork& stage) {
    // Never turned round, however little is known.
    const double factor = std::max(0.1, 1 + error_ * stage.cost.relative_error);
    const double mean = stage.cost.mean * factor;
    const double deviation = stage.cost.deviation * factor;
    const Lognormal seconds(mean, deviation);

    std::vector<double> running;
    for (const RunningTrial& trial : stage.running) {
      running.push_back(Remaining(trial, seconds));
    }
    // The longest first, so that those that share a thread fill all alike.
    std::sort(running.begin(), running.end(), std::greater<>());
    using Free = std::pair<double, size_t>;  // when, and which thread
    std::priority_queue<Free, std::vector<Free>, std::greater<>> threads;
    for (size_t i = 0; i < speeds_.size(); ++i) threads.emplace(0, i);
    double end = 0;
    const auto place = [&](double cost, double start) {
      const auto [free, thread] = threads.top();
      threads.pop();
      const double done = std::max(free, start) + cost / speeds_[thread];
      threads.emplace(done, thread);
      end = std::max(end, done);
    };
    for (const double cost : running) place(cost, 0);

    const int64_t placed = std::min(stage.waiting, kPlaced);
    const auto before = static_cast<double>(stage.waiting - placed);
    const double bulk =
        std::max(0.0, before * mean +
                          std::sqrt(before) * deviation * random_.NextNormal());
    const double start = bulk / total_speed_;
    if (start >= stage.seconds_left) {
      return std::max(end, EndOfBegun(stage.seconds_left, seconds));
    }
    for (int64_t i = 0; i < placed; ++i) {
      if (std::max(threads.top().first, start) >= stage.seconds_left) break;
      place(seconds.Draw(random_), start);
    }
    return std::max(end, start);
  }

 private:
  // When the last is done of the trials that keep all threads busy at `left`,
  // each somewhere between its begin and its end.
  double EndOfBegun(double left, const Lognormal& seconds) {
    double end = 0;
    if (!(left > 0)) return end;
    for (const double speed : speeds_) {
      end = std::max(
          end, left + random_.NextUniform() * seconds.Draw(random_) / speed);
    }
    return end;
  }

  // Seconds of a thread of speed 1.
  double Remaining(const RunningTrial& trial, const Lognormal& seconds) {
    const double taken = trial.elapsed_seconds * trial.speed / trial.width;
    for (int i = 0; i < kMaxRedraws; ++i) {
      const double all = seconds.Draw(random_);
      if (all > taken) return all - taken;
    }
    return kAboutToEnd * taken;
  }

  const std::vector<double>& speeds_;
  RandomStream random_;
  // In deviations.
  const double error_;
  double total_speed_ = 0;
};

absl::Duration Quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  return absl::Seconds(sorted[static_cast<size_t>(place + 0.5)]);
}

}  // namespace

Forecast ForecastWork(const std::vector<StageWork>& stages,
                      const std::vector<double>& speeds) {
  std::vector<double> ends;
  for (int i = 0; i < kCourses; ++i) {
    Course course(speeds, RandomStream(DeriveSeed(0, "forecast"),
                                       static_cast<uint64_t>(i)));
    double end = 0;
    for (const StageWork& stage : stages) end += course.Run(stage);
    ends.push_back(end);
  }
  std::sort(ends.begin(), ends.end());
  return {Quantile(ends, 0.5), Quantile(ends, 0.025), Quantile(ends, 0.975)};
}

TrialCost CostOf(const std::vector<double>& seconds) {
  TrialCost cost;
  if (seconds.empty()) return cost;
  const auto n = static_cast<double>(seconds.size());
  for (const double one : seconds) cost.mean += one / n;
  double squares = 0;
  for (const double one : seconds) {
    squares += (one - cost.mean) * (one - cost.mean);
  }
  // As if one more had been observed at the deviation that is assumed.
  const double assumed = kUnknownSpread * cost.mean;
  cost.deviation = std::sqrt((squares + assumed * assumed) / n);
  cost.relative_error =
      cost.mean > 0
          ? std::hypot(kLeastError, cost.deviation / cost.mean / std::sqrt(n))
          : 0;
  return cost;
}

}  // namespace etalon
