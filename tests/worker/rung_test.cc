// Trials that end at rungs and go on from the checkpoints that they left there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/plan_samples.h"
#include "worker/checkpoints.h"
#include "worker/local_trial_runner.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class KeepingMonitor : public TrialMonitor {
 public:
  void OnMeasurement(v1::Measurement measurement) override {
    measurements.push_back(std::move(measurement));
  }
  bool ShouldStop() const override { return false; }

  std::vector<v1::Measurement> measurements;
};

class RungTest : public ::testing::Test {
 protected:
  struct Outcome {
    TrialResult result;
    std::vector<v1::Measurement> measurements;
  };

  // Side by side, each from its checkpoint.
  std::vector<Outcome> RunAll(const std::vector<v1::Trial>& trials,
                              const std::vector<std::string>& starts,
                              const char* kernels = "generic",
                              const Checkpoints* checkpoints = nullptr) {
    std::vector<KeepingMonitor> monitors(trials.size());
    std::vector<TrialRun> runs;
    for (size_t i = 0; i < trials.size(); ++i) {
      runs.push_back({&trials[i], &monitors[i], starts[i]});
    }
    LocalTrialRunner runner(cache_, datasets_, **train::SelectKernels(kernels),
                            checkpoints, clock_,
                            [](const auto&, const auto&) { return 8; });
    std::vector<Outcome> outcomes(trials.size());
    runner.Run(runs, [&](size_t i, TrialResult end) {
      outcomes[i].result = std::move(end);
    });
    for (size_t i = 0; i < trials.size(); ++i) {
      outcomes[i].measurements = std::move(monitors[i].measurements);
    }
    return outcomes;
  }
  Outcome Run(const v1::Trial& trial, const std::string& start = "",
              const char* kernels = "generic",
              const Checkpoints* checkpoints = nullptr) {
    return RunAll({trial}, {start}, kernels, checkpoints).front();
  }

  // With everything that a snapshot has to hold.
  static v1::Trial Rich(int64_t until_update = 0) {
    v1::Trial trial = SampleTrial();
    trial.set_name("searches/s/trials/7");
    trial.mutable_training()->MergeFrom(ParseTextProto<v1::Training>(R"pb(
      network { batch_norm: true dropout: 0.25 }
      optimizer { adam { beta1: 0.9 beta2: 0.999 epsilon: 1e-8 } }
      evaluation { per_epoch: 4 }
      early_stopping { patience: 100 }
      epochs: 6
      keep_model: KEEP_ALL
    )pb"));
    trial.set_until_update(until_update);
    return trial;
  }
  // Its first, second and fourth evaluation.
  std::vector<int64_t> Rungs() {
    const Outcome whole = Run(Rich());
    return {whole.measurements[0].update(), whole.measurements[1].update(),
            whole.measurements[3].update()};
  }

  void ExpectSame(const Outcome& a, const Outcome& b) {
    EXPECT_EQ(a.result.kind, b.result.kind) << a.result.message;
    EXPECT_EQ(a.result.model, b.result.model);
    ASSERT_EQ(a.measurements.size(), b.measurements.size());
    for (size_t i = 0; i < a.measurements.size(); ++i) {
      EXPECT_THAT(a.measurements[i], EqualsProto(b.measurements[i]));
    }
  }

  TempDir folder_;
  FakeClock clock_;
  DataCache cache_ = DataCache(
      [](const train::DatasetSpec& spec) {
        return train::LoadDataset(spec, "");
      },
      1 << 30);
  DatasetInventory datasets_ = DatasetInventory({}, cache_, clock_);
};

TEST_F(RungTest, TrainingOverRungsEqualsTheUnbrokenToTheBit) {
  const Outcome unbroken = Run(Rich());
  ASSERT_EQ(unbroken.result.kind, TrialResult::Kind::kSucceeded)
      << unbroken.result.message;
  std::string checkpoint;
  for (const int64_t until : Rungs()) {
    const Outcome rung = Run(Rich(until), checkpoint);
    ASSERT_EQ(rung.result.kind, TrialResult::Kind::kSuspended)
        << rung.result.message;
    // All that was measured from the start on, and not a step further.
    EXPECT_EQ(rung.measurements.front().update(),
              unbroken.measurements.front().update());
    EXPECT_EQ(rung.measurements.back().update(), until);
    EXPECT_EQ(rung.result.model, "");
    checkpoint = rung.result.checkpoint;
    EXPECT_NE(checkpoint, "");
  }
  ExpectSame(Run(Rich(), checkpoint), unbroken);
}

TEST_F(RungTest, GroupsGoOnAsGroups) {
  const std::vector<int64_t> rungs = Rungs();
  std::vector<v1::Trial> trials;
  std::vector<Outcome> unbroken;
  for (int i = 0; i < 3; ++i) {
    v1::Trial trial = Rich();
    trial.mutable_training()->set_lambda(1e-4 * i);
    trial.mutable_seeds()->set_initialization(7 + i);
    unbroken.push_back(Run(trial));
    trials.push_back(trial);
  }
  std::vector<std::string> starts(3);
  for (const int64_t until : {rungs[0], rungs[2], int64_t{0}}) {
    for (v1::Trial& trial : trials) trial.set_until_update(until);
    const std::vector<Outcome> outcomes = RunAll(trials, starts);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(outcomes[i].result.fusion.width(), 3);
      starts[i] = outcomes[i].result.checkpoint;
      if (until == 0) ExpectSame(outcomes[i], unbroken[i]);
    }
  }
}

