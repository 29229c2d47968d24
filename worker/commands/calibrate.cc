#include "worker/commands/calibrate.h"

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
#include "common/clock.h"
#include "common/files.h"
#include "common/signals.h"
#include "common/status_macros.h"
#include "etalon/v1/trial.pb.h"
#include "worker/calibration.h"
#include "worker/decode_dataset.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"

namespace etalon {
namespace {

constexpr int kDone = 0;
constexpr int kWrongInput = 2;
constexpr int kInterrupted = 130;
constexpr int kMaxThreads = 1024;
// As large as messages may be.
constexpr int64_t kMaxTrialBytes = int64_t{4} << 20;

constexpr char kDescription[] =
    "Trains the shape of a trial for a moment and writes how fast this machine "
    "is at it.";

constexpr char kFooter[] =
    "\n`etalon plan SPEC` starts this for what no worker has trained before.\n"
    "\nExit codes: 0 done, 2 a flag, the trial's file or the data are wrong, "
    "130 interrupted.\n";

struct Options {
  std::string trial;
  std::string out;
  std::string data;
  std::string kernels = "auto";
  int threads = 1;
};

absl::Status WriteRate(const Options& options, const std::atomic<bool>& stop) {
  ETALON_ASSIGN_OR_RETURN(const std::string bytes,
                          ReadWholeFile(options.trial, kMaxTrialBytes));
  v1::Trial trial;
  if (!trial.ParseFromString(bytes) || !trial.has_training()) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.trial, " holds no trial"));
  }
  ETALON_ASSIGN_OR_RETURN(const train::KernelSet* kernels,
                          train::SelectKernels(options.kernels));
  ETALON_ASSIGN_OR_RETURN(const train::DatasetSpec spec,
                          DecodeDataset(trial.training().dataset()));
  const auto data = train::LoadDataset(spec, options.data);
  if (!data.ok()) {
    return absl::Status(
        data.status().code(),
        absl::StrCat("data set ", trial.training().dataset().name(), ": ",
                     data.status().message(),
                     options.data.empty() ? "; --data DIR names the folder of "
                                            "data sets"
                                          : ""));
  }
  ETALON_ASSIGN_OR_RETURN(
      const v1::TrainingRate rate,
      Calibrate(trial, **data, *kernels, ThisMachine(options.threads),
                SystemClock(), stop));
  return WriteFileAtomically(options.out, rate.SerializeAsString(),
                             /*replace=*/false);
}

}  // namespace

int CalibrateCommand(int argc, const char* const* argv) {
  BlockTerminationSignals();
  Options options;
  CLI::App app(kDescription, "etalon-worker calibrate");
  app.footer(kFooter);
  app.add_option("--trial", options.trial,
                 "A trial, an etalon.v1.Trial in protobuf's binary form")
      ->type_name("FILE")
      ->required();
  app.add_option("--out", options.out,
                 "Where to write an etalon.v1.TrainingRate; a new file")
      ->type_name("FILE")
      ->required();
  app.add_option("--data", options.data,
                 "Folder with the files of data sets; generated ones need none")
      ->type_name("DIR");
  app.add_option("--threads", options.threads,
                 "Threads that will train at once and share the cache")
      ->check(CLI::Range(1, kMaxThreads));
  app.add_option("--kernel", options.kernels,
                 "Kernels to compute with, by a name that etalon-worker "
                 "--kernel takes")
      ->type_name("NAME");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << "etalon-worker calibrate: " << error.what()
              << "; see --help\n";
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
  const absl::Status status = WriteRate(options, *stop);
  if (status.ok()) return kDone;
  if (absl::IsCancelled(status)) return kInterrupted;
  std::cerr << "etalon-worker calibrate: " << status.message() << "\n";
  return kWrongInput;
}

}  // namespace etalon
