// Trials that are compared with earlier ones on their way, with real processes:
// who is stopped, and where, does not depend on who computes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::Duration kTimeout = absl::Minutes(3);

constexpr char kSearch[] = R"(
name: compared
seed: 11
max_attempts: 100
training:
  dataset: {name: synthetic, train: 1000, validation: 400, test: 100}
  network: {hidden: [16]}
  batch_size: 20
  epochs: 9
  schedule: {constant: {}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
  eta: {log: [1e-4, 1]}
stages:
  - name: median
    sample: {sobol: 16}
    stopping: {median: {startup: 3, look_ahead: 4}}
  - name: asynchronous
    sample: {tpe: {count: 16, startup: 6, look_ahead: 4}}
    stopping: {asynchronous_halving: {look_ahead: 6}}
    evaluate_test: true
)";

std::vector<std::string> Thresholds(Cluster& cluster) {
  return cluster.Query(
      "SELECT stage_id, configuration, thresholds FROM configurations"
      " ORDER BY 1, 2");
}

class ComparingStages : public ::testing::Test {
 protected:
  // By one worker, undisturbed.
  void SetUp() override {
    cluster_.StartServer();
    cluster_.StartWorker();
    cluster_.Submit(kSearch);
    ASSERT_EQ(cluster_.AwaitEnd("compared", kTimeout), "SUCCEEDED")
        << cluster_.Logs();
  }
  // The number of a trial that was stopped.
  std::string Stopped(const std::string& stage) {
    const std::vector<std::string> trials = cluster_.Query(
        absl::StrCat("SELECT trial FROM trial_results WHERE state = 'STOPPED'"
                     " AND stage = '",
                     stage, "' ORDER BY trial LIMIT 1"));
    EXPECT_THAT(trials, SizeIs(1)) << stage;
    return trials.empty() ? "" : trials[0];
  }

  Cluster cluster_;
};

TEST_F(ComparingStages, TableIsTheSameForThreeWorkersOfWhichOneIsKilled) {
  Stopped("median");
  Stopped("asynchronous");
  Cluster three({.lease = absl::Seconds(1)});
  three.StartServer();
  for (int i = 0; i < 3; ++i) three.StartWorker();
  three.Submit(kSearch);
  three.AwaitAny("SELECT count(*) FROM results");
  three.KillWorker(1);
  EXPECT_EQ(three.AwaitEnd("compared", kTimeout), "SUCCEEDED") << three.Logs();
  EXPECT_EQ(three.Table(), cluster_.Table());
  EXPECT_EQ(Thresholds(three), Thresholds(cluster_));
}

TEST_F(ComparingStages, StoppedTrialsAreShownAndNotUsed) {
  const std::string trial = Stopped("asynchronous");
  const ProcessResult shown =
      cluster_.Run({"trial", absl::StrCat("compared/", trial)});
  EXPECT_EQ(shown.exit_code, 0) << shown.error;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("STOPPED"), HasSubstr("thresholds")));
  EXPECT_EQ(cluster_.Query("SELECT count(*) FROM trial_results"
                           " WHERE state = 'STOPPED' AND"
                           " test_accuracy IS NOT NULL"),
            std::vector<std::string>{"0"});
  EXPECT_EQ(cluster_.Query("SELECT count(*) FROM best_trials JOIN trial_results"
                           " USING (search, trial) WHERE state = 'STOPPED'"),
            std::vector<std::string>{"0"});
}

TEST_F(ComparingStages, StoppedTrialComesOutTheSameToTheBit) {
  for (const char* stage : {"median", "asynchronous"}) {
    const std::string trial = Stopped(stage);
    const ProcessResult result =
        cluster_.Run({"rerun", absl::StrCat("compared/", trial)});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_THAT(result.out, HasSubstr("the same to the bit: "));
  }
}

}  // namespace
}  // namespace etalon::testing
