#ifndef ETALON_TESTS_WORKER_FAKE_COORDINATOR_H_
#define ETALON_TESTS_WORKER_FAKE_COORDINATOR_H_

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/mutex.h"
#include "worker/coordinator_client.h"

namespace etalon::testing {

// A coordinator in this process: hands out the trials it was given, accepts one
// completion of each, and remembers every call, so that a test can wait for
// what it expects. Thread-safe.
class FakeCoordinator : public CoordinatorClient {
 public:
  // What it saw, in order; requests that found it down are not in it.
  struct Calls {
    std::vector<v1::RegisterWorkerRequest> registrations;
    std::vector<v1::LeaseTrialsRequest> leases;
    std::vector<v1::HeartbeatRequest> heartbeats;
    std::vector<v1::StoreModelRequest> models;
    std::vector<v1::StoreCheckpointRequest> checkpoints;
    std::vector<v1::ReadCheckpointRequest> checkpoint_reads;
    std::vector<v1::CompleteTrialsRequest> reports;
    // All of those, repeats too.
    std::vector<v1::Completion> completions;
    std::vector<v1::ReturnTrialsRequest> returns;
    std::vector<v1::UnregisterWorkerRequest> goodbyes;
    // "register", "lease", "store", "store checkpoint", "read checkpoint",
    // "complete", "return", "unregister".
    std::vector<std::string> names;
    // Requests that found it down.
    int refused = 0;
  };

  // Adds a trial to hand out, with the checkpoint that it goes on from.
  void Queue(const v1::Trial& trial, const std::string& checkpoint = "");
  // While down, every call is UNAVAILABLE.
  void SetDown(bool down);
  // Another database: it knows no worker and no lease from before.
  void ForgetWorkers();
  // The lease on `trial` is over.
  void Expire(const std::string& trial);
  // The next `count` answers to `call`, one of Calls::names, are lost: the call
  // takes effect, the caller sees UNAVAILABLE.
  void LoseAnswers(const std::string& call, int count);

  // The next `count` completions of `trial` get this verdict and have no
  // effect.
  void GiveVerdicts(const std::string& trial, const absl::Status& verdict,
                    int count);

  // The status of every StoreModel from now on, and whether models are wanted.
  void AnswerModels(const absl::Status& status, bool wanted);

  // Nothing is left of the trial's checkpoint.
  void LoseCheckpoint(const std::string& trial);

  // Waits until `condition` holds, for longer than any sound run takes; false
  // when it does not.
  [[nodiscard]] bool Await(const std::function<bool(const Calls&)>& condition);
  Calls calls() const;

  absl::StatusOr<v1::RegisterWorkerResponse> RegisterWorker(
      const v1::RegisterWorkerRequest& request) override;
  absl::StatusOr<v1::LeaseTrialsResponse> LeaseTrials(
      const v1::LeaseTrialsRequest& request) override;
  absl::StatusOr<v1::HeartbeatResponse> Heartbeat(
      const v1::HeartbeatRequest& request) override;
  absl::StatusOr<v1::StoreModelResponse> StoreModel(
      const v1::StoreModelRequest& request) override;
  absl::StatusOr<v1::StoreCheckpointResponse> StoreCheckpoint(
      const v1::StoreCheckpointRequest& request) override;
  // In pieces of a hundred bytes.
  absl::StatusOr<v1::ReadCheckpointResponse> ReadCheckpoint(
      const v1::ReadCheckpointRequest& request) override;
  absl::StatusOr<v1::CompleteTrialsResponse> CompleteTrials(
      const v1::CompleteTrialsRequest& request) override;
  absl::Status ReturnTrials(const v1::ReturnTrialsRequest& request) override;
  absl::Status UnregisterWorker(
      const v1::UnregisterWorkerRequest& request) override;
  void Drain() override;

 private:
  absl::Status Arrive(const std::string& call)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Answer(const std::string& call)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Knows(const std::string& worker) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Complete(const v1::Completion& completion)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What the request was answered with before, or what is queued.
  v1::LeaseTrialsResponse HandOut(const std::string& request_id, int max_trials)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsLive(const v1::LeaseToken& token) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  CondVar changed_;
  Calls calls_ ABSL_GUARDED_BY(mutex_);
  bool down_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status model_status_ ABSL_GUARDED_BY(mutex_);
  bool models_wanted_ ABSL_GUARDED_BY(mutex_) = true;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, int> losses_ ABSL_GUARDED_BY(mutex_);
  int workers_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<std::string> known_ ABSL_GUARDED_BY(mutex_);
  std::deque<v1::Trial> queue_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> checkpoints_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> lost_checkpoints_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> attempts_ ABSL_GUARDED_BY(mutex_);
  // Trial -> its live lease.
  std::map<std::string, v1::LeasedTrial> leases_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, v1::LeaseTrialsResponse> answers_
      ABSL_GUARDED_BY(mutex_);
  // Trial -> verdicts to come.
  std::map<std::string, std::deque<absl::Status>> verdicts_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> accepted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_WORKER_FAKE_COORDINATOR_H_
