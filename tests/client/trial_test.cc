// `etalon trial` against a fake coordinator.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "client/output/rows.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CommandLineFixture;
using ::etalon::testing::CommandResult;
using ::etalon::testing::ParseTextProto;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

using TrialCommandTest = CommandLineFixture;

TEST_F(TrialCommandTest, TrialTellsAll) {
  v1::Trial trial = ParseTextProto<v1::Trial>(R"pb(
    name: "searches/s/trials/7"
    stage: "searches/s/stages/coarse"
    state: DIVERGED
    failure { reason: DIVERGED message: "loss is\nnot finite" update: 12 }
    seeds { initialization: 18 minibatches: 19 }
    training { lambda: 0.25 batch_size: 100 }
    measurements {
      update: 10
      epoch: 1
      validation { loss: 2.5 cost: 3 accuracy: 0.125 }
    }
    measurements { update: 20 epoch: 2 weights_update: 10 }
    attempts {
      number: 1
      worker: "workers/1"
      state: LOST
      message: "its lease expired"
    }
  )pb");
  service_.AnswerTrials({trial});
  const CommandResult table = Run({"trial", "s/7"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out,
              AllOf(HasSubstr("DIVERGED: loss is\\x0anot finite"),
                    HasSubstr("initialization_seed"), HasSubstr("12.50 %"),
                    HasSubstr("attempt 1: its lease expired\n"),
                    HasSubstr("training:\n  batch_size: 100\n  lambda: "
                              "0.25\n")));
  const Json object = Json::parse(Run({"trial", "s/7", "-o", "json"}).out);
  EXPECT_EQ(object["training"]["batch_size"], 100);
  EXPECT_EQ(object["minibatches_seed"], 19);
  EXPECT_EQ(object["measurements"][0]["validation_cost"], 3.0);
  EXPECT_EQ(object["measurements"][0]["train_loss"], nullptr);
  EXPECT_EQ(object["measurements"][0]["weights_update"], nullptr);
  EXPECT_EQ(object["measurements"][1]["weights_update"], 10);
}

TEST_F(TrialCommandTest, TrialTellsHowItWasFused) {
  v1::Trial trial = ParseTextProto<v1::Trial>(R"pb(
    name: "searches/s/trials/7"
    fusion { width: 10 }
  )pb");
  service_.AnswerTrials({trial});
  EXPECT_THAT(Run({"trial", "s/7"}).out,
              HasSubstr("trained side by side with 9 others\n"));
  Json object = Json::parse(Run({"trial", "s/7", "-o", "json"}).out);
  EXPECT_EQ(object["fusion_width"], 10);
  EXPECT_EQ(object["apart_because"], nullptr);

  trial.mutable_fusion()->set_width(1);
  trial.mutable_fusion()->set_apart_because("their precisions differ");
  service_.AnswerTrials({trial});
  EXPECT_THAT(Run({"trial", "s/7"}).out,
              HasSubstr("trained apart: their precisions differ\n"));
  object = Json::parse(Run({"trial", "s/7", "-o", "json"}).out);
  EXPECT_EQ(object["fusion_width"], 1);
  EXPECT_EQ(object["apart_because"], "their precisions differ");
}

TEST_F(TrialCommandTest, TrialTellsWhatEndsItAndWhatItHadNotSeen) {
  v1::Trial trial = ParseTextProto<v1::Trial>(R"pb(
    name: "searches/s/trials/7"
    state: STOPPED
    thresholds { update: 450 accuracy: 0.25 }
    thresholds { update: 900 accuracy: 0.3125 }
    unseen_configurations: 3
    unseen_configurations: 5
  )pb");
  service_.AnswerTrials({trial});
  const std::string out = Run({"trial", "s/7"}).out;
  EXPECT_THAT(
      out, HasSubstr("below 25.00 % at update 450, 31.25 % at update 900\n"));
  EXPECT_THAT(out, ContainsRegex("unseen_configurations  *3, 5\n"));
  Json object = Json::parse(Run({"trial", "s/7", "-o", "json"}).out);
  EXPECT_EQ(object["thresholds"][1]["update"], 900);
  EXPECT_EQ(object["thresholds"][1]["accuracy"], 0.3125);
  EXPECT_EQ(object["unseen_configurations"], Json({3, 5}));
  trial.clear_thresholds();
  trial.clear_unseen_configurations();
  service_.AnswerTrials({trial});
  EXPECT_THAT(Run({"trial", "s/7"}).out, Not(HasSubstr("thresholds")));
  object = Json::parse(Run({"trial", "s/7", "-o", "json"}).out);
  EXPECT_EQ(object["thresholds"], Json::array());
}

TEST_F(TrialCommandTest, TrialNeverCutsAReason) {
  v1::Trial trial = ParseTextProto<v1::Trial>(R"pb(
    name: "searches/s/trials/7"
    failure { reason: WORKER_LOST }
    attempts { number: 1 }
  )pb");
  const std::string reason(300, 'x');
  trial.mutable_failure()->set_message(reason + "y");
  trial.mutable_attempts(0)->set_message(reason + "z");
  service_.AnswerTrials({trial});
  std::string out = Run({"trial", "s/7"}).out;
  EXPECT_THAT(out, Not(HasSubstr("…")));
  // Wrapped, so joined again.
  out.erase(std::remove_if(out.begin(), out.end(),
                           [](char c) { return c == ' ' || c == '\n'; }),
            out.end());
  EXPECT_THAT(out, AllOf(HasSubstr(reason + "y"), HasSubstr(reason + "z")));
}

}  // namespace
}  // namespace etalon
