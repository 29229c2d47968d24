// The server as a process sees it: ports, files, start and end.

#include "server/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/health_check_service_interface.h>

#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/server/coordinator_harness.h"
#include "tests/server/server_fixture.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::RandomSpec;
using ::etalon::testing::ServerFixture;
using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ServerTest : public ServerFixture {
 protected:
  std::string LastSeen() {
    return Call(*searches_, &v1::SearchService::Stub::ListWorkers,
                v1::ListWorkersRequest())
        ->workers(0)
        .last_seen_time()
        .ShortDebugString();
  }

  // What gRPC's reflection answers to "which services are there?".
  absl::StatusOr<std::string> AskReflection() {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    // ServerReflectionRequest{list_services: "*"}
    const grpc::Slice request("\x3a\x01*");
    const grpc::ByteBuffer request_bytes(&request, 1);
    grpc::ByteBuffer response_bytes;
    std::promise<grpc::Status> done;
    stub.UnaryCall(
        &context,
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        grpc::StubOptions(), &request_bytes, &response_bytes,
        [&](grpc::Status status) { done.set_value(status); });
    const grpc::Status status = done.get_future().get();
    if (!status.ok()) return FromGrpcStatus(status);
    std::vector<grpc::Slice> slices;
    response_bytes.Dump(&slices);
    std::string response;
    for (const grpc::Slice& slice : slices) {
      response.append(reinterpret_cast<const char*>(slice.begin()),
                      slice.size());
    }
    return response;
  }
};

TEST_F(ServerTest, PortInUseIsNamedWithTheWayOut) {
  Server::Options options = MakeOptions();
  options.listen.port = server_->port();
  options.database = folder_.File("other.db");
  EXPECT_THAT(Server::Create(options, SystemClock()).status(),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       AllOf(HasSubstr(server_->address().ToString()),
                             HasSubstr("is in use"), HasSubstr("--listen"))));
}

TEST_F(ServerTest, SecondServerOnOneDatabaseIsRefused) {
  EXPECT_THAT(Server::Create(MakeOptions(), SystemClock()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr(folder_.File("test.db"))));
}

TEST_F(ServerTest, DatabaseMayBeNamedWithoutAFolder) {
  server_->Shutdown();
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  Server::Options options = MakeOptions();
  options.database = "plain.db";
  Start(options);
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(folder_.File("plain.db")));
}

TEST_F(ServerTest, RestartTakesUpThePortAndTheDatabase) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  const std::string worker = Register();
  Server::Options options = MakeOptions();
  options.listen.port = server_->port();
  server_->Shutdown();
  Start(options);
  EXPECT_EQ(server_->port(), options.listen.port);
  EXPECT_THAT(Lease(MakeLeaseRequest(worker))->trials(), SizeIs(1));
}

TEST_F(ServerTest, ShutdownAnswersACallThatWaits) {
  const std::string worker = Register();
  const std::string registered = LastSeen();
  absl::StatusOr<v1::LeaseTrialsResponse> got;
  std::thread waiting([&] { got = Lease(MakeLeaseRequest(worker, 60)); });
  // The coordinator hears of the worker when the call has arrived.
  while (LastSeen() == registered) {
  }
  const absl::Time start = absl::Now();
  server_->Shutdown();
  waiting.join();
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
  ETALON_ASSERT_OK(got);
  EXPECT_THAT(got->trials(), SizeIs(0));
}

TEST_F(ServerTest, ShutdownTwiceDoesNoHarm) {
  server_->Shutdown();
  server_->Shutdown();
}

TEST_F(ServerTest, ReflectionIsThereOnlyWhenAskedFor) {
  EXPECT_THAT(AskReflection(),
              StatusIs(absl::StatusCode::kUnimplemented, ::testing::_));
  server_->Shutdown();
  Server::Options options = MakeOptions();
  options.reflection = true;
  Start(options);
  absl::StatusOr<std::string> services = AskReflection();
  ETALON_ASSERT_OK(services);
  EXPECT_THAT(*services, AllOf(HasSubstr("etalon.v1.SearchService"),
                               HasSubstr("etalon.v1.WorkerService")));
}

TEST_F(ServerTest, HealthIsToldForTheWholeAndForEachService) {
  server_->Shutdown();
  grpc::EnableDefaultHealthCheckService(true);
  Start(MakeOptions());
  grpc::EnableDefaultHealthCheckService(false);
  const auto health = grpc::health::v1::Health::NewStub(channel_);
  for (const char* service :
       {"", "etalon.v1.SearchService", "etalon.v1.WorkerService"}) {
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    const auto response =
        Call(*health, &grpc::health::v1::Health::Stub::Check, request);
    ETALON_ASSERT_OK(response);
    EXPECT_EQ(response->status(),
              grpc::health::v1::HealthCheckResponse::SERVING)
        << service;
  }
}

}  // namespace
}  // namespace etalon
