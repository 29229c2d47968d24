#include "server/search/racing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "common/random.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Lt;
using Kind = RaceStep::Kind;
using Results = std::vector<std::vector<RaceResult>>;

RaceResult Measured(double accuracy) {
  return {RaceResult::State::kMeasured, accuracy};
}

Results Table(const std::vector<std::vector<double>>& accuracies) {
  Results results;
  for (const std::vector<double>& row : accuracies) {
    std::vector<RaceResult>& replicates = results.emplace_back();
    for (const double accuracy : row) replicates.push_back(Measured(accuracy));
  }
  return results;
}

// Expected: SciPy 1.10.1. friedmanchisquare gives 13.4, beyond chi2.ppf(0.95,
// 3) = 7.81; sums of ranks are 8, 15, 24, 13, and t.ppf(0.975, 15) times the
// standard error of Conover's equation 5.8.9 is 5.2787: 13 stays, 15 does not.
TEST(Race, AgreesWithFriedmanAndConover) {
  const RaceStep step =
      Race({.start = 6}, Table({{0.81, 0.82, 0.80, 0.83, 0.79, 0.82},
                                {0.78, 0.80, 0.81, 0.79, 0.77, 0.80},
                                {0.70, 0.74, 0.71, 0.73, 0.69, 0.72},
                                {0.79, 0.81, 0.78, 0.80, 0.80, 0.79}}));
  EXPECT_EQ(step.kind, Kind::kGoesOn);
  EXPECT_EQ(step.blocks, 6);
  EXPECT_THAT(step.contenders, ElementsAre(0, 3));
  EXPECT_THAT(step.next, ElementsAre(0, 3));
}

// Trains what is asked for until the race is over.
struct Course {
  RaceStep end;
  std::vector<size_t> replicates;  // of each configuration
};
Course RunRace(const RaceRules& rules, int configurations,
               const std::function<double(int, int)>& accuracy) {
  Results results(static_cast<size_t>(configurations));
  Course course;
  for (int turn = 0; turn < 1000; ++turn) {
    course.end = Race(rules, results);
    if (course.end.kind != Kind::kGoesOn) break;
    for (const int i : course.end.next) {
      auto& replicates = results[static_cast<size_t>(i)];
      replicates.push_back(
          Measured(accuracy(i, static_cast<int>(replicates.size()))));
    }
  }
  for (const auto& one : results) course.replicates.push_back(one.size());
  return course;
}

// Normal noise of this deviation, the same for the same replicate.
double Noisy(double mean, double deviation, int configuration, int replicate) {
  RandomStream random(DeriveSeed(1, "noise",
                                 {static_cast<uint64_t>(configuration),
                                  static_cast<uint64_t>(replicate)}));
  return mean + deviation * random.NextNormal();
}

TEST(Race, SpendsNothingOnClearLosers) {
  // Three contenders, and seven that are twenty deviations worse.
  const Course course = RunRace({}, 10, [](int configuration, int replicate) {
    return Noisy(configuration < 3 ? 0.7 : 0.5, 0.01, configuration, replicate);
  });
  for (size_t i = 3; i < 10; ++i) {
    EXPECT_THAT(course.replicates[i], Lt(5u)) << i;
  }
  for (size_t i = 0; i < 3; ++i) EXPECT_GE(course.replicates[i], 5u);
}

TEST(Race, FindsTheBestThatIsBetter) {
  const Course course =
      RunRace({.max = 20}, 8, [](int configuration, int replicate) {
        return Noisy(0.6 - 0.02 * configuration, 0.01, configuration,
                     replicate);
      });
  EXPECT_EQ(course.end.kind, Kind::kSeparated);
  EXPECT_THAT(course.end.contenders, ElementsAre(0));
}

TEST(Race, EqualsGoToTheMaximum) {
  const Course course = RunRace({.max = 7}, 3, [](int, int) { return 0.5; });
  EXPECT_EQ(course.end.kind, Kind::kSpent);
  EXPECT_THAT(course.end.contenders, ElementsAre(0, 1, 2));
  EXPECT_THAT(course.replicates, ElementsAre(7, 7, 7));
}

TEST(Race, OneAloneIsSeparatedAfterTheStart) {
  const Course course = RunRace({.start = 2}, 1, [](int, int) { return 0.5; });
  EXPECT_EQ(course.end.kind, Kind::kSeparated);
  EXPECT_THAT(course.replicates, ElementsAre(2));
}

TEST(Race, EqualScoresShareTheirRanks) {
  // The first two share ranks 1 and 2, the others 3 and 4, in every block: what
  // ties says nothing, what differs is sure.
  const RaceStep step = Race({.start = 4}, Table({{0.6, 0.6, 0.6, 0.6},
                                                  {0.6, 0.6, 0.6, 0.6},
                                                  {0.5, 0.5, 0.5, 0.5},
                                                  {0.5, 0.5, 0.5, 0.5}}));
  EXPECT_THAT(step.contenders, ElementsAre(0, 1));
}

TEST(Race, WaitsForTheWholeBlock) {
  Results results = Table({{0.5, 0.6, 0.7}, {0.4}, {0.3, 0.2}});
  RaceStep step = Race({}, results);
  EXPECT_EQ(step.kind, Kind::kGoesOn);
  EXPECT_EQ(step.blocks, 1);
  EXPECT_THAT(step.next, ElementsAre(1));
  // What is known beyond the block makes no difference.
  results[0].resize(2);
  EXPECT_THAT(Race({}, results).contenders, step.contenders);
  results[1].push_back({});
  EXPECT_THAT(Race({}, results).next, ElementsAre(1)) << "it is open";
}

TEST(Race, UselessReplicatesAreWorseThanAny) {
  Results results;
  for (int i = 0; i < 2; ++i) {
    results.emplace_back(
        6, i == 0 ? RaceResult{RaceResult::State::kUseless, 0} : Measured(0));
  }
  const RaceStep step = Race({}, results);
  EXPECT_EQ(step.kind, Kind::kSeparated);
  EXPECT_THAT(step.contenders, ElementsAre(1));
  EXPECT_EQ(step.blocks, 4);  // chi2.ppf(0.95, 1) = 3.84
  EXPECT_THAT(step.next, IsEmpty());
}

}  // namespace
}  // namespace etalon
