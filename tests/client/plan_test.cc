// `etalon plan`, with a coordinator that answers what it is told to and a shell
// script for the worker's program.

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "common/files.h"
#include "tests/client/command_line_fixture.h"
#include "tests/support/proto_matchers.h"

namespace etalon::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kSearch[] = R"(name: small
training: {schedule: {constant: {eta: 0.1}}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
stages:
  - {name: coarse, sample: {random: 10}}
  - {name: fine, sample: {random: 4}}
)";

class PlanCommand : public CommandLineFixture {
 protected:
  PlanCommand() {
    environment_["TMPDIR"] = temporary_.path();
    service_.AnswerPlan(plan_);
    service_.AnswerWorkers({ParseTextProto<v1::Worker>(R"pb(
                              name: "workers/1"
                              state: ALIVE
                              capabilities { threads: 2 }
                            )pb"),
                            ParseTextProto<v1::Worker>(R"pb(
                              name: "workers/2"
                              state: GONE
                              capabilities { threads: 64 }
                            )pb")});
    v1::TrainingRate rate;
    rate.set_trials(3);
    rate.set_seconds_per_update(0.01);
    WriteFile("etalon-worker.rate", rate.SerializeAsString());
    UseWorker(
        "echo \"$@\" >> \"$0.calls\"\n"
        "cp \"$3\" \"$0.trial\"\n"
        "cp \"$0.rate\" \"$5\"\n");
  }

  void UseWorker(const std::string& script) {
    fs::permissions(WriteFile("etalon-worker", "#!/bin/sh\n" + script),
                    fs::perms::owner_all);
  }
  std::string Calls() {
    return *ReadWholeFile(folder_.File("etalon-worker.calls"), 10'000);
  }
  json PlanAsJson(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"plan", file_, "-o", "json"});
    const CommandResult result = Run(more);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return json::parse(result.out);
  }

  TempDir temporary_;
  const std::string file_ = WriteFile("search.yaml", kSearch);
  v1::SearchPlan plan_ = ParseTextProto<v1::SearchPlan>(R"pb(
    stages {
      name: "coarse"
      trials: 10
      updates: 1000
      images: 100000
      shapes {
        training { batch_size: 100 }
        share: 1
        updates: 100
        rates {
          worker: "workers/1"
          trials: 1000
          seconds_per_update: 0.1
          deviation: 0.001
        }
      }
    }
    stages {
      name: "fine"
      trials: 4
      updates: 800
      images: 80000
      estimated: true
      shapes {
        training { batch_size: 100 }
        share: 1
        updates: 200
        rates { worker: "workers/1" trials: 1000 seconds_per_update: 0.1 }
      }
    }
  )pb");
};

TEST_F(PlanCommand, CountsAndExpectsFromPastTrials) {
  // Ten of 10 s on two threads, then four of 20 s.
  const json plan = PlanAsJson();
  EXPECT_EQ(plan["search"], "small");
  EXPECT_EQ(plan["trials"], 14);
  EXPECT_EQ(plan["updates"], 1800);
  EXPECT_EQ(plan["images"], 180'000);
  EXPECT_EQ(plan["threads"], 2);
  EXPECT_NEAR(plan["seconds"].get<double>(), 90, 3);
  EXPECT_LT(plan["seconds_low"].get<double>(), plan["seconds"].get<double>());
  EXPECT_GT(plan["seconds_high"].get<double>(), plan["seconds"].get<double>());
  EXPECT_NEAR(plan["stages"][0]["seconds"].get<double>(), 50, 2);
  EXPECT_EQ(plan["stages"][0]["estimated"], false);
  EXPECT_EQ(plan["stages"][1]["estimated"], true);
  EXPECT_EQ(plan["stages"][0]["source"], "1000 trials of workers/1");
  EXPECT_THAT(service_.planned(), ElementsAre("small"));
  EXPECT_THAT(service_.created(), IsEmpty());
  EXPECT_FALSE(fs::exists(folder_.File("etalon-worker.calls")));
}

TEST_F(PlanCommand, TableHasALineForEachStageAndTheSum) {
  const CommandResult result = Run({"plan", file_});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("stage   trials  updates"), HasSubstr("coarse"),
                    HasSubstr("14 trials, 1800 updates: about 1 min 30 s ("),
                    HasSubstr(" on 2 threads\n")));
}

