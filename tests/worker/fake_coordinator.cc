#include "tests/worker/fake_coordinator.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/clock.h"

namespace etalon::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr absl::Duration kHeartbeatInterval = absl::Milliseconds(5);

}  // namespace

void FakeCoordinator::Queue(const v1::Trial& trial,
                            const std::string& checkpoint) {
  MutexLock lock(mutex_);
  queue_.push_back(trial);
  checkpoints_[trial.name()] = checkpoint;
  changed_.NotifyAll();
}

void FakeCoordinator::SetDown(bool down) {
  MutexLock lock(mutex_);
  down_ = down;
  changed_.NotifyAll();
}

void FakeCoordinator::ForgetWorkers() {
  MutexLock lock(mutex_);
  known_.clear();
  leases_.clear();
  answers_.clear();
  changed_.NotifyAll();
}

void FakeCoordinator::Expire(const std::string& trial) {
  MutexLock lock(mutex_);
  leases_.erase(trial);
}

void FakeCoordinator::LoseCheckpoint(const std::string& trial) {
  MutexLock lock(mutex_);
  lost_checkpoints_.insert(trial);
}

void FakeCoordinator::LoseAnswers(const std::string& call, int count) {
  MutexLock lock(mutex_);
  losses_[call] = count;
}

void FakeCoordinator::GiveVerdicts(const std::string& trial,
                                   const absl::Status& verdict, int count) {
  MutexLock lock(mutex_);
  verdicts_[trial].insert(verdicts_[trial].end(), static_cast<size_t>(count),
                          verdict);
}

void FakeCoordinator::AnswerModels(const absl::Status& status, bool wanted) {
  MutexLock lock(mutex_);
  model_status_ = status;
  models_wanted_ = wanted;
}

bool FakeCoordinator::Await(
    const std::function<bool(const Calls&)>& condition) {
  const absl::Duration deadline = SystemClock().Monotonic() + kPatience;
  MutexLock lock(mutex_);
  while (!condition(calls_)) {
    const absl::Duration left = deadline - SystemClock().Monotonic();
    if (left <= absl::ZeroDuration()) return false;
    changed_.WaitFor(mutex_, left);
  }
  return true;
}

FakeCoordinator::Calls FakeCoordinator::calls() const {
  MutexLock lock(mutex_);
  return calls_;
}

absl::Status FakeCoordinator::Arrive(const std::string& call) {
  changed_.NotifyAll();
  if (down_) {
    ++calls_.refused;
    return absl::UnavailableError("down");
  }
  if (call != "heartbeat") calls_.names.push_back(call);
  return absl::OkStatus();
}

absl::Status FakeCoordinator::Answer(const std::string& call) {
  if (losses_[call] == 0) return absl::OkStatus();
  --losses_[call];
  return absl::UnavailableError("the answer was lost");
}

bool FakeCoordinator::Knows(const std::string& worker) const {
  return known_.count(worker) > 0;
}

bool FakeCoordinator::IsLive(const v1::LeaseToken& token) const {
  const auto lease = leases_.find(token.trial());
  return lease != leases_.end() &&
         lease->second.token().attempt() == token.attempt();
}

absl::StatusOr<v1::RegisterWorkerResponse> FakeCoordinator::RegisterWorker(
    const v1::RegisterWorkerRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("register"); !status.ok()) return status;
  calls_.registrations.push_back(request);
  v1::RegisterWorkerResponse response;
  response.set_name(request.name());
  if (request.name().empty()) {
    response.set_name(absl::StrCat("workers/", ++workers_));
    known_.insert(response.name());
  } else if (!Knows(request.name())) {
    return absl::NotFoundError(request.name());
  }
  response.mutable_heartbeat_interval()->set_nanos(
      static_cast<int>(absl::ToInt64Nanoseconds(kHeartbeatInterval)));
  if (absl::Status status = Answer("register"); !status.ok()) return status;
  return response;
}

absl::StatusOr<v1::LeaseTrialsResponse> FakeCoordinator::LeaseTrials(
    const v1::LeaseTrialsRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("lease"); !status.ok()) return status;
  calls_.leases.push_back(request);
  if (!Knows(request.worker())) return absl::NotFoundError(request.worker());
  while (queue_.empty() && answers_.count(request.request_id()) == 0) {
    if (draining_) return absl::CancelledError("draining");
    if (down_) return absl::UnavailableError("down");
    if (!Knows(request.worker())) return absl::NotFoundError(request.worker());
    changed_.Wait(mutex_);
  }
  const v1::LeaseTrialsResponse response =
      HandOut(request.request_id(), request.max_trials());
  if (absl::Status status = Answer("lease"); !status.ok()) return status;
  return response;
}

absl::StatusOr<v1::HeartbeatResponse> FakeCoordinator::Heartbeat(
    const v1::HeartbeatRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("heartbeat"); !status.ok()) return status;
  calls_.heartbeats.push_back(request);
  if (!Knows(request.worker())) return absl::NotFoundError(request.worker());
  v1::HeartbeatResponse response;
  for (const v1::TrialReport& report : request.reports()) {
    v1::Directive& directive = *response.add_directives();
    directive.set_trial(report.token().trial());
    directive.set_action(IsLive(report.token()) ? v1::Directive::CONTINUE
                                                : v1::Directive::DROP);
  }
  if (absl::Status status = Answer("heartbeat"); !status.ok()) return status;
  return response;
}