TEST_F(RungTest, AMemberLeavesItsGroupAtItsRung) {
  const std::vector<int64_t> rungs = Rungs();
  v1::Trial other = Rich();
  other.mutable_seeds()->set_initialization(99);
  const Outcome unbroken = Run(other);
  const std::vector<Outcome> outcomes =
      RunAll({Rich(rungs[1]), other}, {"", ""});
  EXPECT_EQ(outcomes[0].result.kind, TrialResult::Kind::kSuspended);
  EXPECT_EQ(outcomes[0].result.fusion.width(), 2);
  ExpectSame(outcomes[1], unbroken);
}

TEST_F(RungTest, CheckpointThatCannotBeUsedIsPassedOver) {
  const std::vector<int64_t> rungs = Rungs();
  const Outcome unbroken = Run(Rich(rungs[1]));
  const std::string checkpoint = Run(Rich(rungs[0])).result.checkpoint;
  v1::Trial other = Rich(rungs[0]);
  other.set_name("searches/s/trials/8");
  Checkpoint misfit = *DecodeCheckpoint(checkpoint);
  misfit.snapshot.network.pop_back();
  for (const std::string& start :
       {checkpoint.substr(1), checkpoint.substr(0, checkpoint.size() / 2),
        std::string("no checkpoint"), Run(other).result.checkpoint,
        *EncodeCheckpoint(misfit),
        // Of the very rung that it is on the way to, and of one after it.
        unbroken.result.checkpoint, Run(Rich(rungs[2])).result.checkpoint}) {
    ExpectSame(Run(Rich(rungs[1]), start), unbroken);
  }
}

TEST_F(RungTest, WorkerWithOtherKernelsStartsOver) {
  const std::vector<std::string> names = train::AvailableKernels();
  if (names.size() < 2) GTEST_SKIP() << "this processor has one set only";
  const std::vector<int64_t> rungs = Rungs();
  const std::string checkpoint =
      Run(Rich(rungs[0]), "", names[0].c_str()).result.checkpoint;
  ExpectSame(Run(Rich(rungs[1]), checkpoint), Run(Rich(rungs[1])));
}

TEST_F(RungTest, WhatIsFurtherOnThisMachineGoesFirst) {
  const std::vector<int64_t> rungs = Rungs();
  const Outcome unbroken = Run(Rich(rungs[2]));
  const std::string leased = Run(Rich(rungs[0])).result.checkpoint;
  const Checkpoints own(folder_.path(), absl::InfiniteDuration());
  // An earlier attempt was interrupted between the two rungs. That it is used
  // shows by a mark in it.
  Checkpoint further = *DecodeCheckpoint(Run(Rich(rungs[1])).result.checkpoint);
  further.measurements.front().set_learning_rate(0.5);
  ETALON_ASSERT_OK(own.Save(Rich(), further));
  Outcome outcome = Run(Rich(rungs[2]), leased, "generic", &own);
  EXPECT_EQ(outcome.measurements.front().learning_rate(), 0.5);
  EXPECT_EQ(outcome.result.kind, TrialResult::Kind::kSuspended);
  // But not what lies past the rung.
  further = *DecodeCheckpoint(unbroken.result.checkpoint);
  ETALON_ASSERT_OK(own.Save(Rich(), further));
  outcome = Run(Rich(rungs[1]), leased, "generic", &own);
  EXPECT_EQ(outcome.measurements.back().update(), rungs[1]);
}

TEST_F(RungTest, EndBeforeARungIsAnEnd) {
  // Out of patience at the second evaluation, or diverged.
  v1::Trial impatient = Rich(Rungs()[2]);
  impatient.mutable_training()->mutable_early_stopping()->set_patience(1);
  impatient.mutable_training()->mutable_schedule()->mutable_constant()->set_eta(
      1e-30);
  const Outcome outcome = Run(impatient);
  EXPECT_EQ(outcome.result.kind, TrialResult::Kind::kSucceeded);
  EXPECT_EQ(outcome.result.checkpoint, "");
}

TEST_F(RungTest, RungsThatAreNotMeasuredAreRefused) {
  const int64_t last = Run(Rich()).measurements.back().update();
  for (const int64_t until : {int64_t{-1}, Rungs()[0] + 1, last, last + 1}) {
    const Outcome outcome = Run(Rich(until));
    EXPECT_EQ(outcome.result.kind, TrialResult::Kind::kInvalid) << until;
    EXPECT_THAT(outcome.result.message, HasSubstr("until_update is"));
  }
}

}  // namespace
}  // namespace etalon::testing
