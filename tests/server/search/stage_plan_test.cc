#include "server/search/stage_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "server/search/sample.h"
#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using testing::Categories;
using testing::EqualsProto;
using ::testing::HasSubstr;
using testing::LogRange;
using testing::StatusIs;
using testing::Train;
using testing::ValidSpec;

double Lambda(const Configuration& configuration) {
  return configuration.parameters[0].value().number();
}

// Best near lambda = 1e-3, and nearer there better.
double Accuracy(const Configuration& configuration) {
  return 1 / (1 + std::abs(std::log(Lambda(configuration) / 1e-3)));
}

void ExpectSamePlan(const StagePlan& a, const StagePlan& b) {
  ASSERT_EQ(a.box.size(), b.box.size());
  for (size_t i = 0; i < a.box.size(); ++i) {
    EXPECT_THAT(a.box[i], EqualsProto(b.box[i]));
  }
  ASSERT_EQ(a.configurations.size(), b.configurations.size());
  for (size_t i = 0; i < a.configurations.size(); ++i) {
    const Configuration& left = a.configurations[i];
    const Configuration& right = b.configurations[i];
    EXPECT_EQ(left.index, right.index);
    for (size_t p = 0; p < left.parameters.size(); ++p) {
      EXPECT_THAT(left.parameters[p], EqualsProto(right.parameters[p]));
    }
    ASSERT_EQ(left.replicates.size(), right.replicates.size());
    for (size_t r = 0; r < left.replicates.size(); ++r) {
      EXPECT_THAT(left.replicates[r], EqualsProto(right.replicates[r]));
    }
  }
}

TEST(PlanStageTest, ARandomStageDrawsFromTheDeclaredBox) {
  const v1::SearchSpec spec = ValidSpec();
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan plan, PlanStage(spec, 0, {}, {}));
  ASSERT_EQ(plan.box.size(), 2u);
  EXPECT_THAT(plan.box[0], EqualsProto(spec.parameters(0)));
  ASSERT_EQ(plan.configurations.size(), 10u);
  for (size_t i = 0; i < 10; ++i) {
    const Configuration& configuration = plan.configurations[i];
    EXPECT_EQ(configuration.index, static_cast<int>(i));
    ASSERT_EQ(configuration.parameters.size(), 2u);
    EXPECT_EQ(configuration.parameters[0].name(), "lambda");
    EXPECT_EQ(configuration.parameters[1].name(), "eta");
    EXPECT_EQ(configuration.replicates.size(), 1u);
  }
}

TEST(PlanStageTest, MoreTrialsNeverChangeEarlierOnes) {
  v1::SearchSpec spec = ValidSpec();
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan few, PlanStage(spec, 0, {}, {}));
  spec.mutable_stages(0)->mutable_sample()->mutable_random()->set_count(500);
  ETALON_ASSERT_OK_AND_ASSIGN(StagePlan many, PlanStage(spec, 0, {}, {}));
  ASSERT_EQ(many.configurations.size(), 500u);
  many.configurations.resize(few.configurations.size());
  ExpectSamePlan(few, many);
}

// As many as are asked for, all within the box; an adaptive sample's are those
// that need no result.
TEST(PlanStageTest, EverySampleGivesItsConfigurations) {
  const std::vector<std::pair<const char*, size_t>> samples = {
      {"sobol { count: 20 }", 20},
      {"latin_hypercube { count: 20 }", 20},
      {"tpe { count: 100 }", 10},
      {"tpe { count: 100 startup: 3 look_ahead: 5 }", 5},
      {"tpe { count: 4 }", 4}};
  for (const auto& [text, expected] : samples) {
    v1::SearchSpec spec = ValidSpec();
    *spec.mutable_stages(0)->mutable_sample() =
        testing::ParseTextProto<v1::Sample>(text);
    ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan plan,
                                PlanStage(spec, 0, {}, {}));
    EXPECT_EQ(plan.configurations.size(), expected) << text;
    std::set<double> lambdas;
    for (const Configuration& configuration : plan.configurations) {
      lambdas.insert(Lambda(configuration));
      EXPECT_GE(Lambda(configuration), 1e-5);
      EXPECT_LE(Lambda(configuration), 1e-1);
    }
    EXPECT_EQ(lambdas.size(), expected) << text;
    EXPECT_EQ(PlannedTrials(spec, 0), SampleCount(spec.stages(0).sample()));
  }
}

