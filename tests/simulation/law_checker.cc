#include "tests/simulation/law_checker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/server/coordinator_harness.h"

namespace etalon::testing {
namespace {

// What a report says, as one number: -1 where it has measured nothing.
double AccuracyOf(const v1::Completion& completion) {
  return completion.measurements().empty()
             ? -1
             : completion.measurements().rbegin()->validation().accuracy();
}

std::string WorkerName(int64_t worker) {
  return absl::StrCat("workers/", worker);
}

bool IsTerminal(const std::string& state) {
  return state == "SUCCEEDED" || state == "DIVERGED" || state == "FAILED" ||
         state == "CANCELLED" || state == "STOPPED";
}

}  // namespace

void LawChecker::Violate(const std::string& what) {
  if (!violation_.empty()) return;
  violation_ = what;
  world_.Tell("VIOLATION: ", what);
}

void LawChecker::Started() {
  Committed();
  const int64_t count = log_.Count();
  if (count != event_count_) {
    Violate(absl::StrCat("R3: of ", event_count_,
                         " committed events a new coordinator finds ", count));
  }
  Stalled(-absl::InfiniteDuration());
}

void LawChecker::Stalled(absl::Duration since) {
  for (auto& [key, attempt] : attempts_) {
    if (attempt.end_event == 0 && attempt.heard + lease_ > since) {
      attempt.heard = world_.timeline.now();
    }
  }
}

void LawChecker::BatchBegins() { batch_start_ = last_event_; }

void LawChecker::Committed() {
  for (const EventLog::Event& event : log_.After(last_event_)) {
    last_event_ = event.id;
    ++event_count_;
    if (event.subject == "SEARCH") OnSearchEvent(event);
    if (event.subject == "STAGE") OnStageEvent(event);
    if (event.subject == "TRIAL") OnTrialEvent(event);
  }
}

void LawChecker::OnSearchEvent(const EventLog::Event& event) {
  std::string& state = searches_[event.search_name];
  world_.Tell("log: searches/", event.search_name, " is ", event.state);
  if (IsTerminal(state)) {
    Violate(absl::StrCat("R1: searches/", event.search_name, " was ", state,
                         " and is ", event.state));
  }
  state = event.state;
}

void LawChecker::OnStageEvent(const EventLog::Event& event) {
  std::string& state = stages_[event.stage];
  if (!state.empty() && (state == event.state || state != "RUNNING")) {
    Violate(absl::StrCat("R7: stage ", event.stage, " was ", state, " and is ",
                         event.state));
  }
  state = event.state;
}

void LawChecker::OnTrialEvent(const EventLog::Event& event) {
  Trial& trial = trials_[event.trial];
  if (trial.name.empty()) {
    trial.name = event.trial_name;
    trial.search = event.search_name;
  }
  world_.Tell("log: ", trial.name, " is ", event.state, ", attempt ",
              event.attempt, " ", event.attempt_state);
  if (IsTerminal(trial.state)) {
    Violate(absl::StrCat("R1: ", trial.name, " was ", trial.state, " and is ",
                         event.state));
  }
  if (searches_[trial.search] == "CANCELLED") {
    Violate(absl::StrCat("R1: ", trial.name, " is ", event.state,
                         " after its search was cancelled"));
  }
  if (trial.state == "SUSPENDED" && event.state != "QUEUED" &&
      event.state != "STOPPED" && event.state != "CANCELLED") {
    Violate(absl::StrCat("R2: ", trial.name, " was SUSPENDED and is ",
                         event.state));
  }
  // At a rung, or by its worker, below a threshold.
  if (event.state == "STOPPED" && trial.state != "SUSPENDED" &&
      (trial.state != "RUNNING" || event.attempt_state != "COMPLETED")) {
    Violate(absl::StrCat("R2: ", trial.name, " was ", trial.state,
                         " and is STOPPED"));
  }
  if (event.state == "RUNNING") {
    OnLeased(event, trial);
  } else {
    OnAttemptEnd(event, trial);
  }
  trial.state = event.state;
}

void LawChecker::OnLeased(const EventLog::Event& event, Trial& trial) {
  if (trial.state != "QUEUED" || event.attempt != trial.attempt + 1) {
    Violate(absl::StrCat("R2: ", trial.name, ", ", trial.state,
                         " after attempt ", trial.attempt,
                         ", was leased as attempt ", event.attempt));
  }
  if (searches_[trial.search] != "RUNNING") {
    Violate(absl::StrCat("pause: ", trial.name, " was leased while its search",
                         " was ", searches_[trial.search]));
  }
  trial.attempt = event.attempt;
  attempts_[{trial.name, event.attempt}] = {
      event.trial, event.worker,          event.request,   0,
      "",          world_.timeline.now(), trial.checkpoint};
}

void LawChecker::OnAttemptEnd(const EventLog::Event& event, Trial& trial) {
  // Cancelled before anyone had it, or between two attempts; sent on from a
  // rung or stopped there; or another trial stands for it.
  if (event.attempt == 0) {
    if (event.state != "CANCELLED" && trial.state != "SUSPENDED" &&
        log_.Number(absl::StrCat(
            "SELECT count(*) FROM trials AS t"
            " JOIN trials AS o ON o.trial_id = t.same_as"
            " WHERE t.trial_id = ",
            event.trial, " AND o.state = t.state AND t.attempt_count = 0")) !=
            1) {
      Violate(absl::StrCat("R1: ", trial.name, " is ", event.state,
                           " and nobody has trained it"));
    }
    return;
  }
  const auto found = attempts_.find({trial.name, event.attempt});
  if (found == attempts_.end() || found->second.end_event != 0 ||
      event.attempt != trial.attempt) {
    Violate(absl::StrCat("R2: ", trial.name, " attempt ", event.attempt,
                         " ended as ", event.attempt_state,
                         " and was not live; the last is ", trial.attempt));
    return;
  }
  Attempt& attempt = found->second;
  attempt.end_event = event.id;
  attempt.end = event.attempt_state;
  const std::string worker = WorkerName(attempt.worker);
  if (event.attempt_state == "COMPLETED" ||
      event.attempt_state == "SUSPENDED") {
    CheckResult(event, attempt);
  }
  if (event.attempt_state == "SUSPENDED") {
    trial.checkpoint = stored_[found->first];
    if (trial.checkpoint.empty()) {
      Violate(absl::StrCat("R1: ", trial.name, " attempt ", event.attempt,
                           " came to a rung and stored no checkpoint"));
    }
  }
  if (event.attempt_state == "LOST" &&
      world_.timeline.now() - attempt.heard < lease_) {
    Violate(absl::StrCat(
        "R11, R12: ", trial.name, " attempt ", event.attempt, " of ", worker,
        " was taken for lost ",
        absl::FormatDuration(world_.timeline.now() - attempt.heard),
        " after its worker was heard"));
  }
  if (event.attempt_state == "RETURNED" &&
      !handed_back_.contains({found->first, worker}) &&
      !goodbyes_.contains(worker)) {
    Violate(absl::StrCat("R2: ", trial.name, " attempt ", event.attempt,
                         " was handed back, but not by ", worker));
  }
}

void LawChecker::CheckResult(const EventLog::Event& event,
                             const Attempt& attempt) {
  const std::optional<double> accuracy =
      FindAccuracy(event.trial, event.attempt, event.attempt_state);
  const std::string what =
      absl::StrCat(event.trial_name, " attempt ", event.attempt);
  if (!accuracy.has_value()) {
    Violate(absl::StrCat("R1: ", what, " is completed without its result"));
    return;
  }
  if (!sent_[{event.trial_name, event.attempt}].contains(
          {WorkerName(attempt.worker), *accuracy})) {
    Violate(absl::StrCat("R2: ", what, " of ", WorkerName(attempt.worker),
                         " has a result that its worker never sent"));
  }
}

std::optional<double> LawChecker::FindAccuracy(int64_t trial, int attempt,
                                               const std::string& end) {
  if (end == "SUSPENDED") return log_.FindRung(trial, attempt);
  const std::optional<EventLog::Result> result = log_.FindResult(trial);
  if (!result.has_value() || result->attempt != attempt) return std::nullopt;
  return result->validation_accuracy.value_or(-1);
}

LawChecker::Attempt* LawChecker::Find(const v1::LeaseToken& token) {
  const auto found = attempts_.find({token.trial(), token.attempt()});
  return found == attempts_.end() ? nullptr : &found->second;
}

void LawChecker::Delivered(const v1::CompleteTrialsRequest& request) {
  for (const v1::Completion& completion : request.completions()) {
    sent_[{completion.token().trial(), completion.token().attempt()}].insert(
        {request.worker(), AccuracyOf(completion)});
  }
}

void LawChecker::Delivered(const v1::StoreCheckpointRequest& request) {
  stored_[{request.token().trial(), request.token().attempt()}] =
      request.data();
}

void LawChecker::Delivered(const v1::ReturnTrialsRequest& request) {
  for (const v1::LeaseToken& token : request.tokens()) {
    handed_back_.insert({{token.trial(), token.attempt()}, request.worker()});
  }
}

void LawChecker::Delivered(const v1::UnregisterWorkerRequest& request) {
  goodbyes_.insert(request.worker());
}

void LawChecker::Answered(
    const v1::CompleteTrialsRequest& request,
    const absl::StatusOr<v1::CompleteTrialsResponse>& answer,
    absl::Duration delivered) {
  if (!answer.ok()) return;
  if (answer->verdicts_size() != request.completions_size()) {
    Violate(absl::StrCat(request.completions_size(), " completions have ",
                         answer->verdicts_size(), " verdicts"));
    return;
  }
  for (int i = 0; i < request.completions_size(); ++i) {
    CheckVerdict(request.worker(), request.completions(i),
                 ToStatus(answer->verdicts(i)));
  }
  // What came with it, as if LeaseTrials had brought it.
  v1::LeaseTrialsRequest lease;
  lease.set_worker(request.worker());
  lease.set_request_id(request.next().request_id());
  lease.set_max_trials(request.next().max_trials());
  v1::LeaseTrialsResponse leased;
  *leased.mutable_trials() = answer->trials();
  Answered(lease, leased, delivered);
}

void LawChecker::CheckVerdict(const std::string& worker,
                              const v1::Completion& completion,
                              const absl::Status& verdict) {
  const std::string what = absl::StrCat(completion.token().trial(), " attempt ",
                                        completion.token().attempt());
  const Attempt* attempt = Find(completion.token());
  const bool own = attempt != nullptr &&
                   WorkerName(attempt->worker) == worker &&
                   completion.token().database_generation() == kGeneration;
  const bool accepted =
      own && (attempt->end == "COMPLETED" || attempt->end == "SUSPENDED");
  if (verdict.ok()) {
    if (!accepted) {
      Violate(absl::StrCat("R2, R3: ", what, " was acknowledged as completed",
                           " by ", worker, " and is not"));
      return;
    }
    if (FindAccuracy(attempt->trial, completion.token().attempt(),
                     attempt->end) != AccuracyOf(completion)) {
      Violate(absl::StrCat("R4: ", what, " was acknowledged with an accuracy",
                           " of ", AccuracyOf(completion),
                           " and has another result"));
    }
  } else if (absl::IsFailedPrecondition(verdict)) {
    if (own && attempt->end_event == 0) {
      Violate(absl::StrCat("R2: ", what,
                           " is live and was refused: ", verdict.message()));
    }
    if (accepted) {
      Violate(absl::StrCat("R4: ", what, " has completed and a repeat is",
                           " refused: ", verdict.message()));
    }
  } else if (absl::IsAlreadyExists(verdict)) {
    if (!accepted) {
      Violate(absl::StrCat("R4: ", what, " was refused as completed",
                           " and is not"));
    }
  } else if (absl::IsInvalidArgument(verdict) && own &&
             LivedInBatch(*attempt) && completion.has_suspended() &&
             !MayBeSuspended(*attempt, completion)) {
    // A lie about an attempt that is under way to somewhere else.
  } else {
    Violate(absl::StrCat(what, " was answered with ", verdict.ToString()));
  }
}

bool LawChecker::MayBeSuspended(const Attempt& attempt,
                                const v1::Completion& completion) {
  const auto until = until_updates_.find(
      {completion.token().trial(), completion.token().attempt()});
  return until != until_updates_.end() && until->second > 0 &&
         completion.measurements().rbegin()->update() == until->second &&
         log_.Number(absl::StrCat(
             "SELECT count(*) FROM checkpoints WHERE trial_id = ",
             attempt.trial, " AND attempt = ", completion.token().attempt())) ==
             1;
}

void LawChecker::Answered(const v1::LeaseTrialsRequest& request,
                          const absl::StatusOr<v1::LeaseTrialsResponse>& answer,
                          absl::Duration) {
  if (!answer.ok() || answer->trials().empty()) return;
  std::set<AttemptKey> given;
  for (const v1::LeasedTrial& leased : answer->trials()) {
    const Attempt* attempt = Find(leased.token());
    if (attempt == nullptr || !LivedInBatch(*attempt) ||
        WorkerName(attempt->worker) != request.worker() ||
        attempt->request != request.request_id()) {
      Violate(absl::StrCat("R3: ", request.worker(), " was given ",
                           leased.token().trial(), " attempt ",
                           leased.token().attempt(),
                           " and the database does not have it so"));
    }
    if (attempt != nullptr &&
        leased.checkpoint_size_bytes() !=
            static_cast<int64_t>(attempt->checkpoint.size())) {
      Violate(absl::StrCat(
          leased.token().trial(), " attempt ", leased.token().attempt(),
          " was leased with ", leased.checkpoint_size_bytes(),
          " bytes of a checkpoint that has ", attempt->checkpoint.size()));
    }
    const AttemptKey key = {leased.token().trial(), leased.token().attempt()};
    until_updates_[key] = leased.trial().until_update();
    given.insert(key);
  }
  if (answer->trials_size() > request.max_trials()) {
    Violate(absl::StrCat(request.worker(), " asked for ", request.max_trials(),
                         " trials and got ", answer->trials_size()));
  }
  std::set<AttemptKey>& earlier =
      leases_[{request.worker(), request.request_id()}];
  const bool live = std::any_of(
      earlier.begin(), earlier.end(),
      [this](const AttemptKey& key) { return attempts_[key].end_event == 0; });
  if (live && !std::includes(earlier.begin(), earlier.end(), given.begin(),
                             given.end())) {
    Violate(absl::StrCat("R5: request ", request.request_id(), " of ",
                         request.worker(), " was repeated and got more"));
  }
  earlier = given;
}

void LawChecker::Answered(
    const v1::ReadCheckpointRequest& request,
    const absl::StatusOr<v1::ReadCheckpointResponse>& answer, absl::Duration) {
  if (!answer.ok()) return;
  const Attempt* attempt = Find(request.token());
  if (attempt == nullptr || answer->data() != attempt->checkpoint) {
    Violate(absl::StrCat(request.token().trial(), " attempt ",
                         request.token().attempt(), " goes on from '",
                         answer->data(), "', which is not what it left"));
  }
}

void LawChecker::Answered(const v1::HeartbeatRequest& request,
                          const absl::StatusOr<v1::HeartbeatResponse>& answer,
                          absl::Duration delivered) {
  if (!answer.ok()) return;
  for (int i = 0; i < request.reports_size(); ++i) {
    const v1::LeaseToken& token = request.reports(i).token();
    Attempt* attempt = Find(token);
    const bool lived = attempt != nullptr && LivedInBatch(*attempt) &&
                       WorkerName(attempt->worker) == request.worker() &&
                       token.database_generation() == kGeneration;
    const bool goes_on =
        answer->directives(i).action() == v1::Directive::CONTINUE;
    if (goes_on && !lived) {
      Violate(absl::StrCat("R2: ", request.worker(), " is to go on with ",
                           token.trial(), " attempt ", token.attempt(),
                           ", which is not its own"));
    }
    if (!goes_on && lived && attempt->end_event == 0) {
      Violate(absl::StrCat("R2: ", request.worker(), " is to drop ",
                           token.trial(), " attempt ", token.attempt(),
                           ", which is its own"));
    }
    if (goes_on && lived) {
      attempt->heard = std::max(attempt->heard, delivered);
    }
  }
}

void LawChecker::Answered(
    const v1::RegisterWorkerRequest& request,
    const absl::StatusOr<v1::RegisterWorkerResponse>& answer, absl::Duration) {
  if (!answer.ok() || !request.name().empty()) return;
  std::string& name = registrations_[request.request_id()];
  if (name.empty()) {
    name = answer->name();
    if (log_.Number(absl::StrCat("SELECT count(*) FROM workers WHERE '",
                                 answer->name(),
                                 "' = 'workers/' || worker_id")) != 1) {
      Violate(absl::StrCat("R3: ", answer->name(), " was registered and is",
                           " not in the database"));
    }
  } else if (name != answer->name()) {
    Violate(absl::StrCat("R5: registration ", request.request_id(), " made ",
                         name, " and ", answer->name()));
  }
}

void LawChecker::Answered(const v1::CreateSearchRequest& request,
                          const absl::StatusOr<v1::Search>& answer,
                          absl::Duration) {
  if (!answer.ok() && !absl::IsAlreadyExists(answer.status())) return;
  const std::string spec = request.spec().SerializeAsString();
  std::string& made = creations_[request.request_id()];
  if (made.empty() && answer.ok()) made = spec;
  if (answer.ok() != (made == spec)) {
    Violate(absl::StrCat(
        "R6: creation ", request.request_id(), " of ", request.spec().name(),
        " with ", made == spec ? "its own" : "another",
        " spec was answered with ", answer.status().ToString()));
  }
  if (answer.ok() && !searches_.contains(request.spec().name())) {
    Violate(absl::StrCat("R3: searches/", request.spec().name(),
                         " was created and is not in the database"));
  }
}

bool LawChecker::AllEnded(size_t searches) const {
  return searches_.size() == searches &&
         std::all_of(
             searches_.begin(), searches_.end(),
             [](const auto& search) { return IsTerminal(search.second); });
}

void LawChecker::CheckEnd() {
  const auto none = [this](const char* law, const std::string& sql) {
    const std::vector<std::string> rows = log_.Query(sql);
    if (rows.empty()) return;
    Violate(absl::StrCat(law, ": ", absl::StrJoin(rows, ", ")));
  };
  none("R7: trials are open or have no end",
       "SELECT trial_id, state FROM trials"
       " WHERE state IN ('QUEUED', 'RUNNING', 'SUSPENDED')"
       " OR end_time IS NULL");
  none("R1: trials without their one result",
       "SELECT t.trial_id, t.state FROM trials AS t"
       " LEFT JOIN results AS r USING (trial_id)"
       " LEFT JOIN attempts AS a ON a.trial_id = t.trial_id"
       "  AND a.state = 'COMPLETED'"
       " GROUP BY t.trial_id"
       " HAVING count(r.trial_id) <> max(count(a.number), t.state = 'STOPPED')"
       "  OR count(a.number) > 1"
       "  OR (count(r.trial_id) = 0 AND t.same_as IS NULL"
       "   AND t.state IN ('SUCCEEDED', 'DIVERGED'))");
  none("R1: checkpoints that nothing will go on from",
       "SELECT trial_id, attempt FROM checkpoints");
  none("trials that workers stopped where no threshold ends them",
       "SELECT t.trial_id, r.updates FROM trials AS t"
       " JOIN results AS r USING (trial_id)"
       " JOIN attempts AS a ON a.trial_id = t.trial_id"
       "  AND a.number = r.attempt AND a.state = 'COMPLETED'"
       " JOIN configurations AS c ON c.stage_id = t.stage_id"
       "  AND c.configuration = t.configuration"
       " WHERE t.state = 'STOPPED' AND NOT EXISTS"
       "  (SELECT 1 FROM json_each(c.thresholds) AS j"
       "   WHERE j.value ->> 'update' = r.updates"
       "    AND j.value ->> 'accuracy' > r.validation_accuracy)");
  none("trials that went on below a threshold",
       "SELECT t.trial_id, m.updates FROM trials AS t"
       " JOIN results AS r USING (trial_id)"
       " JOIN measurements AS m ON m.trial_id = t.trial_id"
       "  AND m.attempt = r.attempt AND m.updates < r.updates"
       " JOIN configurations AS c ON c.stage_id = t.stage_id"
       "  AND c.configuration = t.configuration"
       " JOIN json_each(c.thresholds) AS j"
       "  ON j.value ->> 'update' = m.updates"
       " WHERE t.state = 'SUCCEEDED'"
       "  AND j.value ->> 'accuracy' > m.validation_accuracy");
  none(
      "R1: trials that another stands for, and that were trained or ended"
      " otherwise",
      "SELECT t.trial_id, t.state, o.state FROM trials AS t"
      " LEFT JOIN trials AS o ON o.trial_id = t.same_as"
      " WHERE t.same_as IS NOT NULL AND (o.trial_id IS NULL"
      "  OR o.same_as IS NOT NULL OR o.state <> t.state"
      "  OR o.replicate <> t.replicate"
      "  OR o.validation_accuracy IS NOT t.validation_accuracy"
      "  OR EXISTS (SELECT 1 FROM attempts AS a"
      "   WHERE a.trial_id = t.trial_id)"
      "  OR EXISTS (SELECT 1 FROM results AS r"
      "   WHERE r.trial_id = t.trial_id))");
  none("R1: workers credited with more or less than they completed",
       "SELECT worker_id, completed_trials FROM workers AS w"
       " WHERE completed_trials <> (SELECT count(*) FROM attempts AS a"
       "  WHERE a.worker_id = w.worker_id AND a.state = 'COMPLETED')");
  none("R7: stages without exactly their trials",
       "SELECT g.stage_id, g.planned_trials FROM stages AS g"
       " JOIN (SELECT stage_id, count(*) AS n, sum(state = 'CANCELLED') AS cut"
       "  FROM trials GROUP BY stage_id) AS t ON t.stage_id = g.stage_id"
       // Races and what learns within a budget may take fewer.
       " WHERE g.state = 'COMPLETE' AND g.planned_trials <> t.n"
       "  AND (t.n > g.planned_trials OR (g.race IS NULL AND t.cut = 0))");
  none("R6: creations that made more than one search",
       "SELECT count(*), (SELECT count(*) FROM searches) FROM requests"
       " HAVING count(*) <> (SELECT count(*) FROM searches)");
}

}  // namespace etalon::testing
