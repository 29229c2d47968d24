#include "worker/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/status_macros.h"
#include "worker/plan_codec.h"
#include "worker/train/trainer.h"

namespace etalon {
namespace {

constexpr int kRepetitions = 3;
// Of the first, which brings data and code into the caches and says how many
// updates the others can make.
constexpr int64_t kFirstUpdates = 10;
constexpr int64_t kLeastUpdates = 20;
constexpr int64_t kMostUpdates = 300;
constexpr double kSecondsPerRun = 0.25;
// No trial diverges within a few hundred updates by it.
constexpr double kSmallRate = 1e-5;

class Stopper : public train::Observer {
 public:
  explicit Stopper(const std::atomic<bool>& stop) : stop_(stop) {}
  void OnMeasurement(const train::Measurement&) override {}
  bool ShouldStop() override { return stop_; }

 private:
  const std::atomic<bool>& stop_;
};

// Images that the evaluations of so many updates go over, the last of them over
// both parts.
double ImagesEvaluated(const train::TrialPlan& plan,
                       const train::DataSizes& sizes) {
  int64_t period = train::UpdatesPerEpoch(plan, sizes.train);
  const auto* const cyclical =
      std::get_if<train::CyclicalRate>(&plan.schedule.form);
  if (plan.evaluation.period == train::EvaluationPlan::Period::kCycle &&
      cyclical != nullptr) {
    period = cyclical->CycleLength();
  }
  // One falls on the end, where it is not made twice.
  const int64_t before = std::max<int64_t>(plan.updates - 1, 0) *
                         plan.evaluation.count / std::max<int64_t>(period, 1);
  const int64_t each =
      sizes.validation + (plan.evaluation.training ? sizes.train : 0);
  return static_cast<double>(before * each + sizes.validation + sizes.train +
                             (plan.evaluation.test ? sizes.test : 0));
}

// The same shape for so many updates, without what changes the length.
v1::Trial Shortened(const v1::Trial& trial, int64_t updates) {
  v1::Trial shortened = trial;
  v1::Training& training = *shortened.mutable_training();
  training.clear_early_stopping();
  training.clear_evaluation();
  training.clear_epochs();
  training.set_updates(static_cast<int32_t>(updates));
  training.clear_schedule();
  training.mutable_schedule()->mutable_constant()->set_eta(kSmallRate);
  shortened.set_evaluate_test(false);
  return shortened;
}

class Calibration {
 public:
  Calibration(const v1::Trial& trial, const train::PreparedData& data,
              const train::KernelSet& kernels, int width, const Clock& clock,
              const std::atomic<bool>& stop)
      : trial_(trial),
        data_(data),
        kernels_(kernels),
        width_(width),
        clock_(clock),
        stop_(stop) {}

  struct Run {
    double seconds = 0;
    double images = 0;  // evaluated
  };
  // Trains a whole group for so many updates.
  absl::StatusOr<Run> Train(int64_t updates) const {
    ETALON_ASSIGN_OR_RETURN(
        const train::TrialPlan plan,
        DecodePlan(Shortened(trial_, updates), data_.sizes()));
    std::vector<Stopper> observers(static_cast<size_t>(width_), Stopper(stop_));
    std::vector<train::GroupMember> members;
    for (Stopper& observer : observers) members.push_back({&plan, &observer});
    absl::Status status;
    const absl::Duration start = clock_.Monotonic();
    train::TrainGroup(
        members, data_, kernels_,
        [&](size_t, const absl::StatusOr<train::TrialOutcome>& outcome) {
          status.Update(outcome.status());
        });
    const absl::Duration end = clock_.Monotonic();
    if (stop_) return absl::CancelledError("interrupted");
    ETALON_RETURN_IF_ERROR(status);
    return Run{absl::ToDoubleSeconds(end - start),
               ImagesEvaluated(plan, data_.sizes())};
  }

 private:
  const v1::Trial& trial_;
  const train::PreparedData& data_;
  const train::KernelSet& kernels_;
  const int width_;
  const Clock& clock_;
  const std::atomic<bool>& stop_;
};

}  // namespace

absl::StatusOr<v1::TrainingRate> Calibrate(const v1::Trial& trial,
                                           const train::PreparedData& data,
                                           const train::KernelSet& kernels,
                                           const TrainingMachine& machine,
                                           const Clock& clock,
                                           const std::atomic<bool>& stop) {
  ETALON_ASSIGN_OR_RETURN(const train::TrialPlan plan,
                          DecodePlan(trial, data.sizes()));
  const int width = FusionWidth(plan, data.sizes(), machine);
  const Calibration calibration(trial, data, kernels, width, clock, stop);
  ETALON_ASSIGN_OR_RETURN(const Calibration::Run first,
                          calibration.Train(kFirstUpdates));
  const double guess = first.seconds / static_cast<double>(kFirstUpdates);
  const auto updates = static_cast<int64_t>(std::clamp(
      kSecondsPerRun / std::max(guess, 1e-9),
      static_cast<double>(kLeastUpdates), static_cast<double>(kMostUpdates)));
  const double images = ImagesEvaluated(plan, data.sizes());
  std::vector<double> seconds;  // for each update of one trial
  double sum = 0;
  for (int i = 0; i < kRepetitions; ++i) {
    ETALON_ASSIGN_OR_RETURN(const Calibration::Run once,
                            calibration.Train(updates));
    ETALON_ASSIGN_OR_RETURN(const Calibration::Run twice,
                            calibration.Train(2 * updates));
    // seconds = updates * per_update + images * per_image, twice; `images`
    // grows by less than half, since each run ends with both parts.
    const double per_image =
        std::max(0.0, (2 * once.seconds - twice.seconds) /
                          (2 * once.images - twice.images));
    const double per_update =
        std::max(0.0, (twice.seconds - per_image * twice.images) /
                          static_cast<double>(2 * updates));
    const double all =
        per_update * static_cast<double>(plan.updates) + per_image * images;
    seconds.push_back(all / static_cast<double>(plan.updates) / width);
    sum += seconds.back();
  }
  v1::TrainingRate rate;
  rate.set_trials(kRepetitions);
  rate.set_seconds_per_update(sum / kRepetitions);
  double squares = 0;
  for (const double one : seconds) {
    squares += std::pow(one - rate.seconds_per_update(), 2);
  }
  rate.set_deviation(std::sqrt(squares / (kRepetitions - 1)));
  return rate;
}

}  // namespace etalon
