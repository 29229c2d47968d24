#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/limits.h"
#include "common/resource_names.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/durations.h"
#include "server/lease_token.h"

namespace etalon {
namespace {

std::vector<v1::Measurement> ToVector(
    const google::protobuf::RepeatedPtrField<v1::Measurement>& measurements) {
  return {measurements.begin(), measurements.end()};
}

// What one attempt's heartbeats may bring in all.
absl::Status CheckMeasurementCount(Transaction& transaction,
                                   const TrialRecord& trial,
                                   const v1::TrialReport& report) {
  ETALON_ASSIGN_OR_RETURN(const int64_t stored, transaction.CountMeasurements(
                                                    trial.id, trial.attempt));
  if (stored + report.measurements_size() <= kMaxMeasurements) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "attempt ", trial.attempt, " at ", report.token().trial(), " has ",
      stored, " measurements and brings ", report.measurements_size(),
      " more: up to ", kMaxMeasurements, " are kept"));
}

}  // namespace

LeaseCallPtr Coordinator::LeaseTrials(v1::LeaseTrialsRequest request,
                                      Done<v1::LeaseTrialsResponse> done) {
  auto call = std::make_shared<LeaseCall>();
  call->deadline = clock_.Monotonic() + FromProto(request.wait());
  call->request = std::move(request);
  call->done = std::move(done);
  const absl::StatusOr<int64_t> worker =
      ParseWorkerName(call->request.worker());
  if (!worker.ok()) {
    call->done(worker.status());
    return call;
  }
  call->worker = *worker;
  Attempt(call);
  return call;
}

void Coordinator::Attempt(const LeaseCallPtr& call) {
  Enact<v1::LeaseTrialsResponse>(
      [this, call](Transaction& transaction, Effects& effects)
          -> absl::StatusOr<v1::LeaseTrialsResponse> {
        if (draining_) {
          return absl::UnavailableError("the coordinator is shutting down");
        }
        if (call->cancelled) {
          return absl::CancelledError("the caller is gone");
        }
        return LeaseNow(transaction, call->worker, call->request.request_id(),
                        call->request.max_trials(), effects);
      },
      [this, call](absl::StatusOr<v1::LeaseTrialsResponse> result) {
        Settle(call, std::move(result));
      },
      call->done);
}

absl::StatusOr<v1::LeaseTrialsResponse> Coordinator::LeaseNow(
    Transaction& transaction, WorkerId worker, absl::string_view request_id,
    int max_trials, Effects& effects) {
  ETALON_ASSIGN_OR_RETURN(const v1::Capabilities capabilities,
                          Capabilities(transaction, worker));
  ETALON_RETURN_IF_ERROR(Hear(transaction, worker, effects));
  ETALON_RETURN_IF_ERROR(EndDueStages(transaction, effects));
  if (effects.searches_changed) scheduler_.Forget();
  return scheduler_.Lease(transaction,
                          {worker, capabilities, request_id, max_trials},
                          clock_.Now(), effects);
}

// Answers the call, or lets it wait where there is nothing for it yet.
void Coordinator::Settle(LeaseCallPtr call,
                         absl::StatusOr<v1::LeaseTrialsResponse> result) {
  if (!result.ok() || !result->trials().empty()) {
    Tell(call->done, std::move(result));
  } else if (call->cancelled) {
    call->done(absl::CancelledError("the caller is gone"));
  } else if (draining_ || call->deadline <= clock_.Monotonic()) {
    call->done(v1::LeaseTrialsResponse());
  } else if (parked_.size() >= static_cast<size_t>(options_.max_open_polls)) {
    call->done(absl::ResourceExhaustedError(absl::StrCat(
        parked_.size(), " requests for trials wait already: no more may")));
  } else {
    parked_.Park(std::move(call));
  }
}

void Coordinator::WakeParked() {
  for (const LeaseCallPtr& call : parked_.TakeAll()) Attempt(call);
}

void Coordinator::CancelLease(LeaseCallPtr call) {
  call->cancelled = true;
  writer_.Post([this, call = std::move(call)] {
    if (parked_.Remove(call)) {
      call->done(absl::CancelledError("the caller is gone"));
    }
  });
}

