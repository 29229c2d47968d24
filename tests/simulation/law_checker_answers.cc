#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/server/coordinator_harness.h"
#include "tests/simulation/law_checker.h"

// What is sent, and what is answered, held against what is committed.

namespace etalon::testing {
namespace {

// What a report says, as one number: -1 where it has measured nothing.
double AccuracyOf(const v1::Completion& completion) {
  return completion.measurements().empty()
             ? -1
             : completion.measurements().rbegin()->validation().accuracy();
}

}  // namespace

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

}  // namespace etalon::testing
