#include "client/progress/rates.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace etalon {
namespace {

std::set<std::string> NamesOf(const std::vector<v1::Worker>& workers) {
  std::set<std::string> names;
  for (const v1::Worker& worker : workers) names.insert(worker.name());
  return names;
}

// Rates taken together.
struct Pooled {
  double trials = 0;
  double mean = 0;       // seconds for each update
  double deviation = 0;  // of a trial's
  bool calibrated = false;
};

std::optional<Pooled> Pool(const v1::PlannedShape& shape,
                           const std::set<std::string>& workers) {
  const bool any_of_them = std::any_of(
      shape.rates().begin(), shape.rates().end(),
      [&](const auto& rate) { return workers.count(rate.worker()) > 0; });
  Pooled pooled;
  double squares = 0;  // sum of the trials' squared rates
  for (const v1::TrainingRate& rate : shape.rates()) {
    if (any_of_them && workers.count(rate.worker()) == 0) continue;
    const auto n = static_cast<double>(rate.trials());
    pooled.trials += n;
    pooled.mean += n * rate.seconds_per_update();
    squares += n * (std::pow(rate.seconds_per_update(), 2) +
                    std::pow(rate.deviation(), 2));
    pooled.calibrated = pooled.calibrated || rate.worker().empty();
  }
  if (!(pooled.trials > 0)) return std::nullopt;
  pooled.mean /= pooled.trials;
  pooled.deviation = std::sqrt(
      std::max(0.0, squares / pooled.trials - pooled.mean * pooled.mean));
  return pooled;
}

}  // namespace

std::vector<v1::Worker> WorkingOf(const std::vector<v1::Worker>& workers) {
  std::vector<v1::Worker> working;
  for (const v1::Worker& worker : workers) {
    if (worker.state() == v1::Worker::ALIVE &&
        worker.capabilities().unwell().empty()) {
      working.push_back(worker);
    }
  }
  return working;
}

std::optional<TrialCost> CostOfStage(const v1::PlannedStage& stage,
                                     const std::vector<v1::Worker>& workers) {
  const std::set<std::string> names = NamesOf(workers);
  TrialCost cost;
  double squares = 0;
  double error = 0;  // seconds
  for (const v1::PlannedShape& shape : stage.shapes()) {
    const std::optional<Pooled> pooled = Pool(shape, names);
    if (!pooled.has_value()) return std::nullopt;
    const double mean = shape.updates() * pooled->mean;
    const double deviation = shape.updates() * pooled->deviation;
    cost.mean += shape.share() * mean;
    squares += shape.share() * (mean * mean + deviation * deviation);
    // As CostOf has it of so few trials.
    const double spread =
        std::hypot(pooled->deviation,
                   kUnknownSpread * pooled->mean / std::sqrt(pooled->trials)) /
        std::max(pooled->mean, 1e-12) / std::sqrt(pooled->trials);
    error += shape.share() * mean *
             std::hypot(pooled->calibrated ? kCalibrationError : kLeastError,
                        spread);
  }
  if (!(cost.mean > 0)) return std::nullopt;
  cost.deviation = std::sqrt(std::max(0.0, squares - cost.mean * cost.mean));
  cost.relative_error = error / cost.mean;
  return cost;
}

double UpdatesOfTrial(const v1::PlannedStage& stage) {
  double updates = 0;
  for (const v1::PlannedShape& shape : stage.shapes()) {
    updates += shape.share() * shape.updates();
  }
  return updates;
}

std::vector<double> ThreadSpeeds(const v1::SearchPlan& plan,
                                 const std::vector<v1::Worker>& workers) {
  const std::set<std::string> names = NamesOf(workers);
  // By worker: how long its trials took, in means of all.
  struct Relative {
    double trials = 0;
    double sum = 0;
  };
  std::map<std::string, Relative> relative;
  for (const v1::PlannedStage& stage : plan.stages()) {
    for (const v1::PlannedShape& shape : stage.shapes()) {
      const std::optional<Pooled> pooled = Pool(shape, names);
      if (!pooled.has_value() || !(pooled->mean > 0)) continue;
      for (const v1::TrainingRate& rate : shape.rates()) {
        const auto n = static_cast<double>(rate.trials());
        relative[rate.worker()].trials += n;
        relative[rate.worker()].sum +=
            n * rate.seconds_per_update() / pooled->mean;
      }
    }
  }
  std::vector<double> speeds;
  for (const v1::Worker& worker : workers) {
    const Relative& its = relative[worker.name()];
    // As if one trial more had taken what all take.
    const double speed = (its.trials + 1) / (its.sum + 1);
    speeds.insert(speeds.end(),
                  static_cast<size_t>(
                      std::clamp(worker.capabilities().threads(), 1, 1024)),
                  speed);
  }
  return speeds;
}

std::vector<double> BusyThreads(std::vector<double> speeds,
                                const v1::SearchSpec& spec) {
  const auto most = static_cast<size_t>(std::max(1, spec.max_parallel()));
  if (!spec.has_max_parallel() || speeds.size() <= most) return speeds;
  std::sort(speeds.begin(), speeds.end(), std::greater<>());
  speeds.resize(most);
  return speeds;
}

}  // namespace etalon
