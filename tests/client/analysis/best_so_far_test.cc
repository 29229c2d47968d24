#include "client/analysis/best_so_far.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

v1::Search Started() {
  v1::Search search;
  search.set_name("searches/s");
  search.mutable_start_time()->set_seconds(1000);
  return search;
}

v1::Trial Ended(int number, int seconds, double accuracy,
                v1::Trial::State state = v1::Trial::SUCCEEDED) {
  v1::Trial trial;
  trial.set_name(absl::StrCat("searches/s/trials/", number));
  trial.set_state(state);
  trial.mutable_end_time()->set_seconds(1000 + seconds);
  trial.mutable_end_time()->set_nanos(500'000'000);
  trial.mutable_result()->mutable_validation()->set_accuracy(accuracy);
  return trial;
}

// Out of order, with one at the same time as another.
std::vector<v1::Trial> SomeTrials() {
  return {Ended(10, 30, 0.7),
          Ended(2, 30, 0.6),
          Ended(1, 10, 0.5),
          Ended(3, 20, 0.99, v1::Trial::DIVERGED),
          Ended(4, 40, 0.65),
          Ended(5, 50, 0.8),
          Ended(6, 60, 0, v1::Trial::FAILED),
          Ended(7, 70, 0.9, v1::Trial::CANCELLED),
          Ended(8, 80, 0.9, v1::Trial::RUNNING)};
}

TEST(CourseOf, HoldsWhatWasBetterThanAllBefore) {
  const SearchCourse course = CourseOf(Started(), SomeTrials());
  EXPECT_EQ(course.trials, 7);
  EXPECT_EQ(course.seconds, 60.5);
  std::vector<int64_t> trials;
  std::vector<double> accuracies;
  for (const Improvement& one : course.improvements) {
    trials.push_back(one.trials);
    accuracies.push_back(one.accuracy);
  }
  EXPECT_THAT(trials, ElementsAre(1, 3, 4, 6));
  EXPECT_THAT(accuracies, ElementsAre(0.5, 0.6, 0.7, 0.8));
  EXPECT_EQ(course.improvements[2].trial, "searches/s/trials/10");
  EXPECT_EQ(course.improvements[2].seconds, 30.5);
}

TEST(CourseOf, OrderOfTrialsDoesNotMatter) {
  std::vector<v1::Trial> trials = SomeTrials();
  std::reverse(trials.begin(), trials.end());
  EXPECT_EQ(CourseOf(Started(), trials).improvements.size(), 4u);
  EXPECT_THAT(CourseOf(Started(), {}).improvements, IsEmpty());
}

TEST(BestAfter, IsNothingBeforeTheFirstAndAfterTheEnd) {
  const SearchCourse course = CourseOf(Started(), SomeTrials());
  EXPECT_EQ(BestAfter(course, Effort::kTrials, 0), std::nullopt);
  EXPECT_THAT(BestAfter(course, Effort::kTrials, 2), Optional(Eq(0.5)));
  EXPECT_THAT(BestAfter(course, Effort::kTrials, 7), Optional(Eq(0.8)));
  EXPECT_EQ(BestAfter(course, Effort::kTrials, 8), std::nullopt);
  EXPECT_EQ(BestAfter(course, Effort::kSeconds, 10), std::nullopt);
  EXPECT_THAT(BestAfter(course, Effort::kSeconds, 49), Optional(Eq(0.7)));
}

TEST(ComparedAt, RoundAmountsAndTheEnds) {
  SearchCourse shorter;
  shorter.trials = 30;
  SearchCourse longer;
  longer.trials = 120;
  EXPECT_THAT(ComparedAt({shorter, longer}, Effort::kTrials),
              ElementsAre(1, 2, 5, 10, 20, 30, 50, 100, 120));
  EXPECT_THAT(ComparedAt({}, Effort::kTrials), IsEmpty());
}

}  // namespace
}  // namespace etalon
