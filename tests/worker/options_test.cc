#include "worker/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/version.h"

namespace etalon {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Parsed {
  std::variant<WorkerOptions, int> result;
  std::string out;
  std::string error;
};

Parsed Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "etalon-worker");
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Parsed parsed;
  parsed.result =
      ParseOptions(static_cast<int>(arguments.size()), arguments.data());
  parsed.out = ::testing::internal::GetCapturedStdout();
  parsed.error = ::testing::internal::GetCapturedStderr();
  return parsed;
}

WorkerOptions ParseWell(const std::vector<const char*>& arguments) {
  const Parsed parsed = Parse(arguments);
  EXPECT_TRUE(std::holds_alternative<WorkerOptions>(parsed.result))
      << parsed.error;
  return std::holds_alternative<WorkerOptions>(parsed.result)
             ? std::get<WorkerOptions>(parsed.result)
             : WorkerOptions();
}

TEST(WorkerOptions, CredentialsComeFromFlagsOverTheEnvironment) {
  setenv("ETALON_TLS_CA", "ca", 1);
  setenv("ETALON_TOKEN_FILE", "token", 1);
  WorkerOptions options = ParseWell(
      {"--tls-certificate", "c", "--tls-key", "k", "--token-file", "mine"});
  EXPECT_EQ(options.credentials.ca, "ca");
  EXPECT_EQ(options.credentials.certificate, "c");
  EXPECT_EQ(options.credentials.key, "k");
  EXPECT_EQ(options.credentials.token, "mine");
  // As `etalon run` starts its own.
  options = ParseWell({"--tls-ca", "", "--token-file", ""});
  EXPECT_EQ(options.credentials.ca, "");
  EXPECT_EQ(options.credentials.token, "");
  unsetenv("ETALON_TLS_CA");
  unsetenv("ETALON_TOKEN_FILE");
}

TEST(WorkerOptions, DefaultsSuitACoordinatorOnThisMachine) {
  unsetenv("ETALON_SERVER");
  const WorkerOptions options = ParseWell({});
  EXPECT_EQ(options.server, "127.0.0.1:7077");
  EXPECT_EQ(options.data, "");
  EXPECT_EQ(options.fuse, std::nullopt);
  EXPECT_GE(options.threads, 1);
  EXPECT_EQ(options.kernel, "auto");
  EXPECT_NE(options.name, "");
  EXPECT_EQ(options.log_level, LogLevel::kInfo);
}

// As lists of workers and trials show them.
TEST(WorkerOptions, TakesTheOwnNamesOfKernels) {
  EXPECT_EQ(ParseWell({"--kernel", "onednn_2.6.3_avx"}).kernel,
            "onednn_2.6.3_avx");
}

TEST(WorkerOptions, TakesEveryFlag) {
  const WorkerOptions options =
      ParseWell({"--server", "[::1]:80", "--data", "/srv/data", "--fuse", "4",
                 "--threads", "3", "--name", "left.hand_1", "--kernel",
                 "generic", "--log-level", "error", "--checkpoints",
                 "/srv/checkpoints", "--checkpoint-interval", "5m"});
  EXPECT_EQ(options.server, "[::1]:80");
  EXPECT_EQ(options.data, "/srv/data");
  EXPECT_EQ(options.fuse, 4);
  EXPECT_EQ(options.threads, 3);
  EXPECT_EQ(options.name, "left.hand_1");
  EXPECT_EQ(options.kernel, "generic");
  EXPECT_EQ(options.log_level, LogLevel::kError);
  EXPECT_EQ(options.checkpoints, "/srv/checkpoints");
  EXPECT_EQ(options.checkpoint_interval, absl::Minutes(5));
}

TEST(WorkerOptions, CheckpointsAreKeptWhereTheEnvironmentKeepsState) {
  setenv("HOME", "/home/me", 1);
  unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(ParseWell({}).checkpoints, "/home/me/.local/state/etalon");
  EXPECT_EQ(ParseWell({}).checkpoint_interval, absl::Minutes(1));
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(ParseWell({}).checkpoints, "/state/etalon");
  unsetenv("XDG_STATE_HOME");
  unsetenv("HOME");
  EXPECT_EQ(ParseWell({}).checkpoints, "");
  EXPECT_EQ(ParseWell({"--checkpoint-interval", "0"}).checkpoint_interval,
            absl::ZeroDuration());
}

