#include "client/stage_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ParseTextProto;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

v1::Search ThreeStages() {
  return ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    stages {
      name: "searches/s/stages/coarse"
      counts { succeeded: 5 }
    }
    stages {
      name: "searches/s/stages/fine"
      counts { succeeded: 1 running: 1 }
    }
    stages {
      name: "searches/s/stages/final"
      counts { running: 1 diverged: 2 }
    }
  )pb");
}

TEST(BestStage, IsTheLastThatHasASucceededTrial) {
  v1::Search search = ThreeStages();
  EXPECT_EQ(BestStage(search), "fine");
  search.mutable_stages(2)->mutable_counts()->set_succeeded(1);
  EXPECT_EQ(BestStage(search), "final");
}

TEST(BestStage, IsNoneBeforeTheFirstResult) {
  v1::Search search = ThreeStages();
  search.mutable_stages(0)->clear_counts();
  search.mutable_stages(1)->clear_counts();
  EXPECT_EQ(BestStage(search), "");
}

TEST(CheckStage, UnknownStageIsAnsweredWithTheNearest) {
  ETALON_EXPECT_OK(CheckStage(ThreeStages(), "fine"));
  EXPECT_THAT(CheckStage(ThreeStages(), "corse"),
              StatusIs(absl::StatusCode::kNotFound,
                       "searches/s has no stage 'corse'; did you mean "
                       "'coarse'?"));
  EXPECT_THAT(CheckStage(ThreeStages(), "xyz"),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("valid: coarse, fine, final, all")));
}

}  // namespace
}  // namespace etalon
