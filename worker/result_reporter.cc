#include "worker/result_reporter.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/log.h"
#include "worker/call_until_answered.h"
#include "worker/completion.h"
#include "worker/model_upload.h"
#include "worker/rung_checkpoints.h"

namespace etalon {
namespace {

// Of one call: a quarter of what a message may have, unless one completion
// alone is more.
constexpr size_t kMaxCallBytes = size_t{1} << 20;

absl::Status ToStatus(const v1::Verdict& verdict) {
  return absl::Status(static_cast<absl::StatusCode>(verdict.code()),
                      verdict.message());
}

}  // namespace

ResultReporter::ResultReporter(CoordinatorClient& client, HeldTrials& held,
                               TrialRunner& runner, StopSignal& stop,
                               Backoff backoff)
    : client_(client),
      held_(held),
      runner_(runner),
      stop_(stop),
      backoff_(backoff),
      thread_([this] { Run(); }) {}

ResultReporter::~ResultReporter() {
  Flush();
  {
    MutexLock lock(mutex_);
    ending_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void ResultReporter::Report(HeldTrialPtr trial, TrialResult result) {
  MutexLock lock(mutex_);
  queue_.push_back({std::move(trial), std::move(result)});
  changed_.NotifyAll();
}

void ResultReporter::Flush() {
  MutexLock lock(mutex_);
  while (!queue_.empty()) changed_.Wait(mutex_);
}

std::vector<HeldTrialPtr> ResultReporter::ReportLast(
    HeldTrialPtr trial, TrialResult result, std::optional<v1::NextLease> next) {
  MutexLock lock(mutex_);
  queue_.push_back({std::move(trial), std::move(result)});
  next_ = std::move(next);
  changed_.NotifyAll();
  while (!queue_.empty()) changed_.Wait(mutex_);
  next_.reset();
  return std::exchange(leased_, {});
}

void ResultReporter::Run() {
  for (;;) {
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !ending_) changed_.Wait(mutex_);
      if (queue_.empty()) return;
    }
    Batch batch = TakeBatch();
    const size_t size = batch.trials.size();
    const bool answered = StoreFiles(batch) && Complete(batch);
    MutexLock lock(mutex_);
    if (answered) {
      queue_.erase(queue_.begin(), queue_.begin() + size);
    } else {
      queue_.clear();  // They are handed back.
    }
    changed_.NotifyAll();
  }
}

ResultReporter::Batch ResultReporter::TakeBatch() {
  Batch batch;
  size_t size_bytes = 0;
  MutexLock lock(mutex_);
  batch.request.set_worker(queue_.front().trial->worker());
  for (Entry& entry : queue_) {
    // Those of before another registration, under another name, went first.
    if (entry.trial->worker() != batch.request.worker()) return batch;
    v1::Completion completion = MakeCompletion(*entry.trial, entry.result);
    size_bytes += completion.ByteSizeLong();
    if (!batch.trials.empty() &&
        (size_bytes > kMaxCallBytes ||
         batch.trials.size() == kMaxCompletionsPerCall)) {
      return batch;
    }
    batch.trials.push_back(entry.trial);
    batch.models.push_back(std::move(entry.result.model));
    batch.checkpoints.push_back(std::move(entry.result.checkpoint));
    *batch.request.add_completions() = std::move(completion);
  }
  if (next_.has_value()) *batch.request.mutable_next() = *next_;
  return batch;
}

bool ResultReporter::StoreFiles(const Batch& batch) {
  for (size_t i = 0; i < batch.trials.size(); ++i) {
    const HeldTrial& trial = *batch.trials[i];
    if (!batch.models[i].empty() && !StoreModel(trial, batch.models[i])) {
      return false;
    }
    if (!batch.checkpoints[i].empty() &&
        !StoreCheckpoint(trial, batch.checkpoints[i])) {
      return false;
    }
  }
  return true;
}

absl::Status ResultReporter::Persist(
    const std::function<absl::Status()>& call) {
  return CallUntilAnswered(call, backoff_, stop_);
}

bool ResultReporter::StoreModel(const HeldTrial& trial,
                                const std::string& model) {
  const absl::Status status = UploadModel(
      trial, model, client_, [this](const std::function<absl::Status()>& call) {
        return Persist(call);
      });
  if (status.ok()) return true;
  if (!IsRefusal(status) && !absl::IsResourceExhausted(status)) return false;
  // The result counts without its model; a stale token will be refused again.
  LogWarning(trial.name(),
             " is completed without its model: ", status.message());
  return true;
}

bool ResultReporter::StoreCheckpoint(const HeldTrial& trial,
                                     const std::string& checkpoint) {
  const absl::Status status =
      UploadCheckpoint(trial, checkpoint, client_,
                       [this](const std::function<absl::Status()>& call) {
                         return Persist(call);
                       });
  if (status.ok()) return true;
  if (!IsRefusal(status)) return false;
  // The completion will be refused likewise.
  LogWarning(trial.name(),
             ": its checkpoint is not stored: ", status.message());
  return true;
}

bool ResultReporter::Complete(Batch& batch) {
  const absl::Status status = CallUntilAnswered(
      [&]() -> absl::Status {
        // Nobody would train what came now.
        if (stop_.Notified()) batch.request.clear_next();
        const absl::StatusOr<v1::CompleteTrialsResponse> response =
            client_.CompleteTrials(batch.request);
        return response.ok() ? Settle(*response, batch) : response.status();
      },
      backoff_, stop_);
  if (!status.ok() && !IsRefusal(status)) return false;
  // A refusal of the call is one of each.
  for (size_t i = 0; i < batch.trials.size(); ++i) {
    SettleOne(batch.trials[i], batch.request.completions(static_cast<int>(i)),
              status);
  }
  return true;
}

absl::Status ResultReporter::Settle(const v1::CompleteTrialsResponse& response,
                                    Batch& batch) {
  if (response.verdicts_size() != batch.request.completions_size()) {
    return absl::InternalError(absl::StrCat(
        batch.request.completions_size(), " completions were answered with ",
        response.verdicts_size(), " verdicts"));
  }
  Batch unsettled;
  unsettled.request.set_worker(batch.request.worker());
  absl::Status status;
  for (int i = 0; i < response.verdicts_size(); ++i) {
    const HeldTrialPtr& trial = batch.trials[static_cast<size_t>(i)];
    v1::Completion& completion = *batch.request.mutable_completions(i);
    const absl::Status verdict = ToStatus(response.verdicts(i));
    if (verdict.ok() || IsRefusal(verdict)) {
      SettleOne(trial, completion, verdict);
    } else {
      status = verdict;
      unsettled.trials.push_back(trial);
      *unsettled.request.add_completions() = std::move(completion);
    }
  }
  if (!response.trials().empty()) {
    v1::LeaseTrialsResponse leased;
    *leased.mutable_trials() = response.trials();
    std::vector<HeldTrialPtr> trials =
        held_.Add(batch.request.worker(), leased);
    MutexLock lock(mutex_);
    leased_ = std::move(trials);
  }
  batch = std::move(unsettled);
  return status;
}

void ResultReporter::SettleOne(const HeldTrialPtr& trial,
                               const v1::Completion& completion,
                               const absl::Status& verdict) {
  if (verdict.ok()) {
    LogInfo(trial->name(), " ", DescribeCompletion(completion));
    runner_.Forget(trial->trial());
  } else if (absl::IsFailedPrecondition(verdict) || absl::IsNotFound(verdict)) {
    LogWarning(trial->name(), " dropped: ", verdict.message());
  } else {
    LogError(trial->name(), ": result refused: ", verdict.ToString());
  }
  held_.Remove(trial);
}

}  // namespace etalon