absl::StatusOr<v1::StoreModelResponse> FakeCoordinator::StoreModel(
    const v1::StoreModelRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("store"); !status.ok()) return status;
  calls_.models.push_back(request);
  if (!model_status_.ok()) return model_status_;
  if (!IsLive(request.token())) return absl::FailedPreconditionError("stale");
  v1::StoreModelResponse response;
  response.set_wanted(models_wanted_);
  if (absl::Status status = Answer("store"); !status.ok()) return status;
  return response;
}

absl::StatusOr<v1::StoreCheckpointResponse> FakeCoordinator::StoreCheckpoint(
    const v1::StoreCheckpointRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("store checkpoint"); !status.ok()) {
    return status;
  }
  calls_.checkpoints.push_back(request);
  if (!IsLive(request.token())) return absl::FailedPreconditionError("stale");
  if (absl::Status status = Answer("store checkpoint"); !status.ok()) {
    return status;
  }
  return v1::StoreCheckpointResponse();
}

absl::StatusOr<v1::ReadCheckpointResponse> FakeCoordinator::ReadCheckpoint(
    const v1::ReadCheckpointRequest& request) {
  constexpr size_t kPiece = 100;
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("read checkpoint"); !status.ok()) {
    return status;
  }
  calls_.checkpoint_reads.push_back(request);
  if (!IsLive(request.token())) return absl::FailedPreconditionError("stale");
  const std::string& trial = request.token().trial();
  if (lost_checkpoints_.contains(trial)) return absl::NotFoundError("none");
  v1::ReadCheckpointResponse response;
  const std::string& checkpoint = checkpoints_[trial];
  response.set_size_bytes(static_cast<int64_t>(checkpoint.size()));
  response.set_data(
      checkpoint.substr(static_cast<size_t>(request.offset()), kPiece));
  if (absl::Status status = Answer("read checkpoint"); !status.ok()) {
    return status;
  }
  return response;
}

absl::StatusOr<v1::CompleteTrialsResponse> FakeCoordinator::CompleteTrials(
    const v1::CompleteTrialsRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("complete"); !status.ok()) return status;
  calls_.reports.push_back(request);
  v1::CompleteTrialsResponse response;
  for (const v1::Completion& completion : request.completions()) {
    calls_.completions.push_back(completion);
    const absl::Status status = Complete(completion);
    v1::Verdict& verdict = *response.add_verdicts();
    verdict.set_code(static_cast<int>(status.code()));
    verdict.set_message(std::string(status.message()));
  }
  if (request.has_next() && Knows(request.worker())) {
    *response.mutable_trials() =
        HandOut(request.next().request_id(), request.next().max_trials())
            .trials();
  }
  if (absl::Status status = Answer("complete"); !status.ok()) return status;
  return response;
}

absl::Status FakeCoordinator::Complete(const v1::Completion& completion) {
  const std::string content = completion.SerializeAsString();
  const std::string& trial = completion.token().trial();
  std::deque<absl::Status>& verdicts = verdicts_[trial];
  if (!verdicts.empty()) {
    const absl::Status verdict = verdicts.front();
    verdicts.pop_front();
    return verdict;
  }
  const auto before = accepted_.find(trial);
  if (before != accepted_.end()) {
    if (before->second == content) return absl::OkStatus();
    return absl::AlreadyExistsError("other content");
  }
  if (!IsLive(completion.token())) {
    return absl::FailedPreconditionError("stale");
  }
  accepted_[trial] = content;
  leases_.erase(trial);
  return absl::OkStatus();
}

v1::LeaseTrialsResponse FakeCoordinator::HandOut(const std::string& request_id,
                                                 int max_trials) {
  const auto before = answers_.find(request_id);
  if (before != answers_.end()) return before->second;
  v1::LeaseTrialsResponse response;
  while (!queue_.empty() && response.trials_size() < max_trials) {
    v1::LeasedTrial& lease = *response.add_trials();
    *lease.mutable_trial() = queue_.front();
    queue_.pop_front();
    const std::string& name = lease.trial().name();
    lease.mutable_token()->set_database_generation(7);
    lease.mutable_token()->set_trial(name);
    lease.mutable_token()->set_attempt(++attempts_[name]);
    lease.set_checkpoint_size_bytes(
        static_cast<int64_t>(checkpoints_[name].size()));
    leases_[name] = lease;
  }
  if (!response.trials().empty()) answers_[request_id] = response;
  return response;
}

absl::Status FakeCoordinator::ReturnTrials(
    const v1::ReturnTrialsRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("return"); !status.ok()) return status;
  calls_.returns.push_back(request);
  for (const v1::LeaseToken& token : request.tokens()) {
    if (IsLive(token)) leases_.erase(token.trial());
  }
  return Answer("return");
}

absl::Status FakeCoordinator::UnregisterWorker(
    const v1::UnregisterWorkerRequest& request) {
  MutexLock lock(mutex_);
  if (absl::Status status = Arrive("unregister"); !status.ok()) return status;
  calls_.goodbyes.push_back(request);
  return Answer("unregister");
}

void FakeCoordinator::Drain() {
  MutexLock lock(mutex_);
  draining_ = true;
  changed_.NotifyAll();
}

}  // namespace etalon::testing
