#include "client/progress/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/output/text.h"
#include "client/progress/hint.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ParseTextProto;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

v1::Search TwoStages() {
  return ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    state: RUNNING
    counts { queued: 6 running: 2 succeeded: 3 diverged: 1 }
    stages {
      name: "searches/s/stages/coarse"
      state: RUNNING
      planned_trials: 12
      counts { queued: 6 running: 2 succeeded: 3 diverged: 1 }
      training {
        batch_size: 100
        epochs: 4
        dataset { name: "cifar10" train: 1000 }
      }
    }
    stages {
      name: "searches/s/stages/fine"
      state: PENDING
      planned_trials: 4
      training {
        batch_size: 100
        epochs: 8
        dataset { name: "cifar10" train: 1000 }
      }
    }
  )pb");
}

class WhyNothingHappensTest : public ::testing::Test {
 protected:
  WhyNothingHappensTest() { search_.mutable_counts()->set_running(0); }
  std::string Why(const std::vector<v1::Worker>& workers) const {
    return WhyNothingHappens(search_, workers, "host:1");
  }
  static v1::Worker MakeWorker(const char* more) {
    return ParseTextProto<v1::Worker>(
        std::string("name: 'workers/1' display_name: 'w' ") + more);
  }

  v1::Search search_ = TwoStages();
};

TEST_F(WhyNothingHappensTest, PausedSearchSaysSo) {
  search_.set_state(v1::Search::PAUSED);
  EXPECT_EQ(Why({}), "paused; etalon resume s goes on");
}

TEST_F(WhyNothingHappensTest, NoWorkerAlive) {
  const char* expected =
      "no worker is alive; start one with etalon-worker --server host:1";
  EXPECT_EQ(Why({}), expected);
  EXPECT_EQ(Why({MakeWorker("state: SILENT"), MakeWorker("state: GONE")}),
            expected);
}

TEST_F(WhyNothingHappensTest, NoWorkerHasTheDataSet) {
  const v1::Worker without = MakeWorker(
      "state: ALIVE capabilities { datasets { name: 'cifar10' usable: false "
      "message: 'no folder' } }");
  EXPECT_EQ(Why({without}),
            "no worker can use the data set cifar10: workers/1 (w): no folder");
  EXPECT_EQ(Why({without, MakeWorker("state: ALIVE")}), "");
  search_.mutable_stages(0)->mutable_training()->mutable_dataset()->set_path(
      "old/copy");
  EXPECT_EQ(Why({without}), "") << "the data set elsewhere is another";
  EXPECT_EQ(Why({MakeWorker("state: ALIVE capabilities { datasets { name: "
                            "'cifar10' path: 'old/copy' message: 'cut off' } "
                            "}")}),
            "no worker can use the data set cifar10 in old/copy: workers/1 "
            "(w): cut off");
}

TEST_F(WhyNothingHappensTest, NothingIsSaidWhileItRuns) {
  search_.mutable_counts()->set_running(1);
  EXPECT_EQ(Why({}), "");
  search_.mutable_counts()->set_running(0);
  search_.set_state(v1::Search::SUCCEEDED);
  EXPECT_EQ(Why({}), "");
}

TEST(WhatToDoAboutFailure, SaysSoWhereTrialsDiverged) {
  v1::Search search = TwoStages();
  EXPECT_EQ(WhatToDoAboutFailure(search), "");
  search.set_state(v1::Search::FAILED);
  EXPECT_EQ(WhatToDoAboutFailure(search),
            "1 diverged: try smaller values of eta; etalon trials s "
            "--filter 'state = DIVERGED' lists them");
  search.mutable_counts()->set_succeeded(0);
  EXPECT_THAT(WhatToDoAboutFailure(search),
              StartsWith("every trial diverged or failed: "));
  search.mutable_counts()->set_diverged(0);
  EXPECT_EQ(WhatToDoAboutFailure(search), "");
}

Progress MakeProgress() {
  Progress progress;
  progress.search = TwoStages();
  progress.time_left = {absl::Seconds(41), absl::Seconds(31),
                        absl::Seconds(55)};
  progress.best = ParseTextProto<v1::RankedConfiguration>(R"pb(
    rank: 1
    stage: "searches/s/stages/coarse"
    parameters {
      name: "lambda"
      value { number: 0.00123456 }
    }
    parameters {
      name: "eta"
      value { number: 0.02 }
    }
    validation_accuracy { count: 1 mean: 0.4123 }
  )pb");
  return progress;
}

TEST(ProgressLine, TellsAll) {
  EXPECT_EQ(
      ProgressLine(MakeProgress()),
      "coarse 4/12 (2 running, 1 diverged), best of coarse 41.23 % (lambda "
      "0.001235, eta 0.02), about 40 s (30 s to 55 s) left");
}

TEST(ProgressBars, HaveALineForEachStageAndOneBelow) {
  Terminal terminal;
  terminal.width = 100;
  EXPECT_THAT(
      ProgressBars(MakeProgress(), terminal),
      ElementsAre(AllOf(StartsWith("coarse ██████████▒▒▒▒▒░░░░░░░░░░░░░░░ "),
                        HasSubstr(" 4/12  2 running, 1 diverged")),
                  AllOf(StartsWith("fine   ░░░░░"), HasSubstr("  0/4")),
                  "best of coarse 41.23 % (lambda 0.001235, eta 0.02), about "
                  "40 s (30 s to 55 s) left"));
}

TEST(ProgressBars, AreNeverWiderThanTheTerminal) {
  Progress progress = MakeProgress();
  progress.hint = std::string(200, 'x') + "\x1b[2J漢字";
  for (size_t width = 1; width < 120; ++width) {
    Terminal terminal;
    terminal.width = width;
    for (const std::string& line : ProgressBars(progress, terminal)) {
      EXPECT_LE(DisplayWidth(line), width) << line;
    }
  }
}

TEST(ProgressBars, SurviveCountsPastThePlan) {
  Progress progress = MakeProgress();
  progress.search.mutable_stages(0)->set_planned_trials(0);
  Terminal terminal;
  EXPECT_EQ(ProgressBars(progress, terminal).size(), 3u);
}

}  // namespace
}  // namespace etalon
