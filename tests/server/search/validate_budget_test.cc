#include "server/search/validate_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "server/search/validation.h"
#include "tests/server/search/specs.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::ValidSpec;
using testing::WrongSpec;

v1::Budget& BudgetOf(v1::SearchSpec& spec) {
  return *spec.mutable_stages(1)->mutable_budget();
}

TEST(ValidateBudget, AcceptsEachBound) {
  for (int bound = 0; bound < 3; ++bound) {
    v1::SearchSpec spec = ValidSpec();
    if (bound == 0) BudgetOf(spec).set_trials(1);
    if (bound == 1) BudgetOf(spec).set_updates(int64_t{1} << 62);
    if (bound == 2) BudgetOf(spec).mutable_time()->set_nanos(1);
    ETALON_EXPECT_OK(ValidateSpec(spec));
  }
}

class WrongBudgetTest : public ::testing::TestWithParam<WrongSpec> {};

TEST_P(WrongBudgetTest, IsRefusedByName) {
  v1::SearchSpec spec = ValidSpec();
  GetParam().change(spec);
  EXPECT_THAT(ValidateSpec(spec),
              StatusIs(GetParam().code, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Budgets, WrongBudgetTest,
    ::testing::Values(
        WrongSpec{.name = "Empty",
                  .change = [](auto& s) { BudgetOf(s); },
                  .message = "stages[1].budget: bounds nothing"},
        WrongSpec{.name = "NegativeTrials",
                  .change = [](auto& s) { BudgetOf(s).set_trials(-1); },
                  .message = "stages[1].budget.trials: -1 is too small"},
        WrongSpec{.name = "NegativeUpdates",
                  .change =
                      [](auto& s) {
                        BudgetOf(s).set_updates(
                            std::numeric_limits<int64_t>::min());
                      },
                  .message = "stages[1].budget.updates: -9223372036854775808"},
        WrongSpec{.name = "NoTime",
                  .change = [](auto& s) { BudgetOf(s).mutable_time(); },
                  .message = "stages[1].budget.time: is no time"},
        WrongSpec{
            .name = "TimeRunsBack",
            .change =
                [](auto& s) { BudgetOf(s).mutable_time()->set_seconds(-5); },
            .message = "stages[1].budget.time: is no time"},
        WrongSpec{.name = "TimeOfTwoSigns",
                  .change =
                      [](auto& s) {
                        BudgetOf(s).mutable_time()->set_seconds(5);
                        BudgetOf(s).mutable_time()->set_nanos(-5);
                      },
                  .message = "stages[1].budget.time: is no time"},
        WrongSpec{.name = "TimeWithoutEnd",
                  .change =
                      [](auto& s) {
                        BudgetOf(s).mutable_time()->set_seconds(
                            std::numeric_limits<int64_t>::max());
                      },
                  .code = absl::StatusCode::kResourceExhausted,
                  .message = "stages[1].budget.time: 9223372036854775807"},
        WrongSpec{
            .name = "UpdatesWithHalving",
            .change =
                [](auto& s) {
                  BudgetOf(s).set_updates(1000);
                  s.mutable_stages(1)->mutable_stopping()->mutable_halving();
                },
            .message = "stages[1].budget.updates: counts trials whole"}),
    testing::WrongSpecName);

}  // namespace
}  // namespace etalon
