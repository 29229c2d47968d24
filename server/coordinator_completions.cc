#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/resource_names.h"
#include "common/utf8.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/kept_models.h"
#include "server/lease_token.h"
#include "server/request_checks.h"
#include "server/rungs.h"
#include "server/stage_progress.h"
#include "server/trial_end.h"

namespace etalon {
namespace {

v1::Verdict MakeVerdict(const absl::Status& status) {
  v1::Verdict verdict;
  verdict.set_code(static_cast<int>(status.code()));
  verdict.set_message(std::string(CutUtf8(status.message(), kMaxVerdictBytes)));
  return verdict;
}

// What an attempt ended with, at a rung or for good, and whose it was.
struct Accepted {
  WorkerId worker = 0;
  TrialEnd end;
};

absl::StatusOr<std::optional<Accepted>> FindAccepted(Transaction& transaction,
                                                     const TrialRecord& trial,
                                                     int attempt) {
  ETALON_ASSIGN_OR_RETURN(std::optional<RungRecord> rung,
                          transaction.FindRung(trial.id, attempt));
  if (rung.has_value()) return Accepted{rung->worker, std::move(rung->end)};
  ETALON_ASSIGN_OR_RETURN(std::optional<Transaction::AcceptedEnd> accepted,
                          transaction.FindEnd(trial.id));
  if (!accepted.has_value() || accepted->attempt != attempt) {
    return std::nullopt;
  }
  // No other came after it.
  return Accepted{trial.worker, std::move(accepted->end)};
}

}  // namespace

void Coordinator::CompleteTrials(v1::CompleteTrialsRequest request,
                                 Done<v1::CompleteTrialsResponse> done) {
  // Here rather than in the operation, which has a thread for all.
  std::vector<absl::Status> checks;
  checks.reserve(request.completions_size());
  for (const v1::Completion& completion : request.completions()) {
    checks.push_back(Check(completion));
  }
  Mutate<v1::CompleteTrialsResponse>(
      [this, request = std::move(request), checks = std::move(checks)](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<v1::CompleteTrialsResponse> {
        ETALON_ASSIGN_OR_RETURN(const WorkerId worker,
                                ParseWorkerName(request.worker()));
        v1::CompleteTrialsResponse response;
        for (int i = 0; i < request.completions_size(); ++i) {
          absl::Status verdict = checks[i];
          if (verdict.ok()) {
            ETALON_RETURN_IF_ERROR(Try(
                transaction,
                [&](Effects& of_step) {
                  return Complete(transaction, worker, request.completions(i),
                                  of_step);
                },
                effects, &verdict));
          }
          *response.add_verdicts() = MakeVerdict(verdict);
        }
        if (!request.has_next() || draining_) return response;
        if (effects.searches_changed) scheduler_.Forget();
        // What keeps a lease from being made is LeaseTrials' to tell.
        absl::Status leased;
        ETALON_RETURN_IF_ERROR(Try(
            transaction,
            [&](Effects& of_step) -> absl::Status {
              ETALON_ASSIGN_OR_RETURN(
                  v1::LeaseTrialsResponse next,
                  LeaseNow(transaction, worker, request.next().request_id(),
                           request.next().max_trials(), of_step));
              response.mutable_trials()->Swap(next.mutable_trials());
              return absl::OkStatus();
            },
            effects, &leased));
        return response;
      },
      std::move(done));
}

absl::Status Coordinator::Complete(Transaction& transaction, WorkerId worker,
                                   const v1::Completion& completion,
                                   Effects& effects) {
  const v1::LeaseToken& token = completion.token();
  ETALON_ASSIGN_OR_RETURN(
      const TrialRecord trial,
      FindTokenTrial(transaction, database_generation_, token));
  const TrialEnd end = MakeTrialEnd(completion);
  if (!IsLive(trial, worker, token)) {
    ETALON_ASSIGN_OR_RETURN(const std::optional<Accepted> accepted,
                            FindAccepted(transaction, trial, token.attempt()));
    if (!accepted.has_value() || accepted->worker != worker) {
      return ExplainStale(trial, worker, token);
    }
    if (SameEnd(accepted->end, end)) return absl::OkStatus();
    return absl::AlreadyExistsError(
        absl::StrCat("attempt ", token.attempt(), " has completed ",
                     token.trial(), " with other content"));
  }
  if (end.state == v1::Trial::STOPPED) {
    ETALON_ASSIGN_OR_RETURN(const TrialDetails details,
                            transaction.GetTrialById(trial.id));
    ETALON_RETURN_IF_ERROR(CheckStopped(details.thresholds, completion));
  }
  const absl::Time now = clock_.Now();
  ETALON_RETURN_IF_ERROR(Hear(transaction, worker, effects));
  ETALON_RETURN_IF_ERROR(transaction.AddMeasurements(
      trial.id, trial.attempt,
      std::vector<v1::Measurement>(completion.measurements().begin(),
                                   completion.measurements().end())));
  if (end.state == v1::Trial::SUSPENDED) {
    ETALON_RETURN_IF_ERROR(CheckSuspension(transaction, trial, *end.result));
    ETALON_RETURN_IF_ERROR(
        transaction.SuspendTrial(trial.id, trial.attempt, end, now));
  } else {
    ETALON_RETURN_IF_ERROR(
        transaction.CompleteTrial(trial.id, trial.attempt, end, now));
    effects.trials_ended.push_back(end.state);
    effects.observed.push_back(trial.stage);
  }
  if (end.state == v1::Trial::SUCCEEDED) {
    ETALON_RETURN_IF_ERROR(SettleModels(transaction, trial));
  }
  effects.ended.push_back({trial.id, trial.attempt, worker});
  // At once, so that a lease behind it in the same operation finds the thread
  // idle.
  batches_.End(effects.ended.back());
  ETALON_ASSIGN_OR_RETURN(const bool open,
                          transaction.StageHasOpenTrials(trial.stage));
  if (open) return absl::OkStatus();
  return AdvanceSearch(transaction, trial.search, Now(), effects);
}

}  // namespace etalon
