// Every verb against a fake coordinator: what it asks and what it prints.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "client/output/rows.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::CommandLineFixture;
using ::etalon::testing::CommandResult;
using ::etalon::testing::ParseTextProto;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class CommandLine : public CommandLineFixture {
 protected:
  CommandLine() {
    service_.AnswerSearches({ParseTextProto<v1::Search>(R"pb(
      name: "searches/s"
      state: PAUSED
      create_time { seconds: 1700000000 }
      counts { queued: 2 succeeded: 1 }
      stages {
        name: "searches/s/stages/coarse"
        state: RUNNING
        planned_trials: 3
        counts { queued: 2 succeeded: 1 }
        training {
          lambda: 0.01
          schedule { constant { eta: 0.5 } }
        }
        box {
          name: "lambda"
          double_range { minimum: 1e-5 maximum: 0.1 scale: LOG }
        }
      }
    )pb")});
    std::vector<v1::Trial> trials;
    for (int i = 1; i <= 5; ++i) {
      v1::Trial trial = ParseTextProto<v1::Trial>(R"pb(
        stage: "searches/s/stages/coarse"
        parameters {
          name: "lambda"
          value { number: 0.1 }
        }
        state: SUCCEEDED
        result {
          update: 40
          train { accuracy: 0.75 cost: 1.5 }
          validation { accuracy: 0.5 }
        }
        attempt_count: 1
        worker: "workers/2"
        training_time { seconds: 1 nanos: 500000000 }
      )pb");
      trial.set_name("searches/s/trials/" + std::to_string(i));
      trial.mutable_parameters(0)->mutable_value()->set_number(0.1 * i);
      trials.push_back(trial);
    }
    service_.AnswerTrials(trials);
  }
};

TEST_F(CommandLine, ListShowsSearches) {
  EXPECT_EQ(Run({"list", "-o", "name"}).out, "searches/s\n");
  EXPECT_THAT(Run({"list"}).out,
              AllOf(HasSubstr("PAUSED"), HasSubstr("2023-11-14 22:13:20Z")));
}

TEST_F(CommandLine, TrialsHaveTheColumnsOfTheView) {
  const CommandResult result = Run({"trials", "s", "-o", "csv"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(
      result.out,
      HasSubstr(
          "search,stage,trial,configuration,replicate,state,lambda,eta,"
          "parameters,train_accuracy,validation_accuracy,test_accuracy,cost,"
          "updates,seconds,worker,attempts,failure,start_time,end_time,"
          "fusion_width,rung,same_as\r\n"
          "s,coarse,1,0,0,SUCCEEDED,0.1,0.5,\"{\"\"lambda\"\":0.1}\",0.75,0.5,"
          ",1.5,40,1.5,workers/2,1,,,,,0,\r\n"));
}

TEST_F(CommandLine, TrialsAreAskedForPageByPage) {
  const CommandResult result = Run({"trials", "s", "-o", "name"});
  EXPECT_EQ(result.out,
            "searches/s/trials/1\nsearches/s/trials/2\nsearches/s/trials/3\n"
            "searches/s/trials/4\nsearches/s/trials/5\n");
  EXPECT_THAT(service_.listed(), SizeIs(3));
}

TEST_F(CommandLine, TrialsPassOnWhatIsAsked) {
  const CommandResult result =
      Run({"trials", "--filter", "eta < 1", "s", "--order-by",
           "validation_accuracy desc", "--limit", "3", "--columns",
           "trial,lambda", "-o", "csv"});
  EXPECT_EQ(result.out,
            "trial,lambda\r\n1,0.1\r\n2,0.2\r\n3,0.30000000000000004\r\n");
  ASSERT_THAT(service_.listed(), SizeIs(2));
  const v1::ListTrialsRequest request = service_.listed()[0];
  EXPECT_EQ(request.filter(), "eta < 1");
  EXPECT_EQ(request.order_by(), "validation_accuracy desc");
}

TEST_F(CommandLine, UnknownColumnIsAUsageError) {
  const CommandResult result = Run({"trials", "s", "--columns", "lamda"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("did you mean 'lambda'?"));
}

TEST_F(CommandLine, ExportGivesEveryTrial) {
  const CommandResult csv = Run({"export", "s"});
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 6);
  EXPECT_EQ(Json::parse(Run({"export", "s", "-o", "json"}).out).size(), 5u);
  EXPECT_EQ(Run({"export", "s", "-o", "table"}).exit_code, 2);
}

TEST_F(CommandLine, BestRanksConfigurations) {
  service_.AnswerBest({ParseTextProto<v1::RankedConfiguration>(R"pb(
    rank: 1
    stage: "searches/s/stages/coarse"
    parameters {
      name: "lambda"
      value { number: 0.00012345678 }
    }
    counts { succeeded: 3 }
    train_accuracy { count: 3 mean: 0.6 }
    validation_accuracy {
      count: 3
      mean: 0.51239
      standard_deviation: 0.01
      half_width_95: 0.0248
    }
    trials: "searches/s/trials/4"
  )pb")});
  EXPECT_EQ(
      Run({"best", "s"}).out,
      "rank  stage      lambda  eta  train_accuracy  validation_accuracy  "
      "half_width_95  test_accuracy  n\n"
      "   1  coarse  0.0001235  0.5         60.00 %              51.24 %  "
      "       2.48 %                 3\n");
  EXPECT_EQ(Json::parse(Run({"best", "s", "-o", "json"}).out)[0]["lambda"],
            0.00012345678);
}

TEST_F(CommandLine, BestRanksByWhatIsAskedForAndShowsIt) {
  service_.AnswerBest({ParseTextProto<v1::RankedConfiguration>(R"pb(
    rank: 1
    stage: "searches/s/stages/coarse"
    counts { succeeded: 2 diverged: 1 failed: 1 }
    validation_accuracy { count: 2 mean: 0.5 median: 0.52 lower_95: 0.41 }
  )pb")});
  const CommandResult lower = Run({"best", "s", "--by", "lower"});
  EXPECT_THAT(lower.out, AllOf(HasSubstr("lower_95"), HasSubstr("41.00 %"),
                               HasSubstr("diverged"), HasSubstr("failed")));
  EXPECT_THAT(lower.out, Not(HasSubstr("median")));
  EXPECT_THAT(Run({"best", "s", "--by", "median"}).out,
              AllOf(HasSubstr("median"), HasSubstr("52.00 %")));
  EXPECT_THAT(Run({"best", "s"}).out, Not(HasSubstr("lower_95")));
  EXPECT_EQ(Json::parse(Run({"best", "s", "-o", "json"}).out)[0]["median"],
            0.52);
  std::vector<v1::RankBy> asked;
  for (const auto& request : service_.ranked()) asked.push_back(request.by());
  EXPECT_THAT(asked, ElementsAre(v1::RANK_BY_LOWER_BOUND, v1::RANK_BY_MEDIAN,
                                 v1::RANK_BY_MEAN, v1::RANK_BY_MEAN));

  const CommandResult wrong = Run({"best", "s", "--by", "luck"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("luck"));
  EXPECT_EQ(Run({"best", "s", "--by", "3"}).exit_code, 2);
}

TEST_F(CommandLine, WhatIsSearchedHasColumnsOfItsOwn) {
  service_.AnswerSearches({ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    spec {
      parameters {
        name: "eta"
        double_range {}
      }
      parameters {
        name: "optimizer"
        categories { values { text: "sgd" } }
      }
      parameters {
        name: "optimizer.sgd.momentum"
        double_range {}
      }
    }
    stages {
      name: "searches/s/stages/only"
      state: COMPLETE
      counts { succeeded: 2 }
    }
  )pb")});
  v1::RankedConfiguration sgd = ParseTextProto<v1::RankedConfiguration>(R"pb(
    rank: 1
    stage: "searches/s/stages/only"
    parameters {
      name: "eta"
      value { number: 0.25 }
    }
    parameters {
      name: "optimizer"
      value { text: "sgd" }
    }
    parameters {
      name: "optimizer.sgd.momentum"
      value { number: 0.912345 }
    }
    counts { succeeded: 1 }
    validation_accuracy { count: 1 mean: 0.5 }
  )pb");
  v1::RankedConfiguration adam = sgd;
  adam.set_rank(2);
  adam.mutable_parameters()->RemoveLast();
  adam.mutable_parameters(1)->mutable_value()->set_text("adam");
  service_.AnswerBest({sgd, adam});
  EXPECT_THAT(Run({"best", "s"}).out,
              AllOf(HasSubstr(" eta  optimizer  momentum  "),
                    HasSubstr("0.25  sgd          0.9123  "),
                    HasSubstr("0.25  adam                 ")));
  const Json best = Json::parse(Run({"best", "s", "-o", "json"}).out);
  EXPECT_EQ(best[0]["optimizer.sgd.momentum"], 0.912345);
  EXPECT_TRUE(best[1]["optimizer.sgd.momentum"].is_null());
  EXPECT_FALSE(best[1]["parameters"].contains("optimizer.sgd.momentum"));
}

TEST_F(CommandLine, BestIsOfTheLastStageWithAResult) {
  v1::Search search = ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    stages {
      name: "searches/s/stages/coarse"
      counts { succeeded: 3 }
    }
    stages {
      name: "searches/s/stages/fine"
      counts { succeeded: 1 }
    }
    stages { name: "searches/s/stages/final" }
  )pb");
  service_.AnswerSearches({search});
  EXPECT_THAT(Run({"best", "s"}).err,
              AllOf(HasSubstr("stage fine"), HasSubstr("--stage all")));
  EXPECT_THAT(Run({"best", "s", "--stage", "all"}).err, IsEmpty());
  EXPECT_THAT(Run({"best", "s", "--stage", "coarse"}).err, IsEmpty());
  EXPECT_EQ(Run({"show", "s"}).exit_code, 0);
  const auto ranked = service_.ranked();
  ASSERT_THAT(ranked, SizeIs(4));
  EXPECT_EQ(ranked[0].stage(), "fine");
  EXPECT_EQ(ranked[1].stage(), "");
  EXPECT_EQ(ranked[2].stage(), "coarse");
  EXPECT_EQ(ranked[3].stage(), "fine");

  for (auto& stage : *search.mutable_stages()) stage.clear_counts();
  service_.AnswerSearches({search});
  EXPECT_EQ(Run({"best", "s"}).err, "no trial has succeeded\n");
}

TEST_F(CommandLine, UnknownStageIsNotFound) {
  const CommandResult result = Run({"best", "s", "--stage", "corse"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("did you mean 'coarse'?"));
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(CommandLine, ShowTellsStagesRangesAndWhatIsInTheWay) {
  const CommandResult result = Run({"show", "s"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("coarse searches lambda 1e-05 … 0.1 log"),
                    HasSubstr("paused; etalon resume s goes on")));
  const Json object = Json::parse(Run({"show", "s", "-o", "json"}).out);
  EXPECT_EQ(object["stages"][0]["box"]["lambda"]["maximum"], 0.1);
  EXPECT_EQ(object["state"], "PAUSED");
}

TEST_F(CommandLine, PausedSearchSaysSoWhileItsLastTrialsRun) {
  service_.AnswerSearches({ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    state: PAUSED
    counts { queued: 4 running: 2 succeeded: 2 }
    stages {
      name: "searches/s/stages/only"
      planned_trials: 8
      counts { queued: 4 running: 2 succeeded: 2 }
    }
  )pb")});
  EXPECT_THAT(Run({"show", "s"}).out,
              AllOf(HasSubstr("etalon resume s"), Not(HasSubstr(" left"))));
}

TEST_F(CommandLine, ShowTellsOfStatesThatFewSearchesKnowWhereThereAreSome) {
  auto search = ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    state: SUCCEEDED
    counts { succeeded: 2 }
  )pb");
  service_.AnswerSearches({search});
  EXPECT_THAT(Run({"show", "s"}).out, Not(HasSubstr("stopped")));
  search.mutable_counts()->set_stopped(3);
  service_.AnswerSearches({search});
  const std::string table = Run({"show", "s"}).out;
  EXPECT_THAT(table, HasSubstr("stopped"));
  EXPECT_THAT(table, Not(HasSubstr("suspended")));
  EXPECT_THAT(Run({"show", "s", "-o", "json"}).out, HasSubstr("suspended"));
}

TEST_F(CommandLine, ShowTellsWhereAStageTakesFrom) {
  service_.AnswerSearches({ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    state: SUCCEEDED
    spec {
      stages { name: "coarse" }
      stages {
        name: "final"
        take { from: "coarse" top: 2 }
      }
    }
    stages { name: "searches/s/stages/coarse" }
    stages {
      name: "searches/s/stages/final"
      box {
        name: "lambda"
        double_range { minimum: 1 maximum: 2 }
      }
    }
  )pb")});
  EXPECT_THAT(Run({"show", "s"}).out,
              AllOf(HasSubstr("final takes the best 2 of coarse\n"),
                    Not(HasSubstr("final searches"))));
}

TEST_F(CommandLine, PauseResumeAndCancelAnswerTheSearch) {
  for (const char* verb : {"pause", "resume", "cancel"}) {
    const CommandResult result = Run({verb, "s", "-o", "name"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, "searches/s\n") << verb;
  }
  service_.FailWith(grpc::Status(grpc::StatusCode::FAILED_PRECONDITION,
                                 "searches/s has ended"));
  EXPECT_EQ(Run({"pause", "s"}).exit_code, 4);
}

TEST_F(CommandLine, WorkersShowTheirDataSets) {
  service_.AnswerWorkers({ParseTextProto<v1::Worker>(R"pb(
    name: "workers/1"
    display_name: "host-1"
    state: ALIVE
    capabilities {
      threads: 2
      unwell: "the disk of /scratch has less than 32 MiB left"
      datasets { name: "cifar10" usable: false message: "no such folder" }
      datasets { name: "synthetic" usable: true }
    }
  )pb")});
  EXPECT_THAT(Run({"workers", "-o", "csv"}).out,
              AllOf(HasSubstr("synthetic, cifar10 unusable: no such folder"),
                    HasSubstr("the disk of /scratch has less than")));
}

TEST_F(CommandLine, HealthAsksTheStandardService) {
  // The fake has none.
  EXPECT_EQ(Run({"health"}).exit_code, 2);
}

}  // namespace
}  // namespace etalon
