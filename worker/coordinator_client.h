#ifndef ETALON_WORKER_COORDINATOR_CLIENT_H_
#define ETALON_WORKER_COORDINATOR_CLIENT_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "etalon/v1/worker_service.pb.h"

namespace etalon {

// The coordinator, as a worker sees it: the calls of v1::WorkerService, each
// with a deadline, so that none blocks for ever. Codes are the service's own,
// and UNAVAILABLE or DEADLINE_EXCEEDED when no answer came, in which case the
// call may have taken effect or not. Thread-safe.
class CoordinatorClient {
 public:
  virtual ~CoordinatorClient() = default;

  virtual absl::StatusOr<v1::RegisterWorkerResponse> RegisterWorker(
      const v1::RegisterWorkerRequest& request) = 0;
  // Blocks for up to request.wait() on top of the usual deadline.
  virtual absl::StatusOr<v1::LeaseTrialsResponse> LeaseTrials(
      const v1::LeaseTrialsRequest& request) = 0;
  virtual absl::StatusOr<v1::HeartbeatResponse> Heartbeat(
      const v1::HeartbeatRequest& request) = 0;
  virtual absl::StatusOr<v1::StoreModelResponse> StoreModel(
      const v1::StoreModelRequest& request) = 0;
  virtual absl::StatusOr<v1::StoreCheckpointResponse> StoreCheckpoint(
      const v1::StoreCheckpointRequest& request) = 0;
  virtual absl::StatusOr<v1::ReadCheckpointResponse> ReadCheckpoint(
      const v1::ReadCheckpointRequest& request) = 0;
  virtual absl::StatusOr<v1::CompleteTrialsResponse> CompleteTrials(
      const v1::CompleteTrialsRequest& request) = 0;
  virtual absl::Status ReturnTrials(const v1::ReturnTrialsRequest& request) = 0;
  virtual absl::Status UnregisterWorker(
      const v1::UnregisterWorkerRequest& request) = 0;

  // The process is to end: every call under way is cancelled (CANCELLED),
  // LeaseTrials answers CANCELLED from now on, and the other calls get a
  // deadline of a second or two.
  virtual void Drain() = 0;
};

// Whether `status`, an error, is the coordinator's decision, which a repeat of
// the request would not change. Everything else, a full disk at the
// coordinator among it, may pass: a result is worth trying again.
bool IsRefusal(const absl::Status& status);

}  // namespace etalon

#endif  // ETALON_WORKER_COORDINATOR_CLIENT_H_
