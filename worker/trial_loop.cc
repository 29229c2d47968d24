#include "worker/trial_loop.h"

#include "common/log.h"
#include "common/status_macros.h"
#include "worker/completion.h"
#include "worker/durations.h"
#include "worker/model_upload.h"

namespace etalon {
namespace {

// After a lease request that brought nothing: a coordinator that answers at
// once instead of waiting must not be asked in a tight loop.
constexpr absl::Duration kEmptyPause = absl::Milliseconds(100);

// Streams of one loop's jitter.
constexpr uint64_t kStreamsPerLoop = 3;

}  // namespace

TrialLoop::TrialLoop(const TrialLoopContext& context,
                     const TrialLoopOptions& options, uint64_t seed,
                     uint64_t stream)
    : context_(context),
      options_(options),
      lease_backoff_(options.retry,
                     RandomStream(seed, stream * kStreamsPerLoop)),
      report_backoff_(options.retry,
                      RandomStream(seed, stream * kStreamsPerLoop + 1)),
      memory_backoff_(options.memory,
                      RandomStream(seed, stream * kStreamsPerLoop + 2)) {}

void TrialLoop::Run() {
  while (!context_.stop.Notified()) {
    const absl::StatusOr<std::vector<HeldTrialPtr>> trials = Lease();
    if (!trials.ok()) {
      context_.stop.WaitFor(lease_backoff_.Next());
      continue;
    }
    lease_backoff_.Reset();
    if (trials->empty()) {
      context_.stop.WaitFor(kEmptyPause);
    } else {
      Train(*trials);
    }
  }
}

absl::StatusOr<std::vector<HeldTrialPtr>> TrialLoop::Lease() {
  context_.datasets.RecheckIfDue();
  ETALON_ASSIGN_OR_RETURN(const std::string worker,
                          context_.registration.Ensure());
  if (request_.request_id().empty() || request_.worker() != worker) {
    request_.set_request_id(context_.ids.Next());
    request_.set_worker(worker);
    request_.set_max_trials(options_.fuse);
    *request_.mutable_wait() = EncodeDuration(options_.lease_wait);
  }
  const absl::StatusOr<v1::LeaseTrialsResponse> response =
      context_.client.LeaseTrials(request_);
  if (absl::IsNotFound(response.status())) {
    context_.registration.Forget(worker);
  } else if (!response.ok() && IsRefusal(response.status())) {
    LogError("lease request refused: ", response.status().message());
  }
  if (response.ok() || IsRefusal(response.status())) {
    request_.clear_request_id();
  }
  if (!response.ok()) return response.status();
  std::vector<HeldTrialPtr> trials = context_.held.Add(worker, *response);
  for (const HeldTrialPtr& trial : trials) {
    LogInfo("leased ", trial->name(), ", attempt ", trial->token().attempt());
  }
  return trials;
}

void TrialLoop::Train(const std::vector<HeldTrialPtr>& trials) {
  for (size_t i = 0; i < trials.size(); ++i) {
    const HeldTrialPtr& trial = trials[i];
    if (context_.stop.Notified()) return;
    TrialResult result;
    if (!trial->dropped()) {
      result = RunGuarded(context_.runner, trial->trial(), *trial);
    }
    if (trial->dropped()) {
      RemoveDropped(trial);
      continue;
    }
    const std::vector<HeldTrialPtr> rest(
        trials.begin() + static_cast<std::ptrdiff_t>(i), trials.end());
    switch (result.kind) {
      case TrialResult::Kind::kSucceeded:
      case TrialResult::Kind::kDiverged:
      case TrialResult::Kind::kInvalid:
      case TrialResult::Kind::kInternal:
        memory_backoff_.Reset();
        Complete(trial, result);
        break;
      case TrialResult::Kind::kStopped:
        return;
      case TrialResult::Kind::kUnusable:
        // All of one stage, so the others need the same data.
        ReturnDatasetTrials(rest, result.message);
        return;
      case TrialResult::Kind::kOutOfMemory:
        Return(rest, result.message);
        context_.stop.WaitFor(memory_backoff_.Next());
        return;
    }
  }
}

void TrialLoop::Complete(const HeldTrialPtr& trial, const TrialResult& result) {
  if (!result.model.empty() && !StoreModel(*trial, result.model)) return;
  const v1::CompleteTrialRequest request = MakeCompletion(*trial, result);
  const absl::Status status =
      Persist([&] { return context_.client.CompleteTrial(request); });
  if (status.ok()) {
    LogInfo(trial->name(), " ", DescribeCompletion(request));
  } else if (absl::IsFailedPrecondition(status) || absl::IsNotFound(status)) {
    LogWarning(trial->name(), " dropped: ", status.message());
  } else if (IsRefusal(status)) {
    LogError(trial->name(), ": result refused: ", status.ToString());
  } else {
    return;  // The process ends; the lease is handed back.
  }
  if (status.ok()) context_.runner.Forget(trial->trial());
  context_.held.Remove(trial);
}

bool TrialLoop::StoreModel(const HeldTrial& trial, const std::string& model) {
  const absl::Status status =
      UploadModel(trial, model, context_.client,
                  [this](const std::function<absl::Status()>& call) {
                    return Persist(call);
                  });
  if (status.ok()) return true;
  if (!IsRefusal(status) && !absl::IsResourceExhausted(status)) return false;
  // The result counts without its model; a stale token will be refused again.
  LogWarning(trial.name(),
             " is completed without its model: ", status.message());
  return true;
}

void TrialLoop::ReturnDatasetTrials(const std::vector<HeldTrialPtr>& trials,
                                    const std::string& reason) {
  // First the coordinator learns what this worker cannot use: a trial handed
  // back before that could come straight back, to another thread of ours.
  Persist([this] {
    return context_.registration.Ensure().status();
  }).IgnoreError();
  Return(trials, reason);
}

void TrialLoop::Return(const std::vector<HeldTrialPtr>& trials,
                       const std::string& reason) {
  v1::ReturnTrialsRequest request;
  request.set_worker(trials.front()->worker());
  for (const HeldTrialPtr& trial : trials) {
    *request.add_tokens() = trial->token();
  }
  request.set_message(CutMessage(reason));
  const absl::Status status =
      Persist([&] { return context_.client.ReturnTrials(request); });
  if (!status.ok() && !IsRefusal(status)) return;  // The process ends.
  for (const HeldTrialPtr& trial : trials) {
    LogWarning(trial->name(), " handed back: ", reason);
    context_.held.Remove(trial);
  }
}

void TrialLoop::RemoveDropped(const HeldTrialPtr& trial) {
  LogWarning(trial->name(), ", attempt ", trial->token().attempt(),
             " dropped: it is no longer this worker's");
  context_.held.Remove(trial);
}

absl::Status TrialLoop::Persist(const std::function<absl::Status()>& call) {
  report_backoff_.Reset();
  for (;;) {
    const bool last = context_.stop.Notified();
    const absl::Status status = call();
    if (last || status.ok() || IsRefusal(status)) return status;
    context_.stop.WaitFor(report_backoff_.Next());
  }
}

}  // namespace etalon
