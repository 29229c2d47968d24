#include "server/options.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace etalon {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Parsed {
  std::optional<CommandLine> command_line;
  int exit_code = -1;
  std::string out;
  std::string error;
};

Parsed Parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "etalon-server");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Parsed parsed;
  parsed.command_line = ParseCommandLine(static_cast<int>(arguments.size()),
                                         argv.data(), &parsed.exit_code);
  parsed.out = ::testing::internal::GetCapturedStdout();
  parsed.error = ::testing::internal::GetCapturedStderr();
  return parsed;
}

TEST(Options, DefaultsAreSafe) {
  const Parsed parsed = Parse({"--database", "x.db"});
  ASSERT_TRUE(parsed.command_line.has_value());
  const Server::Options& server = parsed.command_line->server;
  EXPECT_EQ(server.listen.ToString(), "127.0.0.1:7077");
  EXPECT_EQ(server.database, "x.db");
  EXPECT_EQ(server.coordinator.lease_duration, absl::Seconds(30));
  EXPECT_FALSE(server.reflection);
  EXPECT_EQ(parsed.command_line->log_level, LogLevel::kInfo);
}

TEST(Options, EveryFlagIsHeard) {
  const Parsed parsed = Parse({"--database", "x.db", "--listen", "0.0.0.0:1",
                               "--insecure", "--lease", "1m30s", "--reflection",
                               "--log-level", "error", "--port-file", "port"});
  ASSERT_TRUE(parsed.command_line.has_value()) << parsed.error;
  const Server::Options& server = parsed.command_line->server;
  EXPECT_EQ(server.listen.ToString(), "0.0.0.0:1");
  EXPECT_EQ(server.coordinator.lease_duration, absl::Seconds(90));
  EXPECT_TRUE(server.reflection);
  EXPECT_EQ(parsed.command_line->log_level, LogLevel::kError);
  EXPECT_EQ(parsed.command_line->port_file, "port");
}

TEST(Options, OtherMachinesAreLetInWithTlsAndTokens) {
  const Parsed parsed =
      Parse({"--database", "x.db", "--listen", "0.0.0.0:1", "--tls-certificate",
             "c", "--tls-key", "k", "--tls-client-ca", "ca", "--tokens", "t"});
  ASSERT_TRUE(parsed.command_line.has_value()) << parsed.error;
  const Server::Options& server = parsed.command_line->server;
  EXPECT_EQ(server.credentials.certificate, "c");
  EXPECT_EQ(server.credentials.key, "k");
  EXPECT_EQ(server.credentials.client_ca, "ca");
  EXPECT_EQ(server.tokens, "t");
}

TEST(Options, WrongFlagsEndWithTwoAndPlainWords) {
  const struct {
    std::vector<std::string> arguments;
    const char* words;
  } cases[] = {
      {{}, "--database is required"},
      {{"--database"}, "--database"},
      {{"--database", ""}, "--database"},
      {{"--database", "x", "--nonsense"}, "--nonsense"},
      {{"--database", "x", "extra"}, "extra"},
      {{"--database", "x", "--listen", "host"}, "'host' is not an address"},
      {{"--database", "x", "--listen", "0.0.0.0:1"}, "--insecure"},
      {{"--database", "x", "--listen", "0.0.0.0:1"},
       "add --tls-certificate and --tls-key, and --tokens"},
      {{"--database", "x", "--listen", "[::]:1", "--tls-certificate", "c",
        "--tls-key", "k"},
       "can reach [::]:1: add --tokens (docs/security.md"},
      {{"--database", "x", "--listen", "10.0.0.1:1", "--tokens", "t"},
       "add --tls-certificate and --tls-key (docs/security.md"},
      {{"--database", "x", "--lease", "soon"}, "--lease: 'soon'"},
      {{"--database", "x", "--lease", "999ms"}, "1s to 1h"},
      {{"--database", "x", "--lease", "inf"}, "1s to 1h"},
      {{"--database", "x", "--log-level", "loud"}, "--log-level: 'loud'"},
  };
  for (const auto& c : cases) {
    const Parsed parsed = Parse(c.arguments);
    EXPECT_FALSE(parsed.command_line.has_value());
    EXPECT_EQ(parsed.exit_code, 2) << c.words;
    EXPECT_THAT(parsed.error, HasSubstr(c.words));
    EXPECT_THAT(parsed.out, IsEmpty());
  }
}

TEST(Options, HelpAndVersionEndWithNought) {
  const Parsed help = Parse({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("etalon-server --database etalon.db"));
  const Parsed version = Parse({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, StartsWith("etalon-server "));
}

}  // namespace
}  // namespace etalon
