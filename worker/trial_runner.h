#ifndef ETALON_WORKER_TRIAL_RUNNER_H_
#define ETALON_WORKER_TRIAL_RUNNER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// What a trial talks to while it runs, on the thread that trains it.
class TrialMonitor {
 public:
  virtual ~TrialMonitor() = default;

  // Every measurement, in order, as it is made.
  virtual void OnMeasurement(v1::Measurement measurement) = 0;
  // Whether to end now. Cheap: asked before every update.
  virtual bool ShouldStop() const = 0;
};

// How running a trial came out.
struct TrialResult {
  enum class Kind {
    kSucceeded,    // trained to its end
    kSuspended,    // trained to the rung that it was leased up to
    kDiverged,     // a result as well
    kEndedEarly,   // below a threshold of the trial's: a result as well
    kStopped,      // the monitor asked for it
    kInvalid,      // no worker can train it as it is defined
    kUnusable,     // this worker cannot now: the data set will not load
    kOutOfMemory,  // this worker cannot now: memory is short
    kInternal,     // a fault of ours
  };
  Kind kind = Kind::kSucceeded;
  // A sentence for people, of every kind but kSucceeded, kEndedEarly,
  // kSuspended and
  // kStopped.
  std::string message;
  // Of a diverged trial: the first update (from 1) that was not finite.
  int64_t update = 0;
  // From the start of the trial, or of the group that it was trained in, to its
  // own end; loading the data set apart.
  absl::Duration training_time;
  // How it was trained beside others; of width 0 where it was not trained.
  v1::Fusion fusion;
  // Of a trial that succeeded and whose stage keeps models: its safetensors
  // file (worker/model_file.h).
  std::string model;
  // Of a suspended one: what it goes on from (worker/checkpoint_file.h).
  std::string checkpoint;
};

// A trial that came to `status`, an error, instead of an outcome:
// INVALID_ARGUMENT and UNIMPLEMENTED make kInvalid, RESOURCE_EXHAUSTED
// kOutOfMemory, all others kInternal.
TrialResult FailedResult(const absl::Status& status);

// A trial to run and whom to tell; borrowed.
struct TrialRun {
  const v1::Trial* trial = nullptr;
  TrialMonitor* monitor = nullptr;
  // That it was leased with; empty where it begins.
  absl::string_view checkpoint = {};
};

// Takes the result of the trial with this index.
using OnTrialEnd = absl::FunctionRef<void(size_t, TrialResult)>;

// Trains trials. Thread-safe.
class TrialRunner {
 public:
  virtual ~TrialRunner() = default;

  // Runs `trials` on the calling thread from start to end, side by side or one
  // after another, and calls `on_end` for each as soon as it has ended, while
  // others may go on: it should not block.
  virtual void Run(const std::vector<TrialRun>& trials, OnTrialEnd on_end) = 0;

  // The coordinator has taken the trial's end: what was kept for another
  // attempt at it is of no more use.
  virtual void Forget(const v1::Trial& /*trial*/) {}
};

// Calls `work`, whose exceptions, of whatever library, become statuses:
// RESOURCE_EXHAUSTED of std::bad_alloc, INTERNAL of any other.
absl::Status CallGuarded(absl::FunctionRef<void()> work);

// `runner.Run`, whose exceptions become the results of the trials that had not
// ended.
void RunGuarded(TrialRunner& runner, const std::vector<TrialRun>& trials,
                OnTrialEnd on_end);

}  // namespace etalon

#endif  // ETALON_WORKER_TRIAL_RUNNER_H_
