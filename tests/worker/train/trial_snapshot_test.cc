// A trial that goes on from a snapshot ends with the bits of one that was never
// disturbed.
#include "worker/train/trial_snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/trainer.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

const PreparedData& Data() {
  static const PreparedData& data =
      *new PreparedData(MakeBlobs(12, 3, 305, 150, 90));
  return data;
}

// Four epochs of 30 updates, each measured.
TrialPlan Plan() {
  TrialPlan plan;
  plan.network.hidden = {8, 6};
  plan.lambda = 0.001;
  plan.schedule.form = CyclicalRate{0.001, 0.02, 25};
  plan.batch_size = 10;
  plan.updates = 120;
  plan.seeds = {.initialization = 1, .minibatches = 2};
  return plan;
}

struct Case {
  std::string name;
  std::function<void(TrialPlan&)> change;
};

void PrintTo(const Case& c, std::ostream* stream) { *stream << c.name; }

// Keeps the snapshot that is offered at question `at` (from 0).
class SnapshotObserver : public RecordingObserver {
 public:
  explicit SnapshotObserver(int64_t at) : at_(at) {}
  bool WantsSnapshot() override { return asked_++ == at_; }
  void OnSnapshot(Snapshot taken) override { snapshot = std::move(taken); }

  Snapshot snapshot;
  int64_t asked() const { return asked_; }

 private:
  const int64_t at_;
  int64_t asked_ = 0;
};

class ResumeTest : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    Plans, ResumeTest,
    ::testing::Values(
        Case{"Sgd", [](TrialPlan&) {}},
        Case{"Momentum",
             [](TrialPlan& p) { p.optimizer = SgdSpec{.momentum = 0.9}; }},
        Case{"Nesterov",
             [](TrialPlan& p) {
               p.optimizer = SgdSpec{.momentum = 0.9, .nesterov = true};
             }},
        Case{"Adam", [](TrialPlan& p) { p.optimizer = AdamSpec{}; }},
        Case{"AdamW",
             [](TrialPlan& p) { p.optimizer = AdamSpec{.decoupled = true}; }},
        Case{"BatchNorm", [](TrialPlan& p) { p.network.batch_norm = true; }},
        Case{"Dropout", [](TrialPlan& p) { p.network.dropout = 0.3; }},
        Case{"Augmentation",
             [](TrialPlan& p) { p.augmentation.mirror = true; }},
        Case{"Everything",
             [](TrialPlan& p) {
               p.network.batch_norm = true;
               p.network.dropout = 0.3;
               p.network.activation = Activation::kLeakyRelu;
               p.optimizer = AdamSpec{};
               p.early_stopping = EarlyStoppingPlan{100};
             }},
        Case{"EarlyStopping",
             [](TrialPlan& p) {
               // Reaches its best in the second epoch or so, then wavers.
               p.schedule.form = ConstantRate{0.1};
               p.network.batch_norm = true;
               p.updates = 1200;
               p.early_stopping = EarlyStoppingPlan{3};
             }}),
    [](const auto& info) { return info.param.name; });

// In the middle of the first epoch, at the end of one, and later.
TEST_P(ResumeTest, ResumedTrialEndsWithTheBitsOfAnUndisturbedOne) {
  TrialPlan plan = Plan();
  GetParam().change(plan);
  RecordingObserver undisturbed;
  ETALON_ASSERT_OK_AND_ASSIGN(const TrialOutcome expected,
                              Train(plan, Data(), FastKernels(), undisturbed));
  for (const int64_t update : {7, 30, 71}) {
    SnapshotObserver first(update - 1);
    ETALON_ASSERT_OK(Train(plan, Data(), FastKernels(), first));
    ASSERT_EQ(first.snapshot.update, update);

    RecordingObserver second;
    ETALON_ASSERT_OK_AND_ASSIGN(
        const TrialOutcome resumed,
        Train(plan, Data(), FastKernels(), second, &first.snapshot));
    EXPECT_EQ(resumed.kind, expected.kind);
    EXPECT_EQ(resumed.update, expected.update);
    const size_t before =
        undisturbed.measurements.size() - second.measurements.size();
    EXPECT_EQ(before, static_cast<size_t>(update / 30));
    for (size_t i = 0; i < second.measurements.size(); ++i) {
      EXPECT_TRUE(Identical(second.measurements[i],
                            undisturbed.measurements[before + i]))
          << "measurement " << before + i;
    }
    ASSERT_EQ(second.model.size(), undisturbed.model.size());
    for (size_t i = 0; i < second.model.size(); ++i) {
      EXPECT_EQ(second.model[i].values, undisturbed.model[i].values)
          << second.model[i].name;
    }
  }
}

