// Trials that a worker holds together: what each ends with must be what it ends
// with alone.

#include "worker/group_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/plan_samples.h"
#include "worker/local_trial_runner.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"

namespace etalon::testing {
namespace {

using Kind = TrialResult::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Time goes on by a second whenever it is asked for.
class RunningClock : public Clock {
 public:
  absl::Time Now() const override { return absl::UnixEpoch(); }
  absl::Duration Monotonic() const override {
    return absl::Seconds(++seconds_);
  }

 private:
  mutable int64_t seconds_ = 0;
};

// Stops after so many measurements, where it is told to, and finds no room for
// the third, so many times.
class Monitor : public TrialMonitor {
 public:
  void OnMeasurement(v1::Measurement measurement) override {
    if (measurements.size() == 2 && shortages > 0) {
      --shortages;
      throw std::bad_alloc();
    }
    measurements.push_back(std::move(measurement));
  }
  bool ShouldStop() const override { return measurements.size() >= stop_at; }

  size_t stop_at = 1'000'000;
  int shortages = 0;
  std::vector<v1::Measurement> measurements;
};

struct Outcome {
  TrialResult result;
  std::vector<v1::Measurement> measurements;
};

class GroupTrainingTest : public ::testing::Test {
 protected:
  // Number `number` of a search, its lambda and seed its own, measured 4 times
  // an epoch for 2 epochs of 8 updates; keeps its model.
  static v1::Trial Trial(int number, const std::string& change = "") {
    v1::Trial trial = SampleTrial();
    trial.set_name(absl::StrCat("searches/s/trials/", number));
    trial.mutable_seeds()->set_initialization(static_cast<uint64_t>(number));
    trial.mutable_training()->set_lambda(0.001 * number);
    trial.mutable_training()->MergeFrom(
        ParseTextProto<v1::Training>(absl::StrCat(
            "evaluation { per_epoch: 4 } keep_model: KEEP_ALL ", change)));
    return trial;
  }

  // Runs them in one call, trial i stopping at stops[i] measurements, and
  // number `short_trial_` short of memory `shortages_` times.
  std::vector<Outcome> Run(const std::vector<v1::Trial>& trials,
                           const std::vector<size_t>& stops = {}) {
    std::vector<Monitor> monitors(trials.size());
    std::vector<TrialRun> runs;
    for (size_t i = 0; i < trials.size(); ++i) {
      if (i < stops.size()) monitors[i].stop_at = stops[i];
      if (i == short_trial_) monitors[i].shortages = shortages_;
      runs.push_back({&trials[i], &monitors[i]});
    }
    LocalTrialRunner runner(
        cache_, datasets_, **train::SelectKernels("generic"), checkpoints_,
        clock_, [this](const auto&, const auto&) { return width_; });
    std::vector<Outcome> outcomes(trials.size());
    ended_.clear();
    runner.Run(runs, [&](size_t i, TrialResult result) {
      ended_.push_back(i);
      outcomes[i].result = std::move(result);
    });
    EXPECT_EQ(ended_.size(), trials.size()) << "each ends once";
    for (size_t i = 0; i < trials.size(); ++i) {
      outcomes[i].measurements = std::move(monitors[i].measurements);
    }
    return outcomes;
  }
  Outcome RunAlone(const v1::Trial& trial) {
    const Checkpoints* const checkpoints = std::exchange(checkpoints_, nullptr);
    Outcome outcome = std::move(Run({trial})[0]);
    checkpoints_ = checkpoints;
    return outcome;
  }

  static void AddThreshold(v1::Trial& trial, int64_t update, double accuracy) {
    v1::Threshold& threshold = *trial.add_thresholds();
    threshold.set_update(update);
    threshold.set_accuracy(accuracy);
  }

  static void ExpectSame(const Outcome& a, const Outcome& b) {
    EXPECT_EQ(a.result.kind, b.result.kind) << a.result.message;
    EXPECT_EQ(a.result.update, b.result.update);
    EXPECT_EQ(a.result.model, b.result.model);
    ASSERT_EQ(a.measurements.size(), b.measurements.size());
    for (size_t i = 0; i < a.measurements.size(); ++i) {
      EXPECT_THAT(a.measurements[i], EqualsProto(b.measurements[i]));
    }
  }
  static int Width(const Outcome& outcome) {
    return outcome.result.fusion.width();
  }
  static const std::string& Because(const Outcome& outcome) {
    return outcome.result.fusion.apart_because();
  }

