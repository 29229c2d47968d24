// A trial gets the same bits alone and beside any others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/random.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/trainer.h"
#include "worker/train/why_apart.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;

const PreparedData& Data() {
  static const PreparedData& data =
      *new PreparedData(MakeBlobs(13, 3, 205, 131, 40));
  return data;
}

struct Result {
  std::optional<absl::StatusOr<TrialOutcome>> outcome;
  RecordingObserver observer;
};

// Trains the plans as one call does; the observers' `stop_at` may be given.
std::vector<std::unique_ptr<Result>> TrainAll(
    const std::vector<TrialPlan>& plans, const KernelSet& kernels) {
  std::vector<std::unique_ptr<Result>> results;
  std::vector<GroupMember> members;
  for (const TrialPlan& plan : plans) {
    results.push_back(std::make_unique<Result>());
    members.push_back({&plan, &results.back()->observer});
  }
  TrainGroup(members, Data(), kernels,
             [&](size_t i, absl::StatusOr<TrialOutcome> outcome) {
               EXPECT_FALSE(results[i]->outcome.has_value()) << "twice " << i;
               results[i]->outcome = std::move(outcome);
             });
  return results;
}

void ExpectSame(const Result& a, const Result& b) {
  ASSERT_TRUE(a.outcome.has_value() && b.outcome.has_value());
  ASSERT_EQ(a.outcome->status(), b.outcome->status());
  if (!a.outcome->ok()) return;
  EXPECT_EQ((*a.outcome)->kind, (*b.outcome)->kind);
  EXPECT_EQ((*a.outcome)->update, (*b.outcome)->update);
  ASSERT_EQ(a.observer.measurements.size(), b.observer.measurements.size());
  for (size_t i = 0; i < a.observer.measurements.size(); ++i) {
    EXPECT_TRUE(
        Identical(a.observer.measurements[i], b.observer.measurements[i]))
        << "measurement " << i;
  }
  ASSERT_EQ(a.observer.model.size(), b.observer.model.size());
  for (size_t i = 0; i < a.observer.model.size(); ++i) {
    EXPECT_EQ(a.observer.model[i].values, b.observer.model[i].values)
        << a.observer.model[i].name;
  }
}

// Draws the shape of a group: what its members have in common.
TrialPlan DrawShape(RandomStream& random, Precision precision) {
  const std::vector<std::vector<int64_t>> depths = {
      {}, {7}, {50}, {19, 6}, {53, 20, 5}};
  TrialPlan plan;
  plan.precision = precision;
  plan.network.hidden = depths[random.NextBelow(depths.size())];
  plan.network.batch_norm = random.NextBelow(2) == 1;
  plan.network.activation = static_cast<Activation>(random.NextBelow(3));
  switch (random.NextBelow(4)) {
    case 0:
      plan.optimizer = SgdSpec{};
      break;
    case 1:
      plan.optimizer = SgdSpec{.momentum = 0.7};
      break;
    case 2:
      plan.optimizer = SgdSpec{.momentum = 0.9, .nesterov = true};
      break;
    default:
      plan.optimizer = AdamSpec{.decoupled = random.NextBelow(2) == 1};
  }
  plan.batch_size = 10 + random.NextBelow(30);
  plan.updates = 20 + random.NextBelow(30);
  plan.evaluation = {.count = 1 + random.NextBelow(3),
                     .training = random.NextBelow(2) == 1,
                     .test = random.NextBelow(2) == 1};
  plan.augmentation.mirror = random.NextBelow(2) == 1;
  plan.seeds.minibatches = random.NextUint32();
  return plan;
}

// And one of its members.
TrialPlan DrawMember(TrialPlan plan, RandomStream& random) {
  const double eta = std::pow(10.0, -1.0 - random.NextBelow(3));
  plan.lambda = random.NextBelow(2) * 0.003;
  plan.seeds.initialization = random.NextUint32();
  if (random.NextBelow(3) == 0) plan.network.init = HeInit{};
  if (random.NextBelow(2) == 0) {
    plan.network.dropout = 0.1 * random.NextBelow(6);
  }
  if (random.NextBelow(3) == 0) plan.early_stopping = EarlyStoppingPlan{1};
  plan.schedule.form = ConstantRate{eta};
  if (random.NextBelow(2) == 0) plan.schedule.form = LinearRate{eta, 100};
  // One that diverges, and leaves the others.
  if (random.NextBelow(5) == 0) plan.schedule.form = ConstantRate{1e30};
  return plan;
}

class GroupIdentityTest
    : public ::testing::TestWithParam<
          std::tuple<const KernelSet*, Precision, uint64_t>> {};

INSTANTIATE_TEST_SUITE_P(
    RandomGroups, GroupIdentityTest,
    ::testing::Combine(::testing::ValuesIn(KernelsToTest()),
                       ::testing::Values(Precision::kFloat32,
                                         Precision::kBfloat16),
                       ::testing::Range<uint64_t>(0, 8)),
    [](const auto& info) {
      return TestName(*std::get<0>(info.param)) +
             (std::get<1>(info.param) == Precision::kFloat32 ? "_float32_"
                                                             : "_bfloat16_") +
             std::to_string(std::get<2>(info.param));
    });