void Coordinator::Heartbeat(v1::HeartbeatRequest request,
                            Done<v1::HeartbeatResponse> done) {
  Mutate<v1::HeartbeatResponse>(
      [this, request = std::move(request)](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<v1::HeartbeatResponse> {
        ETALON_ASSIGN_OR_RETURN(const WorkerId worker,
                                ParseWorkerName(request.worker()));
        ETALON_RETURN_IF_ERROR(Hear(transaction, worker, effects));
        v1::HeartbeatResponse response;
        for (const v1::TrialReport& report : request.reports()) {
          ETALON_ASSIGN_OR_RETURN(*response.add_directives(),
                                  Report(transaction, worker, report));
        }
        return response;
      },
      std::move(done));
}

absl::StatusOr<v1::Directive> Coordinator::Report(
    Transaction& transaction, WorkerId worker, const v1::TrialReport& report) {
  v1::Directive directive;
  directive.set_trial(report.token().trial());
  directive.set_action(v1::Directive::DROP);
  const absl::StatusOr<TrialRecord> trial =
      FindTokenTrial(transaction, database_generation_, report.token());
  if (absl::IsFailedPrecondition(trial.status())) return directive;
  ETALON_RETURN_IF_ERROR(trial.status());
  if (!IsLive(*trial, worker, report.token())) return directive;
  directive.set_action(v1::Directive::CONTINUE);
  // That the worker was heard is true whether or not the transaction commits.
  leases_.Renew({trial->id, trial->attempt, worker}, clock_.Monotonic());
  if (!report.measurements().empty()) {
    ETALON_RETURN_IF_ERROR(CheckMeasurementCount(transaction, *trial, report));
    ETALON_RETURN_IF_ERROR(transaction.AddMeasurements(
        trial->id, trial->attempt, ToVector(report.measurements())));
  }
  return directive;
}

absl::StatusOr<TrialRecord> Coordinator::FindHeld(Transaction& transaction,
                                                  const std::string& worker,
                                                  const v1::LeaseToken& token,
                                                  Effects& effects) {
  ETALON_ASSIGN_OR_RETURN(const WorkerId id, ParseWorkerName(worker));
  ETALON_ASSIGN_OR_RETURN(
      const TrialRecord trial,
      FindTokenTrial(transaction, database_generation_, token));
  if (!IsLive(trial, id, token)) return ExplainStale(trial, id, token);
  ETALON_RETURN_IF_ERROR(Hear(transaction, id, effects));
  return trial;
}

void Coordinator::ReturnTrials(v1::ReturnTrialsRequest request,
                               Done<v1::ReturnTrialsResponse> done) {
  Mutate<v1::ReturnTrialsResponse>(
      [this, request = std::move(request)](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<v1::ReturnTrialsResponse> {
        ETALON_ASSIGN_OR_RETURN(const WorkerId worker,
                                ParseWorkerName(request.worker()));
        ETALON_RETURN_IF_ERROR(Hear(transaction, worker, effects));
        for (const v1::LeaseToken& token : request.tokens()) {
          const absl::StatusOr<TrialRecord> trial =
              FindTokenTrial(transaction, database_generation_, token);
          if (absl::IsFailedPrecondition(trial.status())) continue;
          ETALON_RETURN_IF_ERROR(trial.status());
          if (!IsLive(*trial, worker, token)) continue;
          ETALON_RETURN_IF_ERROR(Requeue(transaction,
                                         {trial->id, trial->attempt, worker},
                                         request.message(), effects));
        }
        return v1::ReturnTrialsResponse();
      },
      std::move(done));
}

absl::Status Coordinator::Requeue(Transaction& transaction,
                                  const LeaseRecord& lease,
                                  absl::string_view message, Effects& effects) {
  effects.ended.push_back(lease);
  ++effects.returned;
  effects.trials_available = true;
  return transaction.RequeueTrial(lease.trial, lease.attempt,
                                  v1::Attempt::RETURNED, message, clock_.Now());
}

}  // namespace etalon
