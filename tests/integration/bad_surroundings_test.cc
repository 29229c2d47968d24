// What is wrong around the programs: files, ports, data folders.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/integration/cluster.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr absl::Duration kTimeout = absl::Minutes(2);

ProcessResult StartServerOn(const std::string& database,
                            const std::string& address = "127.0.0.1:0") {
  return RunProcess({BinaryPath("etalon-server"), "--listen", address,
                     "--database", database},
                    {}, absl::Seconds(30));
}

TEST(BadSurroundings, PortInUseIsNamed) {
  Cluster cluster;
  cluster.StartServer();
  TempDir folder;
  const ProcessResult second =
      StartServerOn(folder.File("other.db"), cluster.address());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.error,
              AllOf(HasSubstr(cluster.address()), HasSubstr("in use")));
}

TEST(BadSurroundings, SecondServerOnADatabaseIsRefused) {
  Cluster cluster;
  cluster.StartServer();
  const ProcessResult second = StartServerOn(cluster.database());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.error, HasSubstr(cluster.database()));
}

TEST(BadSurroundings, FileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  TempDir folder;
  const std::string file = folder.File("notes.db");
  const std::string content(5000, 'x');
  std::ofstream(file) << content;
  const ProcessResult result = StartServerOn(file);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.error, HasSubstr(file));
  EXPECT_EQ(ReadFile(file), content);
}

TEST(BadSurroundings, DatabaseOfANewerVersionIsRefused) {
  TempDir folder;
  const std::string file = folder.File("etalon.db");
  {
    Process server({BinaryPath("etalon-server"), "--listen", "127.0.0.1:0",
                    "--database", file, "--port-file", folder.File("port")},
                   {});
    for (int i = 0; i < 3000 && ReadFile(folder.File("port")).empty(); ++i) {
      ASSERT_EQ(server.Wait(absl::Milliseconds(10)), std::nullopt);
    }
    server.Signal(SIGTERM);
    EXPECT_EQ(server.Wait(absl::Seconds(30)), 0);
  }
  RunProcess({"/usr/bin/sqlite3", file, "PRAGMA user_version = 1000"});
  const ProcessResult result = StartServerOn(file);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.error, AllOf(HasSubstr(file), HasSubstr("1000")));
}

TEST(BadSurroundings, ReadOnlyFolderIsRefused) {
  TempDir folder;
  // Permissions do not bind root: the server runs as a user they bind.
  std::vector<std::string> argv;
  if (geteuid() == 0) {
    argv = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534",
            "--clear-groups"};
  }
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  for (const char* argument : {"--listen", "127.0.0.1:0", "--database"}) {
    if (argv.empty() || argv.back() == "--clear-groups") {
      argv.push_back(BinaryPath("etalon-server"));
    }
    argv.push_back(argument);
  }
  argv.push_back(folder.File("etalon.db"));
  const ProcessResult result = RunProcess(argv, {}, absl::Seconds(30));
  chmod(folder.path().c_str(), 0755);
  EXPECT_EQ(result.exit_code, 1) << result.error;
  EXPECT_THAT(result.error, HasSubstr(folder.File("etalon.db")));
}

// CIFAR-10 as far as a loader can tell: files of the right size, all of them
// black images of class 0, without taking room on the disk.
void MakeBlankCifar10(const std::string& folder) {
  std::filesystem::create_directories(folder);
  for (const char* name : {"data_batch_1", "data_batch_2", "data_batch_3",
                           "data_batch_4", "data_batch_5", "test_batch"}) {
    const std::string file = absl::StrCat(folder, "/", name, ".bin");
    std::ofstream(file, std::ios::binary).flush();
    std::filesystem::resize_file(file, 30'730'000);
  }
}

constexpr char kCifarSearch[] = R"(
name: cifar
training:
  dataset: {name: cifar10, batches: [1], validation_batches: [2]}
  network: {hidden: [4]}
  updates: 20
  schedule: {constant: {eta: 0.01}}
