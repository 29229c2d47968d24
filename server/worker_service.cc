#include "server/worker_service.h"

#include <memory>
#include <utility>

#include "server/unary_call.h"

namespace etalon {
namespace {

// A LeaseTrials on its way. Lives until gRPC has let go of the call.
class LeaseReactor final : public grpc::ServerUnaryReactor {
 public:
  LeaseReactor(Gate& gate, const grpc::CallbackServerContext& context,
               Coordinator& coordinator, const v1::LeaseTrialsRequest& request,
               v1::LeaseTrialsResponse* response)
      : coordinator_(coordinator) {
    const absl::Status status = Admit(gate, context, request);
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
  absl::Status Admit(Gate& gate, const grpc::CallbackServerContext& context,
                     const v1::LeaseTrialsRequest& request) {
    ETALON_ASSIGN_OR_RETURN(const Caller caller,
                            AdmitCall(gate, context, request));
    ETALON_ASSIGN_OR_RETURN(poll_, gate.OpenPoll(caller));
    return absl::OkStatus();
  }

  Coordinator& coordinator_;
  LeaseCallPtr call_;
  std::unique_ptr<OpenPolls::Poll> poll_;
};

// As AdmitCall: one that registers anew must be the one it says it is.
absl::StatusOr<Caller> AdmitRegistration(
    Gate& gate, const grpc::CallbackServerContext& context,
    const v1::RegisterWorkerRequest& request) {
  ETALON_ASSIGN_OR_RETURN(Caller caller, AdmitCall(gate, context, request));
  if (!request.name().empty()) {
    ETALON_RETURN_IF_ERROR(gate.CheckWorker(caller, request.name()));
  }
  return caller;
}

}  // namespace

grpc::ServerUnaryReactor* WorkerServiceImpl::LeaseTrials(
    grpc::CallbackServerContext* context, const v1::LeaseTrialsRequest* request,
    v1::LeaseTrialsResponse* response) {
  return new LeaseReactor(gate_, *context, coordinator_, *request, response);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::RegisterWorker(
    grpc::CallbackServerContext* context,
    const v1::RegisterWorkerRequest* request,
    v1::RegisterWorkerResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::StatusOr<Caller> caller =
      AdmitRegistration(gate_, *context, *request);
  if (caller.ok()) {
    coordinator_.RegisterWorkerOf(caller->name, *request,
                                  FinishCall(reactor, response));
  } else {
    reactor->Finish(ToGrpcStatus(caller.status()));
  }
  return reactor;
}

grpc::ServerUnaryReactor* WorkerServiceImpl::Heartbeat(
    grpc::CallbackServerContext* context, const v1::HeartbeatRequest* request,
    v1::HeartbeatResponse* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::Heartbeat);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::StoreModel(
    grpc::CallbackServerContext* context, const v1::StoreModelRequest* request,
    v1::StoreModelResponse* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::StoreModel);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::StoreCheckpoint(
    grpc::CallbackServerContext* context,
    const v1::StoreCheckpointRequest* request,
    v1::StoreCheckpointResponse* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::StoreCheckpoint);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::ReadCheckpoint(
    grpc::CallbackServerContext* context,
    const v1::ReadCheckpointRequest* request,
    v1::ReadCheckpointResponse* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::ReadCheckpoint);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::CompleteTrials(
    grpc::CallbackServerContext* context,
    const v1::CompleteTrialsRequest* request,
    v1::CompleteTrialsResponse* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::CompleteTrials);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::ReturnTrials(
    grpc::CallbackServerContext* context,
    const v1::ReturnTrialsRequest* request,
    v1::ReturnTrialsResponse* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::ReturnTrials);
}

grpc::ServerUnaryReactor* WorkerServiceImpl::UnregisterWorker(
    grpc::CallbackServerContext* context,
    const v1::UnregisterWorkerRequest* request,
    v1::UnregisterWorkerResponse* response) {
  return ServeUnary(gate_, context, request, response, coordinator_,
                    &Coordinator::UnregisterWorker);
}

}  // namespace etalon
