// The law that nothing depends on who computes, with real processes: the same
// search gives the same table, to the bit, whatever happens to those that work
// on it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/random.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

using ::testing::IsEmpty;

// Coarse to fine with replicates, so that boxes, replicates and taken
// configurations are all in the table; some trials diverge. 37 trials.
constexpr char kSearch[] = R"(
name: identity
seed: 11
max_attempts: 100
training:
  dataset: {name: synthetic, train: 2000, validation: 400, test: 400}
  network: {hidden: [32]}
  batch_size: 20
  epochs: 25
  schedule: {constant: {}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
  eta: {log: [1e-3, 1e3]}
stages:
  - {name: coarse, sample: {random: 12}}
  - name: fine
    sample: {grid: 3}
    refine: {from: coarse, top: 3}
    replicates: 2
  - {name: final, take: {from: fine, top: 1}, replicates: 7, evaluate_test: true}
)";
constexpr int kTrials = 12 + 2 * 9 + 7;
constexpr absl::Duration kTimeout = absl::Minutes(3);

std::vector<std::string> UndisturbedTable(
    int workers, const std::vector<std::string>& flags = {}) {
  Cluster cluster;
  cluster.StartServer();
  for (int i = 0; i < workers; ++i) cluster.StartWorker(flags);
  const std::string search = cluster.Submit(kSearch);
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  return cluster.Table();
}

// The rows that one table has and the other has not, for a message that can be
// read.
std::vector<std::string> Difference(std::vector<std::string> ours,
                                    std::vector<std::string> theirs) {
  std::sort(ours.begin(), ours.end());
  std::sort(theirs.begin(), theirs.end());
  std::vector<std::string> difference;
  std::set_symmetric_difference(ours.begin(), ours.end(), theirs.begin(),
                                theirs.end(), std::back_inserter(difference));
  return difference;
}

// The reference, made once for all tests of this program.
const std::vector<std::string>& ReferenceTable() {
  static const auto* table = new std::vector<std::string>(UndisturbedTable(1));
  return *table;
}

TEST(Identity, TableHoldsEveryTrialWithResultsAndDivergence) {
  const std::vector<std::string>& table = ReferenceTable();
  int succeeded = 0;
  int diverged = 0;
  for (const std::string& row : table) {
    if (row.find("'SUCCEEDED'") != std::string::npos) ++succeeded;
    if (row.find("'DIVERGED'") != std::string::npos) ++diverged;
  }
  EXPECT_EQ(succeeded + diverged, kTrials);
  EXPECT_GT(diverged, 0);
  // Twenty-five evaluations of each trial that came to its end.
  EXPECT_GE(table.size(), static_cast<size_t>(kTrials + 25 * succeeded));
}

TEST(Identity, ThreeWorkersGiveTheTableOfOne) {
  EXPECT_THAT(Difference(UndisturbedTable(3), ReferenceTable()), IsEmpty());
}

TEST(Identity, TableIsTheSameHoweverManyAreTrainedSideBySide) {
  for (const char* width : {"1", "3"}) {
    EXPECT_THAT(
        Difference(UndisturbedTable(1, {"--fuse", width}), ReferenceTable()),
        IsEmpty())
        << "--fuse " << width;
  }
}

class KilledAtRandom : public ::testing::TestWithParam<int> {};

TEST_P(KilledAtRandom, GivesTheUndisturbedTable) {
  RandomStream random(GetParam());
  Cluster cluster({.lease = absl::Seconds(1)});
  cluster.StartServer();
  for (int i = 0; i < 3; ++i) cluster.StartWorker();
  const std::string search = cluster.Submit(kSearch);
  const int kills = cluster.KillAtRandom(random, 30, absl::Milliseconds(250));
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_GT(kills, 3) << "the search was over too soon to be disturbed";
  EXPECT_THAT(Difference(cluster.Table(), ReferenceTable()), IsEmpty())
      << cluster.Logs();
  EXPECT_EQ(cluster.Query("PRAGMA integrity_check"),
            std::vector<std::string>{"ok"});
}

INSTANTIATE_TEST_SUITE_P(Seeds, KilledAtRandom, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace etalon::testing
