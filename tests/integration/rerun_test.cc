// `etalon rerun`, with real processes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr absl::Duration kTimeout = absl::Minutes(3);

// The third trial diverges; the fourth goes back to earlier weights or not, and
// reads the test images.
constexpr char kSearch[] = R"(
name: again
seed: 5
training:
  dataset: {name: synthetic, train: 400, validation: 200, test: 100}
  network: {hidden: [8], batch_norm: true, dropout: 0.1}
  batch_size: 20
  lambda: 1e-3
  epochs: 3
  schedule: {constant: {}}
  evaluate: {per_epoch: 2, training: true}
parameters:
  eta: {values: [0.01, 0.05, 1e5]}
stages:
  - {name: coarse, sample: {grid: 1}}
  - name: final
    take: {from: coarse, top: 1}
    evaluate_test: true
    training: {early_stopping: {patience: 1}, epochs: 6, precision: bfloat16}
)";

// Whether `happened` comes true in generous time.
template <typename Condition>
bool Await(const Condition& happened) {
  const absl::Time deadline = absl::Now() + kTimeout;
  while (!happened()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

class RerunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_.StartServer();
    cluster_.StartWorker();
    cluster_.Submit(kSearch);
    ASSERT_EQ(cluster_.AwaitEnd("again", kTimeout), "SUCCEEDED")
        << cluster_.Logs();
    cluster_.worker(0).Signal(SIGTERM);
    ASSERT_EQ(cluster_.worker(0).Wait(absl::Minutes(1)), 0);
  }

  // Changes the database behind the coordinator's back.
  void Change(const std::string& sql) {
    cluster_.KillServer();
    const ProcessResult changed =
        RunProcess({"/usr/bin/sqlite3", cluster_.database(), sql});
    ASSERT_EQ(changed.exit_code, 0) << changed.error;
    cluster_.StartServer();
  }

  Cluster cluster_;
};

TEST_F(RerunTest, EveryTrialComesOutTheSameToTheBit) {
  for (const int trial : {1, 2, 4}) {
    const ProcessResult result =
        cluster_.Run({"rerun", absl::StrCat("again/", trial)});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_THAT(
        result.out,
        AllOf(StartsWith(absl::StrCat("searches/again/trials/", trial,
                                      ", trained with ")),
              HasSubstr("the same to the bit: "), EndsWith(" measurements\n")));
    EXPECT_EQ(result.error, "");
  }
  EXPECT_THAT(cluster_.Run({"rerun", "again/4"}).out, HasSubstr("  test  "));

  ASSERT_EQ(cluster_.Query("SELECT state FROM trials WHERE number = 3"),
            std::vector<std::string>{"DIVERGED"});
  const ProcessResult diverged = cluster_.Run({"rerun", "again/3"});
  EXPECT_EQ(diverged.exit_code, 0) << diverged.out << diverged.error;
  EXPECT_THAT(diverged.out, HasSubstr("and it diverged at update "));
}

TEST_F(RerunTest, MeasurementThatWasChangedIsNamed) {
  // By the least that a double can be.
  Change(
      "UPDATE measurements SET validation_loss = validation_loss * (1 +"
      " 2.220446049250313e-16) WHERE updates = 20 AND trial_id ="
      " (SELECT trial_id FROM trials WHERE number = 2)");
  const ProcessResult result = cluster_.Run({"rerun", "again/2"});
  EXPECT_EQ(result.exit_code, 1) << result.out << result.error;
  EXPECT_THAT(result.out, AllOf(HasSubstr("DIFFERENT\n"), HasSubstr("loss "),
                                EndsWith("not the same: 1 of 6 measurements, "
                                         "the first at update 20\n")));
}

TEST_F(RerunTest, DivergenceAtAnotherUpdateIsNamed) {
  Change(
      "UPDATE trials SET failure_update = failure_update + 1 WHERE"
      " number = 3");
  const ProcessResult result = cluster_.Run({"rerun", "again/3"});
  EXPECT_EQ(result.exit_code, 1) << result.out << result.error;
  EXPECT_THAT(result.out, HasSubstr("not the same: the trial diverged at"));
}