  TempDir folder_;
  RunningClock clock_;
  int loads_ = 0;
  DataCache cache_ = DataCache(
      [this](const train::DatasetSpec& spec) {
        ++loads_;
        return train::LoadDataset(spec, "");
      },
      1 << 30);
  DatasetInventory datasets_ = DatasetInventory({}, cache_, clock_);
  const Checkpoints folder_checkpoints_ = {folder_.path(), absl::Seconds(1)};
  const Checkpoints* checkpoints_ = nullptr;
  int width_ = 16;
  size_t short_trial_ = 0;
  int shortages_ = 0;
  std::vector<size_t> ended_;  // in the order of their ends
};

TEST_F(GroupTrainingTest, MembersEndWithWhatTheyEndWithAlone) {
  const std::vector<v1::Trial> trials = {Trial(1), Trial(2), Trial(3)};
  const std::vector<Outcome> outcomes = Run(trials);
  for (size_t i = 0; i < trials.size(); ++i) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
    EXPECT_EQ(Width(outcomes[i]), 3);
    EXPECT_EQ(Because(outcomes[i]), "");
    EXPECT_FALSE(outcomes[i].result.model.empty());
  }
  EXPECT_EQ(loads_, 1);
}

TEST_F(GroupTrainingTest, TrialAloneIsOfWidthOneForNoReason) {
  const Outcome outcome = RunAlone(Trial(1));
  EXPECT_EQ(Width(outcome), 1);
  EXPECT_EQ(Because(outcome), "");
}

TEST_F(GroupTrainingTest, ShapesAreTrainedInGroupsOfTheirOwn) {
  const std::vector<v1::Trial> trials = {
      Trial(1), Trial(2, "network { hidden { values: 5 } }"), Trial(3),
      Trial(4, "optimizer { sgd { momentum: 0.5 } }")};
  const std::vector<Outcome> outcomes = Run(trials);
  for (size_t i = 0; i < trials.size(); ++i) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
  }
  EXPECT_EQ(Width(outcomes[0]), 2);
  EXPECT_EQ(Width(outcomes[2]), 2);
  EXPECT_EQ(Width(outcomes[1]), 1);
  EXPECT_EQ(Because(outcomes[1]),
            "trained apart from the 3 others that the worker held: their "
            "hidden layers differ");
  EXPECT_THAT(Because(outcomes[3]), HasSubstr("sgd with momentum"));
}

TEST_F(GroupTrainingTest, GroupsAreNoWiderThanTheRuleSays) {
  width_ = 2;
  const std::vector<Outcome> outcomes =
      Run({Trial(1), Trial(2), Trial(3), Trial(4)});
  for (const Outcome& outcome : outcomes) EXPECT_EQ(Width(outcome), 2);
  width_ = 1;
  EXPECT_THAT(Because(Run({Trial(1), Trial(2)})[0]),
              HasSubstr("one at a time"));
}

TEST_F(GroupTrainingTest, DroppedMemberEndsAndTheOthersGoOn) {
  const std::vector<v1::Trial> trials = {Trial(1), Trial(2), Trial(3)};
  const std::vector<Outcome> outcomes = Run(trials, {100, 3, 100});
  EXPECT_EQ(outcomes[1].result.kind, Kind::kStopped);
  EXPECT_EQ(outcomes[1].measurements.size(), 3u);
  for (const size_t i : {0, 2}) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
    EXPECT_EQ(Width(outcomes[i]), 3) << "of its group at the start";
  }
}

TEST_F(GroupTrainingTest, DivergingMemberEndsAndTheOthersGoOn) {
  const std::vector<v1::Trial> trials = {
      Trial(1), Trial(2, "schedule { constant { eta: 1e20 } }"), Trial(3)};
  const std::vector<Outcome> outcomes = Run(trials);
  EXPECT_EQ(outcomes[1].result.kind, Kind::kDiverged);
  EXPECT_EQ(Width(outcomes[1]), 3);
  for (const size_t i : {0, 1, 2}) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
  }
}

TEST_F(GroupTrainingTest, MemberBelowAThresholdEndsThereAndTheOthersGoOn) {
  std::vector<v1::Trial> trials = {Trial(1), Trial(2), Trial(3)};
  const Outcome whole = RunAlone(trials[1]);
  ASSERT_EQ(whole.measurements.size(), 8u);
  ASSERT_TRUE(whole.measurements.back().has_test());
  // No measurement is at update 3, and none is below 0.
  AddThreshold(trials[1], 3, 1.1);
  AddThreshold(trials[1], 4, 0);
  AddThreshold(trials[1], 6, 1.1);
  AddThreshold(trials[2], 16, 1.1);
  const std::vector<Outcome> outcomes = Run(trials);
  EXPECT_EQ(outcomes[1].result.kind, Kind::kEndedEarly);
  EXPECT_EQ(outcomes[1].result.model, "");
  ASSERT_EQ(outcomes[1].measurements.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(outcomes[1].measurements[i],
                EqualsProto(whole.measurements[i]));
    EXPECT_FALSE(outcomes[1].measurements[i].has_test());
  }
  ExpectSame(outcomes[1], RunAlone(trials[1]));
  for (const size_t i : {0, 2}) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
    EXPECT_EQ(outcomes[i].result.kind, Kind::kSucceeded);
    EXPECT_EQ(Width(outcomes[i]), 3) << "of its group at the start";
  }
}

