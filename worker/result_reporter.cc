#include "worker/result_reporter.h"

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "common/log.h"
#include "worker/call_until_answered.h"
#include "worker/completion.h"
#include "worker/model_upload.h"

namespace etalon {

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

void ResultReporter::Run() {
  for (;;) {
    Entry entry;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !ending_) changed_.Wait(mutex_);
      if (queue_.empty()) return;
      entry = std::move(queue_.front());
    }
    const bool answered = Complete(entry.trial, entry.result);
    MutexLock lock(mutex_);
    if (answered) {
      queue_.pop_front();
    } else {
      queue_.clear();  // They are handed back.
    }
    changed_.NotifyAll();
  }
}

bool ResultReporter::Complete(const HeldTrialPtr& trial,
                              const TrialResult& result) {
  if (!result.model.empty() && !StoreModel(*trial, result.model)) return false;
  const v1::CompleteTrialRequest request = MakeCompletion(*trial, result);
  const absl::Status status = CallUntilAnswered(
      [&] { return client_.CompleteTrial(request); }, backoff_, stop_);
  if (status.ok()) {
    LogInfo(trial->name(), " ", DescribeCompletion(request));
  } else if (absl::IsFailedPrecondition(status) || absl::IsNotFound(status)) {
    LogWarning(trial->name(), " dropped: ", status.message());
  } else if (IsRefusal(status)) {
    LogError(trial->name(), ": result refused: ", status.ToString());
  } else {
    return false;
  }
  if (status.ok()) runner_.Forget(trial->trial());
  held_.Remove(trial);
  return true;
}

bool ResultReporter::StoreModel(const HeldTrial& trial,
                                const std::string& model) {
  const absl::Status status = UploadModel(
      trial, model, client_, [this](const std::function<absl::Status()>& call) {
        return CallUntilAnswered(call, backoff_, stop_);
      });
  if (status.ok()) return true;
  if (!IsRefusal(status) && !absl::IsResourceExhausted(status)) return false;
  // The result counts without its model; a stale token will be refused again.
  LogWarning(trial.name(),
             " is completed without its model: ", status.message());
  return true;
}

}  // namespace etalon
