#ifndef ETALON_WORKER_RESULT_REPORTER_H_
#define ETALON_WORKER_RESULT_REPORTER_H_

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/backoff.h"
#include "common/mutex.h"
#include "worker/coordinator_client.h"
#include "worker/held_trials.h"
#include "worker/stop_signal.h"
#include "worker/trial_runner.h"

namespace etalon {

// Completes trials on a thread of its own, in the order of their ends, so that
// those that train beside them do not wait for the coordinator: what has ended
// while a call was under way goes with the next. A trial stays among the held
// ones, and its lease alive, until the coordinator has answered; while it is
// away, its results wait here. Thread-safe; the references must outlive it.
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
  // process is to end: then those of one call are tried once more, and if that
  // gets no answer, they and the others stay among the held trials.
  void Flush();

  // As Report and Flush, with a request for more trials in the same call.
  // Returns those that came with the answer, among the held trials already.
  std::vector<HeldTrialPtr> ReportLast(HeldTrialPtr trial, TrialResult result,
                                       std::optional<v1::NextLease> next);

 private:
  struct Entry {
    HeldTrialPtr trial;
    TrialResult result;
  };
  // What goes in one call.
  struct Batch {
    std::vector<HeldTrialPtr> trials;
    std::vector<std::string> models;       // of each, "" for none
    std::vector<std::string> checkpoints;  // likewise
    v1::CompleteTrialsRequest request;
  };

  void Run();
  // From the beginning of the queue, which has something.
  Batch TakeBatch();
  // Models and checkpoints go first, where there are any: they are the trials'
  // once those are complete. These return false when the process is to end
  // before the coordinator has answered.
  bool StoreFiles(const Batch& batch);
  bool StoreModel(const HeldTrial& trial, const std::string& model);
  bool StoreCheckpoint(const HeldTrial& trial, const std::string& checkpoint);
  absl::Status Persist(const std::function<absl::Status()>& call);
  bool Complete(Batch& batch);
  // Leaves in the batch what is to be sent again. OK when that is nothing.
  absl::Status Settle(const v1::CompleteTrialsResponse& response, Batch& batch);
  // `verdict` is OK or a refusal.
  void SettleOne(const HeldTrialPtr& trial, const v1::Completion& completion,
                 const absl::Status& verdict);

  CoordinatorClient& client_;
  HeldTrials& held_;
  TrialRunner& runner_;
  StopSignal& stop_;
  Backoff backoff_;  // of the thread

  Mutex mutex_;
  CondVar changed_;
  // Those that are being reported are there still.
  std::deque<Entry> queue_ ABSL_GUARDED_BY(mutex_);
  // Goes with the last of the queue.
  std::optional<v1::NextLease> next_ ABSL_GUARDED_BY(mutex_);
  std::vector<HeldTrialPtr> leased_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace etalon

#endif  // ETALON_WORKER_RESULT_REPORTER_H_
