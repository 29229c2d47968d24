#include "server/search/asynchronous_halving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ParseTextProto;
using ::testing::Property;

// Ten updates an epoch, nine epochs: rungs after 1 and 3 epochs.
v1::Training Training(int epochs = 9) {
  v1::Training training = ParseTextProto<v1::Training>(
      "dataset { train: 100 } batch_size: 10 "
      "evaluation { per_epoch: 1 } schedule { constant { eta: 0.1 } }");
  training.set_epochs(epochs);
  return training;
}

// The default: a third goes on.
v1::Stopping::AsynchronousHalving Rule() { return {}; }

// Of `length` epochs, measured after each that it was trained for.
Course Trained(const std::vector<double>& accuracies,
               Course::End end = Course::End::kStopped, int length = 9) {
  Course course;
  course.end = end;
  for (size_t i = 0; i < accuracies.size(); ++i) {
    AddPoint(static_cast<int64_t>(i + 1) * 10, static_cast<double>(i + 1),
             accuracies[i], course);
  }
  course.rungs = RungUpdates(Rule(), Training(length));
  return course;
}

auto At(int64_t update, double accuracy) {
  return AllOf(Property(&v1::Threshold::update, update),
               Property(&v1::Threshold::accuracy, accuracy));
}

std::vector<v1::Threshold> Of(const std::vector<Course>& compared) {
  return AsynchronousHalvingThresholds(Rule(), Training(), compared);
}

TEST(AsynchronousHalvingTest, HasTheRungsOfHalving) {
  EXPECT_THAT(RungUpdates(Rule(), Training()), ElementsAre(10, 30));
  v1::Stopping::AsynchronousHalving halving;
  halving.set_factor(2);
  halving.set_minimum_epochs(2);
  EXPECT_THAT(RungUpdates(halving, Training(8)), ElementsAre(20, 40));
}

TEST(AsynchronousHalvingTest, TheFirstGoesOn) {
  EXPECT_THAT(Of({}), IsEmpty());
}

TEST(AsynchronousHalvingTest, TheBestThirdOfAllAndItselfGoOn) {
  std::vector<Course> courses;
  // With n others, max(1, (n + 1) / 3) places: the last of them is the bar.
  const std::vector<double> bars = {0.1, 0.2, 0.3, 0.4, 0.4, 0.5, 0.6, 0.6};
  for (int n = 1; n <= 8; ++n) {
    courses.push_back(Trained({0.1 * n}));
    std::vector<double> sorted;
    for (const Course& c : courses) sorted.push_back(c.points[0].accuracy);
    std::sort(sorted.rbegin(), sorted.rend());
    const size_t places = std::max<size_t>((sorted.size() + 1) / 3, 1);
    EXPECT_THAT(Of(courses), ElementsAre(At(10, sorted[places - 1]))) << n;
    EXPECT_NEAR(sorted[places - 1], bars[static_cast<size_t>(n) - 1], 1e-9)
        << n;
  }
}

TEST(AsynchronousHalvingTest, OnlyThoseThatCameToARungCountThere) {
  EXPECT_THAT(Of({Trained({0.5}), Trained({0.25}), Trained({0.75, 0.75, 0.8}),
                  Trained({0.1})}),
              ElementsAre(At(10, 0.75), At(30, 0.8)));
}

TEST(AsynchronousHalvingTest, TakesTheBestSoFar) {
  EXPECT_THAT(Of({Trained({0.75, 0.5, 0.25})}),
              ElementsAre(At(10, 0.75), At(30, 0.75)));
}

TEST(AsynchronousHalvingTest, UselessOnesCountWhereTheyWereAndAtTheNextRung) {
  // Four places of twelve at the first rung; with one fewer three.
  const Course useless = Trained({0.9, 0.9}, Course::End::kUseless);
  std::vector<Course> courses(7, useless);
  for (const double accuracy : {0.2, 0.4, 0.6, 0.8}) {
    courses.push_back(Trained({accuracy, accuracy, accuracy}));
  }
  EXPECT_THAT(Of(courses), ElementsAre(At(10, 0.2), At(30, 0.2)));
  courses.erase(courses.begin());
  EXPECT_THAT(Of(courses), ElementsAre(At(10, 0.4), At(30, 0.4)));
  // Before the first rung: none is told of at the second.
  for (Course& course : courses) {
    if (course.end == Course::End::kUseless) course.points.clear();
  }
  EXPECT_THAT(Of(courses), ElementsAre(At(10, 0.4), At(30, 0.8)));
}

TEST(AsynchronousHalvingTest, OnesOutOfPatienceCountAtAllRungs) {
  EXPECT_THAT(Of({Trained({0.5}, Course::End::kWhole)}),
              ElementsAre(At(10, 0.5), At(30, 0.5)));
}

TEST(AsynchronousHalvingTest, RungsAreTheSameWhereAsManyFollow) {
  // Rungs after 1, 3 and 9 epochs; the last two are those of nine epochs.
  const Course longer = Trained({0.1, 0.2, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.6},
                                Course::End::kStopped, 27);
  EXPECT_THAT(Of({longer}), ElementsAre(At(10, 0.3), At(30, 0.6)));
  EXPECT_THAT(AsynchronousHalvingThresholds(Rule(), Training(27),
                                            {Trained({0.25, 0.25, 0.5})}),
              ElementsAre(At(30, 0.25), At(90, 0.5)));
}

TEST(AsynchronousHalvingTest, DoesNotDependOnTheOrder) {
  std::vector<Course> courses = {
      Trained({0.5, 0.5, 0.5}), Trained({0.25}), Trained({0.6, 0.1, 0.2}),
      Trained({}, Course::End::kUseless), Trained({0.3})};
  const auto thresholds = Of(courses);
  std::reverse(courses.begin(), courses.end());
  const auto again = Of(courses);
  ASSERT_EQ(again.size(), thresholds.size());
  for (size_t i = 0; i < again.size(); ++i) {
    EXPECT_THAT(again[i], testing::EqualsProto(thresholds[i]));
  }
}

}  // namespace
}  // namespace etalon
