#ifndef ETALON_TESTS_WORKER_AGENT_HARNESS_H_
#define ETALON_TESTS_WORKER_AGENT_HARNESS_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/clock.h"
#include "tests/worker/fake_coordinator.h"
#include "worker/agent.h"
#include "worker/data_cache.h"
#include "worker/dataset_inventory.h"
#include "worker/self_check.h"
#include "worker/trial_runner.h"

namespace etalon::testing {

using RunFunction = std::function<TrialResult(const v1::Trial&, TrialMonitor&)>;

// Runs one trial after another, but none that is to stop before its turn.
class FakeTrialRunner : public TrialRunner {
 public:
  explicit FakeTrialRunner(RunFunction run) : run_(std::move(run)) {}
  void Run(const std::vector<TrialRun>& trials, OnTrialEnd on_end) override {
    for (size_t i = 0; i < trials.size(); ++i) {
      TrialResult stopped;
      stopped.kind = TrialResult::Kind::kStopped;
      starts_.emplace_back(trials[i].checkpoint);
      on_end(i, trials[i].monitor->ShouldStop()
                    ? std::move(stopped)
                    : run_(*trials[i].trial, *trials[i].monitor));
    }
  }

  // The checkpoints of those it was given, in order. Once no thread runs.
  const std::vector<std::string>& starts() const { return starts_; }

 private:
  const RunFunction run_;
  std::vector<std::string> starts_;
};

inline v1::Trial MakeTrial(int number) {
  v1::Trial trial;
  trial.set_name(absl::StrCat("searches/s/trials/", number));
  trial.mutable_training()->mutable_dataset()->set_name("synthetic");
  return trial;
}

inline v1::Measurement MakeMeasurement(int update) {
  v1::Measurement measurement;
  measurement.set_update(update);
  measurement.mutable_validation()->set_accuracy(0.5);
  return measurement;
}

inline TrialResult Ends(TrialResult::Kind kind, const std::string& message) {
  TrialResult result;
  result.kind = kind;
  result.message = message;
  return result;
}

// Two measurements, and done.
inline TrialResult Succeed(const v1::Trial&, TrialMonitor& monitor) {
  monitor.OnMeasurement(MakeMeasurement(10));
  monitor.OnMeasurement(MakeMeasurement(20));
  return {};
}

// Trains, a step of a millisecond at a time, until it is told to stop.
inline TrialResult RunUntilStopped(const v1::Trial&, TrialMonitor& monitor) {
  monitor.OnMeasurement(MakeMeasurement(10));
  while (!monitor.ShouldStop()) absl::SleepFor(absl::Milliseconds(1));
  return Ends(TrialResult::Kind::kStopped, "");
}

// A worker at work on a fake coordinator until the end of the test.
class AgentHarness {
 public:
  explicit AgentHarness(RunFunction run, int threads = 1, int fuse = 1)
      : cache_(
            [](const train::DatasetSpec&) -> absl::StatusOr<DataCache::Data> {
              return absl::NotFoundError("no data in this test");
            },
            0),
        datasets_({}, cache_, SystemClock()),
        self_check_(
            {.recheck_interval = absl::Milliseconds(1)},
            [this] { return Health(disk_); }, [this] { return Health(body_); },
            SystemClock()),
        runner_(std::move(run)),
        agent_(Options(threads, fuse), coordinator_, runner_, datasets_,
               self_check_) {}
  ~AgentHarness() { Stop(); }

  void Start() {
    thread_ = std::thread([this] { agent_.Run(); });
  }
  // Returns when the worker has ended.
  void Stop() {
    if (!thread_.joinable()) return;
    agent_.Stop();
    thread_.join();
  }

  FakeCoordinator& coordinator() { return coordinator_; }
  DatasetInventory& datasets() { return datasets_; }
  const FakeTrialRunner& runner() const { return runner_; }
  // What its check of itself finds: at a glance, and thoroughly.
  void SetDiskFull(bool full) { disk_ = full; }
  void SetSick(bool sick) { body_ = sick; }

 private:
  static absl::Status Health(bool sick) {
    return sick ? absl::InternalError("it hurts") : absl::OkStatus();
  }
  static AgentOptions Options(int threads, int fuse) {
    AgentOptions options;
    options.display_name = "test-1";
    options.threads = threads;
    options.kernel = "generic";
    options.loop.fuse = fuse;
    options.loop.retry = {.initial = absl::Milliseconds(1),
                          .maximum = absl::Milliseconds(5)};
    options.loop.memory = options.loop.retry;
    options.seed = 42;
    return options;
  }

  FakeCoordinator coordinator_;
  DataCache cache_;
  DatasetInventory datasets_;
  std::atomic<bool> disk_ = false;
  std::atomic<bool> body_ = false;
  SelfCheck self_check_;
  FakeTrialRunner runner_;
  Agent agent_;
  std::thread thread_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_WORKER_AGENT_HARNESS_H_
