// Successive halving with real processes: trials that wait at rungs and go on
// elsewhere give the table of a search that nothing disturbs, to the bit, and
// what goes on is what an unbroken training would have been.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/random.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kTimeout = absl::Minutes(3);

// Rungs after one epoch and after three of nine; moments, dropout, running
// statistics and best weights are in the checkpoints. Rates are such that some
// diverge. $0: what stops trials.
std::string Search(const std::string& stopping) {
  return absl::StrCat(R"(
name: halving
seed: 3
max_attempts: 100
training:
  dataset: {name: synthetic, train: 1000, validation: 300, test: 100}
  network: {hidden: [24], batch_norm: true, dropout: 0.1}
  optimizer: {sgd: {momentum: 0.9}}
  early_stopping: {patience: 50}
  batch_size: 20
  epochs: 9
  schedule: {cosine: {}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
  eta: {log: [1e-3, 1e2]}
stages:
  - name: coarse
    sample: {random: 12}
    replicates: 2
)",
                      stopping,
                      "  - {name: final, take: {from: coarse, top: 1}}\n");
}

const char kHalving[] =
    "    stopping: {halving: {factor: 3, minimum_epochs: 1}}\n";

// Measurements of the trials that came to their end, by number and update, from
// the attempt that counts.
constexpr char kCourses[] =
    "SELECT t.number, m.updates, quote(m.validation_loss),"
    " quote(m.validation_accuracy), quote(m.train_loss)"
    " FROM trials AS t JOIN results AS r USING (trial_id)"
    " JOIN measurements AS m"
    "  ON m.trial_id = t.trial_id AND m.attempt = r.attempt"
    " WHERE t.number IN ($0) ORDER BY t.number, m.updates";

std::string CoursesOf(const std::vector<std::string>& trials) {
  std::string sql = kCourses;
  sql.replace(sql.find("$0"), 2, absl::StrJoin(trials, ", "));
  return sql;
}

struct Outcome {
  std::vector<std::string> table;
  std::vector<std::string> succeeded;  // numbers of `coarse`
  std::vector<std::string> courses;    // theirs
};

// One worker, nothing happens.
const Outcome& Undisturbed() {
  static const auto* outcome = [] {
    Cluster cluster;
    cluster.StartServer();
    cluster.StartWorker();
    EXPECT_EQ(cluster.AwaitEnd(cluster.Submit(Search(kHalving)), kTimeout),
              "SUCCEEDED")
        << cluster.Logs();
    auto* made = new Outcome;
    made->table = cluster.Table();
    made->succeeded = cluster.Query(
        "SELECT number FROM trials JOIN stages USING (stage_id)"
        " WHERE name = 'coarse' AND trials.state = 'SUCCEEDED'"
        " ORDER BY number");
    made->courses = cluster.Query(CoursesOf(made->succeeded));
    return made;
  }();
  return *outcome;
}

TEST(Halving, OneConfigurationOfTwelveComesToItsEnd) {
  // Twelve, four, one, twice each.
  EXPECT_THAT(Undisturbed().succeeded, SizeIs(2));
}

// The whole course of every trial that came through is that of the same trial
// in a search that stops nobody.
TEST(Halving, WhoComesThroughIsTrainedAsIfUnbroken) {
  Cluster cluster;
  cluster.StartServer();
  cluster.StartWorker();
  ASSERT_EQ(cluster.AwaitEnd(cluster.Submit(Search("")), kTimeout),
            "SUCCEEDED");
  EXPECT_EQ(cluster.Query(CoursesOf(Undisturbed().succeeded)),
            Undisturbed().courses);
}

TEST(Halving, NoEpochIsTrainedTwiceAndNothingIsLeftOver) {
  Cluster cluster;
  cluster.StartServer();
  cluster.StartWorker();
  cluster.StartWorker({"--fuse", "2"});
  ASSERT_EQ(cluster.AwaitEnd(cluster.Submit(Search(kHalving)), kTimeout),
            "SUCCEEDED");
  EXPECT_EQ(cluster.Table(), Undisturbed().table);
  EXPECT_THAT(cluster.Logs(),
              ::testing::Not(HasSubstr("from its start up to")));
  EXPECT_THAT(cluster.Query("SELECT count(*) FROM checkpoints"),
              ElementsAre("0"));
  EXPECT_THAT(cluster.Query("SELECT count(*) FROM checkpoint_pieces"),
              ElementsAre("0"));
  EXPECT_THAT(cluster.Query("SELECT count(*) FROM trials"
                            " WHERE state IN ('QUEUED', 'RUNNING',"
                            "  'SUSPENDED')"),
              ElementsAre("0"));
  // Counted, ranked and shown.
  EXPECT_THAT(cluster.Run({"show", "halving"}).out, HasSubstr("stopped"));
  EXPECT_THAT(cluster.Run({"best", "halving", "--stage", "coarse"}).exit_code,
              0);
}

TEST(Halving, RerunOfAStoppedTrialIsTheSame) {
  Cluster cluster;
  cluster.StartServer();
  cluster.StartWorker();
  ASSERT_EQ(cluster.AwaitEnd(cluster.Submit(Search(kHalving)), kTimeout),
            "SUCCEEDED");
  const std::vector<std::string> stopped = cluster.Query(
      "SELECT number FROM trials WHERE state = 'STOPPED' AND rung = 1"
      " ORDER BY number LIMIT 1");
  ASSERT_THAT(stopped, SizeIs(1));
  for (const std::string& trial :
       {stopped.front(), Undisturbed().succeeded.front()}) {
    const ProcessResult result =
        cluster.Run({"rerun", absl::StrCat("halving/", trial)});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_THAT(result.out, HasSubstr("the same to the bit: "));
  }
}

class HalvingKilledAtRandom : public ::testing::TestWithParam<int> {};

TEST_P(HalvingKilledAtRandom, GivesTheUndisturbedTable) {
  RandomStream random(GetParam());
  Cluster cluster({.lease = absl::Seconds(1)});
  cluster.StartServer();
  for (int i = 0; i < 3; ++i) cluster.StartWorker();
  const std::string search = cluster.Submit(Search(kHalving));
  const int kills = cluster.KillAtRandom(random, 20, absl::Milliseconds(170));
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_GT(kills, 1) << "the search was over too soon to be disturbed";
  EXPECT_EQ(cluster.Table(), Undisturbed().table) << cluster.Logs();
  EXPECT_THAT(cluster.Query("SELECT * FROM checkpoints"), IsEmpty());
  EXPECT_THAT(cluster.Query("PRAGMA integrity_check"), ElementsAre("ok"));
}

INSTANTIATE_TEST_SUITE_P(Seeds, HalvingKilledAtRandom, ::testing::Values(1, 2));

}  // namespace
}  // namespace etalon::testing