TEST(WorkerOptions, TheEnvironmentGivesTheServerUnlessAFlagDoes) {
  setenv("ETALON_SERVER", "far:1", 1);
  EXPECT_EQ(ParseWell({}).server, "far:1");
  EXPECT_EQ(ParseWell({"--server", "near:2"}).server, "near:2");
  unsetenv("ETALON_SERVER");
}

TEST(WorkerOptions, FuseSaysHowManyTrialsAThreadLeases) {
  EXPECT_EQ(ParseWell({"--fuse", "4"}).LeasedPerThread(), 4);
  EXPECT_EQ(ParseWell({"--fuse", "auto"}).fuse, std::nullopt);
  EXPECT_EQ(ParseWell({"--fuse", "auto"}).LeasedPerThread(), 16);
  // No more than a heartbeat can carry.
  EXPECT_EQ(ParseWell({"--threads", "1000"}).LeasedPerThread(), 10);
}

TEST(WorkerOptions, HelpAndVersionEndWithZeroOnStandardOutput) {
  const Parsed help = Parse({"--help"});
  EXPECT_EQ(std::get<int>(help.result), 0);
  EXPECT_THAT(help.out,
              AllOf(HasSubstr("--data DIR"), HasSubstr("ETALON_SERVER"),
                    HasSubstr("SIGTERM"), HasSubstr("fetch-cifar10.sh")));
  const Parsed version = Parse({"--version"});
  EXPECT_EQ(std::get<int>(version.result), 0);
  EXPECT_EQ(version.out, std::string("etalon-worker ") + kVersion + "\n");
}

struct Wrong {
  std::string name;
  std::vector<const char*> arguments;
  std::string message;
};

void PrintTo(const Wrong& wrong, std::ostream* stream) {
  *stream << wrong.name;
}

class WrongFlag : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongFlag, EndsWithTwoAndPlainWords) {
  const Parsed parsed = Parse(GetParam().arguments);
  ASSERT_TRUE(std::holds_alternative<int>(parsed.result));
  EXPECT_EQ(std::get<int>(parsed.result), 2);
  EXPECT_THAT(parsed.out, IsEmpty());
  EXPECT_THAT(parsed.error,
              AllOf(StartsWith("etalon-worker: "),
                    HasSubstr(GetParam().message), HasSubstr("--help")));
}

INSTANTIATE_TEST_SUITE_P(
    WorkerOptions, WrongFlag,
    ::testing::Values(
        Wrong{"Unknown", {"--speed", "9"}, "--speed"},
        Wrong{"Positional", {"work"}, "work"},
        Wrong{"ServerWithoutPort", {"--server", "host"}, "HOST:PORT"},
        Wrong{"ServerWithoutHost", {"--server", ":80"}, "HOST:PORT"},
        Wrong{"PortTooLarge", {"--server", "host:65536"}, "HOST:PORT"},
        Wrong{"ServerIsAUrl", {"--server", "http://h:80"}, "HOST:PORT"},
        Wrong{"NoThreads", {"--threads", "0"}, "--threads"},
        Wrong{"ThreadsNotANumber", {"--threads", "two"}, "--threads"},
        Wrong{"NegativeFuse", {"--fuse", "-1"}, "--fuse"},
        Wrong{"FuseOfNone", {"--fuse", "0"}, "neither auto nor a number"},
        Wrong{"FuseTooLarge", {"--fuse", "1001"}, "from 1 to 1000"},
        Wrong{"FuseIsAWord", {"--fuse", "wide"}, "'wide'"},
        Wrong{"TooManyHeld",
              {"--threads", "1000", "--fuse", "1000"},
              "10000 trials"},
        Wrong{"Name", {"--name", "a b"}, "'a b'"},
        Wrong{"Kernel", {"--kernel", "sse"}, "'sse'"},
        Wrong{"LogLevel", {"--log-level", "loud"}, "'loud'"},
        Wrong{"IntervalWithoutUnit", {"--checkpoint-interval", "5"}, "'5'"},
        Wrong{"NegativeInterval", {"--checkpoint-interval", "-5s"}, "'-5s'"},
        Wrong{"EndlessInterval", {"--checkpoint-interval", "inf"}, "'inf'"},
        Wrong{"NoValue", {"--data"}, "--data"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace etalon
