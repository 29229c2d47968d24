#include "worker/commands/rerun.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/files.h"
#include "common/signals.h"
#include "common/status_macros.h"
#include "etalon/v1/trial.pb.h"
#include "worker/commands/rerun_table.h"
#include "worker/decode_dataset.h"
#include "worker/plan_codec.h"
#include "worker/thresholds.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"
#include "worker/train/trainer.h"

namespace etalon {
namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;
constexpr int kWrongInput = 2;
constexpr int kInterrupted = 130;

// As large as messages may be.
constexpr int64_t kMaxTrialBytes = int64_t{4} << 20;
constexpr absl::Duration kProgressInterval = absl::Seconds(5);

constexpr char kDescription[] =
    "Trains a trial again, apart from others, and says whether every "
    "measurement is the one that was recorded to the bit.";

constexpr char kFooter[] =
    "\n`etalon rerun TRIAL` fetches a trial and starts this.\n"
    "Example:\n"
    "  etalon rerun lambda/17 --data /srv/cifar10\n"
    "\nExit codes: 0 the same to the bit, 1 not the same, 2 a flag, the "
    "trial's "
    "file or the data are wrong, 130 interrupted.\n";

struct Options {
  std::string trial;
  std::string data;
  std::string trained_with;
  std::string kernels;  // "": those it was trained with
};

// Keeps what is measured, and tells of it now and then where that takes long.
class Recorder : public train::Observer {
 public:
  Recorder(const v1::Trial& trial, int64_t updates,
           const std::atomic<bool>& stop, const Clock& clock)
      : trial_(trial),
        updates_(updates),
        stop_(stop),
        clock_(clock),
        told_(clock.Monotonic()) {}

  void OnMeasurement(const train::Measurement& measurement) override {
    measurements_.push_back(EncodeMeasurement(measurement));
    const absl::Duration now = clock_.Monotonic();
    if (now - told_ < kProgressInterval) return;
    told_ = now;
    std::cerr << "update " << measurement.update << " of " << updates_ << "\n";
  }
  bool EndsEarly() override { return EndsAtThreshold(trial_, measurements_); }
  bool ShouldStop() override { return stop_; }

  const std::vector<v1::Measurement>& measurements() const {
    return measurements_;
  }

 private:
  const v1::Trial& trial_;
  const int64_t updates_;
  const std::atomic<bool>& stop_;
  const Clock& clock_;
  absl::Duration told_;  // when
  std::vector<v1::Measurement> measurements_;
};

absl::StatusOr<v1::Trial> ReadTrial(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(const std::string bytes,
                          ReadWholeFile(path, kMaxTrialBytes));
  v1::Trial trial;
  if (!trial.ParseFromString(bytes) || trial.name().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " holds no trial"));
  }
  if (trial.state() == v1::Trial::STOPPED) {
    // One that thresholds ended ends by them again.
    if (trial.thresholds().empty()) {
      trial.set_until_update(trial.result().update());
    }
  } else if (trial.state() != v1::Trial::SUCCEEDED &&
             trial.state() != v1::Trial::DIVERGED) {
    return absl::InvalidArgumentError(
        absl::StrCat(trial.name(), " is ", v1::Trial::State_Name(trial.state()),
                     ": it has no result to hold another against"));
  }
  return trial;
}

absl::StatusOr<const train::KernelSet*> ChooseKernels(const Options& options) {
  if (!options.kernels.empty()) return train::SelectKernels(options.kernels);
  absl::StatusOr<const train::KernelSet*> recorded =
      train::SelectKernels(options.trained_with);
  if (recorded.ok()) return recorded;
  return absl::Status(
      recorded.status().code(),
      absl::StrCat("the trial was trained with ", options.trained_with,
                   " kernels: ", recorded.status().message(),
                   "; --kernel takes others, which round otherwise"));
}

