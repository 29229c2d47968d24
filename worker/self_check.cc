#include "worker/self_check.h"

#include "common/log.h"

namespace etalon {

void SelfCheck::OnTrialEnd(TrialResult::Kind kind) {
  MutexLock lock(mutex_);
  switch (kind) {
    case TrialResult::Kind::kSucceeded:
    case TrialResult::Kind::kSuspended:
    case TrialResult::Kind::kDiverged:
    case TrialResult::Kind::kEndedEarly:
      faults_ = 0;
      break;
    case TrialResult::Kind::kInternal:
    case TrialResult::Kind::kOutOfMemory:
      ++faults_;
      break;
    case TrialResult::Kind::kStopped:
    case TrialResult::Kind::kInvalid:
    case TrialResult::Kind::kUnusable:
      break;  // tells nothing of the machine
  }
}

void SelfCheck::Look() {
  {
    MutexLock lock(mutex_);
    if (looking_) return;
    looking_ = true;
  }
  absl::Status status = glance_ ? glance_() : absl::OkStatus();
  if (status.ok()) status = LookThoroughly();
  Set(status);
}

absl::Status SelfCheck::LookThoroughly() {
  {
    MutexLock lock(mutex_);
    if (faults_ < options_.faults_in_a_row || thorough_ == nullptr) {
      return absl::OkStatus();
    }
    if (clock_.Monotonic() - found_at_ < options_.recheck_interval) {
      return found_;
    }
  }
  const absl::Status status = thorough_();
  MutexLock lock(mutex_);
  if (status.ok()) {
    LogWarning(faults_,
               " trials in a row failed here, and the worker is well: "
               "they are at fault themselves");
    faults_ = 0;
    found_at_ = -absl::InfiniteDuration();
  } else {
    found_at_ = clock_.Monotonic();
    found_ = status;
  }
  return status;
}

void SelfCheck::Set(const absl::Status& status) {
  MutexLock lock(mutex_);
  looking_ = false;
  if (unwell_ == status.message()) return;
  const bool recovered = status.ok();
  if (recovered) {
    LogInfo("the worker is well again; it was not: ", unwell_);
  } else {
    LogError("the worker is unwell and leases nothing: ", status.message());
  }
  unwell_ = std::string(status.message());
  ++version_;
}

std::string SelfCheck::unwell() const {
  MutexLock lock(mutex_);
  return unwell_;
}

int64_t SelfCheck::version() const {
  MutexLock lock(mutex_);
  return version_;
}

}  // namespace etalon
