#include "worker/grpc_coordinator_client.h"

#include <grpc/support/time.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/mutex.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "common/status_macros.h"
#include "etalon/v1/worker_service.grpc.pb.h"
#include "worker/durations.h"
#include "worker/outage_log.h"

namespace etalon {
namespace {

// The service's own limit on `wait`.
constexpr absl::Duration kMaxLeaseWait = absl::Seconds(60);

// How long a call waits for a connection before it fails: a second, in slices
// so that Drain need not wait for it.
constexpr int kConnectSlices = 10;
constexpr int kConnectSliceMs = 100;

absl::Duration LeaseWait(const v1::LeaseTrialsRequest& request) {
  return std::clamp(DecodeDuration(request.wait()), absl::ZeroDuration(),
                    kMaxLeaseWait);
}

class GrpcCoordinatorClient : public CoordinatorClient {
 public:
  GrpcCoordinatorClient(const GrpcCoordinatorClientOptions& options,
                        const Clock& clock)
      : options_(options),
        channel_(NewChannel(options.address, options.credentials)),
        stub_(v1::WorkerService::NewStub(channel_)),
        outage_(absl::StrCat("coordinator ", options.address), clock) {}

  absl::StatusOr<v1::RegisterWorkerResponse> RegisterWorker(
      const v1::RegisterWorkerRequest& request) override {
    return Call(&v1::WorkerService::Stub::RegisterWorker, request);
  }
  absl::StatusOr<v1::LeaseTrialsResponse> LeaseTrials(
      const v1::LeaseTrialsRequest& request) override {
    return Call(&v1::WorkerService::Stub::LeaseTrials, request,
                LeaseWait(request));
  }
  absl::StatusOr<v1::HeartbeatResponse> Heartbeat(
      const v1::HeartbeatRequest& request) override {
    return Call(&v1::WorkerService::Stub::Heartbeat, request);
  }
  absl::StatusOr<v1::StoreModelResponse> StoreModel(
      const v1::StoreModelRequest& request) override {
    return Call(&v1::WorkerService::Stub::StoreModel, request);
  }
  absl::StatusOr<v1::StoreCheckpointResponse> StoreCheckpoint(
      const v1::StoreCheckpointRequest& request) override {
    return Call(&v1::WorkerService::Stub::StoreCheckpoint, request);
  }
  absl::StatusOr<v1::ReadCheckpointResponse> ReadCheckpoint(
      const v1::ReadCheckpointRequest& request) override {
    return Call(&v1::WorkerService::Stub::ReadCheckpoint, request);
  }
  absl::StatusOr<v1::CompleteTrialsResponse> CompleteTrials(
      const v1::CompleteTrialsRequest& request) override {
    return Call(&v1::WorkerService::Stub::CompleteTrials, request);
  }
  absl::Status ReturnTrials(const v1::ReturnTrialsRequest& request) override {
    return Call(&v1::WorkerService::Stub::ReturnTrials, request).status();
  }
  absl::Status UnregisterWorker(
      const v1::UnregisterWorkerRequest& request) override {
    return Call(&v1::WorkerService::Stub::UnregisterWorker, request).status();
  }

  void Drain() override {
    MutexLock lock(mutex_);
    draining_ = true;
    for (grpc::ClientContext* context : under_way_) context->TryCancel();
  }

 private:
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      grpc::Status (v1::WorkerService::Stub::*method)(grpc::ClientContext*,
                                                      const Request&,
                                                      Response*),
      const Request& request,
      std::optional<absl::Duration> lease_wait = std::nullopt) {
    AwaitConnection();
    grpc::ClientContext context;
    ETALON_RETURN_IF_ERROR(Begin(context, lease_wait));
    Response response;
    const absl::Status status =
        FromGrpcStatus((stub_.get()->*method)(&context, request, &response));
    End(context);
    outage_.Note(status);
    if (!status.ok()) return status;
    return response;
  }

  // Gives a lost connection a moment to come back. gRPC gets on with connecting
  // only while somebody waits: between calls that fail at once it looks no more
  // often than every five seconds.
  void AwaitConnection() {
    for (int slice = 0; slice < kConnectSlices && !Draining(); ++slice) {
      if (channel_->WaitForConnected(
              gpr_time_from_millis(kConnectSliceMs, GPR_TIMESPAN))) {
        return;
      }
    }
  }

  bool Draining() {
    MutexLock lock(mutex_);
    return draining_;
  }

  absl::Status Begin(grpc::ClientContext& context,
                     std::optional<absl::Duration> lease_wait) {
    MutexLock lock(mutex_);
    if (draining_ && lease_wait.has_value()) {
      return absl::CancelledError("worker is shutting down");
    }
    const absl::Duration timeout =
        draining_
            ? options_.drain_deadline
            : options_.deadline + lease_wait.value_or(absl::ZeroDuration());
    // From now on, without a look at any clock of ours.
    context.set_deadline(
        gpr_time_from_millis(absl::ToInt64Milliseconds(timeout), GPR_TIMESPAN));
    under_way_.insert(&context);
    return absl::OkStatus();
  }

  void End(grpc::ClientContext& context) {
    MutexLock lock(mutex_);
    under_way_.erase(&context);
  }

  const GrpcCoordinatorClientOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  OutageLog outage_;
  Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> under_way_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<CoordinatorClient> NewGrpcCoordinatorClient(
    const GrpcCoordinatorClientOptions& options, const Clock& clock) {
  return std::make_unique<GrpcCoordinatorClient>(options, clock);
}

}  // namespace etalon
