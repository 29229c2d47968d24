#include "benchmarks/coordinator/bare_rpc.h"

#include <grpcpp/client_context.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <vector>

#include "absl/time/clock.h"
#include "benchmarks/coordinator/latencies.h"
#include "common/rpc/channel.h"
#include "common/signals.h"
#include "etalon/v1/worker_service.grpc.pb.h"
#include "server/port_file.h"

namespace etalon::benchmark {
namespace {

class NothingService final : public v1::WorkerService::CallbackService {
 public:
  grpc::ServerUnaryReactor* UnregisterWorker(
      grpc::CallbackServerContext* context,
      const v1::UnregisterWorkerRequest* /*request*/,
      v1::UnregisterWorkerResponse* /*response*/) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// Calls again as soon as it is answered.
class Caller {
 public:
  Caller(const std::string& server, Clock& clock)
      : stub_(v1::WorkerService::NewStub(NewChannel(server))), clock_(clock) {
    request_.set_worker("workers/1");
  }

  void Call() {
    context_ = std::make_unique<grpc::ClientContext>();
    const absl::Duration start = clock_.Monotonic();
    stub_->async()->UnregisterWorker(
        context_.get(), &request_, &response_,
        [this, start](const grpc::Status& status) {
          if (!status.ok()) {
            fprintf(stderr, "coordinator_load: %s\n",
                    status.error_message().c_str());
            exit(1);
          }
          latencies_.Add(clock_.Monotonic() - start);
          if (stopping_) {
            stopped_ = true;
          } else {
            Call();
          }
        });
  }
  void Stop() { stopping_ = true; }
  bool stopped() const { return stopped_; }
  const Latencies& latencies() const { return latencies_; }

 private:
  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  Clock& clock_;
  v1::UnregisterWorkerRequest request_;
  v1::UnregisterWorkerResponse response_;
  std::unique_ptr<grpc::ClientContext> context_;
  Latencies latencies_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> stopped_ = false;
};

}  // namespace

absl::Status ServeNothing(const std::string& port_file) {
  BlockTerminationSignals();
  NothingService service;
  grpc::ServerBuilder builder;
  ConfigureServer(builder);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port <= 0) {
    return absl::UnavailableError("cannot listen on 127.0.0.1");
  }
  const absl::Status written = WritePortFile(port_file, port);
  if (!written.ok()) return written;
  WaitForTerminationSignal();
  server->Shutdown();
  return absl::OkStatus();
}

nlohmann::json MeasureBareRpc(const std::string& server, int callers,
                              absl::Duration duration, Clock& clock) {
  std::deque<Caller> all;
  for (int i = 0; i < callers; ++i) all.emplace_back(server, clock);
  const absl::Duration start = clock.Monotonic();
  for (Caller& caller : all) caller.Call();
  absl::SleepFor(duration);
  for (Caller& caller : all) caller.Stop();
  for (const Caller& caller : all) {
    while (!caller.stopped()) absl::SleepFor(absl::Milliseconds(1));
  }
  const absl::Duration measured = clock.Monotonic() - start;
  Latencies latencies;
  for (const Caller& caller : all) latencies.Add(caller.latencies());
  nlohmann::json json = {{"call", latencies.ToJson()}};
  json["calls_per_second"] =
      json["call"]["count"].get<double>() / absl::ToDoubleSeconds(measured);
  return json;
}

}  // namespace etalon::benchmark