TEST(SnapshotTest, IsOfferedAfterEveryUpdateButTheLast) {
  SnapshotObserver observer(1000);
  ETALON_ASSERT_OK(Train(Plan(), Data(), FastKernels(), observer));
  EXPECT_EQ(observer.asked(), 119);
}

Snapshot SnapshotOf(const TrialPlan& plan) {
  SnapshotObserver observer(40);
  EXPECT_THAT(Train(plan, Data(), FastKernels(), observer),
              ::etalon::testing::IsOk());
  return observer.snapshot;
}

TrialPlan MomentumPlan() {
  TrialPlan plan = Plan();
  plan.network.batch_norm = true;
  plan.optimizer = SgdSpec{.momentum = 0.9};
  plan.early_stopping = EarlyStoppingPlan{50};
  return plan;
}

void ExpectRefused(const TrialPlan& plan, const Snapshot& snapshot,
                   const std::string& message) {
  RecordingObserver observer;
  EXPECT_THAT(Train(plan, Data(), FastKernels(), observer, &snapshot),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  EXPECT_TRUE(observer.measurements.empty());
}

TEST(SnapshotTest, OneOfAnotherNetworkIsRefused) {
  const Snapshot snapshot = SnapshotOf(MomentumPlan());
  TrialPlan plan = MomentumPlan();
  plan.network.hidden = {8, 7};
  ExpectRefused(plan, snapshot,
                "layers.1.weight of shape (6 x 8); it must be (7 x 8)");
  plan = MomentumPlan();
  plan.network.hidden = {8};
  ExpectRefused(plan, snapshot, "the snapshot's network has ");
  plan = MomentumPlan();
  plan.network.batch_norm = false;
  ExpectRefused(plan, snapshot, "the snapshot's network has ");
}

TEST(SnapshotTest, OneOfAnotherOptimizerIsRefused) {
  const Snapshot snapshot = SnapshotOf(MomentumPlan());
  TrialPlan plan = MomentumPlan();
  plan.optimizer = SgdSpec{};
  ExpectRefused(plan, snapshot, "the snapshot's optimizer has 10 arrays");
  plan.optimizer = AdamSpec{};
  ExpectRefused(plan, snapshot, "the snapshot's optimizer has 10 arrays");
}

TEST(SnapshotTest, OneOfNoUpdateOfThePlanIsRefused) {
  Snapshot snapshot = SnapshotOf(MomentumPlan());
  for (const int64_t update : {-1, 0, 120, 121}) {
    snapshot.update = update;
    ExpectRefused(MomentumPlan(), snapshot,
                  "the snapshot is of update " + std::to_string(update));
  }
}

TEST(SnapshotTest, OneWithOtherBestWeightsThanThePlanKeepsIsRefused) {
  const Snapshot snapshot = SnapshotOf(MomentumPlan());
  ASSERT_TRUE(snapshot.best.has_value());
  TrialPlan plan = MomentumPlan();
  plan.early_stopping.reset();
  ExpectRefused(plan, snapshot, "the plan has no early stopping");

  Snapshot changed = snapshot;
  changed.best->update = 42;
  ExpectRefused(MomentumPlan(), changed, "best weights are of update 42");
  changed = snapshot;
  changed.best->accuracy = 1.5;
  ExpectRefused(MomentumPlan(), changed, "accuracy 1.5");
  changed = snapshot;
  changed.best->evaluations_since = 50;
  ExpectRefused(MomentumPlan(), changed, "50 evaluations since");
  changed = snapshot;
  changed.best->network.pop_back();
  ExpectRefused(MomentumPlan(), changed, "the snapshot's best network");
}

}  // namespace
}  // namespace etalon::train
