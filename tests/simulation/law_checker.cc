#include "tests/simulation/law_checker.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace etalon::testing {
namespace {

bool IsTerminal(const std::string& state) {
  return state == "SUCCEEDED" || state == "DIVERGED" || state == "FAILED" ||
         state == "CANCELLED" || state == "STOPPED";
}

}  // namespace

std::string LawChecker::WorkerName(int64_t worker) {
  return absl::StrCat("workers/", worker);
}

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
