// What an operator does to a coordinator that trains, with real processes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/integration/cluster.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr absl::Duration kTimeout = absl::Minutes(2);

// Some seconds on one worker.
constexpr char kSearch[] = R"yaml(
name: ops
seed: 7
training:
  dataset: {name: synthetic, train: 1000, validation: 200}
  network: {hidden: [20]}
  schedule: {constant: {}}
  batch_size: 50
  epochs: 2
parameters:
  lambda: {log: [1e-5, 1e-1]}
  eta: {log: [1e-3, 1e-1]}
stages:
  - {name: only, sample: {random: 60}}
)yaml";

TEST(Operations, BackupWhileItTrainsIsRestoredAndTheSearchEndsTheSame) {
  Cluster cluster;
  cluster.StartServer();
  const std::string search = cluster.Submit(kSearch);
  cluster.StartWorker();
  cluster.AwaitAny("SELECT count(*) FROM results");
  TempDir folder;
  const std::string copy = folder.File("copy.db");
  ProcessResult result =
      cluster.Run({"db", "backup", copy, "--database", cluster.database()});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(result.out, copy + "\n");
  result = cluster.Run({"db", "check", "--database", copy});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  const std::vector<std::string> table = cluster.Table();

  // The coordinator loses its disk; the worker knows nothing of it.
  cluster.KillServer();
  result =
      cluster.Run({"db", "restore", copy, "--database", cluster.database()});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  cluster.StartServer();
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_EQ(cluster.Table(), table);
  result = cluster.Run({"db", "check", "--database", cluster.database()});
  EXPECT_EQ(result.exit_code, 0) << result.out;
}

TEST(Operations, LockOfAnotherProgramDelaysAndLosesNothing) {
  Cluster cluster;
  cluster.StartServer();
  const std::string search = cluster.Submit(kSearch);
  cluster.StartWorker();
  cluster.AwaitAny("SELECT count(*) FROM results");
  // Longer than the coordinator waits for it, so that calls are refused.
  const ProcessResult lock =
      RunProcess({"/bin/sh", "-c",
                  absl::StrCat("(echo 'BEGIN EXCLUSIVE;'; sleep 7; "
                               "echo 'ROLLBACK;') | sqlite3 '",
                               cluster.database(), "'")});
  EXPECT_EQ(lock.exit_code, 0) << lock.error;
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(cluster.Query("SELECT count(*) FROM results"), ElementsAre("60"));
  EXPECT_EQ(
      cluster.Run({"db", "check", "--database", cluster.database()}).exit_code,
      0);
}

TEST(Operations, LookBeforeTheStartTellsWhatIsThere) {
  TempDir folder;
  const std::string database = folder.File("etalon.db");
  const auto check = [&](const std::string& address) {
    return RunProcess({BinaryPath("etalon-server"), "--check", "--database",
                       database, "--listen", address});
  };
  ProcessResult result = check("127.0.0.1:0");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("would be created"));
  EXPECT_FALSE(std::filesystem::exists(database));
  Cluster cluster;
  cluster.StartServer();
  result = check(cluster.address());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("FAIL  address"));
}

TEST(Operations, LogsAreJsonWhereAsked) {
  TempDir folder;
  const std::string log = folder.File("log");
  const std::string port = folder.File("port");
  Process::Options streams;
  streams.error_file = log;
  Process server({BinaryPath("etalon-server"), "--listen", "127.0.0.1:0",
                  "--database", folder.File("etalon.db"), "--port-file", port,
                  "--log-format", "json", "--metrics", "127.0.0.1:0"},
                 streams);
  for (int i = 0; i < 3000 && ReadFile(port).empty(); ++i) {
    ASSERT_EQ(server.Wait(absl::Milliseconds(10)), std::nullopt);
  }
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(absl::Seconds(30)), 0);
  const std::string text = ReadFile(log);
  EXPECT_THAT(text, AllOf(HasSubstr("\"message\":\"listening on"),
                          HasSubstr("\"message\":\"metrics at port")));
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    EXPECT_TRUE(absl::StartsWith(line, "{\"time\":\"") &&
                absl::EndsWith(line, "\"}"))
        << line;
  }
}

TEST(Operations, DatabaseCommandsSpeakThroughTheCommandLine) {
  TempDir folder;
  const std::string etalon = BinaryPath("etalon");
  ProcessResult result = RunProcess({etalon, "db", "--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("Exit codes"));
  result = RunProcess({etalon, "db", "check"});
  EXPECT_EQ(result.exit_code, 2);
  result =
      RunProcess({etalon, "db", "check", "--database", folder.File("none.db")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.error, StartsWith("etalon db: "));
}

}  // namespace
}  // namespace etalon::testing