TEST_F(GroupTrainingTest, WhatCountsIsTheBestSoFar) {
  v1::Trial trial = Trial(1);
  const Outcome whole = RunAlone(trial);
  double best = 0;
  for (const v1::Measurement& measurement : whole.measurements) {
    best = std::max(best, measurement.validation().accuracy());
    AddThreshold(trial, measurement.update(), best);
  }
  ExpectSame(RunAlone(trial), whole);
  // A hair more than what it has at the fifth.
  best = 0;
  for (int i = 0; i < 5; ++i) {
    best = std::max(best, whole.measurements[i].validation().accuracy());
  }
  trial.mutable_thresholds(4)->set_accuracy(std::nextafter(best, 1));
  const Outcome ended = RunAlone(trial);
  EXPECT_EQ(ended.result.kind, Kind::kEndedEarly);
  EXPECT_EQ(ended.measurements.size(), 5u);
}

TEST_F(GroupTrainingTest, TrialThatGoesOnKnowsWhatItHadBefore) {
  v1::Trial trial = Trial(1, "schedule { constant { eta: 0.5 } } epochs: 5");
  const std::vector<v1::Measurement> whole = RunAlone(trial).measurements;
  const auto accuracy = [&](size_t i) {
    return whole[i].validation().accuracy();
  };
  // One that is worse than the one before.
  size_t worse = 1;
  while (worse < whole.size() - 1 && accuracy(worse) >= accuracy(worse - 1)) {
    ++worse;
  }
  ASSERT_LT(worse, whole.size() - 1);
  for (const double threshold :
       {accuracy(worse - 1), std::nextafter(accuracy(worse - 1), 1)}) {
    trial.clear_thresholds();
    AddThreshold(trial, whole[worse].update(), threshold);
    checkpoints_ = &folder_checkpoints_;
    folder_checkpoints_.Remove(trial);
    EXPECT_EQ(Run({trial}, {worse})[0].result.kind, Kind::kStopped);
    const Outcome resumed = std::move(Run({trial})[0]);
    EXPECT_EQ(resumed.result.kind, threshold == accuracy(worse - 1)
                                       ? Kind::kSucceeded
                                       : Kind::kEndedEarly);
    ExpectSame(resumed, RunAlone(trial));
  }
}

TEST_F(GroupTrainingTest, MemberOutOfPatienceEndsWithItsBestWeights) {
  const std::vector<v1::Trial> trials = {
      Trial(1, "early_stopping { patience: 1 } epochs: 10"),
      Trial(2, "early_stopping { patience: 100 } epochs: 10")};
  const std::vector<Outcome> outcomes = Run(trials);
  EXPECT_LT(outcomes[0].measurements.size(), outcomes[1].measurements.size());
  for (const size_t i : {0, 1}) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
    EXPECT_EQ(Width(outcomes[i]), 2);
  }
}

TEST_F(GroupTrainingTest, AllStopWhenAllAreToldTo) {
  const std::vector<Outcome> outcomes =
      Run({Trial(1), Trial(2), Trial(3)}, {1, 1, 1});
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.result.kind, Kind::kStopped);
    EXPECT_EQ(outcome.measurements.size(), 1u);
  }
}

TEST_F(GroupTrainingTest, TrialToStopBeforeItsTurnIsNeverStarted) {
  width_ = 2;
  const std::vector<Outcome> outcomes =
      Run({Trial(1), Trial(2), Trial(3), Trial(4)}, {100, 100, 0, 100});
  EXPECT_EQ(outcomes[2].result.kind, Kind::kStopped);
  EXPECT_EQ(Width(outcomes[2]), 0);
  EXPECT_EQ(Width(outcomes[3]), 1);
  EXPECT_EQ(outcomes[3].result.kind, Kind::kSucceeded);
}

TEST_F(GroupTrainingTest, WhatCannotBeTrainedFailsAlone) {
  const std::vector<Outcome> outcomes =
      Run({Trial(1), Trial(2, "network { dropout: 1 }"), Trial(3)});
  EXPECT_EQ(outcomes[1].result.kind, Kind::kInvalid);
  EXPECT_THAT(outcomes[1].result.message, HasSubstr("dropout is 1"));
  EXPECT_EQ(Width(outcomes[1]), 0);
  EXPECT_EQ(outcomes[0].result.kind, Kind::kSucceeded);
  EXPECT_EQ(Width(outcomes[0]), 2);
}

