#ifndef ETALON_WORKER_RESULT_REPORTER_H_
#define ETALON_WORKER_RESULT_REPORTER_H_

#include <deque>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "common/backoff.h"
#include "common/mutex.h"
#include "worker/coordinator_client.h"
#include "worker/held_trials.h"
#include "worker/stop_signal.h"
#include "worker/trial_runner.h"

namespace etalon {

// Completes trials on a thread of its own, in the order of their ends, so that
// those that train beside them do not wait for the coordinator. A trial stays
// among the held ones, and its lease alive, until the coordinator has answered;
// while it is away, its results wait here. Thread-safe; the references must
// outlive it.
class ResultReporter {
 public:
  // `backoff`: between tries while the coordinator is away.
  ResultReporter(CoordinatorClient& client, HeldTrials& held,
                 TrialRunner& runner, StopSignal& stop, Backoff backoff);
  // As Flush.
  ~ResultReporter();
  ResultReporter(const ResultReporter&) = delete;
  ResultReporter& operator=(const ResultReporter&) = delete;

  // Does not block. `result` is one that ends a trial (MakeCompletion).
  void Report(HeldTrialPtr trial, TrialResult result);

  // Waits until the coordinator has answered for every trial reported, or the
  // process is to end: then each is tried once more, up to the first that gets
  // no answer. The others stay among the held trials.
  void Flush();

 private:
  struct Entry {
    HeldTrialPtr trial;
    TrialResult result;
  };

  void Run();
  // The model first, where there is one: it is the trial's once that is
  // complete. False when the process is to end before the coordinator has
  // answered.
  bool Complete(const HeldTrialPtr& trial, const TrialResult& result);
  bool StoreModel(const HeldTrial& trial, const std::string& model);

  CoordinatorClient& client_;
  HeldTrials& held_;
  TrialRunner& runner_;
  StopSignal& stop_;
  Backoff backoff_;  // of the thread

  Mutex mutex_;
  CondVar changed_;
  // Of the first, once it is being reported, only the place is left.
  std::deque<Entry> queue_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_RESULT_REPORTER_H_
