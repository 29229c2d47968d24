#include "worker/fusion_width.h"

#include <gtest/gtest.h>

#include <vector>

namespace etalon {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kGiB = int64_t{1} << 30;

// CIFAR-10's.
train::DataSizes Sizes() {
  return {.shape = {3, 32, 32},
          .features = 3072,
          .classes = 10,
          .train = 45'000,
          .validation = 5'000,
          .test = 10'000};
}

train::TrialPlan Plan(std::vector<int64_t> hidden) {
  train::TrialPlan plan;
  plan.network.hidden = std::move(hidden);
  return plan;
}

// Where neither cache nor memory bounds it.
TrainingMachine Roomy() { return {1, kGiB, 1024 * kGiB}; }

int Width(const train::TrialPlan& plan, const TrainingMachine& machine) {
  return FusionWidth(plan, Sizes(), machine);
}

TEST(FusionWidth, FirstLayersComeToFiveHundredUnits) {
  EXPECT_EQ(Width(Plan({50}), Roomy()), 10);
  EXPECT_EQ(Width(Plan({50, 1000}), Roomy()), 10);
  EXPECT_EQ(Width(Plan({100}), Roomy()), 5);
  EXPECT_EQ(Width(Plan({256}), Roomy()), 2);
}

TEST(FusionWidth, WideNetworkIsTrainedAlone) {
  EXPECT_EQ(Width(Plan({257}), Roomy()), 1);
  EXPECT_EQ(Width(Plan({512}), Roomy()), 1);
  EXPECT_EQ(Width(Plan({2000}), Roomy()), 1);
}

TEST(FusionWidth, NarrowNetworksAreAsManyAsAreLeased) {
  EXPECT_EQ(Width(Plan({8}), Roomy()), kMaxFusionWidth);
  EXPECT_EQ(Width(Plan({}), Roomy()), kMaxFusionWidth);
}

// 3072 * 50 + 50 * 10 weights are 0.59 MiB of float32.
TEST(FusionWidth, WeightsOfAllThreadsFitTheCache) {
  EXPECT_EQ(Width(Plan({50}), {1, 4 * kMiB, 0}), 6);
  EXPECT_EQ(Width(Plan({50}), {2, 4 * kMiB, 0}), 3);
  EXPECT_EQ(Width(Plan({50}), {64, 4 * kMiB, 0}), 1);
}

TEST(FusionWidth, MomentsAndRoundedWeightsNeedCacheToo) {
  const TrainingMachine machine = {1, 4 * kMiB, 0};
  train::TrialPlan plan = Plan({50});
  plan.precision = train::Precision::kBfloat16;
  EXPECT_EQ(Width(plan, machine), 4);
  plan.precision = train::Precision::kFloat32;
  plan.optimizer = train::SgdSpec{.momentum = 0.9};
  EXPECT_EQ(Width(plan, machine), 3);
  plan.optimizer = train::AdamSpec{};
  EXPECT_EQ(Width(plan, machine), 2);
}

TEST(FusionWidth, UnknownCacheIsTakenForSixteenMegabytes) {
  EXPECT_EQ(Width(Plan({50}), {8, 0, 0}), Width(Plan({50}), {8, 16 * kMiB, 0}));
  EXPECT_EQ(Width(Plan({50}), {8, 0, 0}), 3);
}

TEST(FusionWidth, TakesAQuarterOfTheMemoryAtMost) {
  train::TrialPlan plan = Plan({50});
  EXPECT_EQ(Width(plan, {2, kGiB, 32 * kMiB}), 6);
  plan.early_stopping.emplace();
  EXPECT_EQ(Width(plan, {2, kGiB, 32 * kMiB}), 3);
  EXPECT_EQ(Width(plan, {2, kGiB, kMiB}), 1);
}

}  // namespace
}  // namespace etalon
