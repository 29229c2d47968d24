#include "worker/examinations.h"

#include <google/protobuf/text_format.h>
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
constexpr char kTinyTrial[] = R"pb(
  name: "searches/self-check/trials/1"
  seeds { initialization: 1 minibatches: 2 }
  training {
    dataset { name: "synthetic" train: 60 validation: 50 test: 10 seed: 3 }
    network {
      hidden { values: 8 }
      batch_norm: false
      dropout: 0
      initialization { xavier {} }
      activation: RELU
    }
    optimizer { sgd { momentum: 0 nesterov: false } }
    schedule {
      constant { eta: 0.01 }
      warmup: 0
    }
    batch_size: 10
    lambda: 0.001
    epochs: 1
    evaluation { per_epoch: 1 training: false }
    augmentation { mirror: false shift: 0 }
    keep_model: KEEP_NONE
    precision: FLOAT32
  }
)pb";

absl::StatusOr<double> TrainOnce(TrialRunner& runner) {
  v1::Trial trial;
  if (!google::protobuf::TextFormat::ParseFromString(kTinyTrial, &trial)) {
    return absl::InternalError("the trial of the self-check cannot be read");
  }
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
