#ifndef ETALON_WORKER_SELF_CHECK_H_
#define ETALON_WORKER_SELF_CHECK_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "worker/trial_runner.h"

namespace etalon {

// Whether this worker is fit to train. One that is not would otherwise spoil
// trial after trial: a machine that fails fast asks for work most often. It
// leases nothing while it is unwell, says why, and looks again now and then, so
// that what was put right needs no restart. (Data sets that will not load are
// DatasetInventory's affair: other trials may do.)
//
// Thread-safe.
class SelfCheck {
 public:
  // OK, or what is wrong with the machine.
  using Examination = std::function<absl::Status()>;
  struct Options {
    // Faults in a row, on whatever threads, that call for a thorough look.
    int faults_in_a_row = 3;
    // Between two thorough looks while the worker is unwell.
    absl::Duration recheck_interval = absl::Minutes(1);
  };

  // `glance` takes microseconds and is made before every lease; `thorough` may
  // take a second. Either may be null. `clock` must outlive the object.
  SelfCheck(const Options& options, Examination glance, Examination thorough,
            const Clock& clock)
      : options_(options),
        glance_(std::move(glance)),
        thorough_(std::move(thorough)),
        clock_(clock) {}

  // How a trial came out: faults are kInternal and kOutOfMemory; a result, also
  // a diverged one, shows that the machine can train.
  void OnTrialEnd(TrialResult::Kind kind);

  // Looks, in one thread at a time.
  void Look();

  // Why nothing is to be leased; empty: the worker is well.
  std::string unwell() const;
  // Grows with every change of that.
  int64_t version() const;

 private:
  // What a thorough look says, where one is called for and due.
  absl::Status LookThoroughly();
  void Set(const absl::Status& status);

  const Options options_;
  const Examination glance_;
  const Examination thorough_;
  const Clock& clock_;
  mutable Mutex mutex_;
  int faults_ ABSL_GUARDED_BY(mutex_) = 0;  // in a row
  std::string unwell_ ABSL_GUARDED_BY(mutex_);
  int64_t version_ ABSL_GUARDED_BY(mutex_) = 0;
  bool looking_ ABSL_GUARDED_BY(mutex_) = false;
  // The last thorough look that found something, on the monotonic clock.
  absl::Duration found_at_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  absl::Status found_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_WORKER_SELF_CHECK_H_