absl::StatusOr<std::shared_ptr<const train::PreparedData>> LoadData(
    const Options& options, const v1::Dataset& dataset) {
  ETALON_ASSIGN_OR_RETURN(const train::DatasetSpec spec,
                          DecodeDataset(dataset));
  auto data = train::LoadDataset(spec, options.data);
  if (data.ok()) return data;
  if (absl::IsNotFound(data.status()) && options.data.empty()) {
    return absl::NotFoundError(
        absl::StrCat("data set ", dataset.name(),
                     " is read from files: --data DIR names their folder"));
  }
  return absl::Status(
      data.status().code(),
      absl::StrCat("data set ", dataset.name(), ": ", data.status().message(),
                   " (--data ", options.data, ")"));
}

void PrintHeader(const v1::Trial& trial, const Options& options,
                 const train::KernelSet& kernels) {
  std::cout << trial.name() << ", trained with " << options.trained_with
            << " kernels";
  if (trial.fusion().width() > 1) {
    std::cout << ", side by side with " << trial.fusion().width() - 1
              << " more";
  }
  std::cout << "\n";
  if (kernels.name != options.trained_with) {
    std::cout << "trained again with " << kernels.name
              << " kernels, which round otherwise\n";
  }
}

absl::StatusOr<int> Rerun(const Options& options,
                          const std::atomic<bool>& stop) {
  ETALON_ASSIGN_OR_RETURN(const v1::Trial trial, ReadTrial(options.trial));
  ETALON_ASSIGN_OR_RETURN(const train::KernelSet* kernels,
                          ChooseKernels(options));
  ETALON_ASSIGN_OR_RETURN(const auto data,
                          LoadData(options, trial.training().dataset()));
  ETALON_ASSIGN_OR_RETURN(const train::TrialPlan plan,
                          DecodePlan(trial, data->sizes()));
  Recorder recorder(trial, plan.updates, stop, SystemClock());
  ETALON_ASSIGN_OR_RETURN(const train::TrialOutcome outcome,
                          train::Train(plan, *data, *kernels, recorder));
  if (outcome.kind == train::TrialOutcome::Kind::kStopped) {
    std::cerr << "etalon-worker rerun: interrupted\n";
    return kInterrupted;
  }

  TrialCourse recorded;
  recorded.measurements.assign(trial.measurements().begin(),
                               trial.measurements().end());
  if (trial.state() == v1::Trial::DIVERGED) {
    recorded.diverged = trial.failure().update();
  }
  TrialCourse again;
  again.measurements = recorder.measurements();
  if (outcome.kind == train::TrialOutcome::Kind::kDiverged) {
    again.diverged = outcome.update;
  }
  PrintHeader(trial, options, *kernels);
  return PrintComparison(recorded, again, std::cout) ? kSame : kDifferent;
}

}  // namespace

int RerunCommand(int argc, const char* const* argv) {
  BlockTerminationSignals();
  Options options;
  CLI::App app(kDescription, "etalon-worker rerun");
  app.footer(kFooter);
  app.add_option("--trial", options.trial,
                 "The trial with its measurements, an etalon.v1.Trial in "
                 "protobuf's binary form")
      ->type_name("FILE")
      ->required();
  app.add_option("--trained-with", options.trained_with,
                 "Kernels of the worker that trained it")
      ->type_name("NAME")
      ->required();
  app.add_option("--data", options.data,
                 "Folder with the files of data sets; generated ones need none")
      ->type_name("DIR");
  app.add_option("--kernel", options.kernels,
                 "Kernels to compute with, by a name that etalon-worker "
                 "--kernel takes; default: --trained-with. Others round "
                 "otherwise")
      ->type_name("NAME");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << "etalon-worker rerun: " << error.what() << "; see --help\n";
    return kWrongInput;
  }

  // The thread that waits for signals ends with the process, after this
  // function.
  const auto stop = std::make_shared<std::atomic<bool>>(false);
  std::thread([stop] {
    WaitForTerminationSignal();
    *stop = true;
    WaitForTerminationSignal();
    _exit(kInterrupted);
  }).detach();
  const absl::StatusOr<int> code = Rerun(options, *stop);
  if (code.ok()) return *code;
  std::cerr << "etalon-worker rerun: " << code.status().message() << "\n";
  return kWrongInput;
}

}  // namespace etalon
