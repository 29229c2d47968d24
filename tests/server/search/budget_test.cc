#include "server/search/budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace etalon {
namespace {

using ::testing::HasSubstr;
using Updates = std::vector<std::optional<int64_t>>;

v1::Budget BudgetOf(int64_t trials, int64_t updates) {
  v1::Budget budget;
  budget.set_trials(trials);
  budget.set_updates(updates);
  return budget;
}

TEST(CutToBudget, TrialsFitUpToTheirNumber) {
  const BudgetCut cut = CutToBudget(BudgetOf(5, 0), {3, 30}, {10, 10, 10});
  EXPECT_EQ(cut.fitting, 2u);
  EXPECT_EQ(cut.spent.trials, 5);
  EXPECT_EQ(cut.spent.updates, 50);
  EXPECT_THAT(cut.reason, HasSubstr("budget of 5 trials is spent"));
}

TEST(CutToBudget, UpdatesFitAsWholeTrials) {
  const BudgetCut cut = CutToBudget(BudgetOf(0, 100), {0, 0}, {40, 40, 40, 5});
  EXPECT_EQ(cut.fitting, 2u) << "none overtakes the one that does not fit";
  EXPECT_EQ(cut.spent.updates, 80);
  EXPECT_THAT(
      cut.reason,
      HasSubstr("100 updates has 20 left, and the next trial takes 40"));
}

TEST(CutToBudget, WhatFitsExactlyFits) {
  const BudgetCut cut = CutToBudget(BudgetOf(2, 80), {0, 0}, {40, 40});
  EXPECT_EQ(cut.fitting, 2u);
  EXPECT_EQ(cut.reason, "");
}

TEST(CutToBudget, WhatIsNotTrainedTakesNothing) {
  const BudgetCut cut = CutToBudget(BudgetOf(1, 0), {0, 0},
                                    {40, std::nullopt, std::nullopt, 40, 1});
  EXPECT_EQ(cut.fitting, 3u);
  EXPECT_EQ(cut.spent.trials, 1);
}

TEST(CutToBudget, HugeNumbersSaturate) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  const BudgetCut cut =
      CutToBudget(BudgetOf(0, most), {0, most - 1}, {5, most});
  EXPECT_EQ(cut.fitting, 2u);
  EXPECT_EQ(cut.spent.updates, most);
}

}  // namespace
}  // namespace etalon
