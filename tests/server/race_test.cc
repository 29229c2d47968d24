// Stages that race: more replicates for contenders, none for clear losers.

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::RefiningSpec;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kSearch[] = "searches/s";

v1::SearchSpec RacingSpec(int configurations, int start, int max) {
  v1::SearchSpec spec = RandomSpec("s", configurations);
  spec.mutable_race()->set_start(start);
  spec.mutable_race()->set_max(max);
  return spec;
}

// Normal noise of this deviation; the same for the same trial.
double Noisy(double mean, double deviation, const v1::Trial& trial) {
  RandomStream random(DeriveSeed(1, "noise",
                                 {static_cast<uint64_t>(trial.configuration()),
                                  static_cast<uint64_t>(trial.replicate())}));
  return mean + deviation * random.NextNormal();
}

// Three that are about equal, and others that are far behind.
double ThreeGood(const v1::Trial& trial) {
  return Noisy(trial.configuration() < 3 ? 0.7 : 0.5, 0.01, trial);
}
// Each clearly better than the next.
double Falling(const v1::Trial& trial) {
  return Noisy(0.8 - 0.05 * trial.configuration(), 0.01, trial);
}

// A coordinator and a worker.
class World {
 public:
  World() { worker_ = harness_.Register("worker"); }

  std::vector<v1::LeasedTrial> Lease(int max_trials) {
    const auto response = harness_.Lease(worker_, max_trials);
    GTEST_CHECK_(response.ok()) << response.status();
    return {response->trials().begin(), response->trials().end()};
  }
  // Trains what there is, `side_by_side` at a time, the last of them first;
  // with a restart of the coordinator now and then.
  void TrainAll(int side_by_side,
                const std::function<double(const v1::Trial&)>& accuracy,
                bool restarts = false) {
    int turn = 0;
    for (std::vector<v1::LeasedTrial> leased = Lease(side_by_side);
         !leased.empty(); leased = Lease(side_by_side)) {
      if (restarts && ++turn % 3 == 0) harness_.Restart();
      for (auto it = leased.rbegin(); it != leased.rend(); ++it) {
        ETALON_EXPECT_OK(
            harness_.Complete(worker_, it->token(), accuracy(it->trial())));
      }
    }
  }
  // Of every trial of the search.
  std::vector<std::string> Table() {
    std::vector<std::string> table;
    const v1::TrialCounts counts = harness_.GetSearch("s").counts();
    for (int64_t number = 1; number <= counts.succeeded(); ++number) {
      const v1::Trial trial = harness_.GetTrial("s", number);
      table.push_back(absl::StrCat(
          trial.stage(), " ", trial.configuration(), " ", trial.replicate(),
          " ", trial.seeds().initialization(), " ", trial.seeds().minibatches(),
          " ", trial.result().validation().accuracy()));
    }
    return table;
  }
  // Replicates by configuration of the first stage.
  std::map<int, int> Replicates() {
    std::map<int, int> replicates;
    const v1::TrialCounts counts = harness_.GetSearch("s").stages(0).counts();
    for (int64_t number = 1;
         number <= counts.succeeded() + counts.diverged() + counts.failed();
         ++number) {
      const v1::Trial trial = harness_.GetTrial("s", number);
      if (trial.stage() == "searches/s/stages/coarse") {
        ++replicates[trial.configuration()];
      }
    }
    return replicates;
  }

  CoordinatorHarness harness_;
  std::string worker_;
};

class RaceTest : public ::testing::Test, public World {};

TEST_F(RaceTest, BeginsWithItsFirstReplicates) {
  ETALON_ASSERT_OK(harness_.Create(RacingSpec(4, 2, 10)));
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.stages(0).planned_trials(), 40);
  EXPECT_EQ(search.stages(0).counts().queued(), 8);
  EXPECT_FALSE(search.stages(0).has_race());
}

