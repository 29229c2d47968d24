// TLS, certificates and tokens, with real processes; and that no token is seen
// where it should not be.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/cluster.h"
#include "tests/support/certificates.h"

namespace etalon::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::Duration kTimeout = absl::Minutes(2);

constexpr char kSearch[] = R"(
name: secure
seed: 5
training:
  dataset: {name: synthetic, train: 400, validation: 200, test: 100}
  network: {hidden: [8]}
  batch_size: 20
  epochs: 2
  schedule: {constant: {}}
parameters:
  eta: {log: [1e-3, 1e-1]}
stages:
  - {name: coarse, sample: {random: 6}}
)";

// A cluster that asks for certificates and tokens.
class SecurityTest : public ::testing::Test {
 protected:
  SecurityTest() {
    for (const auto& [name, role] : {std::pair("alice", "admin"),
                                     {"viewer", "viewer"},
                                     {"gpu", "worker"}}) {
      CreateToken(name, role);
    }
    cluster_.StartServer({"--tls-certificate", certificates_.Pem("server"),
                          "--tls-key", certificates_.Key("server"),
                          "--tls-client-ca", certificates_.ca(), "--tokens",
                          tokens_});
  }

  void CreateToken(const std::string& name, const std::string& role) {
    const ProcessResult result =
        RunProcess({BinaryPath("etalon"), "token", "create", name, "--role",
                    role, "--tokens", tokens_, "--output", TokenFile(name)});
    ASSERT_EQ(result.exit_code, 0) << result.error;
  }
  std::string TokenFile(const std::string& name) const {
    return folder_.File(name + ".token");
  }
  // The flags of the one who has this token, and gpu's certificate.
  std::vector<std::string> Credentials(const std::string& token_of) const {
    return {"--tls-ca",          certificates_.ca(),
            "--tls-certificate", certificates_.Pem("gpu"),
            "--tls-key",         certificates_.Key("gpu"),
            "--token-file",      TokenFile(token_of)};
  }
  ProcessResult Run(std::vector<std::string> arguments,
                    const std::string& token_of) {
    const std::vector<std::string> more = Credentials(token_of);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return cluster_.Run(arguments);
  }

  TempDir folder_;
  const std::string tokens_ = folder_.File("tokens");
  const Certificates certificates_{{"gpu"}};
  Cluster cluster_;
};

// Everything that /proc shows of command lines.
std::string CommandLines() {
  std::string all;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    absl::StrAppend(&all, ReadFile(entry.path() / "cmdline"));
  }
  return all;
}

TEST_F(SecurityTest, SearchRunsAndNoTokenIsToBeSeen) {
  cluster_.StartWorker(Credentials("gpu"));
  const std::string file = folder_.File("search.yaml");
  std::ofstream(file) << kSearch;
  const ProcessResult submitted = Run({"submit", file, "-o", "name"}, "alice");
  ASSERT_EQ(submitted.exit_code, 0) << submitted.error << cluster_.Logs();
  ASSERT_EQ(cluster_.AwaitEnd("secure", kTimeout), "SUCCEEDED")
      << cluster_.Logs();
  const ProcessResult workers = Run({"workers", "-o", "csv"}, "viewer");
  EXPECT_THAT(workers.out, HasSubstr(",gpu,")) << workers.error;

  const std::string seen = absl::StrCat(
      CommandLines(), cluster_.Logs(), ReadFile(cluster_.database()),
      ReadFile(cluster_.database() + "-wal"), ReadFile(tokens_));
  for (const char* name : {"alice", "viewer", "gpu"}) {
    const std::string token = ReadFile(TokenFile(name));
    const std::string secret(
        absl::StripAsciiWhitespace(token.substr(token.rfind('_') + 1)));
    ASSERT_EQ(secret.size(), 64u);
    EXPECT_FALSE(absl::StrContains(seen, secret)) << name;
  }
}

TEST_F(SecurityTest, RefusalsEndWithTheirExitCodesAndPlainWords) {
  const ProcessResult by_worker = Run({"list"}, "gpu");
  EXPECT_EQ(by_worker.exit_code, 6);
  EXPECT_THAT(by_worker.error, HasSubstr("a token of the role worker"));
  const ProcessResult by_viewer = Run({"cancel", "secure"}, "viewer");
  EXPECT_EQ(by_viewer.exit_code, 6);
  EXPECT_THAT(by_viewer.error, HasSubstr("admin or client"));
  const ProcessResult plain = cluster_.Run({"list", "--timeout", "3s"});
  EXPECT_EQ(plain.exit_code, 5);
  EXPECT_THAT(plain.error, HasSubstr("--tls-ca FILE"));
}

