// Configurations that coincide are not trained twice.

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CoordinatorHarness;
using ::etalon::testing::EqualsProto;
using ::etalon::testing::RandomSpec;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kSearch[] = "searches/s";

// lambda is one of two numbers, eta one: half of all that is drawn coincides.
v1::SearchSpec CoincidentSpec(int trials) {
  v1::SearchSpec spec = RandomSpec("s", trials);
  v1::Parameter& lambda = *spec.mutable_parameters(0);
  for (const double value : {1e-4, 1e-3}) {
    lambda.mutable_categories()->add_values()->set_number(value);
  }
  spec.mutable_parameters(1)->mutable_categories()->add_values()->set_number(
      0.1);
  return spec;
}

double Lambda(const v1::Trial& trial) {
  return trial.parameters(0).value().number();
}
// Of what is trained, seeds included.
double Accuracy(const v1::Trial& trial) {
  return 0.5 + 100 * Lambda(trial) +
         1e-20 * static_cast<double>(trial.seeds().initialization());
}

class World {
 public:
  World() { worker_ = harness_.Register("worker"); }

  std::vector<v1::LeasedTrial> Lease(int max_trials) {
    const auto response = harness_.Lease(worker_, max_trials);
    GTEST_CHECK_(response.ok()) << response.status();
    return {response->trials().begin(), response->trials().end()};
  }
  void Finish(const v1::LeasedTrial& leased) {
    ++trained_;
    ETALON_EXPECT_OK(
        harness_.Complete(worker_, leased.token(), Accuracy(leased.trial())));
    harness_.Settle();
  }
  void TrainAll(int side_by_side) {
    for (std::vector<v1::LeasedTrial> leased = Lease(side_by_side);
         !leased.empty(); leased = Lease(side_by_side)) {
      for (auto it = leased.rbegin(); it != leased.rend(); ++it) Finish(*it);
    }
  }
  v1::Search Search() { return harness_.GetSearch("s"); }
  std::vector<v1::Trial> Trials() {
    std::vector<v1::Trial> trials;
    const v1::TrialCounts counts = Search().counts();
    const int64_t all = counts.queued() + counts.running() +
                        counts.succeeded() + counts.diverged() +
                        counts.failed() + counts.cancelled();
    for (int64_t number = 1; number <= all; ++number) {
      trials.push_back(harness_.GetTrial("s", number));
    }
    return trials;
  }
  std::vector<std::string> Table() {
    std::vector<std::string> table;
    for (const v1::Trial& trial : Trials()) {
      table.push_back(absl::StrCat(
          trial.stage(), " ", trial.configuration(), " ", trial.replicate(),
          " ", Lambda(trial), " ", trial.state(), " ", trial.same_as(), " ",
          trial.result().validation().accuracy()));
    }
    return table;
  }

  CoordinatorHarness harness_;
  std::string worker_;
  int trained_ = 0;
};

class ReuseTest : public ::testing::Test, public World {};

TEST_F(ReuseTest, EachTrainingIsTrainedOnce) {
  ETALON_ASSERT_OK(harness_.Create(CoincidentSpec(10)));
  EXPECT_EQ(Search().counts().queued(), 10);
  TrainAll(4);
  EXPECT_EQ(trained_, 2);
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().succeeded(), 10);
  std::map<double, v1::Trial> first;
  for (const v1::Trial& trial : Trials()) {
    const auto [original, is_first] = first.try_emplace(Lambda(trial), trial);
    if (is_first) {
      EXPECT_EQ(trial.same_as(), "");
    } else {
      EXPECT_EQ(trial.same_as(), original->second.name());
      EXPECT_THAT(trial.result(), EqualsProto(original->second.result()));
      EXPECT_EQ(trial.attempt_count(), 0);
    }
  }
}

TEST_F(ReuseTest, ReplicatesAreTrainedReplicateByReplicate) {
  v1::SearchSpec spec = CoincidentSpec(10);
  spec.set_replicates(3);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  EXPECT_EQ(trained_, 6);
}

TEST_F(ReuseTest, LaterStageReusesAndTrainsFurtherReplicates) {
  v1::SearchSpec spec = CoincidentSpec(6);
  *spec.add_stages() = spec.stages(0);
  spec.mutable_stages(1)->set_name("again");
  spec.mutable_stages(1)->set_replicates(2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  EXPECT_EQ(trained_, 4) << "two replicates of two configurations";
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().succeeded(), 18);
}

TEST_F(ReuseTest, StageOfOldOnesIsCompleteAtOnce) {
  v1::SearchSpec spec = CoincidentSpec(12);
  *spec.add_stages() = spec.stages(0);
  spec.mutable_stages(1)->set_name("again");
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  EXPECT_EQ(trained_, 2);
  EXPECT_EQ(Search().stages(1).state(), v1::Stage::COMPLETE);
  EXPECT_EQ(Search().stages(1).counts().succeeded(), 12);
}

TEST_F(ReuseTest, AnotherTrainingIsTrained) {
  v1::SearchSpec spec = CoincidentSpec(6);
  for (const char* name : {"longer", "tested"}) {
    *spec.add_stages() = spec.stages(0);
    spec.mutable_stages(spec.stages_size() - 1)->set_name(name);
  }
  spec.mutable_stages(1)->mutable_training()->set_epochs(2);
  spec.mutable_stages(2)->set_evaluate_test(true);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  EXPECT_EQ(trained_, 6);
}

