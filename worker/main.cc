#include <unistd.h>

#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <variant>

#include "absl/strings/string_view.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/rpc/credentials.h"
#include "common/rpc/library_log.h"
#include "common/signals.h"
#include "common/version.h"
#include "worker/agent.h"
#include "worker/checkpoints.h"
#include "worker/commands/calibrate.h"
#include "worker/commands/check_gradients.h"
#include "worker/commands/evaluate.h"
#include "worker/commands/rerun.h"
#include "worker/data_cache.h"
#include "worker/dataset_inventory.h"
#include "worker/examinations.h"
#include "worker/fusion_width.h"
#include "worker/grpc_coordinator_client.h"
#include "worker/local_trial_runner.h"
#include "worker/options.h"
#include "worker/self_check.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"

namespace etalon {
namespace {

constexpr int kUsageError = 2;
constexpr int kKilledTwice = 1;
// CIFAR-10 five times over.
constexpr int64_t kDataCacheBytes = int64_t{1} << 30;

// Of the disk with the checkpoints: some of a large network's.
constexpr int64_t kCheckpointRoomBytes = int64_t{32} << 20;

uint64_t RandomSeed() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

// How many trials are trained side by side.
LocalTrialRunner::WidthRule MakeWidthRule(const WorkerOptions& options) {
  if (options.fuse.has_value()) {
    return [width = *options.fuse](const train::TrialPlan&,
                                   const train::DataSizes&) { return width; };
  }
  return [machine = ThisMachine(options.threads)](
             const train::TrialPlan& plan, const train::DataSizes& sizes) {
    return FusionWidth(plan, sizes, machine);
  };
}

std::optional<Checkpoints> OpenCheckpoints(const WorkerOptions& options,
                                           const Clock& clock) {
  if (options.checkpoint_interval == absl::ZeroDuration()) return std::nullopt;
  if (options.checkpoints.empty()) {
    LogWarning("no checkpoints: neither --checkpoints nor HOME names a folder");
    return std::nullopt;
  }
  const Checkpoints checkpoints(options.checkpoints,
                                options.checkpoint_interval);
  checkpoints.RemoveStale(clock.Now());
  return checkpoints;
}

// What the program does besides working for a coordinator, by its first word,
// which is argv[0] of `run`.
struct Command {
  absl::string_view name;
  int (*run)(int argc, const char* const* argv);
};
constexpr Command kCommands[] = {
    {"calibrate", CalibrateCommand},
    {"check-gradients", CheckGradientsCommand},
    {"evaluate", EvaluateCommand},
    {"rerun", RerunCommand},
};

// Trains for a coordinator until it is told to end.
int Work(int argc, const char* const* argv) {
  BlockTerminationSignals();
  const std::variant<WorkerOptions, int> parsed = ParseOptions(argc, argv);
  if (const int* exit_code = std::get_if<int>(&parsed)) return *exit_code;
  const WorkerOptions& options = std::get<WorkerOptions>(parsed);
  SetLogLevel(options.log_level);
  RouteLibraryLog();
  SetLogFormat(options.log_format);
  const auto kernels = train::SelectKernels(options.kernel);
  if (!kernels.ok()) {
    std::cerr << "etalon-worker: --kernel: " << kernels.status().message()
              << "; see --help\n";
    return kUsageError;
  }

  Clock& clock = SystemClock();
  const auto credentials = ReadCredentials(options.credentials, clock);
  if (!credentials.ok()) {
    std::cerr << "etalon-worker: " << credentials.status().message()
              << "; see --help\n";
    return kUsageError;
  }
  DataCache cache(
      [&options](const train::DatasetSpec& spec) {
        return train::LoadDataset(spec, options.data);
      },
      kDataCacheBytes);
  DatasetInventory datasets({.data_directory = options.data}, cache, clock);
  const std::optional<Checkpoints> checkpoints =
      OpenCheckpoints(options, clock);
  LocalTrialRunner runner(cache, datasets, **kernels,
                          checkpoints.has_value() ? &*checkpoints : nullptr,
                          clock, MakeWidthRule(options));
  SelfCheck self_check(
      {},
      [&] {
        return checkpoints.has_value()
                   ? CheckDiskRoom(options.checkpoints, kCheckpointRoomBytes)
                   : absl::OkStatus();
      },
      [&runner] { return CheckTraining(runner); }, clock);
  const std::unique_ptr<CoordinatorClient> client = NewGrpcCoordinatorClient(
      {.address = options.server, .credentials = *credentials}, clock);
  Agent agent({.display_name = options.name,
               .threads = options.threads,
               .kernel = (*kernels)->name,
               .loop = {.fuse = options.LeasedPerThread()},
               .seed = RandomSeed()},
              *client, runner, datasets, self_check);
  LogInfo("etalon-worker ", kVersion, ": ", options.threads,
          " groups of trials at a time on ", (*kernels)->name,
          " kernels for the coordinator ", options.server);

  std::thread work([&agent] { agent.Run(); });
  const int signal = WaitForTerminationSignal();
  LogInfo("signal ", signal, ": ending");
  agent.Stop();
  std::thread([] {
    WaitForTerminationSignal();
    _exit(kKilledTwice);
  }).detach();
  work.join();
  return 0;
}

int Main(int argc, const char* const* argv) {
  for (const Command& command : kCommands) {
    if (argc > 1 && argv[1] == command.name) {
      return command.run(argc - 1, argv + 1);
    }
  }
  return Work(argc, argv);
}

}  // namespace
}  // namespace etalon

int main(int argc, char** argv) { return etalon::Main(argc, argv); }
