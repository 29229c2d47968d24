#include "server/search/median_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "common/limits.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ParseTextProto;
using ::testing::Property;
using ::testing::SizeIs;

// Ten updates an epoch, five epochs.
v1::Training Training() {
  return ParseTextProto<v1::Training>(
      "dataset { train: 100 } batch_size: 10 epochs: 5 "
      "evaluation { per_epoch: 1 } schedule { constant { eta: 0.1 } }");
}

v1::Stopping::Median Rule(int startup = 1) {
  v1::Stopping::Median median;
  median.set_startup(startup);
  return median;
}

// Measured after each epoch.
Course Trained(const std::vector<double>& accuracies,
               Course::End end = Course::End::kWhole) {
  Course course;
  course.end = end;
  for (size_t i = 0; i < accuracies.size(); ++i) {
    AddPoint(static_cast<int64_t>(i + 1) * 10, static_cast<double>(i + 1),
             accuracies[i], course);
  }
  return course;
}

auto At(int64_t update, double accuracy) {
  return AllOf(Property(&v1::Threshold::update, update),
               Property(&v1::Threshold::accuracy, accuracy));
}

TEST(MedianRuleTest, IsTheMedianAtEveryEvaluationButTheLast) {
  const std::vector<Course> three = {Trained({0.125, 0.25, 0.5, 0.625, 0.75}),
                                     Trained({0.5, 0.5, 0.5, 0.875, 0.875}),
                                     Trained({0.25, 0.375, 0.75, 0.75, 0.75})};
  EXPECT_THAT(
      MedianThresholds(Rule(), Training(), three),
      ElementsAre(At(10, 0.25), At(20, 0.375), At(30, 0.5), At(40, 0.75)));
}

TEST(MedianRuleTest, IsHalfWayBetweenTwoInTheMiddle) {
  EXPECT_THAT(
      MedianThresholds(Rule(), Training(),
                       {Trained({0.25, 0.25, 0.25}), Trained({0.5, 0.5, 0.5})}),
      ElementsAre(At(10, 0.375)));
}

TEST(MedianRuleTest, TakesTheBestSoFar) {
  EXPECT_THAT(
      MedianThresholds(Rule(), Training(), {Trained({0.5, 0.25, 0.75, 0.1})}),
      ElementsAre(At(10, 0.5), At(30, 0.75)));
}

TEST(MedianRuleTest, DoesNotDependOnTheOrder) {
  std::vector<Course> courses = {
      Trained({0.1, 0.2, 0.7}), Trained({0.3, 0.4}, Course::End::kStopped),
      Trained({0.2, 0.9, 0.9}), Trained({}, Course::End::kUseless)};
  const auto thresholds = MedianThresholds(Rule(), Training(), courses);
  ASSERT_THAT(thresholds, SizeIs(3));
  std::reverse(courses.begin(), courses.end());
  const auto again = MedianThresholds(Rule(), Training(), courses);
  ASSERT_THAT(again, SizeIs(3));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(again[i], testing::EqualsProto(thresholds[i]));
  }
}

TEST(MedianRuleTest, NothingBeforeStartup) {
  const std::vector<Course> courses(4, Trained({0.5, 0.5}));
  EXPECT_THAT(MedianThresholds(Rule(5), Training(), courses), IsEmpty());
  EXPECT_THAT(MedianThresholds(Rule(4), Training(), courses), SizeIs(1));
  v1::Stopping::Median defaults;
  EXPECT_THAT(MedianThresholds(defaults, Training(), courses), IsEmpty());
  EXPECT_THAT(MedianThresholds(defaults, Training(),
                               std::vector<Course>(5, Trained({0.5, 0.5}))),
              SizeIs(1));
}

TEST(MedianRuleTest, NothingBeforeWarmup) {
  v1::Stopping::Median median = Rule();
  const std::vector<Course> course = {Trained({0.1, 0.2, 0.3, 0.4})};
  median.set_warmup_epochs(2.5);
  EXPECT_THAT(MedianThresholds(median, Training(), course),
              ElementsAre(At(30, 0.3), At(40, 0.4)));
  median.set_warmup_epochs(3);
  EXPECT_THAT(MedianThresholds(median, Training(), course), SizeIs(2));
  median.set_warmup_epochs(100);
  EXPECT_THAT(MedianThresholds(median, Training(), course), IsEmpty());
}

TEST(MedianRuleTest, StoppedOnesCountWithWhatTheyHad) {
  EXPECT_THAT(MedianThresholds(Rule(), Training(),
                               {Trained({0.25}, Course::End::kStopped),
                                Trained({0.125, 0.125}, Course::End::kStopped),
                                Trained({0.5, 0.625, 0.75, 0.875})}),
              ElementsAre(At(10, 0.25)));
}

TEST(MedianRuleTest, UselessOnesCountAsTheWorst) {
  const Course useless = Trained({0.9, 0.9}, Course::End::kUseless);
  const Course good = Trained({0.5, 0.75});
  EXPECT_THAT(MedianThresholds(Rule(), Training(), {useless, useless, good}),
              IsEmpty());
  EXPECT_THAT(MedianThresholds(Rule(), Training(), {useless, good, good}),
              ElementsAre(At(10, 0.5), At(20, 0.75)));
}

TEST(MedianRuleTest, ComparesAfterAsManyEpochs) {
  // Twenty updates an epoch.
  v1::Training training = Training();
  training.set_batch_size(5);
  EXPECT_THAT(MedianThresholds(Rule(), training, {Trained({0.25, 0.5})}),
              ElementsAre(At(20, 0.25), At(40, 0.5)));
}

TEST(MedianRuleTest, TrialsThatAreMeasuredLaterDoNotCountBefore) {
  Course late;
  AddPoint(30, 3, 0.875, late);
  EXPECT_THAT(
      MedianThresholds(Rule(), Training(), {late, Trained({0.25, 0.5, 0.625})}),
      ElementsAre(At(10, 0.25), At(20, 0.5), At(30, 0.75)));
}

TEST(MedianRuleTest, HasNoMoreThresholdsThanTheLimit) {
  v1::Training training = Training();
  training.set_epochs(1000);
  Course course;
  for (int epoch = 1; epoch <= 1000; ++epoch) {
    AddPoint(10 * epoch, epoch, epoch / 1000.0, course);
  }
  const auto thresholds = MedianThresholds(Rule(), training, {course});
  ASSERT_THAT(thresholds, SizeIs(kMaxThresholds));
  EXPECT_EQ(thresholds.back().update(), 9990);
  for (size_t i = 1; i < thresholds.size(); ++i) {
    EXPECT_NEAR(thresholds[i].update() - thresholds[i - 1].update(), 100, 10);
  }
}

}  // namespace
}  // namespace etalon