// What the engine adds to an adaptive stage is what the plan would have had.
TEST(PlanStageTest, AConfigurationByItselfHasTheSeedsOfThePlan) {
  v1::SearchSpec spec = ValidSpec();
  spec.set_replicates(2);
  ETALON_ASSERT_OK_AND_ASSIGN(StagePlan plan, PlanStage(spec, 0, {}, {}));
  StagePlan single;
  single.box = plan.box;
  single.configurations = {
      PlanConfiguration(spec, 0, 4, plan.configurations[4].parameters)};
  plan.configurations = {plan.configurations[4]};
  ExpectSamePlan(plan, single);
}

// 16 points in two dimensions: a spacing of a quarter of the width.
TEST(PlanStageTest, RefinesWhateverWasSampledByItsNumber) {
  for (const char* text :
       {"sobol { count: 16 }", "random { count: 16 }",
        "latin_hypercube { count: 16 }", "tpe { count: 16 startup: 16 }"}) {
    v1::SearchSpec spec = ValidSpec();
    *spec.mutable_stages(0)->mutable_sample() =
        testing::ParseTextProto<v1::Sample>(text);
    spec.mutable_stages(1)->mutable_refine()->set_top(1);
    ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                                PlanStage(spec, 0, {}, {}));
    ETALON_ASSERT_OK_AND_ASSIGN(
        const StagePlan fine,
        PlanStage(spec, 1, Train(coarse, "coarse", Accuracy), coarse.box));
    const v1::Parameter::DoubleRange& range = fine.box[0].double_range();
    EXPECT_NEAR(range.maximum() / range.minimum(), 10, 1e-9) << text;
  }
}

TEST(PlanStageTest, AStagesOwnRangesReplaceTheSearchs) {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_stages(0)->add_parameters() = LogRange("eta", 0.1, 0.2);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan plan, PlanStage(spec, 0, {}, {}));
  EXPECT_THAT(plan.box[0], EqualsProto(spec.parameters(0)));
  EXPECT_THAT(plan.box[1], EqualsProto(LogRange("eta", 0.1, 0.2)));
}

TEST(PlanStageTest, WeightsDifferInEveryTrialAndMinibatchesByReplicateOnly) {
  v1::SearchSpec spec = ValidSpec();
  spec.set_replicates(3);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan plan, PlanStage(spec, 0, {}, {}));
  std::set<uint64_t> initializations;
  std::set<uint64_t> minibatches;
  for (const Configuration& configuration : plan.configurations) {
    ASSERT_EQ(configuration.replicates.size(), 3u);
    for (size_t r = 0; r < 3; ++r) {
      const v1::Seeds& seeds = configuration.replicates[r];
      initializations.insert(seeds.initialization());
      minibatches.insert(seeds.minibatches());
      EXPECT_EQ(seeds.minibatches(),
                plan.configurations[0].replicates[r].minibatches());
      EXPECT_LT(seeds.initialization(), uint64_t{1} << 63);
    }
  }
  EXPECT_EQ(initializations.size(), 30u);
  EXPECT_EQ(minibatches.size(), 3u);
}

TEST(PlanStageTest, StagesAndSearchSeedsHaveTheirOwnSeeds) {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_stages(1) = spec.stages(0);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan first,
                              PlanStage(spec, 0, {}, {}));
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan second,
                              PlanStage(spec, 1, {}, {}));
  spec.set_seed(8);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan other,
                              PlanStage(spec, 0, {}, {}));
  for (const StagePlan* plan : {&second, &other}) {
    EXPECT_NE(Lambda(first.configurations[0]), Lambda(plan->configurations[0]));
    EXPECT_NE(first.configurations[0].replicates[0].minibatches(),
              plan->configurations[0].replicates[0].minibatches());
    EXPECT_NE(first.configurations[0].replicates[0].initialization(),
              plan->configurations[0].replicates[0].initialization());
  }
}

// The example of docs/strategies.md.
TEST(PlanStageTest, RefinesAGridAsTheDocumentationShows) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_parameters()->RemoveLast();
  spec.mutable_stages(0)
      ->mutable_sample()
      ->mutable_grid()
      ->set_points_per_parameter(5);
  spec.mutable_stages(1)->mutable_refine()->set_top(2);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  // Accuracy rises with lambda up to 1e-3: the best two are 1e-3 and 1e-4.
  const std::vector<v1::Trial> trials =
      Train(coarse, "coarse", [](const Configuration& configuration) {
        return Lambda(configuration) > 5e-3 ? 0.1 : 0.5 + Lambda(configuration);
      });
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan fine,
                              PlanStage(spec, 1, trials, coarse.box));
  EXPECT_THAT(fine.box[0], EqualsProto(LogRange("lambda", 3.16227766017e-05,
                                                3.16227766017e-03)));
  ASSERT_EQ(fine.configurations.size(), 3u);
  EXPECT_EQ(Lambda(fine.configurations[0]), 3.16227766017e-05);
  EXPECT_EQ(Lambda(fine.configurations[1]), 3.16227766017e-04);
  EXPECT_EQ(Lambda(fine.configurations[2]), 3.16227766017e-03);
}

