#include "server/search/planned_work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "server/search/stage_plan.h"
#include "server/search/training.h"
#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::testing::DoubleNear;
using testing::IntegerRange;
using testing::ParseTextProto;
using ::testing::SizeIs;
using testing::ValidSpec;

TEST(UpdatesOfTest, FollowsTheSchedule) {
  const auto updates = [](const char* text) {
    return UpdatesOf(*ApplyParameters(ParseTextProto<v1::Training>(text), {}));
  };
  EXPECT_EQ(updates("batch_size: 100 epochs: 3 dataset { train: 1050 }"), 30);
  EXPECT_EQ(updates("batch_size: 100 updates: 77 dataset { train: 1050 }"), 77);
  EXPECT_EQ(updates("batch_size: 100 dataset { train: 45000 } schedule { "
                    "cyclical { step_epochs: 2 cycles: 3 } }"),
            5400);
  EXPECT_EQ(updates("batch_size: 100 schedule { cyclical { step_size: 500 "
                    "cycles: 1 } warmup: 50 }"),
            1050);
  EXPECT_EQ(updates("batch_size: 100 dataset { train: 45000 } schedule { "
                    "cyclical { step_epochs: 1 cycles: 1 } warmup_epochs: 1 }"),
            1350);
  EXPECT_EQ(updates("batch_size: 100 epochs: 3 dataset { train: 1050 } "
                    "schedule { linear {} warmup_epochs: 1 }"),
            30);
}

TEST(PlanWorkTest, CountsWhatHalvingTrains) {
  v1::SearchSpec spec = ValidSpec();
  spec.mutable_stages(0)->mutable_training()->set_epochs(9);
  spec.mutable_stages(0)->set_replicates(2);
  spec.mutable_stages(0)->mutable_stopping()->mutable_halving();
  const v1::SearchPlan plan = PlanWork(spec);
  // Ten up to the first epoch, three on to the third, one to the ninth; twice.
  EXPECT_EQ(plan.stages(0).trials(), 20);
  EXPECT_EQ(plan.stages(0).updates(), 2 * 450 * (10 + 3 * 2 + 6));
  EXPECT_EQ(plan.stages(0).images(), 2 * 45'000 * (10 + 3 * 2 + 6));
  EXPECT_FALSE(plan.stages(0).estimated());
  ASSERT_THAT(plan.stages(0).shapes(), SizeIs(1));
  EXPECT_EQ(plan.stages(0).shapes(0).share(), 1);
  EXPECT_EQ(plan.stages(0).shapes(0).updates(), 990);
}

TEST(PlanWorkTest, CountsEveryStage) {
  const v1::SearchPlan plan = PlanWork(ValidSpec());
  ASSERT_THAT(plan.stages(), SizeIs(3));
  // 45000 images in batches of 100, twice.
  EXPECT_EQ(plan.stages(0).trials(), 10);
  EXPECT_EQ(plan.stages(0).updates(), 10 * 900);
  EXPECT_EQ(plan.stages(0).images(), 10 * 90'000);
  EXPECT_EQ(plan.stages(1).trials(), 9);
  EXPECT_EQ(plan.stages(1).updates(), 9 * 900);
  EXPECT_EQ(plan.stages(2).trials(), 2);
  EXPECT_TRUE(plan.stages(2).shapes(0).evaluate_test());
  for (const v1::PlannedStage& stage : plan.stages()) {
    EXPECT_FALSE(stage.estimated()) << "lambda and eta change no length";
    ASSERT_THAT(stage.shapes(), SizeIs(1));
    EXPECT_EQ(stage.shapes(0).share(), 1);
    EXPECT_EQ(stage.shapes(0).updates(), 900);
    EXPECT_EQ(stage.shapes(0).training().network().hidden().values(0), 50);
  }
}

TEST(PlanWorkTest, KnowsTheConfigurationsThatItWillTrain) {
  v1::SearchSpec spec = ValidSpec();
  *spec.add_parameters() = IntegerRange("epochs", 1, 20);
  const v1::SearchPlan plan = PlanWork(spec);
  const StagePlan stage = *PlanStage(spec, 0, {}, {});
  int64_t updates = 0;
  for (const Configuration& configuration : stage.configurations) {
    updates += 450 * configuration.parameters.back().value().integer();
  }
  EXPECT_EQ(plan.stages(0).updates(), updates);
  EXPECT_FALSE(plan.stages(0).estimated());
  // Later ones come from boxes that are not known yet: about 10.5 epochs each.
  EXPECT_TRUE(plan.stages(1).estimated());
  EXPECT_TRUE(plan.stages(2).estimated());
  EXPECT_THAT(static_cast<double>(plan.stages(1).updates()),
              DoubleNear(27 * 450 * 10.5, 27 * 450 * 3));
}

TEST(PlanWorkTest, LikeShapesArePutTogether) {
  v1::SearchSpec spec = ValidSpec();
  *spec.add_parameters() = IntegerRange("network.hidden[0]", 10, 500);
  spec.mutable_stages(0)->mutable_sample()->mutable_random()->set_count(50'000);
  const v1::PlannedStage stage = PlanWork(spec).stages(0);
  EXPECT_EQ(stage.updates(), 50'000 * 900);
  EXPECT_FALSE(stage.estimated()) << "the network changes no count of updates";
  ASSERT_THAT(stage.shapes(), SizeIs(8));
  const double shares = std::accumulate(
      stage.shapes().begin(), stage.shapes().end(), 0.0,
      [](double sum, const auto& shape) { return sum + shape.share(); });
  EXPECT_NEAR(shares, 1, 1e-12);
  // From the smallest to the largest.
  EXPECT_LT(stage.shapes(0).training().network().hidden().values(0), 80);
  EXPECT_GT(stage.shapes(7).training().network().hidden().values(0), 420);
}

TEST(ShapeOfTest, LeavesOutWhatCostsNothing) {
  const v1::Training base = ResolveTraining(ValidSpec(), 0);
  const auto same = [&](const char* text) {
    return ShapeOf(OverlayTraining(base, ParseTextProto<v1::Training>(text))) ==
           ShapeOf(base);
  };
  EXPECT_TRUE(same("lambda: 0.5 epochs: 9 dataset { seed: 5 }"));
  EXPECT_TRUE(same("schedule { cosine { eta: 1 } }"));
  EXPECT_TRUE(same("network { initialization { he {} } }"));
  EXPECT_FALSE(same("batch_size: 50"));
  EXPECT_FALSE(same("network { hidden { values: 51 } }"));
  EXPECT_FALSE(same("network { dropout: 0.1 }"));
  EXPECT_FALSE(same("dataset { train: 40000 }"));
  EXPECT_FALSE(same("optimizer { sgd { momentum: 0.9 } }"));
  EXPECT_FALSE(same("optimizer { adam {} }"));
  EXPECT_FALSE(same("precision: BFLOAT16"));
  EXPECT_FALSE(same("augmentation { mirror: true }"));
  EXPECT_FALSE(same("evaluation { per_epoch: 5 }"));
}

}  // namespace
}  // namespace etalon
