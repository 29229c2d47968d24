#include "worker/held_trials.h"

#include <algorithm>
#include <utility>

namespace etalon {

void HeldTrial::OnMeasurement(v1::Measurement measurement) {
  MutexLock lock(mutex_);
  measurements_.push_back(std::move(measurement));
}

v1::TrialReport HeldTrial::Report(size_t limit) const {
  v1::TrialReport report;
  *report.mutable_token() = token();
  MutexLock lock(mutex_);
  const size_t end =
      acknowledged_ + std::min(limit, measurements_.size() - acknowledged_);
  for (size_t i = acknowledged_; i < end; ++i) {
    *report.add_measurements() = measurements_[i];
  }
  return report;
}

void HeldTrial::Acknowledge(size_t count) {
  MutexLock lock(mutex_);
  acknowledged_ = std::min(acknowledged_ + count, measurements_.size());
}

std::vector<v1::Measurement> HeldTrial::measurements() const {
  MutexLock lock(mutex_);
  return measurements_;
}

std::vector<HeldTrialPtr> HeldTrials::Add(
    const std::string& worker, const v1::LeaseTrialsResponse& response) {
  std::vector<HeldTrialPtr> added;
  for (const v1::LeasedTrial& lease : response.trials()) {
    added.push_back(std::make_shared<HeldTrial>(worker, lease));
  }
  MutexLock lock(mutex_);
  trials_.insert(trials_.end(), added.begin(), added.end());
  return added;
}

void HeldTrials::Remove(const HeldTrialPtr& trial) {
  MutexLock lock(mutex_);
  trials_.erase(std::remove(trials_.begin(), trials_.end(), trial),
                trials_.end());
}

std::vector<HeldTrialPtr> HeldTrials::Of(const std::string& worker) const {
  std::vector<HeldTrialPtr> found;
  MutexLock lock(mutex_);
  for (const HeldTrialPtr& trial : trials_) {
    if (trial->worker() == worker) found.push_back(trial);
  }
  return found;
}

void HeldTrials::DropAll(const std::string& worker) {
  MutexLock lock(mutex_);
  for (const HeldTrialPtr& trial : trials_) {
    if (trial->worker() == worker) trial->Drop();
  }
}

void HeldTrials::InterruptAll() {
  MutexLock lock(mutex_);
  for (const HeldTrialPtr& trial : trials_) trial->Interrupt();
}

}  // namespace etalon
