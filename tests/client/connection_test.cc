#include "client/connection.h"

#include <gtest/gtest.h>

#include <sstream>

#include "common/clock.h"
#include "tests/client/fake_search_service.h"

namespace etalon {
namespace {

using ::etalon::testing::FakeSearchService;
using ::etalon::testing::FakeServer;

// Nobody waits this long: what does not return early fails by the runner's
// limit.
constexpr absl::Duration kForever = absl::Hours(1);

class ConnectionTest : public ::testing::Test {
 protected:
  Interrupt interrupt_;
  std::istringstream in_;
  std::ostringstream out_;
  Context context_{
      .in = in_,
      .out = out_,
      .out_terminal = {},
      .err = out_,
      .err_terminal = {},
      .environment =
          [](const std::string&) { return std::optional<std::string>(); },
      .clock = SystemClock(),
      .interrupt = interrupt_,
      .random_seed = 1,
      .binary_folder = ""};
};

TEST_F(ConnectionTest, AwaitReturnsAsSoonAsThereIsOne) {
  FakeSearchService service;
  FakeServer server(service);
  Connection connection(server.address(), absl::Seconds(30), context_);
  connection.AwaitConnection(kForever);
  EXPECT_TRUE((connection
                   .Call<v1::ListSearchesRequest, v1::ListSearchesResponse>(
                       &Connection::Service::ListSearches, {})
                   .ok()));
}

TEST_F(ConnectionTest, AwaitReturnsWhenInterrupted) {
  // Port 1 of this machine: nobody serves there.
  Connection connection("127.0.0.1:1", absl::Seconds(30), context_);
  interrupt_.Trigger();
  connection.AwaitConnection(kForever);
}

TEST_F(ConnectionTest, AwaitReturnsAfterTheTimeout) {
  Connection connection("127.0.0.1:1", absl::Seconds(30), context_);
  connection.AwaitConnection(absl::Milliseconds(1));
}

TEST_F(ConnectionTest, AsksAgainWhenTheFirstAttemptFails) {
  FakeSearchService service;
  FakeServer server(service);
  Connection connection(server.address(), absl::Seconds(30), context_);
  service.FailTimes(2);
  const absl::StatusOr<v1::ListSearchesResponse> answer =
      connection.Call<v1::ListSearchesRequest, v1::ListSearchesResponse>(
          &Connection::Service::ListSearches, {});
  EXPECT_TRUE(answer.ok()) << answer.status();
}

TEST_F(ConnectionTest, GivesUpAQuestionLongBeforeTheDeadline) {
  FakeSearchService service;
  service.FailWith(grpc::Status(grpc::StatusCode::UNAVAILABLE, "not today"));
  FakeServer server(service);
  Connection connection(server.address(), kForever, context_);
  const absl::StatusOr<v1::ListSearchesResponse> answer =
      connection.Call<v1::ListSearchesRequest, v1::ListSearchesResponse>(
          &Connection::Service::ListSearches, {});
  EXPECT_TRUE(absl::IsUnavailable(answer.status())) << answer.status();
}

TEST_F(ConnectionTest, WhatIsTriedUntilTheDeadlineSaysWhyItFailed) {
  Connection connection("127.0.0.1:1", absl::Seconds(1), context_);
  const absl::StatusOr<v1::Search> answer =
      connection.CallUntilDeadline<v1::CreateSearchRequest, v1::Search>(
          &Connection::Service::CreateSearch, {});
  EXPECT_TRUE(absl::IsUnavailable(answer.status())) << answer.status();
}

TEST_F(ConnectionTest, AnErrorOfTheCoordinatorEndsTheAsking) {
  FakeSearchService service;
  service.FailWith(grpc::Status(grpc::StatusCode::NOT_FOUND, "none such"));
  FakeServer server(service);
  Connection connection(server.address(), kForever, context_);
  const absl::StatusOr<v1::ListSearchesResponse> answer =
      connection.Call<v1::ListSearchesRequest, v1::ListSearchesResponse>(
          &Connection::Service::ListSearches, {});
  EXPECT_TRUE(absl::IsNotFound(answer.status())) << answer.status();
}

}  // namespace
}  // namespace etalon
