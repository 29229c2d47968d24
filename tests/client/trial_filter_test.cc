#include "client/trial_filter.h"

#include <gmock/gmock.h>

namespace etalon {
namespace {

TEST(TrialsOf, SaysStageAndStatesWhereTheyAreGiven) {
  EXPECT_EQ(TrialsOf(""), "");
  EXPECT_EQ(TrialsOf("fine-2"), "stage = fine-2");
  EXPECT_EQ(TrialsOf("", {v1::Trial::RUNNING}), "state IN (RUNNING)");
  EXPECT_EQ(TrialsOf("fine", {v1::Trial::SUCCEEDED, v1::Trial::DIVERGED}),
            "stage = fine AND state IN (SUCCEEDED, DIVERGED)");
}

}  // namespace
}  // namespace etalon