TEST_F(ReuseTest, WhatIsTakenIsTrainedAnew) {
  v1::SearchSpec spec = CoincidentSpec(6);
  v1::StageSpec& final = *spec.add_stages();
  final.set_name("final");
  final.mutable_take()->set_from("coarse");
  final.mutable_take()->set_top(2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  EXPECT_EQ(trained_, 4) << "top: 2 are two that differ";
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
}

TEST_F(ReuseTest, EndsWithTheOriginalHoweverThatEnds) {
  ETALON_ASSERT_OK(harness_.Create(CoincidentSpec(10)));
  const std::vector<v1::LeasedTrial> leased = Lease(10);
  ASSERT_THAT(leased, SizeIs(2));
  ETALON_ASSERT_OK(
      harness_.Fail(worker_, leased[0].token(), v1::Failure::DIVERGED));
  for (const v1::Trial& trial : Trials()) {
    if (Lambda(trial) == Lambda(leased[0].trial())) {
      EXPECT_EQ(trial.state(), v1::Trial::DIVERGED);
      EXPECT_EQ(trial.failure().update(), 17);
    } else {
      EXPECT_THAT(trial.state(),
                  ::testing::AnyOf(v1::Trial::QUEUED, v1::Trial::RUNNING));
    }
  }
  ETALON_ASSERT_OK(
      harness_.Fail(worker_, leased[1].token(), v1::Failure::INTERNAL));
  EXPECT_EQ(Search().state(), v1::Search::FAILED);
  EXPECT_EQ(Search().counts().queued(), 0);
}

TEST_F(ReuseTest, LostOriginalFailsAll) {
  v1::SearchSpec spec = CoincidentSpec(10);
  spec.set_max_attempts(1);
  ETALON_ASSERT_OK(harness_.Create(spec));
  ASSERT_THAT(Lease(10), SizeIs(2));
  harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  EXPECT_EQ(Search().counts().failed(), 10);
  EXPECT_EQ(Search().state(), v1::Search::FAILED);
}

TEST_F(ReuseTest, CancelledSearchCancelsAll) {
  ETALON_ASSERT_OK(harness_.Create(CoincidentSpec(10)));
  Lease(1);
  ETALON_ASSERT_OK(harness_.Cancel(kSearch));
  EXPECT_EQ(Search().counts().cancelled(), 10);
  EXPECT_EQ(Search().counts().queued(), 0);
}

TEST_F(ReuseTest, TableDoesNotDependOnWhatEndsFirst) {
  v1::SearchSpec spec = CoincidentSpec(8);
  spec.set_replicates(2);
  *spec.add_stages() = spec.stages(0);
  spec.mutable_stages(1)->set_name("again");
  spec.mutable_stages(1)->set_replicates(3);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(1);
  World other;
  ETALON_ASSERT_OK(other.harness_.Create(spec));
  other.Finish(other.Lease(3)[1]);
  other.harness_.Restart();
  other.harness_.Elapse(CoordinatorHarness::kLease + absl::Seconds(1));
  other.worker_ = other.harness_.Register("another");
  other.TrainAll(3);
  EXPECT_EQ(other.Table(), Table());
}

TEST_F(ReuseTest, WhatLearnsGoesOnOverOldOnes) {
  v1::SearchSpec spec = CoincidentSpec(1);
  v1::Sample::ModelBased& tpe =
      *spec.mutable_stages(0)->mutable_sample()->mutable_tpe();
  tpe.set_count(20);
  tpe.set_startup(4);
  tpe.set_look_ahead(2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  EXPECT_LE(trained_, 2);
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(Search().counts().succeeded(), 20);
}

TEST_F(ReuseTest, TakesNothingOfABudget) {
  v1::SearchSpec spec = CoincidentSpec(10);
  spec.mutable_stages(0)->mutable_budget()->set_trials(2);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  EXPECT_EQ(Search().counts().succeeded(), 10);
  EXPECT_EQ(Search().counts().cancelled(), 0);
}

TEST_F(ReuseTest, IsCancelledWithAnOriginalBeyondTheBudget) {
  v1::SearchSpec spec = CoincidentSpec(10);
  spec.mutable_stages(0)->mutable_budget()->set_trials(1);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  EXPECT_EQ(trained_, 1);
  const v1::TrialCounts counts = Search().counts();
  EXPECT_EQ(counts.succeeded() + counts.cancelled(), 10);
  EXPECT_THAT(counts.cancelled(), Ge(1));
  EXPECT_EQ(Search().state(), v1::Search::SUCCEEDED);
}

TEST_F(ReuseTest, OfWhatIsTheSameOneRaces) {
  v1::SearchSpec spec = CoincidentSpec(10);
  spec.mutable_race()->set_max(20);
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  const v1::Stage stage = Search().stages(0);
  EXPECT_EQ(stage.race().kind(), v1::RaceOutcome::SEPARATED);
  EXPECT_THAT(stage.race().contenders(), SizeIs(1));
  EXPECT_EQ(trained_, 2 * stage.race().replicates());
}

TEST_F(ReuseTest, RaceReusesWhatAnEarlierOneTrained) {
  v1::SearchSpec spec = CoincidentSpec(6);
  spec.mutable_race()->set_max(20);
  *spec.add_stages() = spec.stages(0);
  spec.mutable_stages(1)->set_name("again");
  ETALON_ASSERT_OK(harness_.Create(spec));
  TrainAll(4);
  const v1::Search search = Search();
  EXPECT_EQ(search.state(), v1::Search::SUCCEEDED);
  EXPECT_EQ(trained_, 2 * search.stages(0).race().replicates());
  EXPECT_EQ(search.stages(1).race().replicates(),
            search.stages(0).race().replicates());
}

}  // namespace
}  // namespace etalon
