#include "worker/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/worker/plan_samples.h"
#include "worker/decode_dataset.h"
#include "worker/plan_codec.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

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

class CalibrateTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::TrainingRate> Measure(const v1::Trial& trial) {
    const auto data = train::LoadDataset(
        *DecodeDataset(SampleTrial().training().dataset()), "");
    return Calibrate(trial, **data, **train::SelectKernels("auto"), machine_,
                     clock_, stop_);
  }

  const TrainingMachine machine_ = {.threads = 1};
  RunningClock clock_;
  std::atomic<bool> stop_ = false;
};

TEST_F(CalibrateTest, TakesUpdatesAndEvaluationsApart) {
  const v1::Trial trial = SampleTrial();
  const auto rate = Measure(trial);
  ETALON_ASSERT_OK(rate.status());
  EXPECT_EQ(rate->trials(), 3);
  EXPECT_EQ(rate->deviation(), 0);
  // Each run takes a second by this clock, 20 updates as well as 40, of which
  // an epoch has 8: all of it is put down to images that are evaluated. Of
  // these 20 updates have 2 · 100 + 500, 40 have 4 · 100 + 500, so an image
  // takes 1 s / 500; the trial's 16 have 100 + 500 and 50 of the test part.
  const int width =
      FusionWidth(*DecodePlan(trial, SampleSizes()), SampleSizes(), machine_);
  EXPECT_DOUBLE_EQ(rate->seconds_per_update() * 16 * width, 650 / 500.0);
}

TEST_F(CalibrateTest, LongSchedulesAreMadeShort) {
  v1::Trial trial = SampleTrial();
  v1::Schedule::Cyclical& cyclical =
      *trial.mutable_training()->mutable_schedule()->mutable_cyclical();
  cyclical.set_eta_min(1e-5);
  cyclical.set_eta_max(0.1);
  cyclical.set_step_size(100'000'000);
  cyclical.set_cycles(1);
  cyclical.set_annealing(1);
  trial.mutable_training()->clear_epochs();
  trial.mutable_training()->mutable_evaluation()->set_per_cycle(2);
  trial.mutable_training()->mutable_early_stopping()->set_patience(3);
  const auto rate = Measure(trial);
  ETALON_ASSERT_OK(rate.status());
  EXPECT_GT(rate->seconds_per_update(), 0);
}

TEST_F(CalibrateTest, WhatCannotBeTrainedIsNamed) {
  v1::Trial trial = SampleTrial();
  trial.mutable_training()->set_batch_size(0);
  EXPECT_THAT(Measure(trial), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("batch_size")));
}

TEST_F(CalibrateTest, StopsWhenToldTo) {
  stop_ = true;
  EXPECT_THAT(Measure(SampleTrial()),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("interrupted")));
}

}  // namespace
}  // namespace etalon::testing
