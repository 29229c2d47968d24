#include <gmock/gmock.h>

#include <limits>

#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// Numbers that workers report.

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

TEST_P(StoreConformance, ResultThatIsNotFiniteIsRefused) {
  const Started started = StartSearch("alpha", 1);
  Lease(started.trials[0], AddWorker("host-1"));
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity()}) {
    TrialEnd end = SampleSuccess(0.5);
    end.result->mutable_train()->set_cost(bad);
    EXPECT_THAT(Write([&](Transaction& transaction) {
                  return transaction.CompleteTrial(started.trials[0], 1, end,
                                                   now());
                }),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("PartMeasurement.cost")));
    EXPECT_THAT(Write([&](Transaction& transaction) {
                  return transaction.AddMeasurements(started.trials[0], 1,
                                                     {*end.result});
                }),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("PartMeasurement.cost")));
  }
  EXPECT_EQ(Record(started.trials[0]).state, v1::Trial::RUNNING);
}

TEST_P(StoreConformance, TrainingTimeThatHasNoWholeNanosecondsIsRefused) {
  const Started started = StartSearch("alpha", 1);
  Lease(started.trials[0], AddWorker("host-1"));
  for (const absl::Duration bad : {-absl::Seconds(1), absl::InfiniteDuration(),
                                   absl::Nanoseconds(1) / 2}) {
    TrialEnd end = SampleSuccess(0.5);
    end.training_time = bad;
    EXPECT_THAT(Write([&](Transaction& transaction) {
                  return transaction.CompleteTrial(started.trials[0], 1, end,
                                                   now());
                }),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("training time")));
  }
}

TEST_P(StoreConformance, MeasurementThatIsThereStaysAsItIs) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  Lease(trial, AddWorker("host-1"));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.AddMeasurements(trial, 1, {SampleMeasurement(20, 0.2)});
  }));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.AddMeasurements(
        trial, 1, {SampleMeasurement(20, 0.9), SampleMeasurement(10, 0.1)});
  }));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    EXPECT_EQ(transaction.CountMeasurements(trial, 1).value_or(-1), 2);
    EXPECT_EQ(transaction.CountMeasurements(trial, 2).value_or(-1), 0);
    return absl::OkStatus();
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  ASSERT_EQ(read.measurements_size(), 2);
  EXPECT_THAT(read.measurements(0), EqualsProto(SampleMeasurement(10, 0.1)));
  EXPECT_THAT(read.measurements(1), EqualsProto(SampleMeasurement(20, 0.2)));
}

TEST_P(StoreConformance, MeasurementKeepsTheUpdateOfEarlierWeights) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  Lease(trial, AddWorker("host-1"));
  TrialEnd end = SampleSuccess(0.5);
  end.result->set_weights_update(900);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.AddMeasurements(trial, 1, {*end.result});
  }));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(trial, 1, end, now());
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  EXPECT_THAT(read.result(), EqualsProto(*end.result));
  ASSERT_EQ(read.measurements_size(), 1);
  EXPECT_THAT(read.measurements(0), EqualsProto(*end.result));
}

TEST_P(StoreConformance, MeasurementsOfTheAttemptThatCountsAreTheTrials) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  const WorkerId worker = AddWorker("host-1");
  for (const int attempt : {1, 2}) {
    EXPECT_EQ(Lease(trial, worker), attempt);
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction.AddMeasurements(
          trial, attempt, {SampleMeasurement(10, attempt / 10.0)});
    }));
    if (attempt == 2) break;
    ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
      return transaction.RequeueTrial(trial, attempt, v1::Attempt::LOST, "",
                                      now());
    }));
  }
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(trial, 2, SampleSuccess(0.2), now());
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  ASSERT_EQ(read.measurements_size(), 1);
  EXPECT_EQ(read.measurements(0).validation().accuracy(), 0.2);
}

}  // namespace
}  // namespace etalon::testing
