// Stages over parameters that not every configuration has.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "server/search/grid_sampler.h"
#include "server/search/random_sampler.h"
#include "server/search/stage_plan.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using testing::EqualsProto;
using ::testing::HasSubstr;
using testing::IntegerRange;
using testing::LinearRange;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Texts;
using testing::Train;
using testing::ValidSpec;
using testing::When;

using Assignments = std::vector<v1::ParameterAssignment>;

// An optimizer, momentum for one of them, and beta1 for the others.
std::vector<v1::Parameter> OptimizerBox() {
  return {Texts("optimizer", {"sgd", "adam", "adamw"}),
          When(LinearRange("optimizer.sgd.momentum", 0.5, 0.9), "optimizer",
               {"sgd"}),
          When(LinearRange("optimizer.adam.beta1", 0.8, 0.95), "optimizer",
               {"adam", "adamw"}),
          IntegerRange("batch_size", 10, 20)};
}

const v1::ParameterValue* Find(const Assignments& configuration,
                               const std::string& name) {
  for (const v1::ParameterAssignment& assignment : configuration) {
    if (assignment.name() == name) return &assignment.value();
  }
  return nullptr;
}

std::set<std::string> Different(const std::vector<Assignments>& all) {
  std::set<std::string> texts;
  for (const Assignments& configuration : all) {
    std::string text;
    for (const auto& assignment : configuration) {
      text += assignment.ShortDebugString();
    }
    texts.insert(text);
  }
  return texts;
}

// The search of ValidSpec over that box, its first stage of 40 draws.
v1::SearchSpec OptimizerSpec() {
  v1::SearchSpec spec = ValidSpec();
  spec.clear_parameters();
  for (const v1::Parameter& parameter : OptimizerBox()) {
    *spec.add_parameters() = parameter;
  }
  spec.mutable_stages(0)->mutable_sample()->mutable_random()->set_count(40);
  return spec;
}

StagePlan Plan(const v1::SearchSpec& spec, int stage,
               const std::vector<v1::Trial>& observed = {},
               const std::vector<v1::Parameter>& box = {}) {
  const auto plan = PlanStage(spec, stage, observed, box);
  ETALON_EXPECT_OK(plan);
  return plan.ok() ? *plan : StagePlan();
}

TEST(ConditionalGridTest, HasEveryConfigurationOnce) {
  v1::Sample::Grid grid;
  grid.set_points_per_parameter(3);
  const auto configurations = GridConfigurations(grid, OptimizerBox());
  // 3 momenta, twice 3 of beta1, and 3 batch sizes with each.
  EXPECT_THAT(configurations, SizeIs((3 + 2 * 3) * 3));
  EXPECT_THAT(Different(configurations), SizeIs(configurations.size()));
  EXPECT_EQ(GridSize(grid, OptimizerBox()),
            static_cast<int64_t>(configurations.size()));
}

TEST(ConditionalGridTest, LeavesOutWhatDependsOnWhatIsLeftOut) {
  std::vector<v1::Parameter> box = OptimizerBox();
  box.push_back(Texts("optimizer.sgd.nesterov", {"true", "false"}));
  box.back().mutable_when()->set_parameter("network.activation");
  box.back().mutable_when()->add_values()->set_text("relu");
  box.insert(box.end() - 1,
             When(Texts("network.activation", {"relu"}), "optimizer", {"sgd"}));
  v1::Sample::Grid grid;
  grid.set_points_per_parameter(1);
  const auto configurations = GridConfigurations(grid, box);
  EXPECT_EQ(GridSize(grid, box), 4);
  EXPECT_THAT(configurations, SizeIs(4));
  for (const Assignments& configuration : configurations) {
    EXPECT_EQ(Find(configuration, "optimizer.sgd.nesterov") != nullptr,
              Find(configuration, "optimizer")->text() == "sgd");
  }
}