TEST_F(GroupTrainingTest, DataThatWillNotLoadIsTriedOnceForAll) {
  v1::Trial broken = Trial(1);
  *broken.mutable_training()->mutable_dataset() = ParseTextProto<v1::Dataset>(
      "name: 'cifar10' train: 45000 validation: 5000 seed: 1");
  const std::vector<Outcome> outcomes = Run({broken, broken, Trial(2)});
  EXPECT_EQ(outcomes[0].result.kind, Kind::kUnusable);
  EXPECT_EQ(outcomes[1].result.kind, Kind::kUnusable);
  EXPECT_EQ(outcomes[2].result.kind, Kind::kSucceeded);
  EXPECT_EQ(loads_, 2) << "the broken one, and the other";
}

TEST_F(GroupTrainingTest, WhoIsShortOfMemoryInAGroupIsTrainedAgainApart) {
  const std::vector<v1::Trial> trials = {Trial(1), Trial(2), Trial(3)};
  short_trial_ = 1;
  shortages_ = 1;
  const std::vector<Outcome> outcomes = Run(trials);
  shortages_ = 0;
  for (size_t i = 0; i < trials.size(); ++i) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
  }
  EXPECT_EQ(Width(outcomes[1]), 1);
  EXPECT_THAT(Because(outcomes[1]),
              ::testing::StartsWith(
                  "trained apart from the 2 others that the worker held: in a "
                  "group of 3: not enough memory"));
}

TEST_F(GroupTrainingTest, MemoryShortForOneAloneLeavesTheRestUntouched) {
  width_ = 2;
  short_trial_ = 1;
  shortages_ = 1'000;
  const std::vector<Outcome> outcomes =
      Run({Trial(1), Trial(2), Trial(3), Trial(4)});
  EXPECT_EQ(outcomes[0].result.kind, Kind::kSucceeded);
  for (const size_t i : {1, 2, 3}) {
    EXPECT_EQ(outcomes[i].result.kind, Kind::kOutOfMemory);
    EXPECT_THAT(outcomes[i].result.message, HasSubstr("not enough memory"));
  }
  EXPECT_THAT(outcomes[2].measurements, IsEmpty());
}

TEST_F(GroupTrainingTest, InterruptedGroupGoesOnAsOneAndEndsTheSame) {
  const std::vector<v1::Trial> trials = {Trial(1), Trial(2), Trial(3)};
  checkpoints_ = &folder_checkpoints_;
  Run(trials, {3, 3, 3});
  const std::vector<Outcome> outcomes = Run(trials);
  for (size_t i = 0; i < trials.size(); ++i) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
    EXPECT_EQ(Width(outcomes[i]), 3);
  }
}

TEST_F(GroupTrainingTest, TrialWithACheckpointGoesOnApart) {
  const std::vector<v1::Trial> trials = {Trial(1), Trial(2), Trial(3)};
  checkpoints_ = &folder_checkpoints_;
  Run({trials[1]}, {3});
  const std::vector<Outcome> outcomes = Run(trials);
  for (size_t i = 0; i < trials.size(); ++i) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
  }
  EXPECT_EQ(Width(outcomes[0]), 2);
  EXPECT_EQ(Width(outcomes[1]), 1);
  EXPECT_THAT(Because(outcomes[1]),
              HasSubstr("it goes on from a checkpoint after update"));
}

TEST_F(GroupTrainingTest, CheckpointThatWillNotDoStartsItsTrialOverApart) {
  const std::vector<v1::Trial> trials = {Trial(1), Trial(2)};
  checkpoints_ = &folder_checkpoints_;
  Run(trials, {3, 3});
  // The fingerprint says yes, the network says no.
  const std::string path = [&] {
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_.path())) {
      if (entry.path().string().find("trials-2") != std::string::npos) {
        return entry.path().string();
      }
    }
    return std::string();
  }();
  Checkpoint checkpoint = *DecodeCheckpoint(*ReadWholeFile(path, 1 << 30));
  checkpoint.snapshot.network.pop_back();
  ETALON_ASSERT_OK(WriteFileAtomically(path, *EncodeCheckpoint(checkpoint),
                                       /*replace=*/true));
  const std::vector<Outcome> outcomes = Run(trials);
  for (size_t i = 0; i < trials.size(); ++i) {
    ExpectSame(outcomes[i], RunAlone(trials[i]));
  }
  EXPECT_EQ(Width(outcomes[1]), 1);
  EXPECT_THAT(Because(outcomes[1]),
              HasSubstr("its checkpoint could not be used"));
}

}  // namespace
}  // namespace etalon::testing