TEST_F(RaceTest, SpendsNothingOnClearLosers) {
  ETALON_ASSERT_OK(harness_.Create(RacingSpec(10, 1, 12)));
  TrainAll(4, ThreeGood);
  const std::map<int, int> replicates = Replicates();
  for (const auto& [configuration, count] : replicates) {
    if (configuration < 3) {
      EXPECT_GE(count, 5) << configuration;
    } else {
      EXPECT_LT(count, 5) << configuration;
    }
  }
  EXPECT_EQ(harness_.GetSearch("s").state(), v1::Search::SUCCEEDED);
}

TEST_F(RaceTest, SaysWhichOneIsSeparated) {
  ETALON_ASSERT_OK(harness_.Create(RacingSpec(5, 1, 20)));
  TrainAll(3, Falling);
  const v1::Stage stage = harness_.GetSearch("s").stages(0);
  EXPECT_EQ(stage.state(), v1::Stage::COMPLETE);
  EXPECT_EQ(stage.race().kind(), v1::RaceOutcome::SEPARATED);
  EXPECT_THAT(stage.race().contenders(), ElementsAre(0));
  EXPECT_EQ(stage.race().replicates(), Replicates()[0]);
  EXPECT_LT(stage.counts().succeeded(), stage.planned_trials());
}

TEST_F(RaceTest, SaysWhoIsLeftOfEquals) {
  ETALON_ASSERT_OK(harness_.Create(RacingSpec(3, 2, 4)));
  TrainAll(2, [](const v1::Trial&) { return 0.5; });
  const v1::Stage stage = harness_.GetSearch("s").stages(0);
  EXPECT_EQ(stage.race().kind(), v1::RaceOutcome::SPENT);
  EXPECT_THAT(stage.race().contenders(), ElementsAre(0, 1, 2));
  EXPECT_EQ(stage.race().replicates(), 4);
  EXPECT_EQ(stage.counts().succeeded(), 12);
}

TEST_F(RaceTest, BlockWaitsForItsLast) {
  ETALON_ASSERT_OK(harness_.Create(RacingSpec(3, 1, 4)));
  const std::vector<v1::LeasedTrial> block = Lease(10);
  ASSERT_THAT(block, SizeIs(3));
  ETALON_ASSERT_OK(harness_.Complete(worker_, block[0].token(), 0.5));
  ETALON_ASSERT_OK(harness_.Complete(worker_, block[2].token(), 0.6));
  EXPECT_THAT(Lease(10), IsEmpty());
  ETALON_ASSERT_OK(harness_.Complete(worker_, block[1].token(), 0.4));
  const std::vector<v1::LeasedTrial> next = Lease(10);
  ASSERT_THAT(next, SizeIs(3));
  for (const v1::LeasedTrial& leased : next) {
    EXPECT_EQ(leased.trial().replicate(), 1);
    EXPECT_EQ(leased.trial().seeds().minibatches(),
              next[0].trial().seeds().minibatches());
  }
}

TEST_F(RaceTest, TableDoesNotDependOnWhatEndsFirst) {
  const v1::SearchSpec spec = RacingSpec(6, 1, 8);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(1, ThreeGood);
  const std::vector<std::string> one_by_one = Table();
  const v1::RaceOutcome outcome = harness_.GetSearch("s").stages(0).race();
  for (const int side_by_side : {2, 3, 100}) {
    for (const bool restarts : {false, true}) {
      World other;
      ETALON_ASSERT_OK(other.harness_.Create(spec));
      other.TrainAll(side_by_side, ThreeGood, restarts);
      EXPECT_EQ(other.Table(), one_by_one) << side_by_side;
      EXPECT_THAT(other.harness_.GetSearch("s").stages(0).race().contenders(),
                  ::testing::ElementsAreArray(outcome.contenders()));
    }
  }
}

