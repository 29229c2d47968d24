#include "worker/registration.h"

#include <algorithm>
#include <utility>

#include "common/log.h"
#include "worker/completion.h"
#include "worker/durations.h"

namespace etalon {
namespace {

// Whatever a coordinator asks for.
constexpr absl::Duration kMinHeartbeatInterval = absl::Milliseconds(1);
constexpr absl::Duration kMaxHeartbeatInterval = absl::Minutes(1);

}  // namespace

Registration::Registration(CoordinatorClient& client,
                           const DatasetInventory& datasets,
                           const SelfCheck& self_check, HeldTrials& held,
                           RequestIds& ids, std::string display_name,
                           v1::Capabilities capabilities)
    : client_(client),
      datasets_(datasets),
      self_check_(self_check),
      held_(held),
      ids_(ids),
      display_name_(std::move(display_name)),
      capabilities_(std::move(capabilities)) {}

// Neither version ever falls.
int64_t Registration::CurrentVersion() const {
  return datasets_.version() + self_check_.version();
}

bool Registration::UpToDate() const {
  return !name_.empty() && version_ == CurrentVersion();
}

v1::RegisterWorkerRequest Registration::Request() {
  // Read before what it stands for: a change in between is registered anew.
  const int64_t version = CurrentVersion();
  if (!request_.has_value() || request_->name() != name_ ||
      request_version_ != version) {
    request_.emplace();
    request_->set_name(name_);
    request_->set_display_name(display_name_);
    request_->set_request_id(ids_.Next());
    *request_->mutable_capabilities() = capabilities_;
    for (const v1::DatasetStatus& status : datasets_.Get().statuses) {
      *request_->mutable_capabilities()->add_datasets() = status;
    }
    request_->mutable_capabilities()->set_unwell(
        CutMessage(self_check_.unwell()));
    request_version_ = version;
  }
  return *request_;
}

void Registration::Accept(const v1::RegisterWorkerResponse& response) {
  name_ = response.name();
  version_ = request_version_;
  request_.reset();
  heartbeat_interval_ =
      std::clamp(DecodeDuration(response.heartbeat_interval()),
                 kMinHeartbeatInterval, kMaxHeartbeatInterval);
}

absl::StatusOr<std::string> Registration::Ensure() {
  v1::RegisterWorkerRequest request;
  {
    MutexLock lock(mutex_);
    while (registering_) changed_.Wait(mutex_);
    if (UpToDate()) return name_;
    registering_ = true;
    request = Request();
  }
  absl::StatusOr<v1::RegisterWorkerResponse> response =
      client_.RegisterWorker(request);
  if (response.ok() && response->name().empty()) {
    response = absl::InternalError("the coordinator gave the worker no name");
  }
  {
    MutexLock lock(mutex_);
    if (response.ok()) Accept(*response);
    registering_ = false;
    changed_.NotifyAll();
  }
  if (response.ok()) {
    LogInfo("registered as ", response->name(), " (", display_name_, ")");
    return response->name();
  }
  if (absl::IsNotFound(response.status()) && !request.name().empty()) {
    Forget(request.name());
  } else if (IsRefusal(response.status())) {
    LogError("registration refused: ", response.status().message());
  }
  return response.status();
}

void Registration::Forget(const std::string& name) {
  {
    MutexLock lock(mutex_);
    if (name_ == name) {
      name_.clear();
      LogWarning("the coordinator does not know ", name,
                 "; registering anew, its trials are dropped");
    }
  }
  held_.DropAll(name);
}

std::string Registration::name() const {
  MutexLock lock(mutex_);
  return name_;
}

bool Registration::IsCurrent(const std::string& name) const {
  MutexLock lock(mutex_);
  return UpToDate() && name_ == name;
}

absl::Duration Registration::heartbeat_interval() const {
  MutexLock lock(mutex_);
  return heartbeat_interval_;
}

}  // namespace etalon
