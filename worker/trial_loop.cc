#include "worker/trial_loop.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "common/log.h"
#include "common/random.h"
#include "common/status_macros.h"
#include "worker/call_until_answered.h"
#include "worker/completion.h"
#include "worker/durations.h"
#include "worker/rung_checkpoints.h"

namespace etalon {
namespace {

// After a lease request that brought nothing: a coordinator that answers at
// once instead of waiting must not be asked in a tight loop.
constexpr absl::Duration kEmptyPause = absl::Milliseconds(100);

// Streams of one loop's jitter.
constexpr uint64_t kStreamsPerLoop = 5;

}  // namespace

TrialLoop::TrialLoop(const TrialLoopContext& context,
                     const TrialLoopOptions& options, uint64_t seed,
                     uint64_t stream)
    : context_(context),
      options_(options),
      lease_backoff_(options.retry,
                     RandomStream(seed, stream * kStreamsPerLoop)),
      return_backoff_(options.retry,
                      RandomStream(seed, stream * kStreamsPerLoop + 1)),
      checkpoint_backoff_(options.retry,
                          RandomStream(seed, stream * kStreamsPerLoop + 4)),
      memory_backoff_(options.memory,
                      RandomStream(seed, stream * kStreamsPerLoop + 2)),
      reporter_(context.client, context.held, context.runner, context.stop,
                Backoff(options.retry,
                        RandomStream(seed, stream * kStreamsPerLoop + 3))) {}

void TrialLoop::Run() {
  std::vector<HeldTrialPtr> next;
  while (!context_.stop.Notified()) {
    const absl::StatusOr<std::vector<HeldTrialPtr>> trials =
        next.empty() ? Lease() : std::exchange(next, {});
    if (!trials.ok()) {
      context_.stop.WaitFor(lease_backoff_.Next());
      continue;
    }
    lease_backoff_.Reset();
    if (trials->empty()) {
      context_.stop.WaitFor(kEmptyPause);
    } else {
      next = Train(*trials);
    }
  }
}

absl::StatusOr<std::vector<HeldTrialPtr>> TrialLoop::Lease() {
  context_.datasets.RecheckIfDue();
  context_.self_check.Look();
  ETALON_ASSIGN_OR_RETURN(const std::string worker,
                          context_.registration.Ensure());
  if (std::string why = context_.self_check.unwell(); !why.empty()) {
    return absl::FailedPreconditionError(why);
  }
  PrepareRequest(worker);
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
  LogLeased(trials);
  return trials;
}

void TrialLoop::PrepareRequest(const std::string& worker) {
  if (!request_.request_id().empty() && request_.worker() == worker) return;
  request_.set_request_id(context_.ids.Next());
  request_.set_worker(worker);
  request_.set_max_trials(options_.fuse);
  *request_.mutable_wait() = EncodeDuration(options_.lease_wait);
}

void TrialLoop::LogLeased(const std::vector<HeldTrialPtr>& trials) const {
  for (const HeldTrialPtr& trial : trials) {
    LogInfo("leased ", trial->name(), ", attempt ", trial->token().attempt());
  }
}

std::vector<std::string> TrialLoop::FetchCheckpoints(
    const std::vector<HeldTrialPtr>& trials) {
  std::vector<std::string> checkpoints(trials.size());
  for (size_t i = 0; i < trials.size(); ++i) {
    HeldTrial& trial = *trials[i];
    if (trial.checkpoint_size_bytes() == 0 || trial.ShouldStop()) continue;
    absl::StatusOr<std::string> fetched = FetchCheckpoint(
        trial, context_.client,
        [this](const std::function<absl::Status()>& call) {
          return CallUntilAnswered(call, checkpoint_backoff_, context_.stop);
        });
    if (fetched.ok()) {
      checkpoints[i] = *std::move(fetched);
    } else if (absl::IsFailedPrecondition(fetched.status())) {
      trial.Drop();
    } else if (!context_.stop.Notified()) {
      LogWarning(trial.name(), " is trained from its start up to its rung: ",
                 fetched.status().message());
    }
  }
  return checkpoints;
}

std::vector<HeldTrialPtr> TrialLoop::Train(
    const std::vector<HeldTrialPtr>& trials) {
  // What was leased before this is interrupted by whoever stops the process.
  if (context_.stop.Notified()) return {};
  const std::vector<std::string> checkpoints = FetchCheckpoints(trials);
  std::vector<TrialRun> runs;
  for (size_t i = 0; i < trials.size(); ++i) {
    runs.push_back({&trials[i]->trial(), trials[i].get(), checkpoints[i]});
  }
  std::vector<HeldTrialPtr> without_data;
  std::vector<HeldTrialPtr> without_memory;
  std::string reason;  // of either: the latest
  size_t ended = 0;
  // Of the trial that ended last, where that is to be reported.
  std::optional<std::pair<HeldTrialPtr, TrialResult>> last;
  RunGuarded(context_.runner, runs, [&](size_t index, TrialResult result) {
    const HeldTrialPtr& trial = trials[index];
    ++ended;
    if (trial->dropped()) {
      RemoveDropped(trial);
      return;
    }
    context_.self_check.OnTrialEnd(result.kind);
    switch (result.kind) {
      case TrialResult::Kind::kSucceeded:
      case TrialResult::Kind::kSuspended:
      case TrialResult::Kind::kDiverged:
      case TrialResult::Kind::kEndedEarly:
      case TrialResult::Kind::kInvalid:
      case TrialResult::Kind::kInternal:
        memory_backoff_.Reset();
        if (ended == trials.size()) {
          last.emplace(trial, std::move(result));
        } else {
          reporter_.Report(trial, std::move(result));
        }
        break;
      case TrialResult::Kind::kStopped:
        break;  // The process ends; the lease is handed back.
      case TrialResult::Kind::kUnusable:
        without_data.push_back(trial);
        reason = std::move(result.message);
        break;
      case TrialResult::Kind::kOutOfMemory:
        without_memory.push_back(trial);
        reason = std::move(result.message);
        break;
    }
  });
  std::vector<HeldTrialPtr> next;
  if (last.has_value()) {
    next = ReportLast(std::move(last->first), std::move(last->second),
                      without_data.empty() && without_memory.empty());
  } else {
    reporter_.Flush();
  }
  if (!without_data.empty()) ReturnDatasetTrials(without_data, reason);
  if (!without_memory.empty()) {
    Return(without_memory, reason);
    context_.stop.WaitFor(memory_backoff_.Next());
  }
  return next;
}

std::vector<HeldTrialPtr> TrialLoop::ReportLast(HeldTrialPtr trial,
                                                TrialResult result, bool more) {
  std::optional<v1::NextLease> next;
  const std::string worker = trial->worker();
  if (more) {
    context_.datasets.RecheckIfDue();
    context_.self_check.Look();
    more = context_.self_check.unwell().empty();
  }
  if (more && context_.registration.IsCurrent(worker)) {
    PrepareRequest(worker);
    next.emplace();
    next->set_request_id(request_.request_id());
    next->set_max_trials(request_.max_trials());
  }
  std::vector<HeldTrialPtr> trials =
      reporter_.ReportLast(std::move(trial), std::move(result), next);
  // Where none came, LeaseTrials goes on with the same intent.
  if (!trials.empty()) request_.clear_request_id();
  LogLeased(trials);
  return trials;
}

void TrialLoop::ReturnDatasetTrials(const std::vector<HeldTrialPtr>& trials,
                                    const std::string& reason) {
  // First the coordinator learns what this worker cannot use: a trial handed
  // back before that could come straight back, to another thread of ours.
  CallUntilAnswered([this] { return context_.registration.Ensure().status(); },
                    return_backoff_, context_.stop)
      .IgnoreError();
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
      CallUntilAnswered([&] { return context_.client.ReturnTrials(request); },
                        return_backoff_, context_.stop);
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

}  // namespace etalon