TEST_F(PlanCommand, SumIsTheMostWhereTrialsAreStopped) {
  CommandResult result =
      Run({"plan", file_, "--set", "stages.coarse.stopping.median.startup=3"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::replace(result.out.begin(), result.out.end(), '\n', ' ');
  EXPECT_THAT(result.out, HasSubstr("at most 14 trials, 1800 updates: about "));
}

TEST_F(PlanCommand, ThreadsCanBeChosen) {
  const json plan = PlanAsJson({"--threads", "10"});
  EXPECT_EQ(plan["threads"], 10);
  EXPECT_NEAR(plan["seconds"].get<double>(), 30, 3);
}

TEST_F(PlanCommand, WhatWasNeverTrainedIsCalibratedOnce) {
  // The same shape twice, and one more.
  for (v1::PlannedStage& stage : *plan_.mutable_stages()) {
    stage.mutable_shapes(0)->clear_rates();
    stage.mutable_shapes(0)->set_updates(100);
  }
  v1::PlannedShape& other = *plan_.mutable_stages(1)->add_shapes();
  other.mutable_training()->set_batch_size(7);
  other.set_share(0.5);
  other.set_updates(100);
  plan_.mutable_stages(1)->mutable_shapes(0)->set_share(0.5);
  service_.AnswerPlan(plan_);
  const json plan = PlanAsJson({"--data", folder_.path()});
  EXPECT_NEAR(plan["seconds"].get<double>(), 5 + 2, 1);
  EXPECT_EQ(plan["stages"][0]["source"], "a calibration on this machine");
  const std::string calls = Calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), '\n'), 2);
  EXPECT_THAT(calls, AllOf(HasSubstr("calibrate --trial "),
                           HasSubstr(" --threads 2 --data " + folder_.path())));
  v1::Trial trial;
  ASSERT_TRUE(trial.ParseFromString(
      *ReadWholeFile(folder_.File("etalon-worker.trial"), 10'000)));
  // The last one: the shapes go by what they cost.
  EXPECT_EQ(trial.training().batch_size(), 100);
  EXPECT_TRUE(fs::is_empty(temporary_.path()));
}

TEST_F(PlanCommand, OfManyShapesAFewAreCalibrated) {
  v1::PlannedStage& stage = *plan_.mutable_stages(0);
  stage.clear_shapes();
  for (int batch_size = 1; batch_size <= 20; ++batch_size) {
    v1::PlannedShape& shape = *stage.add_shapes();
    shape.mutable_training()->set_batch_size(batch_size);
    shape.set_share(0.05);
    shape.set_updates(100);
  }
  service_.AnswerPlan(plan_);
  EXPECT_EQ(PlanAsJson()["stages"][0]["source"],
            "a calibration on this machine");
  const std::string calls = Calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), '\n'), 8);
}

TEST_F(PlanCommand, SaysWhatIsNotKnownAndWhy) {
  plan_.mutable_stages(1)->mutable_shapes(0)->clear_rates();
  service_.AnswerPlan(plan_);
  json plan = PlanAsJson({"--no-calibration"});
  EXPECT_TRUE(plan["seconds"].is_null());
  EXPECT_FALSE(plan["stages"][0]["seconds"].is_null());
  EXPECT_TRUE(plan["stages"][1]["seconds"].is_null());
  EXPECT_EQ(plan["stages"][1]["source"],
            "not known: no trial of this shape was trained before");

  UseWorker("exit 2\n");
  plan = PlanAsJson();
  EXPECT_EQ(plan["stages"][1]["source"],
            "not known: no trial of this shape was trained before, and the "
            "calibration failed");
  EXPECT_THAT(Run({"plan", file_}).out,
              HasSubstr("how long they take is not known"));
  fs::remove(folder_.File("etalon-worker"));
  EXPECT_THAT(PlanAsJson()["stages"][1]["source"].get<std::string>(),
              HasSubstr("cannot run"));
}

TEST_F(PlanCommand, ACalibrationThatGivesNonsenseIsNotBelieved) {
  plan_.mutable_stages(1)->mutable_shapes(0)->clear_rates();
  service_.AnswerPlan(plan_);
  WriteFile("etalon-worker.rate", "");
  EXPECT_THAT(PlanAsJson()["stages"][1]["source"].get<std::string>(),
              HasSubstr("gave no rate"));
}

TEST_F(PlanCommand, InterruptEndsTheCalibration) {
  plan_.mutable_stages(1)->mutable_shapes(0)->clear_rates();
  service_.AnswerPlan(plan_);
  UseWorker("exit 130\n");
  EXPECT_EQ(Run({"plan", file_}).exit_code, 130);
}

TEST_F(PlanCommand, BadInputIsAnswered) {
  EXPECT_EQ(Run({"plan"}).exit_code, 2);
  EXPECT_EQ(Run({"plan", "missing.yaml"}).exit_code, 2);
  EXPECT_EQ(Run({"plan", file_, "--threads", "0"}).exit_code, 2);
  EXPECT_EQ(Run({"plan", file_, "--data", "/no/such/folder"}).exit_code, 2);
  const CommandResult wrong =
      Run({"plan", WriteFile("wrong.yaml", "name: x\nstage: []\n")});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("wrong.yaml:2"));
  EXPECT_THAT(service_.planned(), IsEmpty());

  service_.FailWith(
      {grpc::StatusCode::RESOURCE_EXHAUSTED,
       "stages[0].sample.random.count: 1000000000 is more than 100000"});
  const CommandResult refused = Run({"plan", file_});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("search.yaml:6"), HasSubstr("1000000000")));
}

TEST_F(PlanCommand, ACoordinatorThatWasNamedHasToBeThere) {
  StopServer();
  const CommandResult result = Run({"plan", file_, "--timeout", "200ms"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, Not(HasSubstr("planned for this machine")));
}

}  // namespace
}  // namespace etalon::testing
