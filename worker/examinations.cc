#include "worker/examinations.h"

#include <sys/statvfs.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

namespace fs = std::filesystem;

class LastMeasurement : public TrialMonitor {
 public:
  void OnMeasurement(v1::Measurement measurement) override {
    last_ = std::move(measurement);
  }
  bool ShouldStop() const override { return false; }
  const v1::Measurement& last() const { return last_; }

 private:
  v1::Measurement last_;
};

// Of one layer of eight units, six updates long.
v1::Trial TinyTrial() {
  v1::Trial trial;
  trial.set_name("searches/self-check/trials/1");
  trial.mutable_seeds()->set_initialization(1);
  trial.mutable_seeds()->set_minibatches(2);
  v1::Training& training = *trial.mutable_training();
  v1::Dataset& dataset = *training.mutable_dataset();
  dataset.set_name("synthetic");
  dataset.set_train(60);
  dataset.set_validation(50);
  dataset.set_seed(3);
  v1::Network& network = *training.mutable_network();
  network.mutable_hidden()->add_values(8);
  network.set_activation(v1::Network::RELU);
  network.mutable_initialization()->mutable_xavier();
  training.mutable_optimizer()->mutable_sgd();
  training.mutable_schedule()->mutable_constant()->set_eta(0.01);
  training.set_batch_size(10);
  training.set_lambda(0.001);
  training.set_epochs(1);
  training.mutable_evaluation()->set_per_epoch(1);
  return trial;
}

absl::StatusOr<double> TrainOnce(TrialRunner& runner) {
  const v1::Trial trial = TinyTrial();
  LastMeasurement monitor;
  TrialResult result;
  RunGuarded(runner, {{&trial, &monitor}},
             [&](size_t, TrialResult ended) { result = std::move(ended); });
  if (result.kind != TrialResult::Kind::kSucceeded) {
    return absl::InternalError(absl::StrCat(
        "a trial that trains everywhere does not train here: ",
        result.message.empty() ? "its loss is not finite" : result.message));
  }
  return monitor.last().validation().cost();
}

}  // namespace

absl::Status CheckDiskRoom(const std::string& folder, int64_t bytes) {
  std::error_code ignored;
  fs::path existing = fs::absolute(folder, ignored);
  while (!fs::exists(existing, ignored) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  struct statvfs system;
  if (statvfs(existing.c_str(), &system) != 0) return absl::OkStatus();
  const double left = static_cast<double>(system.f_bavail) *
                      static_cast<double>(system.f_frsize);
  if (left >= static_cast<double>(bytes)) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the disk of ", folder, " has less than ", bytes >> 20,
                   " MiB left for checkpoints"));
}

absl::Status CheckTraining(TrialRunner& runner) {
  ETALON_ASSIGN_OR_RETURN(const double first, TrainOnce(runner));
  ETALON_ASSIGN_OR_RETURN(const double second, TrainOnce(runner));
  if (first == second) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("training the same trial twice gave costs of ", first,
                   " and ", second, ": the machine is not to be trusted"));
}

}  // namespace etalon
