#ifndef ETALON_TESTS_SIMULATION_LAW_CHECKER_H_
#define ETALON_TESTS_SIMULATION_LAW_CHECKER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "etalon/v1/search_service.pb.h"
#include "etalon/v1/worker_service.pb.h"
#include "tests/simulation/event_log.h"
#include "tests/simulation/world.h"

namespace etalon::testing {

// Holds what a coordinator answers against what its database says, after every
// step: the laws of docs/leases.md, by the numbers of docs/reliability.md. It
// shares no code with what it checks: it reads the event log with SQL of its
// own and keeps a model of every trial.
class LawChecker {
 public:
  // `lease` is the duration of leases.
  LawChecker(World& world, const std::string& database, absl::Duration lease)
      : world_(world), lease_(lease), log_(database) {}

  // What was broken first; empty: nothing.
  const std::string& violation() const { return violation_; }
  void Violate(const std::string& what);

  // A coordinator has started: every live lease has its full time again.
  void Started();
  // It did nothing since `since` and must take the silence for its own: what
  // was live then is as if heard now.
  void Stalled(absl::Duration since);
  // What is answered from now on may belong to one transaction.
  void BatchBegins();
  // The database may have changed.
  void Committed();

  // A request reaches the coordinator.
  void Delivered(const v1::CompleteTrialsRequest& request);
  void Delivered(const v1::ReturnTrialsRequest& request);
  void Delivered(const v1::UnregisterWorkerRequest& request);
  void Delivered(const v1::StoreCheckpointRequest& request);
  template <typename Request>
  void Delivered(const Request&) {}

  // The coordinator answers what reached it at `delivered`.
  void Answered(const v1::CompleteTrialsRequest& request,
                const absl::StatusOr<v1::CompleteTrialsResponse>& answer,
                absl::Duration delivered);
  void Answered(const v1::LeaseTrialsRequest& request,
                const absl::StatusOr<v1::LeaseTrialsResponse>& answer,
                absl::Duration delivered);
  void Answered(const v1::HeartbeatRequest& request,
                const absl::StatusOr<v1::HeartbeatResponse>& answer,
                absl::Duration delivered);
  void Answered(const v1::ReadCheckpointRequest& request,
                const absl::StatusOr<v1::ReadCheckpointResponse>& answer,
                absl::Duration delivered);
  void Answered(const v1::RegisterWorkerRequest& request,
                const absl::StatusOr<v1::RegisterWorkerResponse>& answer,
                absl::Duration delivered);
  void Answered(const v1::CreateSearchRequest& request,
                const absl::StatusOr<v1::Search>& answer,
                absl::Duration delivered);
  template <typename Request, typename Response>
  void Answered(const Request&, const absl::StatusOr<Response>&,
                absl::Duration) {}

  // Whether so many searches are there and all have ended.
  bool AllEnded(size_t searches) const;
  // What must hold once all have: nothing is open, and all that is counted
  // twice, in rows and in sums, agrees.
  void CheckEnd();

  EventLog& log() { return log_; }

 private:
  struct Attempt {
    int64_t trial = 0;
    int64_t worker = 0;
    std::string request;
    int64_t end_event = 0;  // 0: it lives
    std::string end;        // its state
    // The earliest moment from which its lease may count.
    absl::Duration heard;
    std::string checkpoint;  // that it goes on from; empty: it begins
  };
  struct Trial {
    std::string name;
    std::string search;
    std::string state = "QUEUED";
    int attempt = 0;
    std::string checkpoint;  // of its last rung
  };
  // (trial's name, attempt).
  using AttemptKey = std::pair<std::string, int>;

  static std::string WorkerName(int64_t worker);

  void OnSearchEvent(const EventLog::Event& event);
  void OnStageEvent(const EventLog::Event& event);
  void OnTrialEvent(const EventLog::Event& event);
  void OnLeased(const EventLog::Event& event, Trial& trial);
  void OnAttemptEnd(const EventLog::Event& event, Trial& trial);
  void CheckVerdict(const std::string& worker, const v1::Completion& completion,
                    const absl::Status& verdict);
  // Whether the attempt, which lives, was leased up to the rung at which this
  // ends it, and has left its checkpoint.
  bool MayBeSuspended(const Attempt& attempt, const v1::Completion& completion);
  void CheckResult(const EventLog::Event& event, const Attempt& attempt);

  // What the database has of the attempt that ended so: -1 where it measured
  // nothing, none where it has nothing.
  std::optional<double> FindAccuracy(int64_t trial, int attempt,
                                     const std::string& end);

  Attempt* Find(const v1::LeaseToken& token);
  // Whether the attempt lives, or has ended in the batch that is answered.
  bool LivedInBatch(const Attempt& attempt) const {
    return attempt.end_event == 0 || attempt.end_event > batch_start_;
  }

  World& world_;
  const absl::Duration lease_;
  EventLog log_;
  std::string violation_;

  int64_t last_event_ = 0;
  int64_t event_count_ = 0;
  int64_t batch_start_ = 0;  // last event before it

  std::map<std::string, std::string> searches_;  // state by name
  std::map<int64_t, std::string> stages_;        // state by row id
  std::map<int64_t, Trial> trials_;
  std::map<AttemptKey, Attempt> attempts_;
  // What was sent under a token that reached the coordinator: the worker's
  // name and the accuracy.
  std::map<AttemptKey, std::set<std::pair<std::string, double>>> sent_;
  // The rung up to which an attempt was leased; 0: to its end.
  std::map<AttemptKey, int64_t> until_updates_;
  // The checkpoint that was sent under a token, in its one piece.
  std::map<AttemptKey, std::string> stored_;
  // What a worker has asked to hand back, and who has said goodbye.
  std::set<std::pair<AttemptKey, std::string>> handed_back_;
  std::set<std::string> goodbyes_;
  // The tokens last answered to a request of a worker.
  std::map<std::pair<std::string, std::string>, std::set<AttemptKey>> leases_;
  // What a request id first made: a search's spec, a worker's name.
  std::map<std::string, std::string> creations_;
  std::map<std::string, std::string> registrations_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_LAW_CHECKER_H_
