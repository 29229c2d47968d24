#include "client/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::_;

TEST(SearchNameOf, TakesBothForms) {
  EXPECT_EQ(SearchNameOf("coarse").value(), "searches/coarse");
  EXPECT_EQ(SearchNameOf("searches/coarse").value(), "searches/coarse");
}

TEST(SearchNameOf, RefusesWhatIsNone) {
  for (const char* name :
       {"", "Coarse", "a/b", "searches/", "searches/a/trials/1", "-a"}) {
    EXPECT_THAT(SearchNameOf(name),
                StatusIs(absl::StatusCode::kInvalidArgument, _))
        << name;
  }
}

TEST(TrialNameOf, TakesBothForms) {
  EXPECT_EQ(TrialNameOf("coarse/7").value(), "searches/coarse/trials/7");
  EXPECT_EQ(TrialNameOf("searches/coarse/trials/7").value(),
            "searches/coarse/trials/7");
}

TEST(TrialNameOf, RefusesWhatIsNone) {
  for (const char* name : {"", "7", "coarse", "coarse/", "coarse/0", "coarse/x",
                           "coarse/7/8", "searches/coarse/7", "coarse/-1"}) {
    EXPECT_THAT(TrialNameOf(name),
                StatusIs(absl::StatusCode::kInvalidArgument, _))
        << name;
  }
}

TEST(LastPart, IsWhatFollowsTheLastSlash) {
  EXPECT_EQ(LastPart("searches/s/stages/coarse"), "coarse");
  EXPECT_EQ(LastPart("coarse"), "coarse");
}

}  // namespace
}  // namespace etalon