TEST(ConditionalGridTest, IsCountedWithoutBeingMade) {
  std::vector<v1::Parameter> box = {IntegerRange("network.depth", 1, 100'000)};
  box.push_back(IntegerRange("network.units", 1, 1'000'000'000));
  box[1].mutable_when()->set_parameter("network.depth");
  box[1].mutable_when()->add_values()->set_integer(1);
  v1::Sample::Grid grid;
  grid.set_points_per_parameter(100'000);
  EXPECT_EQ(GridSize(grid, box), 199'999);
  grid.set_points_per_parameter(2'000'000'000);
  box[0] = IntegerRange("network.depth", 1, 2'000'000'000);
  EXPECT_EQ(GridSize(grid, box), std::numeric_limits<int64_t>::max());
}

TEST(ConditionalDrawsTest, HaveWhatTheirConditionsLeaveAndNothingElse) {
  int sgd = 0;
  for (int index = 0; index < 100; ++index) {
    const Assignments drawn = DrawConfiguration(7, 0, index, OptimizerBox());
    const bool is_sgd = Find(drawn, "optimizer")->text() == "sgd";
    sgd += is_sgd;
    EXPECT_EQ(Find(drawn, "optimizer.sgd.momentum") != nullptr, is_sgd);
    EXPECT_EQ(Find(drawn, "optimizer.adam.beta1") != nullptr, !is_sgd);
    EXPECT_THAT(drawn, SizeIs(3));
  }
  EXPECT_GT(sgd, 15);
  EXPECT_LT(sgd, 55);
}

TEST(ConditionalDrawsTest, DoNotChangeTheDrawsOfOthers) {
  std::vector<v1::Parameter> always = OptimizerBox();
  for (v1::Parameter& parameter : always) parameter.clear_when();
  for (int index = 0; index < 20; ++index) {
    const Assignments all = DrawConfiguration(7, 0, index, always);
    for (const auto& assignment :
         DrawConfiguration(7, 0, index, OptimizerBox())) {
      EXPECT_THAT(assignment.value(),
                  EqualsProto(*Find(all, assignment.name())));
    }
  }
}

TEST(ConditionalRefinementTest, IsOfThoseOfTheBestThatHaveTheParameter) {
  const v1::SearchSpec spec = OptimizerSpec();
  const StagePlan coarse = Plan(spec, 0);
  // The best three are two with adam, of the highest beta1, and one with sgd.
  std::vector<double> betas;
  for (const Configuration& configuration : coarse.configurations) {
    if (const auto* beta =
            Find(configuration.parameters, "optimizer.adam.beta1")) {
      if (Find(configuration.parameters, "optimizer")->text() == "adam") {
        betas.push_back(beta->number());
      }
    }
  }
  std::sort(betas.rbegin(), betas.rend());
  ASSERT_GE(betas.size(), 2u);
  double momentum = 0;
  const auto accuracy = [&](const Configuration& configuration) {
    const auto& parameters = configuration.parameters;
    if (const auto* value = Find(parameters, "optimizer.sgd.momentum")) {
      if (momentum == 0) momentum = value->number();
      return momentum == value->number() ? 0.9 : 0.1;
    }
    const bool best =
        Find(parameters, "optimizer")->text() == "adam" &&
        Find(parameters, "optimizer.adam.beta1")->number() >= betas[1];
    return best ? 0.8 : 0.1;
  };
  const StagePlan fine =
      Plan(spec, 1, Train(coarse, "coarse", accuracy), coarse.box);
  ASSERT_THAT(fine.box, SizeIs(4));
  EXPECT_THAT(fine.box[0], EqualsProto(Texts("optimizer", {"sgd", "adam"})));
  EXPECT_LE(fine.box[1].double_range().minimum(), momentum);
  EXPECT_GE(fine.box[1].double_range().maximum(), momentum);
  EXPECT_LT(fine.box[1].double_range().maximum() -
                fine.box[1].double_range().minimum(),
            0.2);
  EXPECT_LE(fine.box[2].double_range().minimum(), betas[1]);
  EXPECT_GE(fine.box[2].double_range().maximum(), betas[0]);
  EXPECT_TRUE(fine.box[1].has_when());
  // A grid of 3 points, without adamw.
  EXPECT_THAT(fine.configurations, SizeIs((3 + 3) * 3));
}

TEST(ConditionalRefinementTest, KeepsTheRangeThatNoneOfTheBestHas) {
  const v1::SearchSpec spec = OptimizerSpec();
  const StagePlan coarse = Plan(spec, 0);
  const StagePlan fine =
      Plan(spec, 1,
           Train(coarse, "coarse",
                 [](const Configuration& configuration) {
                   const auto* optimizer =
                       Find(configuration.parameters, "optimizer");
                   return optimizer->text() == "adamw" ? 0.9 : 0.1;
                 }),
           coarse.box);
  EXPECT_THAT(fine.box[0], EqualsProto(Texts("optimizer", {"adamw"})));
  EXPECT_THAT(fine.box[1], EqualsProto(OptimizerBox()[1]));
  for (const Configuration& configuration : fine.configurations) {
    EXPECT_EQ(Find(configuration.parameters, "optimizer.sgd.momentum"),
              nullptr);
  }
}

TEST(ConditionalRefinementTest, StaysWithinWhatAFieldCanBe) {
  v1::SearchSpec spec = ValidSpec();
  *spec.mutable_parameters(0) = LinearRange("network.dropout", 0, 0.9);
  *spec.mutable_parameters(1) = IntegerRange("batch_size", 1, 10);
  spec.mutable_stages(1)->mutable_refine()->set_extend(true);
  const StagePlan coarse = Plan(spec, 0);
  // The best are at the highest dropout and the smallest batches.
  const StagePlan fine = Plan(
      spec, 1,
      Train(coarse, "coarse",
            [](const Configuration& configuration) {
              return configuration.parameters[0].value().number() -
                     0.01 * static_cast<double>(
                                configuration.parameters[1].value().integer());
            }),
      coarse.box);
  EXPECT_GT(fine.box[0].double_range().maximum(), 0.9);
  EXPECT_LT(fine.box[0].double_range().maximum(), 1);
  EXPECT_GE(fine.box[1].integer_range().minimum(), 1);
}

TEST(ConditionalTakeTest, TakesConfigurationsAsTheyAre) {
  v1::SearchSpec spec = OptimizerSpec();
  spec.mutable_stages(2)->mutable_take()->set_from("coarse");
  spec.mutable_stages(2)->mutable_take()->set_top(2);
  const StagePlan coarse = Plan(spec, 0);
  const auto by_batch_size = [](const Configuration& configuration) {
    return 0.01 * static_cast<double>(
                      Find(configuration.parameters, "batch_size")->integer());
  };
  const StagePlan taken =
      Plan(spec, 2, Train(coarse, "coarse", by_batch_size), coarse.box);
  ASSERT_THAT(taken.configurations, SizeIs(2));
  EXPECT_THAT(taken.configurations[0].parameters, SizeIs(3));
}

TEST(ConditionalTakeTest, AConfigurationWithoutAParameterOfAllIsAMixUp) {
  const v1::SearchSpec spec = OptimizerSpec();
  StagePlan coarse = Plan(spec, 0);
  for (Configuration& configuration : coarse.configurations) {
    configuration.parameters.pop_back();
  }
  EXPECT_THAT(
      PlanStage(spec, 1,
                Train(coarse, "coarse", [](const auto&) { return 0.5; }),
                coarse.box),
      StatusIs(absl::StatusCode::kInternal, HasSubstr("4 parameters")));
}

TEST(ConditionalPlanTest, TrialsAreCountedBeforehand) {
  v1::SearchSpec spec = OptimizerSpec();
  v1::StageSpec& stage = *spec.mutable_stages(0);
  stage.mutable_sample()->mutable_grid()->set_points_per_parameter(3);
  EXPECT_EQ(PlannedTrials(spec, 0),
            static_cast<int64_t>(Plan(spec, 0).configurations.size()));
}

TEST(ConditionalPlanTest, AStagesOwnRangeKeepsTheCondition) {
  v1::SearchSpec spec = OptimizerSpec();
  *spec.mutable_stages(0)->add_parameters() =
      LinearRange("optimizer.sgd.momentum", 0.1, 0.2);
  const StagePlan plan = Plan(spec, 0);
  EXPECT_TRUE(plan.box[1].has_when());
  EXPECT_EQ(plan.box[1].double_range().maximum(), 0.2);
}

}  // namespace
}  // namespace etalon