TEST_F(RerunTest, KernelsThatThisProcessorLacksAreRefusedUnlessOthersAreGiven) {
  Change(
      "UPDATE workers SET capabilities ="
      " json_set(capabilities, '$.kernel', 'abacus')");
  const ProcessResult refused = cluster_.Run({"rerun", "again/1"});
  EXPECT_EQ(refused.exit_code, 2) << refused.out << refused.error;
  EXPECT_THAT(refused.error,
              AllOf(HasSubstr("trained with abacus kernels"),
                    HasSubstr("--kernel takes others, which round otherwise")));
  EXPECT_EQ(refused.out, "");
  const ProcessResult other =
      cluster_.Run({"rerun", "again/1", "--kernel", "auto"});
  EXPECT_EQ(other.exit_code, 0) << other.out << other.error;
  EXPECT_THAT(other.out, HasSubstr("kernels, which round otherwise\n"));
}

TEST_F(RerunTest, DataThatAreMissingAreAskedFor) {
  Change(
      "UPDATE stages SET training = json_set(training, '$.dataset',"
      " json('{\"name\":\"mnist\",\"train\":400,\"validation\":200,"
      "\"seed\":\"5\"}'))");
  const ProcessResult result = cluster_.Run({"rerun", "again/1"});
  EXPECT_EQ(result.exit_code, 2) << result.out << result.error;
  EXPECT_THAT(result.error, HasSubstr("data set mnist is read from files: "
                                      "--data DIR names their folder"));
  const TempDir empty;
  const ProcessResult elsewhere =
      cluster_.Run({"rerun", "again/1", "--data", empty.path()});
  EXPECT_EQ(elsewhere.exit_code, 2) << elsewhere.out << elsewhere.error;
  EXPECT_THAT(elsewhere.error, HasSubstr("(--data " + empty.path() + ")"));
}

TEST_F(RerunTest, InterruptEndsItAndLeavesNothingBehind) {
  Change("UPDATE stages SET training = json_set(training, '$.epochs', 10000)");
  const TempDir temporary;
  const TempDir streams;
  Process rerun({BinaryPath("etalon"), "rerun", "again/1"},
                {.out_file = streams.File("out"),
                 .error_file = streams.File("error"),
                 .environment = {"ETALON_SERVER=" + cluster_.address(),
                                 "TMPDIR=" + temporary.path()}});
  std::string trial;
  const auto given = [&] {
    for (const auto& entry : fs::directory_iterator(temporary.path())) {
      trial = entry.path() / "trial";
    }
    return fs::exists(trial);
  };
  ASSERT_TRUE(Await(given));
  // What the worker's program is given, for what follows.
  fs::copy_file(trial, streams.File("trial"));
  rerun.Signal(SIGINT);
  EXPECT_EQ(rerun.Wait(kTimeout), 130) << ReadFile(streams.File("error"));
  EXPECT_EQ(ReadFile(streams.File("out")), "");
  EXPECT_TRUE(fs::is_empty(temporary.path()));

  // The worker's program alone, once it waits for signals.
  Process worker({BinaryPath("etalon-worker"), "rerun", "--trial",
                  streams.File("trial"), "--trained-with", "generic"},
                 {.out_file = streams.File("out"),
                  .error_file = streams.File("error-of-worker"),
                  .environment = {}});
  const fs::path threads = absl::StrCat("/proc/", worker.pid(), "/task");
  ASSERT_TRUE(Await(
      [&] { return std::distance(fs::directory_iterator(threads), {}) > 1; }));
  worker.Signal(SIGINT);
  EXPECT_EQ(worker.Wait(kTimeout), 130);
  EXPECT_EQ(ReadFile(streams.File("out")), "");
  EXPECT_EQ(ReadFile(streams.File("error-of-worker")),
            "etalon-worker rerun: interrupted\n");
}

TEST_F(RerunTest, WorkersProgramRefusesWhatIsNoTrial) {
  const TempDir folder;
  const std::string file = folder.File("trial");
  std::ofstream(file) << "no trial";
  const auto rerun = [](const std::vector<std::string>& flags) {
    std::vector<std::string> argv = {BinaryPath("etalon-worker"), "rerun"};
    argv.insert(argv.end(), flags.begin(), flags.end());
    const ProcessResult result = RunProcess(argv);
    EXPECT_EQ(result.exit_code, 2) << result.out;
    return result.error;
  };
  EXPECT_THAT(rerun({"--trial", file, "--trained-with", "generic"}),
              HasSubstr("holds no trial"));
  EXPECT_THAT(rerun({"--trial", folder.path(), "--trained-with", "generic"}),
              HasSubstr(folder.path()));
  EXPECT_THAT(rerun({"--trial", file}), HasSubstr("--trained-with"));
}

}  // namespace
}  // namespace etalon::testing
