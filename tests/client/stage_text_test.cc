#include "client/records/stage_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/progress/progress.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ParseTextProto;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Search RacedSearch() {
  return ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    state: RUNNING
    spec {
      race { max: 10 }
      stages {
        name: "coarse"
        sample { random { count: 20 } }
      }
      stages {
        name: "fine"
        sample { random { count: 20 } }
        race { max: 5 confidence: 0.9 }
      }
    }
    stages {
      name: "searches/s/stages/coarse"
      state: COMPLETE
      planned_trials: 200
      counts { succeeded: 40 diverged: 2 }
      race { kind: SEPARATED contenders: 12 replicates: 7 }
    }
    stages {
      name: "searches/s/stages/fine"
      state: RUNNING
      planned_trials: 100
      counts { queued: 20 }
    }
  )pb");
}

TEST(RaceText, NamesTheOneThatIsSeparated) {
  EXPECT_EQ(RaceText(RacedSearch(), 0),
            "separated at 95 % after 7 replicates: configuration 12");
  EXPECT_EQ(RaceText(RacedSearch(), 1), "");
}

TEST(RaceText, NamesThoseThatAreLeft) {
  v1::Search search = RacedSearch();
  v1::RaceOutcome& race = *search.mutable_stages(1)->mutable_race();
  race.set_kind(v1::RaceOutcome::SPENT);
  race.set_replicates(5);
  for (const int contender : {3, 0, 7}) race.add_contenders(contender);
  EXPECT_EQ(RaceText(search, 1),
            "spent after 5 replicates: configurations 3, 0, 7 are left");
  for (int i = 0; i < 20; ++i) race.add_contenders(10 + i);
  EXPECT_THAT(RaceText(search, 1), HasSubstr("15, 16 and 13 more are left"));
  race.set_kind(v1::RaceOutcome::SEPARATED);
  EXPECT_THAT(RaceText(search, 1), HasSubstr("at 90 %"));
}

TEST(BudgetText, TellsWhatIsSpent) {
  v1::Search search = RacedSearch();
  v1::Budget& budget =
      *search.mutable_spec()->mutable_stages(1)->mutable_budget();
  budget.set_trials(30);
  budget.mutable_time()->set_seconds(5400);
  EXPECT_EQ(BudgetText(search, 1), "");
  search.mutable_stages(1)->mutable_counts()->set_cancelled(4);
  EXPECT_EQ(BudgetText(search, 1), "has spent its budget of 30 trials, 1h30m");
  search.set_state(v1::Search::CANCELLED);
  EXPECT_EQ(BudgetText(search, 1), "") << "that was the user";
}

TEST(MayTakeLess, CountsWhatIsLeft) {
  v1::Search search = RacedSearch();
  EXPECT_TRUE(MayTakeLess(search));
  EXPECT_TRUE(MayTakeLess(search.spec()));
  search.mutable_stages(1)->set_state(v1::Stage::COMPLETE);
  EXPECT_FALSE(MayTakeLess(search));
  v1::SearchSpec spec = search.spec();
  spec.clear_race();
  spec.mutable_stages(1)->clear_race();
  EXPECT_FALSE(MayTakeLess(spec));
}

TEST(ProgressLine, ARaceThatEndedEarlyIsWhole) {
  Progress progress;
  progress.search = RacedSearch();
  progress.time_left =
      Forecast{absl::Seconds(100), absl::Seconds(100), absl::Seconds(100)};
  EXPECT_THAT(ProgressLine(progress), HasSubstr("coarse 42/42"));
  EXPECT_THAT(ProgressLine(progress), HasSubstr("fine 0/100"));
  EXPECT_THAT(ProgressLine(progress), Not(HasSubstr("at most")));
  progress.at_most = true;
  EXPECT_THAT(ProgressLine(progress), HasSubstr("at most about"));
}

}  // namespace
}  // namespace etalon