TEST(PlanStageTest, SpacingComesFromTheBoxThatTheEarlierStageHad) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_parameters()->RemoveLast();
  spec.mutable_stages(1)->mutable_refine()->set_top(1);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  const std::vector<v1::Trial> trials = Train(coarse, "coarse", Accuracy);
  // As if it had itself been refined to a decade.
  ETALON_ASSERT_OK_AND_ASSIGN(
      const StagePlan fine,
      PlanStage(spec, 1, trials, {LogRange("lambda", 1e-3, 1e-2)}));
  const v1::Parameter::DoubleRange& range = fine.box[0].double_range();
  // Ten points: a tenth of a decade.
  EXPECT_NEAR(range.maximum() / range.minimum(), std::pow(10, 0.1), 1e-9);
}

TEST(PlanStageTest, ThePlanDoesNotDependOnTheOrderOfObservedTrials) {
  v1::SearchSpec spec = ValidSpec();
  spec.set_replicates(3);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  std::vector<v1::Trial> trials = Train(coarse, "coarse", Accuracy);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan expected,
                              PlanStage(spec, 1, trials, coarse.box));
  EXPECT_EQ(expected.configurations.size(), 9u);
  for (int turn = 0; turn < 7; ++turn) {
    std::rotate(trials.begin(), trials.begin() + 11, trials.end());
    if (turn % 2 == 0) std::reverse(trials.begin(), trials.end());
    ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan plan,
                                PlanStage(spec, 1, trials, coarse.box));
    ExpectSamePlan(plan, expected);
  }
}

TEST(PlanStageTest, TakeTrainsTheBestAnewInOrder) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_stages(2)->mutable_take()->set_from("coarse");
  spec.mutable_stages(2)->mutable_take()->set_top(4);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  ETALON_ASSERT_OK_AND_ASSIGN(
      const StagePlan taken,
      PlanStage(spec, 2, Train(coarse, "coarse", Accuracy), coarse.box));
  ASSERT_EQ(taken.configurations.size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(taken.configurations[i].index, static_cast<int>(i));
    EXPECT_EQ(taken.configurations[i].replicates.size(), 2u);
    if (i > 0) {
      EXPECT_LE(Accuracy(taken.configurations[i]),
                Accuracy(taken.configurations[i - 1]));
    }
    EXPECT_NE(taken.configurations[i].replicates[0].initialization(),
              coarse.configurations[i].replicates[0].initialization());
  }
  ASSERT_EQ(taken.box.size(), 2u);
  EXPECT_THAT(taken.box[0], EqualsProto(coarse.box[0]));
}

TEST(PlanStageTest, TakeHasFewerWhereFewerHaveAResult) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_stages(2)->mutable_take()->set_from("coarse");
  spec.mutable_stages(2)->mutable_take()->set_top(4);
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  std::vector<v1::Trial> trials = Train(coarse, "coarse", Accuracy);
  for (size_t i = 2; i < trials.size(); ++i) {
    trials[i].set_state(v1::Trial::DIVERGED);
  }
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan taken,
                              PlanStage(spec, 2, trials, coarse.box));
  EXPECT_EQ(taken.configurations.size(), 2u);
}

TEST(PlanStageTest, NothingToBuildOnIsAFailedPrecondition) {
  const v1::SearchSpec spec = ValidSpec();
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  std::vector<v1::Trial> trials = Train(coarse, "coarse", Accuracy);
  for (v1::Trial& trial : trials) trial.set_state(v1::Trial::DIVERGED);
  EXPECT_THAT(
      PlanStage(spec, 1, trials, coarse.box),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("'coarse'")));
  EXPECT_THAT(
      PlanStage(spec, 2, {}, coarse.box),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("'fine'")));
}

TEST(PlanStageTest, WhatAnotherSearchObservedIsRefused) {
  const v1::SearchSpec spec = ValidSpec();
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  const std::vector<v1::Trial> trials = Train(coarse, "coarse", Accuracy);
  EXPECT_THAT(PlanStage(spec, 1, trials, {}),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("2 parameters")));
}

