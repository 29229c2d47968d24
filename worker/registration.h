#ifndef ETALON_WORKER_REGISTRATION_H_
#define ETALON_WORKER_REGISTRATION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/mutex.h"
#include "worker/coordinator_client.h"
#include "worker/dataset_inventory.h"
#include "worker/held_trials.h"
#include "worker/request_ids.h"
#include "worker/self_check.h"

namespace etalon {

// What the coordinator knows this worker as, kept up to date: registers the
// worker, says its capabilities anew when its data sets or health change, and
// registers anew with a coordinator that does not know it. Thread-safe; the
// references must outlive it.
class Registration {
 public:
  // `capabilities` without data sets and health; those come from `datasets` and
  // `self_check`.
  Registration(CoordinatorClient& client, const DatasetInventory& datasets,
               const SelfCheck& self_check, HeldTrials& held, RequestIds& ids,
               std::string display_name, v1::Capabilities capabilities);

  // The worker's name, after registering where that is needed. One thread
  // calls, others wait for it. An error is the call's; try again later.
  absl::StatusOr<std::string> Ensure();

  // The coordinator does not know `name`: forgets it, if it is the worker's
  // still, and drops the trials leased under it.
  void Forget(const std::string& name);

  // Empty before the first registration and after Forget.
  std::string name() const;
  // Whether `name` is the worker's and the coordinator knows what it can do, so
  // that Ensure would return it at once.
  bool IsCurrent(const std::string& name) const;
  // How often to send heartbeats, as the coordinator asks for it.
  absl::Duration heartbeat_interval() const;

 private:
  // Grows with every change of what is to be registered.
  int64_t CurrentVersion() const;
  bool UpToDate() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The request under way, which is the same until it is answered, or a new
  // one where capabilities have changed since.
  v1::RegisterWorkerRequest Request() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Accept(const v1::RegisterWorkerResponse& response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  CoordinatorClient& client_;
  const DatasetInventory& datasets_;
  const SelfCheck& self_check_;
  HeldTrials& held_;
  RequestIds& ids_;
  const std::string display_name_;
  const v1::Capabilities capabilities_;

  mutable Mutex mutex_;
  CondVar changed_;
  bool registering_ ABSL_GUARDED_BY(mutex_) = false;
  std::string name_ ABSL_GUARDED_BY(mutex_);
  // What was registered last.
  int64_t version_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<v1::RegisterWorkerRequest> request_ ABSL_GUARDED_BY(mutex_);
  int64_t request_version_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration heartbeat_interval_ ABSL_GUARDED_BY(mutex_) = absl::Seconds(1);
};

}  // namespace etalon

#endif  // ETALON_WORKER_REGISTRATION_H_
