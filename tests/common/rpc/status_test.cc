#include "common/rpc/status.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;

TEST(RpcStatus, SurvivesARoundTrip) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "because");
    EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(status)), status);
  }
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  ETALON_EXPECT_OK(FromGrpcStatus(grpc::Status::OK));
}

TEST(RpcStatus, CutsMessagesThatTravelInHeaders) {
  const grpc::Status status =
      ToGrpcStatus(absl::InternalError(std::string(100'000, 'x')));
  EXPECT_EQ(status.error_message().size(), 1024u);
}

TEST(RpcStatus, TreatsARemovedStreamAsUnavailable) {
  EXPECT_THAT(
      FromGrpcStatus(grpc::Status(grpc::StatusCode::UNKNOWN, "Stream removed")),
      StatusIs(absl::StatusCode::kUnavailable, "Stream removed"));
}

}  // namespace
}  // namespace etalon
