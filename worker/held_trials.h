#ifndef ETALON_WORKER_HELD_TRIALS_H_
#define ETALON_WORKER_HELD_TRIALS_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/mutex.h"
#include "etalon/v1/worker_service.pb.h"
#include "worker/trial_runner.h"

namespace etalon {

// A trial that the worker holds a lease on, from the lease's arrival until its
// outcome is answered. Thread-safe. Shared by the thread that trains it and the
// one that sends heartbeats, either of which may be the last to let go.
class HeldTrial : public TrialMonitor {
 public:
  // `worker` is the name under which it was leased.
  HeldTrial(const std::string& worker, v1::LeasedTrial lease)
      : worker_(worker), lease_(std::move(lease)) {}

  const std::string& worker() const { return worker_; }
  const std::string& name() const { return lease_.token().trial(); }
  const v1::LeaseToken& token() const { return lease_.token(); }
  const v1::Trial& trial() const { return lease_.trial(); }
  int64_t checkpoint_size_bytes() const {
    return lease_.checkpoint_size_bytes();
  }

  void OnMeasurement(v1::Measurement measurement) override;
  bool ShouldStop() const override { return stop_; }

  // The trial is no longer ours: training ends and nothing is reported.
  void Drop() {
    dropped_ = true;
    stop_ = true;
  }
  bool dropped() const { return dropped_; }
  // Training ends; the lease is still held.
  void Interrupt() { stop_ = true; }

  // The token, and of the measurements not yet acknowledged the first `limit`.
  v1::TrialReport Report(size_t limit) const;
  // The first `count` measurements not yet acknowledged have arrived.
  void Acknowledge(size_t count);

  // All, by update.
  std::vector<v1::Measurement> measurements() const;

 private:
  const std::string worker_;
  const v1::LeasedTrial lease_;
  std::atomic<bool> dropped_ = false;
  std::atomic<bool> stop_ = false;
  mutable Mutex mutex_;
  std::vector<v1::Measurement> measurements_ ABSL_GUARDED_BY(mutex_);
  size_t acknowledged_ ABSL_GUARDED_BY(mutex_) = 0;
};

using HeldTrialPtr = std::shared_ptr<HeldTrial>;

// All trials that the worker holds. Thread-safe.
class HeldTrials {
 public:
  // What a lease request of `worker` brought, in its order.
  std::vector<HeldTrialPtr> Add(const std::string& worker,
                                const v1::LeaseTrialsResponse& response);
  void Remove(const HeldTrialPtr& trial);

  // Those leased under the name `worker`, oldest first.
  std::vector<HeldTrialPtr> Of(const std::string& worker) const;

  // Drops those leased under the name `worker`: the coordinator does not know
  // it. The threads that train them remove them.
  void DropAll(const std::string& worker);
  // Interrupts all: the process is to end.
  void InterruptAll();

 private:
  mutable Mutex mutex_;
  std::vector<HeldTrialPtr> trials_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_WORKER_HELD_TRIALS_H_
