#ifndef ETALON_WORKER_TRAIN_TRAINER_H_
#define ETALON_WORKER_TRAIN_TRAINER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/measurement.h"
#include "worker/train/snapshot.h"
#include "worker/train/tensor.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// What a running trial talks to. Called from the thread that trains only.
class Observer {
 public:
  virtual ~Observer() = default;

  // Every measurement, as it is made and in order. Should not block: the trial
  // waits.
  virtual void OnMeasurement(const Measurement& measurement) = 0;

  // Whether the trial ends with the measurement that it was just handed, short
  // of its full length. Asked after every one but the last.
  virtual bool EndsEarly() { return false; }

  // Whether the trial should end now. Asked before every update and every piece
  // of an evaluation, so that a trial stops within milliseconds: must be cheap
  // (an atomic read).
  virtual bool ShouldStop() = 0;

  // Whether a snapshot is wanted. Asked after every update but the last, and
  // after the measurement that was due then: must be cheap.
  virtual bool WantsSnapshot() { return false; }
  // What was asked for. The trial waits.
  virtual void OnSnapshot(Snapshot) {}
  // Of a trial that ends before its last update because its plan says so: what
  // it can go on from.
  virtual void OnSuspended(Snapshot) {}

  // Whether the trained network is wanted. Asked once, at the end of a trial
  // that has finished.
  virtual bool WantsModel() { return false; }
  // Its parameters, then its running statistics.
  virtual void OnModel(std::vector<Tensor>) {}
};

struct TrialOutcome {
  enum class Kind {
    kFinished,    // all updates made, or early stopping's patience at an end
    kSuspended,   // at the plan's until_update
    kDiverged,    // a minibatch loss or an evaluated cost was not finite
    kEndedEarly,  // at a measurement, since the observer said so
    kStopped,     // the observer asked for it
  };
  Kind kind = Kind::kFinished;
  // Updates made; of a diverged trial, the number (from 1) of the update whose
  // minibatch loss was not finite, or that led to the cost that was not.
  int64_t update = 0;
  // The latest measurement, of those since `resume`: always there when finished
  // or ended early, and then the final one, or suspended.
  std::optional<Measurement> last_measurement;
};

// One trial of a group; borrowed.
struct GroupMember {
  const TrialPlan* plan = nullptr;
  Observer* observer = nullptr;
  // Where it goes on from; null: from the start.
  const Snapshot* resume = nullptr;
};

// Trains trials side by side on the calling thread, each from start to end, or
// from where its `resume` was taken: what comes after is the same to the bit.
// Calls `on_end` with a member's index as soon as it has ended; the others go
// on. Those that fit together (why_apart.h) share minibatches and products, the
// rest follow one after another.
//
// The same plan, data and kernels give a trial the same measurements to the
// bit, whatever its companions and however many trials other threads train.
// Blocks for the whole training; thread-safe: `data` is only read. A member may
// end with INVALID_ARGUMENT, from Validate or when `resume` is not of its plan,
// or with RESOURCE_EXHAUSTED when memory for the networks cannot be had.
void TrainGroup(
    const std::vector<GroupMember>& members, const PreparedData& data,
    const KernelSet& kernels,
    absl::FunctionRef<void(size_t, absl::StatusOr<TrialOutcome>)> on_end);

// TrainGroup of one.
absl::StatusOr<TrialOutcome> Train(const TrialPlan& plan,
                                   const PreparedData& data,
                                   const KernelSet& kernels, Observer& observer,
                                   const Snapshot* resume = nullptr);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_TRAINER_H_
