#include <gmock/gmock.h>

#include <limits>
#include <utility>

#include "common/status_macros.h"
#include "tests/storage/samples.h"
#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// Trials that thresholds end, and the courses that these are made of.

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Threshold MakeThreshold(int64_t update, double accuracy) {
  v1::Threshold threshold;
  threshold.set_update(update);
  threshold.set_accuracy(accuracy);
  return threshold;
}

TrialEnd SampleStop(double validation_accuracy) {
  TrialEnd end = SampleSuccess(validation_accuracy);
  end.state = v1::Trial::STOPPED;
  return end;
}

}  // namespace

void StoppingConformance::SetUp() {
  StoreConformance::SetUp();
  worker_ = AddWorker("host-1");
}

absl::Status StoppingConformance::Add(const Started& started, int count,
                                      std::vector<v1::Threshold> thresholds,
                                      std::vector<int> unseen) {
  NewConfiguration added = SampleConfigurations(count + 1, 2).back();
  added.thresholds = std::move(thresholds);
  added.unseen = std::move(unseen);
  return Write([&](Transaction& transaction) {
    return transaction.AddConfigurations(started.coarse, {added}, now());
  });
}

void StoppingConformance::End(TrialId trial,
                              const std::vector<double>& accuracies,
                              const TrialEnd& end) {
  const int attempt = Lease(trial, worker_);
  std::vector<v1::Measurement> measurements;
  for (const double accuracy : accuracies) {
    const auto epoch = static_cast<int64_t>(measurements.size()) + 1;
    measurements.push_back(SampleMeasurement(45 * epoch, accuracy));
  }
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    ETALON_RETURN_IF_ERROR(
        transaction.AddMeasurements(trial, attempt, measurements));
    return transaction.CompleteTrial(trial, attempt, end, now());
  }));
}

namespace {

TEST_P(StoppingConformance, ThresholdsComeBackToTheBit) {
  const Started started = StartSearch("alpha", 1);
  const std::vector<v1::Threshold> thresholds = {
      MakeThreshold(45, 1.0 / 3), MakeThreshold(100'000'000, 0.1 + 0.2)};
  ETALON_ASSERT_OK(Add(started, 1, thresholds, {}));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 3));
  ASSERT_EQ(read.thresholds_size(), 2);
  EXPECT_THAT(read.thresholds(0), EqualsProto(thresholds[0]));
  EXPECT_THAT(read.thresholds(1), EqualsProto(thresholds[1]));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    ETALON_ASSIGN_OR_RETURN(const auto queued,
                            transaction.ListQueued(started.search, 10));
    EXPECT_THAT(queued, SizeIs(4));
    EXPECT_THAT(queued[0].thresholds, IsEmpty());
    EXPECT_THAT(queued[3].thresholds, ElementsAre(EqualsProto(thresholds[0]),
                                                  EqualsProto(thresholds[1])));
    return absl::OkStatus();
  }));
}

TEST_P(StoppingConformance, ThresholdThatIsNotFiniteIsRefused) {
  const Started started = StartSearch("alpha", 1);
  EXPECT_THAT(
      Add(started, 1,
          {MakeThreshold(45, std::numeric_limits<double>::quiet_NaN())}, {}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               ::testing::HasSubstr("threshold at update 45")));
}

TEST_P(StoppingConformance, UnseenConfigurationsAreKept) {
  const Started started = StartSearch("alpha", 2);
  ETALON_ASSERT_OK(Add(started, 2, {}, {0, 1}));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial with,
                              NewReader()->GetTrial("alpha", 5));
  EXPECT_THAT(with.unseen_configurations(), ElementsAre(0, 1));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial without,
                              NewReader()->GetTrial("alpha", 1));
  EXPECT_THAT(without.unseen_configurations(), IsEmpty());
}

