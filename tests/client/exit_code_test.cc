#include "client/exit_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "tests/client/command_line_fixture.h"

namespace etalon {
namespace {

using ::etalon::testing::CommandLineFixture;
using ::etalon::testing::CommandResult;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExitCodes : public CommandLineFixture {
 protected:
  CommandResult ListFailingWith(grpc::StatusCode code) {
    service_.FailWith(grpc::Status(code, "the reason"));
    return Run({"list"});
  }
};

TEST_F(ExitCodes, EveryStatusHasItsCode) {
  const std::pair<grpc::StatusCode, int> kCodes[] = {
      {grpc::StatusCode::UNKNOWN, 1},
      {grpc::StatusCode::INVALID_ARGUMENT, 2},
      {grpc::StatusCode::DEADLINE_EXCEEDED, 8},
      {grpc::StatusCode::NOT_FOUND, 3},
      {grpc::StatusCode::ALREADY_EXISTS, 4},
      {grpc::StatusCode::PERMISSION_DENIED, 6},
      {grpc::StatusCode::RESOURCE_EXHAUSTED, 1},
      {grpc::StatusCode::FAILED_PRECONDITION, 4},
      {grpc::StatusCode::ABORTED, 4},
      {grpc::StatusCode::OUT_OF_RANGE, 2},
      {grpc::StatusCode::UNIMPLEMENTED, 2},
      {grpc::StatusCode::INTERNAL, 1},
      {grpc::StatusCode::UNAVAILABLE, 5},
      {grpc::StatusCode::DATA_LOSS, 1},
      {grpc::StatusCode::UNAUTHENTICATED, 6},
  };
  for (const auto& [status, code] : kCodes) {
    const CommandResult result = ListFailingWith(status);
    EXPECT_EQ(result.exit_code, code) << status;
    EXPECT_THAT(result.out, IsEmpty()) << status;
    if (status == grpc::StatusCode::DEADLINE_EXCEEDED) continue;
    EXPECT_THAT(result.err, HasSubstr("the reason")) << status;
  }
  EXPECT_EQ(ListFailingWith(grpc::StatusCode::OK).exit_code, 0);
}

TEST_F(ExitCodes, UnreachableCoordinatorIsNamedWithTheWayOut) {
  environment_["ETALON_SERVER"] = "127.0.0.1:1";
  const CommandResult result = Run({"list"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(
      result.err,
      AllOf(HasSubstr("cannot reach the coordinator at 127.0.0.1:1"),
            HasSubstr("start one with etalon-server"), HasSubstr("--server")));
}

TEST_F(ExitCodes, SilentCoordinatorIsADeadline) {
  service_.AnswerSearches({{}});
  service_.SetOnGet([](int) { absl::SleepFor(absl::Milliseconds(200)); });
  const CommandResult result = Run({"trials", "some", "--timeout", "20ms"});
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_THAT(result.err, AllOf(HasSubstr("20 ms"), HasSubstr("--timeout")));
}

TEST_F(ExitCodes, InterruptEndsACall) {
  interrupt_.Trigger();
  EXPECT_EQ(Run({"list"}).exit_code, 130);
}

TEST_F(ExitCodes, HostileMessageDoesNotReachTheTerminal) {
  service_.FailWith(
      grpc::Status(grpc::StatusCode::NOT_FOUND, "gone\x1b[2J\xff"));
  const CommandResult result = Run({"list"});
  EXPECT_THAT(result.err, HasSubstr("gone\\x1b[2J"));
  EXPECT_EQ(result.err.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace etalon