TEST_P(GroupIdentityTest, EveryMemberGetsTheBitsItGetsAlone) {
  const auto& [kernels, precision, seed] = GetParam();
  RandomStream random(seed);
  const TrialPlan shape = DrawShape(random, precision);
  std::vector<TrialPlan> plans;
  const uint32_t width = 2 + random.NextBelow(11);
  for (uint32_t i = 0; i < width; ++i) {
    plans.push_back(DrawMember(shape, random));
    ASSERT_EQ(WhyApart(plans.front(), plans.back()), "");
  }
  const auto together = TrainAll(plans, *kernels);
  for (size_t i = 0; i < plans.size(); ++i) {
    SCOPED_TRACE(i);
    ExpectSame(*together[i], *TrainAll({plans[i]}, *kernels).front());
  }
}

TrialPlan Plan() {
  TrialPlan plan;
  plan.network.hidden = {9};
  plan.schedule.form = ConstantRate{0.05};
  plan.batch_size = 20;
  plan.updates = 30;
  plan.seeds = {1, 2};
  return plan;
}

TEST(GroupTest, TrialsThatDoNotFitTogetherAreTrainedAllTheSame) {
  std::vector<TrialPlan> plans(4, Plan());
  plans[1].network.hidden = {8};
  plans[2].seeds.minibatches = 3;
  plans[3].lambda = 0.01;
  const auto together = TrainAll(plans, FastKernels());
  for (size_t i = 0; i < plans.size(); ++i) {
    SCOPED_TRACE(i);
    ExpectSame(*together[i], *TrainAll({plans[i]}, FastKernels()).front());
  }
}

TEST(GroupTest, InvalidPlanEndsAloneAndFirst) {
  std::vector<TrialPlan> plans(2, Plan());
  plans[0].batch_size = 1000;
  const auto results = TrainAll(plans, FastKernels());
  EXPECT_THAT(*results[0]->outcome,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::HasSubstr("batch_size")));
  ETALON_EXPECT_OK(*results[1]->outcome);
}

TEST(GroupTest, MemberThatIsStoppedLeavesTheOthers) {
  const TrialPlan plan = Plan();
  TrialPlan other = plan;
  other.lambda = 0.01;
  RecordingObserver stopped(/*stop_at=*/7);
  RecordingObserver observer;
  std::map<size_t, TrialOutcome> outcomes;
  TrainGroup({{&plan, &stopped}, {&other, &observer}}, Data(), FastKernels(),
             [&](size_t i, absl::StatusOr<TrialOutcome> outcome) {
               ETALON_ASSERT_OK(outcome);
               outcomes[i] = *outcome;
             });
  EXPECT_EQ(outcomes[0].kind, TrialOutcome::Kind::kStopped);
  EXPECT_EQ(outcomes[0].update, 7);
  EXPECT_EQ(outcomes[1].kind, TrialOutcome::Kind::kFinished);
  const auto alone = TrainAll({other}, FastKernels());
  EXPECT_TRUE(Identical(observer.measurements.back(),
                        alone.front()->observer.measurements.back()));
}

// Takes the snapshot that is offered after update `at`.
class SnapshotAt : public RecordingObserver {
 public:
  explicit SnapshotAt(int64_t at) : at_(at) {}
  bool WantsSnapshot() override { return ++asked_ == at_; }
  void OnSnapshot(Snapshot taken) override { snapshot = std::move(taken); }
  Snapshot snapshot;

 private:
  const int64_t at_;
  int64_t asked_ = 0;
};

TEST(GroupTest, MembersGoOnTogetherFromTheirSnapshots) {
  TrialPlan a = Plan();
  a.optimizer = AdamSpec{};
  a.network.batch_norm = true;
  TrialPlan b = a;
  b.lambda = 0.01;
  SnapshotAt of_a(12), of_b(12);
  TrainGroup({{&a, &of_a}, {&b, &of_b}}, Data(), FastKernels(),
             [](size_t, const absl::StatusOr<TrialOutcome>&) {});
  RecordingObserver resumed_a, resumed_b;
  Snapshot bad = of_a.snapshot;
  bad.network.pop_back();
  RecordingObserver refused;
  std::map<size_t, absl::StatusCode> codes;
  TrainGroup({{&a, &resumed_a, &of_a.snapshot},
              {&a, &refused, &bad},
              {&b, &resumed_b, &of_b.snapshot}},
             Data(), FastKernels(),
             [&](size_t i, const absl::StatusOr<TrialOutcome>& outcome) {
               codes[i] = outcome.status().code();
             });
  EXPECT_EQ(codes[0], absl::StatusCode::kOk);
  EXPECT_EQ(codes[1], absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(codes[2], absl::StatusCode::kOk);
  EXPECT_TRUE(refused.measurements.empty());
  EXPECT_TRUE(
      Identical(resumed_a.measurements.back(), of_a.measurements.back()));
  EXPECT_TRUE(
      Identical(resumed_b.measurements.back(), of_b.measurements.back()));
}

}  // namespace
}  // namespace etalon::train
