#include "server/worker_service.h"

#include <utility>

#include "server/unary_call.h"

namespace etalon {
namespace {

// A LeaseTrials on its way. Lives until gRPC has let go of the call.
class LeaseReactor final : public grpc::ServerUnaryReactor {
 public:
  LeaseReactor(Coordinator& coordinator, const v1::LeaseTrialsRequest& request,
               v1::LeaseTrialsResponse* response)
      : coordinator_(coordinator) {
    const absl::Status status = Check(request);
    if (status.ok()) {
      call_ = coordinator_.LeaseTrials(request, FinishCall(this, response));
    } else {
      Finish(ToGrpcStatus(status));
    }
  }

  // gRPC calls neither before the constructor's caller has returned, nor
  // OnDone while OnCancel runs.
  void OnCancel() override {
    if (call_ != nullptr) coordinator_.CancelLease(std::move(call_));
  }
  void OnDone() override { delete this; }

 private:
  Coordinator& coordinator_;
  LeaseCallPtr call_;
};

}  // namespace

grpc::ServerUnaryReactor* WorkerServiceImpl::LeaseTrials(
    grpc::CallbackServerContext* /*context*/,
    const v1::LeaseTrialsRequest* request, v1::LeaseTrialsResponse* response) {
  return new LeaseReactor(coordinator_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::RegisterWorker(
    grpc::CallbackServerContext* context,
    const v1::RegisterWorkerRequest* request,
    v1::RegisterWorkerResponse* response) {
  return ServeUnary(context, request, response, coordinator_,
                    &Coordinator::RegisterWorker);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::Heartbeat(
    grpc::CallbackServerContext* context, const v1::HeartbeatRequest* request,
    v1::HeartbeatResponse* response) {
  return ServeUnary(context, request, response, coordinator_,
                    &Coordinator::Heartbeat);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::StoreModel(
    grpc::CallbackServerContext* context, const v1::StoreModelRequest* request,
    v1::StoreModelResponse* response) {
  return ServeUnary(context, request, response, coordinator_,
                    &Coordinator::StoreModel);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::CompleteTrials(
    grpc::CallbackServerContext* context,
    const v1::CompleteTrialsRequest* request,
    v1::CompleteTrialsResponse* response) {
  return ServeUnary(context, request, response, coordinator_,
                    &Coordinator::CompleteTrials);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::ReturnTrials(
    grpc::CallbackServerContext* context,
    const v1::ReturnTrialsRequest* request,
    v1::ReturnTrialsResponse* response) {
  return ServeUnary(context, request, response, coordinator_,
                    &Coordinator::ReturnTrials);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::UnregisterWorker(
    grpc::CallbackServerContext* context,
    const v1::UnregisterWorkerRequest* request,
    v1::UnregisterWorkerResponse* response) {
  return ServeUnary(context, request, response, coordinator_,
                    &Coordinator::UnregisterWorker);
}

}  // namespace etalon
