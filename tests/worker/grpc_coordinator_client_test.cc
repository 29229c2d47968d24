#include "worker/grpc_coordinator_client.h"

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/mutex.h"
#include "common/rpc/channel.h"
#include "etalon/v1/worker_service.grpc.pb.h"
#include "tests/support/status_matchers.h"

namespace etalon::testing {
namespace {

using ::testing::_;

// Answers registrations and refuses completions; every other call waits until
// its caller is gone.
class Service : public v1::WorkerService::Service {
 public:
  grpc::Status RegisterWorker(grpc::ServerContext*,
                              const v1::RegisterWorkerRequest* request,
                              v1::RegisterWorkerResponse* response) override {
    response->set_name("workers/" + request->display_name());
    return grpc::Status::OK;
  }
  grpc::Status CompleteTrials(grpc::ServerContext*,
                              const v1::CompleteTrialsRequest*,
                              v1::CompleteTrialsResponse*) override {
    return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "stale");
  }
  grpc::Status LeaseTrials(grpc::ServerContext* context,
                           const v1::LeaseTrialsRequest*,
                           v1::LeaseTrialsResponse*) override {
    return WaitForTheCallersEnd(context);
  }
  grpc::Status Heartbeat(grpc::ServerContext* context,
                         const v1::HeartbeatRequest*,
                         v1::HeartbeatResponse*) override {
    return WaitForTheCallersEnd(context);
  }

  void AwaitWaitingCall() {
    MutexLock lock(mutex_);
    while (waiting_ == 0) changed_.Wait(mutex_);
  }

 private:
  grpc::Status WaitForTheCallersEnd(grpc::ServerContext* context) {
    MutexLock lock(mutex_);
    ++waiting_;
    changed_.NotifyAll();
    while (!context->IsCancelled()) {
      changed_.WaitFor(mutex_, absl::Milliseconds(5));
    }
    return grpc::Status::CANCELLED;
  }

  Mutex mutex_;
  CondVar changed_;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

class GrpcCoordinatorClientTest : public ::testing::Test {
 protected:
  void SetUp() override { Start("127.0.0.1:0"); }

  void Start(const std::string& address) {
    grpc::ServerBuilder builder;
    ConfigureServer(builder);
    int port = 0;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  void Stop() {
    server_->Shutdown();
    server_.reset();
  }

  std::unique_ptr<CoordinatorClient> Client(absl::Duration deadline) {
    return NewGrpcCoordinatorClient({.address = address_, .deadline = deadline},
                                    SystemClock());
  }

  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(GrpcCoordinatorClientTest, CallsArriveAndAnswersComeBack) {
  v1::RegisterWorkerRequest request;
  request.set_display_name("me");
  ETALON_ASSERT_OK_AND_ASSIGN(
      const v1::RegisterWorkerResponse response,
      Client(absl::Seconds(30))->RegisterWorker(request));
  EXPECT_EQ(response.name(), "workers/me");
}

TEST_F(GrpcCoordinatorClientTest, CodesAndMessagesComeBack) {
  const absl::Status status =
      Client(absl::Seconds(30))->CompleteTrials({}).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, "stale"));
  EXPECT_TRUE(IsRefusal(status));
}

TEST_F(GrpcCoordinatorClientTest, NoCallWaitsForEver) {
  const absl::Status status =
      Client(absl::Milliseconds(50))->Heartbeat({}).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDeadlineExceeded, _));
  EXPECT_FALSE(IsRefusal(status));
}

TEST_F(GrpcCoordinatorClientTest, ALeaseRequestWaitsLongerByWhatItAsksFor) {
  v1::LeaseTrialsRequest request;
  request.mutable_wait()->set_nanos(200'000'000);
  const absl::Duration start = SystemClock().Monotonic();
  EXPECT_THAT(Client(absl::Milliseconds(50))->LeaseTrials(request).status(),
              StatusIs(absl::StatusCode::kDeadlineExceeded, _));
  EXPECT_GE(SystemClock().Monotonic() - start, absl::Milliseconds(200));
}

TEST_F(GrpcCoordinatorClientTest, DrainCancelsWhatWaitsAndRefusesNewLeases) {
  const std::unique_ptr<CoordinatorClient> client = Client(absl::Hours(1));
  absl::Status status;
  std::thread waiting([&] { status = client->LeaseTrials({}).status(); });
  service_.AwaitWaitingCall();
  client->Drain();
  waiting.join();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled, _));
  EXPECT_THAT(client->LeaseTrials({}).status(),
              StatusIs(absl::StatusCode::kCancelled, _));
  ETALON_EXPECT_OK(client->RegisterWorker({}));
}

TEST_F(GrpcCoordinatorClientTest, NobodyThereIsUnavailable) {
  Stop();
  EXPECT_THAT(Client(absl::Seconds(30))->Heartbeat({}).status(),
              StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST_F(GrpcCoordinatorClientTest, ConnectsAgainSoonAfterTheCoordinatorsReturn) {
  const std::unique_ptr<CoordinatorClient> client = Client(absl::Seconds(30));
  ETALON_ASSERT_OK(client->RegisterWorker({}));
  Stop();
  EXPECT_FALSE(client->RegisterWorker({}).ok());
  Start(address_);
  // Without a wait between the calls: each gives the connection its moment.
  bool connected = false;
  for (int i = 0; i < 3 && !connected; ++i) {
    connected = client->RegisterWorker({}).ok();
  }
  EXPECT_TRUE(connected);
}

}  // namespace
}  // namespace etalon::testing
