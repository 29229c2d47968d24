#ifndef ETALON_SERVER_WORKER_SERVICE_H_
#define ETALON_SERVER_WORKER_SERVICE_H_

#include "etalon/v1/worker_service.grpc.pb.h"
#include "server/coordinator.h"
#include "server/gate.h"

namespace etalon {

// etalon.v1.WorkerService over gRPC: checks a request, hands it on, and maps
// the status. No method blocks; a LeaseTrials that waits holds no thread.
class WorkerServiceImpl final : public v1::WorkerService::CallbackService {
 public:
  // Both are borrowed.
  WorkerServiceImpl(Gate& gate, Coordinator& coordinator)
      : gate_(gate), coordinator_(coordinator) {}

  grpc::ServerUnaryReactor* RegisterWorker(
      grpc::CallbackServerContext* context,
      const v1::RegisterWorkerRequest* request,
      v1::RegisterWorkerResponse* response) override;
  grpc::ServerUnaryReactor* LeaseTrials(
      grpc::CallbackServerContext* context,
      const v1::LeaseTrialsRequest* request,
      v1::LeaseTrialsResponse* response) override;
  grpc::ServerUnaryReactor* Heartbeat(grpc::CallbackServerContext* context,
                                      const v1::HeartbeatRequest* request,
                                      v1::HeartbeatResponse* response) override;
  grpc::ServerUnaryReactor* StoreModel(
      grpc::CallbackServerContext* context,
      const v1::StoreModelRequest* request,
      v1::StoreModelResponse* response) override;
  grpc::ServerUnaryReactor* StoreCheckpoint(
      grpc::CallbackServerContext* context,
      const v1::StoreCheckpointRequest* request,
      v1::StoreCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* ReadCheckpoint(
      grpc::CallbackServerContext* context,
      const v1::ReadCheckpointRequest* request,
      v1::ReadCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* CompleteTrials(
      grpc::CallbackServerContext* context,
      const v1::CompleteTrialsRequest* request,
      v1::CompleteTrialsResponse* response) override;
  grpc::ServerUnaryReactor* ReturnTrials(
      grpc::CallbackServerContext* context,
      const v1::ReturnTrialsRequest* request,
      v1::ReturnTrialsResponse* response) override;
  grpc::ServerUnaryReactor* UnregisterWorker(
      grpc::CallbackServerContext* context,
      const v1::UnregisterWorkerRequest* request,
      v1::UnregisterWorkerResponse* response) override;

 private:
  Gate& gate_;
  Coordinator& coordinator_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_WORKER_SERVICE_H_