parameters:
  lambda: {values: [0.001, 0.01]}
stages:
  - {name: only, sample: {grid: 2}}
)";

class LostData : public ::testing::Test {
 protected:
  // Waits until the first worker is known, so that what happens to its data
  // afterwards is news to it.
  void StartClusterWithOneWorker() {
    MakeBlankCifar10(data_);
    cluster_.StartServer();
    first_ = cluster_.StartWorker({"--data", data_});
    cluster_.AwaitAny("SELECT count(*) FROM workers");
  }

  // The search ends well once a worker with data is there, and the database
  // says why the first one handed back.
  void ExpectAnotherWorkerFinishes(const std::string& reason) {
    const std::string search = cluster_.Submit(kCifarSearch);
    cluster_.AwaitAny(
        "SELECT count(*) FROM attempts WHERE state = "
        "'RETURNED'");
    const std::string good = folder_.File("good");
    MakeBlankCifar10(good);
    cluster_.StartWorker({"--data", good});
    EXPECT_EQ(cluster_.AwaitEnd(search, kTimeout), "SUCCEEDED");
    const ProcessResult trial =
        cluster_.Run({"trial", absl::StrCat(search, "/1"), "-o", "json"});
    EXPECT_THAT(trial.out, AllOf(HasSubstr("RETURNED"), HasSubstr(reason)));
    EXPECT_THAT(cluster_.Run({"workers"}).out, HasSubstr("cifar10"));
    EXPECT_EQ(cluster_.worker(first_).Wait(absl::ZeroDuration()), std::nullopt)
        << "the worker lives on";
  }

  TempDir folder_;
  std::string data_ = folder_.File("data");
  Cluster cluster_;
  size_t first_ = 0;
};

TEST_F(LostData, MissingFolderSendsTrialsToAnotherWorker) {
  StartClusterWithOneWorker();
  std::filesystem::remove_all(data_);
  ExpectAnotherWorkerFinishes("is not a directory");
}

TEST_F(LostData, TruncatedFileSendsTrialsToAnotherWorker) {
  StartClusterWithOneWorker();
  std::filesystem::resize_file(data_ + "/data_batch_2.bin", 30'000'000);
  ExpectAnotherWorkerFinishes("30000000");
}

TEST(BadSurroundings, WorkerWithoutDataIsNotGivenTrialsThatNeedIt) {
  Cluster cluster;
  cluster.StartServer();
  cluster.StartWorker();
  const std::string search = cluster.Submit(kCifarSearch);
  cluster.AwaitAny("SELECT count(*) FROM workers");
  const ProcessResult show = cluster.Run({"show", search});
  EXPECT_THAT(show.out + show.error, HasSubstr("cifar10"));
  EXPECT_THAT(cluster.Query("SELECT count(*) FROM attempts"), ElementsAre("0"));
}

TEST(BadSurroundings, TerminatedProcessesEndWellAndHandBack) {
  Cluster cluster;
  cluster.StartServer();
  const size_t worker = cluster.StartWorker();
  cluster.Submit(R"(
name: long
training:
  dataset: {name: synthetic, train: 2000, validation: 500}
  epochs: 10000
  schedule: {constant: {eta: 0.01}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
stages:
  - {name: only, sample: {random: 2}}
)");
  cluster.AwaitAny("SELECT count(*) FROM attempts");
  cluster.worker(worker).Signal(SIGTERM);
  EXPECT_EQ(cluster.worker(worker).Wait(absl::Seconds(30)), 0);
  EXPECT_THAT(cluster.Query("SELECT state FROM attempts"),
              ElementsAre("RETURNED", "RETURNED"));
  EXPECT_THAT(cluster.Query("SELECT state FROM workers"), ElementsAre("GONE"));
  cluster.server().Signal(SIGTERM);
  EXPECT_EQ(cluster.server().Wait(absl::Seconds(30)), 0);
}

}  // namespace
}  // namespace etalon::testing
