#include "worker/local_trial_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/plan_samples.h"
#include "tests/worker/train/data/idx_files.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

class RecordingMonitor : public TrialMonitor {
 public:
  void OnMeasurement(v1::Measurement measurement) override {
    measurements.push_back(std::move(measurement));
  }
  bool ShouldStop() const override { return stop; }

  std::vector<v1::Measurement> measurements;
  bool stop = false;
};

// With a data folder that is empty, so that only synthetic loads.
class LocalTrialRunnerTest : public ::testing::Test {
 protected:
  TrialResult Run(const v1::Trial& trial) {
    LocalTrialRunner runner(cache_, datasets_,
                            **train::SelectKernels("generic"), nullptr, clock_,
                            [](const auto&, const auto&) { return 1; });
    TrialResult ended;
    runner.Run({{&trial, &monitor_}},
               [&](size_t, TrialResult result) { ended = std::move(result); });
    return ended;
  }

  TempDir folder_;
  FakeClock clock_;
  DataCache cache_ = DataCache(
      [this](const train::DatasetSpec& spec) {
        return train::LoadDataset(spec, folder_.path());
      },
      1 << 30);
  DatasetInventory datasets_ = DatasetInventory({}, cache_, clock_);
  RecordingMonitor monitor_;
};

TEST_F(LocalTrialRunnerTest, TrainsToTheEndAndMeasuresEveryPart) {
  const TrialResult result = Run(SampleTrial());
  ASSERT_EQ(result.kind, TrialResult::Kind::kSucceeded) << result.message;
  ASSERT_EQ(monitor_.measurements.size(), 2u);
  const v1::Measurement& first = monitor_.measurements[0];
  EXPECT_EQ(first.update(), 8);
  EXPECT_TRUE(first.has_validation());
  EXPECT_FALSE(first.has_train());
  EXPECT_FALSE(first.has_test());
  const v1::Measurement& last = monitor_.measurements[1];
  EXPECT_EQ(last.update(), 16);
  EXPECT_EQ(last.epoch(), 2);
  EXPECT_TRUE(last.has_train());
  EXPECT_TRUE(last.has_validation());
  EXPECT_GT(last.test().loss(), 0);
  EXPECT_GT(last.test().cost(), last.test().loss());
}

TEST_F(LocalTrialRunnerTest, TheSameTrialGivesTheSameMeasurements) {
  Run(SampleTrial());
  const std::vector<v1::Measurement> first = monitor_.measurements;
  monitor_.measurements.clear();
  Run(SampleTrial());
  ASSERT_EQ(monitor_.measurements.size(), first.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_THAT(monitor_.measurements[i], EqualsProto(first[i]));
  }
}

TEST_F(LocalTrialRunnerTest, DivergenceIsAResultWithItsUpdate) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->mutable_schedule()->mutable_constant()->set_eta(
      1e20);
  const TrialResult result = Run(trial);
  EXPECT_EQ(result.kind, TrialResult::Kind::kDiverged);
  EXPECT_GE(result.update, 1);
  EXPECT_THAT(result.message, HasSubstr("finite"));
}

TEST_F(LocalTrialRunnerTest, StopsWhenItIsTold) {
  monitor_.stop = true;
  EXPECT_EQ(Run(SampleTrial()).kind, TrialResult::Kind::kStopped);
}

TEST_F(LocalTrialRunnerTest, APlanThatCannotBeTrainedIsInvalid) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->mutable_network()->set_dropout(1);
  const TrialResult result = Run(trial);
  EXPECT_EQ(result.kind, TrialResult::Kind::kInvalid);
  EXPECT_THAT(result.message, HasSubstr("dropout is 1"));
}

TEST_F(LocalTrialRunnerTest, AnUnknownDataSetIsInvalid) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->mutable_dataset()->set_name("imagenet");
  EXPECT_EQ(Run(trial).kind, TrialResult::Kind::kInvalid);
}

TEST_F(LocalTrialRunnerTest, DataThatWillNotLoadMarksTheDataSet) {
  v1::Trial trial = SampleTrial();
  *trial.mutable_training()->mutable_dataset() = ParseTextProto<v1::Dataset>(
      "name: 'cifar10' train: 45000 validation: 5000 seed: 1");
  const TrialResult result = Run(trial);
  EXPECT_EQ(result.kind, TrialResult::Kind::kUnusable);
  EXPECT_THAT(result.message, HasSubstr("data_batch_1.bin"));
  const v1::DatasetStatus status = datasets_.Get().statuses.at(0);
  EXPECT_EQ(status.name(), "cifar10");
  EXPECT_FALSE(status.usable());
  EXPECT_THAT(status.message(), HasSubstr("data_batch_1.bin"));
}

TEST_F(LocalTrialRunnerTest, TrainsOnFilesAtAPath) {
  train::WriteIdxDataset(folder_.File("letters"));
  v1::Trial trial = SampleTrial();
  *trial.mutable_training()->mutable_dataset() = ParseTextProto<v1::Dataset>(
      "name: 'idx' path: 'letters' train: 50 validation: 10 seed: 1");
  trial.mutable_training()->mutable_augmentation()->set_mirror(true);
  trial.mutable_training()->mutable_augmentation()->set_shift(2);
  const TrialResult result = Run(trial);
  ASSERT_EQ(result.kind, TrialResult::Kind::kSucceeded) << result.message;
  EXPECT_GT(monitor_.measurements.back().test().loss(), 0);

  // The images are 4 x 3: only the worker knows.
  trial.mutable_training()->mutable_augmentation()->set_shift(3);
  EXPECT_EQ(Run(trial).kind, TrialResult::Kind::kInvalid);
  trial.mutable_training()->mutable_dataset()->set_train(51);
  EXPECT_EQ(Run(trial).kind, TrialResult::Kind::kInvalid);
}

TEST_F(LocalTrialRunnerTest, DataThatWillNotLoadMarksItsPath) {
  train::WriteIdxDataset(folder_.File("letters"));
  train::WriteBytes(folder_.File("letters/t10k-labels-idx1-ubyte"), {0, 0, 8});
  v1::Trial trial = SampleTrial();
  *trial.mutable_training()->mutable_dataset() = ParseTextProto<v1::Dataset>(
      "name: 'idx' path: 'letters' train: 50 validation: 10 seed: 1");
  EXPECT_EQ(Run(trial).kind, TrialResult::Kind::kUnusable);
  const v1::DatasetStatus status = datasets_.Get().statuses.back();
  EXPECT_EQ(status.name(), "idx");
  EXPECT_EQ(status.path(), "letters");
  EXPECT_THAT(status.message(), HasSubstr("is cut off"));
}

}  // namespace
}  // namespace etalon::testing
