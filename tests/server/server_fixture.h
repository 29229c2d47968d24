#ifndef ETALON_TESTS_SERVER_SERVER_FIXTURE_H_
#define ETALON_TESTS_SERVER_SERVER_FIXTURE_H_

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"
#include "etalon/v1/search_service.grpc.pb.h"
#include "etalon/v1/worker_service.grpc.pb.h"
#include "server/server.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {

// A real server on a port of loopback that the system chooses, and stubs that
// speak to it.
class ServerFixture : public ::testing::Test {
 protected:
  ServerFixture() {
    SetLogLevel(LogLevel::kError);
    Start(MakeOptions());
  }

  Server::Options MakeOptions() const {
    Server::Options options;
    options.listen = {"127.0.0.1", 0};
    options.database = folder_.File("test.db");
    options.new_generation = 42;
    return options;
  }

  void Start(const Server::Options& options) {
    auto server = Server::Create(options, SystemClock());
    GTEST_CHECK_(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = NewChannel(server_->address().ToString());
    searches_ = v1::SearchService::NewStub(channel_);
    workers_ = v1::WorkerService::NewStub(channel_);
  }

  // Calls `method` of `stub`, with a deadline that only a fault reaches.
  template <typename Response, typename Stub, typename Request>
  static absl::StatusOr<Response> Call(
      Stub& stub,
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
    Response response;
    const absl::Status status =
        FromGrpcStatus((stub.*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  std::string Register() {
    v1::RegisterWorkerRequest request;
    request.set_display_name("worker");
    return Call(*workers_, &v1::WorkerService::Stub::RegisterWorker, request)
        ->name();
  }

  absl::StatusOr<v1::Search> Create(const v1::SearchSpec& spec) {
    v1::CreateSearchRequest request;
    *request.mutable_spec() = spec;
    return Call(*searches_, &v1::SearchService::Stub::CreateSearch, request);
  }

  static v1::LeaseTrialsRequest MakeLeaseRequest(const std::string& worker,
                                                 int wait_seconds = 0) {
    v1::LeaseTrialsRequest request;
    request.set_worker(worker);
    request.set_request_id("request");
    request.set_max_trials(10);
    request.mutable_wait()->set_seconds(wait_seconds);
    return request;
  }

  absl::StatusOr<v1::LeaseTrialsResponse> Lease(
      const v1::LeaseTrialsRequest& request) {
    return Call(*workers_, &v1::WorkerService::Stub::LeaseTrials, request);
  }

  TempDir folder_;
  std::unique_ptr<Server> server_;
  // Shared by the stubs, as gRPC has it.
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SearchService::Stub> searches_;
  std::unique_ptr<v1::WorkerService::Stub> workers_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_SERVER_FIXTURE_H_
