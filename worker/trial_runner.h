#ifndef ETALON_WORKER_TRIAL_RUNNER_H_
#define ETALON_WORKER_TRIAL_RUNNER_H_

#include <cstdint>
#include <string>

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
    kDiverged,     // a result as well
    kStopped,      // the monitor asked for it
    kInvalid,      // no worker can train it as it is defined
    kUnusable,     // this worker cannot now: the data set will not load
    kOutOfMemory,  // this worker cannot now: memory is short
    kInternal,     // a fault of ours
  };
  Kind kind = Kind::kSucceeded;
  // A sentence for people, of every kind but kSucceeded and kStopped.
  std::string message;
  // Of a diverged trial: the first update (from 1) that was not finite.
  int64_t update = 0;
  // Spent training, loading the data set apart.
  absl::Duration training_time;
  // Of a trial that succeeded and whose stage keeps models: its safetensors
  // file (worker/model_file.h).
  std::string model;
};

// Trains trials. Thread-safe.
class TrialRunner {
 public:
  virtual ~TrialRunner() = default;

  // Runs `trial` on the calling thread from start to end.
  virtual TrialResult Run(const v1::Trial& trial, TrialMonitor& monitor) = 0;

  // The coordinator has taken the trial's end: what was kept for another
  // attempt at it is of no more use.
  virtual void Forget(const v1::Trial& /*trial*/) {}
};

// `runner.Run`, whose exceptions, of whatever library, become results:
// std::bad_alloc kOutOfMemory, any other kInternal.
TrialResult RunGuarded(TrialRunner& runner, const v1::Trial& trial,
                       TrialMonitor& monitor);

}  // namespace etalon

#endif  // ETALON_WORKER_TRIAL_RUNNER_H_