TEST_F(RaceTest, TableDoesNotDependOnLostWorkers) {
  v1::SearchSpec spec = RacingSpec(6, 1, 8);
  spec.set_max_attempts(100);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(1, ThreeGood);
  World other;
  ETALON_ASSERT_OK(other.harness_.Create(spec));
  for (int i = 0; i < 3; ++i) {
    other.Lease(4);
    other.harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
    other.worker_ = other.harness_.Register(absl::StrCat("worker-", i));
    for (const v1::LeasedTrial& leased : other.Lease(2)) {
      ETALON_EXPECT_OK(other.harness_.Complete(other.worker_, leased.token(),
                                               ThreeGood(leased.trial())));
    }
  }
  other.TrainAll(2, ThreeGood);
  EXPECT_EQ(other.Table(), Table());
}

TEST_F(RaceTest, WhatDivergesIsWorst) {
  ETALON_ASSERT_OK(harness_.Create(RacingSpec(2, 1, 20)));
  for (std::vector<v1::LeasedTrial> leased = Lease(2); !leased.empty();
       leased = Lease(2)) {
    for (const v1::LeasedTrial& one : leased) {
      if (one.trial().configuration() == 0) {
        ETALON_EXPECT_OK(harness_.Fail(worker_, one.token(),
                                       one.trial().replicate() % 2 == 0
                                           ? v1::Failure::DIVERGED
                                           : v1::Failure::INTERNAL));
      } else {
        ETALON_EXPECT_OK(harness_.Complete(worker_, one.token(), 0));
      }
    }
  }
  const v1::Stage stage = harness_.GetSearch("s").stages(0);
  EXPECT_EQ(stage.race().kind(), v1::RaceOutcome::SEPARATED);
  EXPECT_THAT(stage.race().contenders(), ElementsAre(1));
}

TEST_F(RaceTest, LaterStageTakesTheWinner) {
  v1::SearchSpec spec = RacingSpec(4, 4, 20);
  v1::StageSpec& final = *spec.add_stages();
  final.set_name("final");
  final.mutable_take()->set_from("coarse");
  final.mutable_take()->set_top(1);
  final.set_replicates(2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  // By its mean the third would be the best: it was out by three of its four
  // replicates, before its luck could be found out.
  const auto accuracy = [](const v1::Trial& trial) {
    if (trial.configuration() == 2) return trial.replicate() == 3 ? 1.0 : 0.55;
    return 0.6 - 0.1 * trial.configuration() + 0.01 * trial.replicate();
  };
  TrainAll(4, accuracy);
  const v1::Search search = harness_.GetSearch("s");
  ASSERT_EQ(search.state(), v1::Search::SUCCEEDED) << search.message();
  ASSERT_THAT(search.stages(0).race().contenders(), ElementsAre(0));
  const v1::Trial first = harness_.GetTrial("s", 1);
  const v1::Trial last = harness_.GetTrial("s", search.counts().succeeded());
  EXPECT_EQ(last.stage(), "searches/s/stages/final");
  ASSERT_EQ(first.configuration(), 0);
  EXPECT_EQ(last.parameters(0).value().number(),
            first.parameters(0).value().number());
}

TEST_F(RaceTest, CancelledOneGetsNoMore) {
  ETALON_ASSERT_OK(harness_.Create(RacingSpec(3, 1, 4)));
  const std::vector<v1::LeasedTrial> block = Lease(3);
  ETALON_ASSERT_OK(harness_.Cancel(kSearch));
  const v1::Search search = harness_.GetSearch("s");
  EXPECT_EQ(search.counts().cancelled(), 3);
  EXPECT_EQ(search.counts().queued(), 0);
  EXPECT_FALSE(search.stages(0).has_race());
}

TEST_F(RaceTest, PausedOneGoesOn) {
  ETALON_ASSERT_OK(harness_.Create(RacingSpec(3, 1, 2)));
  const std::vector<v1::LeasedTrial> block = Lease(3);
  ETALON_ASSERT_OK(harness_.Pause(kSearch));
  for (const v1::LeasedTrial& leased : block) {
    ETALON_EXPECT_OK(harness_.Complete(worker_, leased.token(), 0.5));
  }
  EXPECT_THAT(Lease(3), IsEmpty());
  ETALON_ASSERT_OK(harness_.Resume(kSearch));
  EXPECT_THAT(Lease(3), SizeIs(3));
}

}  // namespace
}  // namespace etalon