TEST_F(SecurityTest, WorkerTakesUpANewTokenWithoutARestart) {
  cluster_.StartWorker(Credentials("gpu"));
  cluster_.AwaitAny("SELECT count(*) FROM workers");
  const ProcessResult revoked = RunProcess(
      {BinaryPath("etalon"), "token", "revoke", "gpu", "--tokens", tokens_});
  ASSERT_EQ(revoked.exit_code, 0) << revoked.error;
  // Another token of the same holder in the same place, once the first is
  // refused.
  fs::rename(TokenFile("gpu"), TokenFile("old"));
  const absl::Time deadline = absl::Now() + kTimeout;
  while (Run({"health"}, "old").exit_code != 6) {
    ASSERT_LT(absl::Now(), deadline);
    absl::SleepFor(absl::Milliseconds(20));
  }
  CreateToken("gpu", "worker");
  const std::string file = folder_.File("search.yaml");
  std::ofstream(file) << kSearch;
  const ProcessResult submitted = Run({"submit", file, "-o", "name"}, "alice");
  ASSERT_EQ(submitted.exit_code, 0) << submitted.error;
  EXPECT_EQ(cluster_.AwaitEnd("secure", kTimeout), "SUCCEEDED")
      << cluster_.Logs();
  EXPECT_EQ(cluster_.Query("SELECT count(*) FROM workers"),
            std::vector<std::string>{"1"});
}

TEST(SecurityOfStarts, OtherMachinesAreNotLetInByMistake) {
  TempDir folder;
  const ProcessResult result =
      RunProcess({BinaryPath("etalon-server"), "--listen", "0.0.0.0:0",
                  "--database", folder.File("e.db")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error,
              AllOf(HasSubstr("--tls-certificate"), HasSubstr("--tokens"),
                    HasSubstr("--insecure")));
  EXPECT_FALSE(fs::exists(folder.File("e.db")));
}

TEST(SecurityOfStarts, FilesThatCannotBeUsedAreNamed) {
  TempDir folder;
  const Certificates certificates;
  const auto start = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(),
                 {BinaryPath("etalon-server"), "--listen", "127.0.0.1:0",
                  "--database", folder.File("e.db")});
    return RunProcess(flags);
  };
  const ProcessResult no_tokens =
      start({"--tls-certificate", certificates.Pem("server"), "--tls-key",
             certificates.Key("server"), "--tokens", folder.File("tokens")});
  EXPECT_EQ(no_tokens.exit_code, 1);
  EXPECT_THAT(no_tokens.error, AllOf(HasSubstr(folder.File("tokens")),
                                     HasSubstr("etalon token create")));
  const ProcessResult other_key =
      start({"--tls-certificate", certificates.Pem("server"), "--tls-key",
             certificates.Key("ca")});
  EXPECT_EQ(other_key.exit_code, 1);
  EXPECT_THAT(other_key.error, HasSubstr("is not the key of"));
  const ProcessResult worker = RunProcess(
      {BinaryPath("etalon-worker"), "--tls-ca", folder.File("none.pem")});
  EXPECT_EQ(worker.exit_code, 2);
  EXPECT_THAT(worker.error, HasSubstr("none.pem"));
}

// What it starts is on loopback and asks for nothing, whatever the environment
// says of other coordinators.
TEST(SecurityOfStarts, RunNeedsNoCredentials) {
  TempDir folder;
  const std::string file = folder.File("search.yaml");
  std::ofstream(file) << kSearch;
  const ProcessResult result = RunProcess(
      {BinaryPath("etalon"), "run", file, "--workers", "1", "--database",
       folder.File("run.db")},
      {"ETALON_TLS_CA=/no/ca", "ETALON_TOKEN_FILE=/no/token",
       "ETALON_TLS_KEY=/no/key", "ETALON_TLS_CERTIFICATE=/no/certificate"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
}

}  // namespace
}  // namespace etalon::testing