TEST_P(StoppingConformance, StoppedTrialKeepsItsResultAndIsCounted) {
  const Started started = StartSearch("alpha", 1);
  End(started.trials[0], {0.25}, SampleStop(0.25));
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial read,
                              NewReader()->GetTrial("alpha", 1));
  EXPECT_EQ(read.state(), v1::Trial::STOPPED);
  EXPECT_EQ(read.result().validation().accuracy(), 0.25);
  EXPECT_TRUE(read.has_end_time());
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              NewReader()->GetSearch("alpha"));
  EXPECT_EQ(search.counts().stopped(), 1);
  EXPECT_EQ(search.counts().running(), 0);
  EXPECT_EQ(search.counts().queued(), 1);
}

TEST_P(StoppingConformance, ModelOfAStoppedTrialIsNotKept) {
  const Started started = StartSearch("alpha", 1);
  const int attempt = Lease(started.trials[0], worker_);
  ETALON_ASSERT_OK(AppendModel(started.trials[0], attempt, 6, 0, "abcdef"));
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(started.trials[0], attempt,
                                     SampleStop(0.25), now());
  }));
  EXPECT_FALSE(FindModel(started.trials[0]).has_value());
}

TEST_P(StoppingConformance, CoursesAreOfEndedTrialsInOrder) {
  const Started started = StartSearch("alpha", 3);
  End(started.trials[3], {0.5, 0.25}, SampleSuccess(0.25));
  End(started.trials[0], {0.125}, SampleStop(0.125));
  End(started.trials[1], {}, SampleDivergence(7));
  // At work, with something measured.
  Lease(started.trials[2], worker_);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.AddMeasurements(started.trials[2], 1,
                                       {SampleMeasurement(45, 0.75)});
  }));
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<StoredCourse> courses,
                              NewReader()->ListCourses("alpha", "coarse"));
  ASSERT_THAT(courses, SizeIs(2));
  EXPECT_EQ(courses[0].configuration, 0);
  EXPECT_EQ(courses[0].replicate, 0);
  ASSERT_THAT(courses[0].points, SizeIs(1));
  EXPECT_EQ(courses[0].points[0].update, 45);
  EXPECT_EQ(courses[0].points[0].epoch, 1);
  EXPECT_EQ(courses[0].points[0].accuracy, 0.125);
  EXPECT_EQ(courses[1].configuration, 1);
  EXPECT_EQ(courses[1].replicate, 1);
  ASSERT_THAT(courses[1].points, SizeIs(2));
  EXPECT_EQ(courses[1].points[0].accuracy, 0.5);
  EXPECT_EQ(courses[1].points[1].epoch, 2);
  EXPECT_EQ(courses[1].points[1].accuracy, 0.25);
}

TEST_P(StoppingConformance, CoursesAreOfTheAttemptThatCounts) {
  const Started started = StartSearch("alpha", 1);
  const TrialId trial = started.trials[0];
  const int lost = Lease(trial, worker_);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) -> absl::Status {
    ETALON_RETURN_IF_ERROR(transaction.AddMeasurements(
        trial, lost, {SampleMeasurement(45, 0.875)}));
    return transaction.RequeueTrial(trial, lost, v1::Attempt::LOST, "", now());
  }));
  End(trial, {0.5}, SampleSuccess(0.5));
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<StoredCourse> courses,
                              NewReader()->ListCourses("alpha", "coarse"));
  ASSERT_THAT(courses, SizeIs(1));
  ASSERT_THAT(courses[0].points, SizeIs(1));
  EXPECT_EQ(courses[0].points[0].accuracy, 0.5);
}

TEST_P(StoppingConformance, CoursesOfAnUnknownStageAreNotFound) {
  StartSearch("alpha", 1);
  EXPECT_TRUE(
      absl::IsNotFound(NewReader()->ListCourses("beta", "coarse").status()));
  EXPECT_TRUE(
      absl::IsNotFound(NewReader()->ListCourses("alpha", "x").status()));
}

}  // namespace
}  // namespace etalon::testing