TEST(PlanStageTest, ARefinementOfTakenConfigurationsGoesByTheirSpacing) {
  v1::SearchSpec spec = ValidSpec();
  // coarse, then its best three again, then a box round the best of these.
  spec.mutable_stages()->SwapElements(1, 2);
  spec.mutable_stages(1)->mutable_take()->set_from("coarse");
  spec.mutable_stages(1)->mutable_take()->set_top(3);
  spec.mutable_stages(2)->mutable_refine()->set_from("final");
  spec.mutable_stages(2)->mutable_refine()->set_top(1);
  ETALON_ASSERT_OK(ValidateSpec(spec));
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  ETALON_ASSERT_OK_AND_ASSIGN(
      const StagePlan taken,
      PlanStage(spec, 1, Train(coarse, "coarse", Accuracy), coarse.box));
  ETALON_ASSERT_OK_AND_ASSIGN(
      const StagePlan fine,
      PlanStage(spec, 2, Train(taken, "final", Accuracy), taken.box));
  const v1::Parameter::DoubleRange& range = fine.box[0].double_range();
  // Ten points in two dimensions of four decades each.
  EXPECT_NEAR(std::log10(range.maximum() / range.minimum()), 4 / std::sqrt(10),
              1e-9);
}

TEST(PlannedTrialsTest, CountsConfigurationsTimesReplicates) {
  v1::SearchSpec spec = ValidSpec();
  spec.set_replicates(5);
  EXPECT_EQ(PlannedTrials(spec, 0), 50);
  EXPECT_EQ(PlannedTrials(spec, 1), 45);
  EXPECT_EQ(PlannedTrials(spec, 2), 2);
}

TEST(PlannedTrialsTest, AgreesWithThePlan) {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_parameters(0) = Categories("lambda", {0, 1e-3, 1e-2, 1e-1});
  *spec.mutable_stages(0) = spec.stages(1);
  spec.mutable_stages(0)->clear_refine();
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan plan, PlanStage(spec, 0, {}, {}));
  EXPECT_EQ(PlannedTrials(spec, 0), 12);
  EXPECT_EQ(plan.configurations.size(), 12u);
}

TEST(PlannedTrialsTest, SaturatesAndTakesNonsense) {
  v1::SearchSpec spec = ValidSpec();
  v1::Sample::Grid& grid =
      *spec.mutable_stages(0)->mutable_sample()->mutable_grid();
  grid.set_points_per_parameter(std::numeric_limits<int>::max());
  spec.mutable_stages(0)->set_replicates(std::numeric_limits<int>::max());
  EXPECT_EQ(PlannedTrials(spec, 0), std::numeric_limits<int64_t>::max());
  grid.set_points_per_parameter(-1);
  EXPECT_EQ(PlannedTrials(spec, 0), 0);
  spec.mutable_stages(2)->mutable_take()->set_top(-5);
  EXPECT_EQ(PlannedTrials(spec, 2), 0);
  spec.mutable_stages(2)->clear_take();
  EXPECT_EQ(PlannedTrials(spec, 2), 0);
}

TEST(PlanStageTest, TakesTheWinnerOfARaceBeforeALuckyLoser) {
  v1::SearchSpec spec = testing::ValidSpec();
  spec.mutable_stages(0)->mutable_race()->set_max(3);
  spec.mutable_stages(2)->mutable_take()->set_from("coarse");
  ETALON_ASSERT_OK_AND_ASSIGN(const StagePlan coarse,
                              PlanStage(spec, 0, {}, {}));
  ASSERT_EQ(coarse.configurations[0].replicates.size(), 1u);
  // The higher the index the better, but 4 alone was never put out.
  const std::vector<v1::Trial> trials =
      testing::Train(coarse, "coarse", [](const Configuration& configuration) {
        return 0.1 * configuration.index;
      });
  const std::vector<int> contenders = {4};
  ETALON_ASSERT_OK_AND_ASSIGN(
      const StagePlan final,
      PlanStage(spec, 2, trials, coarse.box, contenders));
  ASSERT_EQ(final.configurations.size(), 1u);
  for (size_t i = 0; i < coarse.box.size(); ++i) {
    EXPECT_THAT(final.configurations[0].parameters[i],
                testing::EqualsProto(coarse.configurations[4].parameters[i]));
  }
}

}  // namespace
}  // namespace etalon
