#include "server/search/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "tests/server/search/specs.h"
#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using testing::EqualsProto;
using testing::SucceededTrial;

std::vector<int> Order(const std::vector<v1::Trial>& trials,
                       v1::RankBy by = v1::RANK_BY_MEAN) {
  std::vector<int> order;
  for (const v1::RankedConfiguration& ranked : RankConfigurations(trials, by)) {
    EXPECT_EQ(ranked.rank(), static_cast<int>(order.size()) + 1);
    order.push_back(ranked.configuration());
  }
  return order;
}

v1::Trial Ended(v1::Trial::State state, int configuration, int replicate) {
  v1::Trial trial = SucceededTrial("coarse", configuration, replicate, 0.99);
  trial.set_state(state);
  return trial;
}

TEST(RankConfigurationsTest, TheHighestMeanOverReplicatesComesFirst) {
  EXPECT_THAT(Order({SucceededTrial("coarse", 0, 0, 0.9),
                     SucceededTrial("coarse", 0, 1, 0.1),
                     SucceededTrial("coarse", 1, 0, 0.6),
                     SucceededTrial("coarse", 1, 1, 0.7),
                     SucceededTrial("coarse", 2, 0, 0.55)}),
              ElementsAre(1, 2, 0));
}

// Configuration 0 has the highest mean of several by one lucky replicate, 1 the
// higher median, 2 the narrowest interval, 3 a single replicate.
std::vector<v1::Trial> OneForEachStatistic() {
  return {SucceededTrial("coarse", 0, 0, 0.99),
          SucceededTrial("coarse", 0, 1, 0.72),
          SucceededTrial("coarse", 0, 2, 0.71),
          SucceededTrial("coarse", 1, 0, 0.80),
          SucceededTrial("coarse", 1, 1, 0.81),
          SucceededTrial("coarse", 1, 2, 0.40),
          SucceededTrial("coarse", 2, 0, 0.70),
          SucceededTrial("coarse", 2, 1, 0.70),
          SucceededTrial("coarse", 2, 2, 0.71),
          SucceededTrial("coarse", 3, 0, 0.95)};
}

TEST(RankConfigurationsTest, WhatARaceHasPutOutComesLast) {
  // 2 is out with one lucky replicate; the race's winner diverged once.
  std::vector<v1::Trial> trials = {
      SucceededTrial("coarse", 0, 0, 0.6), SucceededTrial("coarse", 1, 0, 0.5),
      Ended(v1::Trial::DIVERGED, 1, 1), SucceededTrial("coarse", 2, 0, 0.9),
      SucceededTrial("fine", 3, 0, 0.7)};
  std::vector<int> order;
  for (const auto& ranked :
       RankConfigurations(trials, v1::RANK_BY_MEAN,
                          {{"searches/course/stages/coarse", {1}}})) {
    order.push_back(ranked.configuration());
  }
  EXPECT_THAT(order, ElementsAre(3, 1, 2, 0));
}

v1::Trial SameAs(v1::Trial trial, const v1::Trial& other) {
  trial.set_same_as(other.name());
  return trial;
}

TEST(RankConfigurationsTest, OfWhatIsTheSameTheTrainedOneIsThere) {
  const v1::Trial first = SucceededTrial("coarse", 2, 0, 0.9);
  EXPECT_THAT(Order({SameAs(SucceededTrial("coarse", 0, 0, 0.9), first), first,
                     SucceededTrial("coarse", 1, 0, 0.8),
                     SameAs(SucceededTrial("coarse", 3, 0, 0.9), first)}),
              ElementsAre(2, 1));
  // Alone, it stands for itself.
  EXPECT_THAT(Order({SameAs(SucceededTrial("fine", 0, 0, 0.9), first),
                     SucceededTrial("fine", 1, 0, 0.8)}),
              ElementsAre(0, 1));
  EXPECT_THAT(Order({SameAs(SucceededTrial("fine", 5, 0, 0.9), first),
                     SameAs(SucceededTrial("fine", 4, 0, 0.9), first)}),
              ElementsAre(4));
}

TEST(RankConfigurationsTest, OfWhatIsTheSameTheOneWithMostReplicatesIsThere) {
  const v1::Trial first = SucceededTrial("coarse", 0, 0, 0.9);
  EXPECT_THAT(Order({first, SameAs(SucceededTrial("fine", 7, 0, 0.9), first),
                     SucceededTrial("fine", 7, 1, 0.7)}),
              ElementsAre(7));
}

TEST(RankConfigurationsTest, EachStatisticHasAnOrderOfItsOwn) {
  const std::vector<v1::Trial> trials = OneForEachStatistic();
  EXPECT_THAT(Order(trials, v1::RANK_BY_MEAN), ElementsAre(3, 0, 2, 1));
  EXPECT_THAT(Order(trials, v1::RANK_BY_UNSPECIFIED), ElementsAre(3, 0, 2, 1));
  EXPECT_THAT(Order(trials, v1::RANK_BY_MEDIAN), ElementsAre(3, 1, 0, 2));
  // One replicate has no lower bound, however good it is.
  EXPECT_THAT(Order(trials, v1::RANK_BY_LOWER_BOUND), ElementsAre(2, 0, 1, 3));
}

TEST(RankConfigurationsTest, FailuresComeLastWhateverIsRankedBy) {
  std::vector<v1::Trial> trials = OneForEachStatistic();
  trials.push_back(Ended(v1::Trial::DIVERGED, 3, 1));
  trials.push_back(Ended(v1::Trial::FAILED, 2, 3));
  EXPECT_THAT(Order(trials, v1::RANK_BY_MEAN), ElementsAre(0, 1, 3, 2));
  EXPECT_THAT(Order(trials, v1::RANK_BY_MEDIAN), ElementsAre(1, 0, 3, 2));
  EXPECT_THAT(Order(trials, v1::RANK_BY_LOWER_BOUND), ElementsAre(0, 1, 2, 3));
}

TEST(RankConfigurationsTest, ADivergedOrFailedReplicateGoesBehindAllOthers) {
  EXPECT_THAT(Order({SucceededTrial("coarse", 0, 0, 0.9),
                     Ended(v1::Trial::DIVERGED, 0, 1),
                     SucceededTrial("coarse", 1, 0, 0.8),
                     Ended(v1::Trial::FAILED, 1, 1),
                     SucceededTrial("coarse", 2, 0, 0.1)}),
              ElementsAre(2, 0, 1));
}

TEST(RankConfigurationsTest, WhatADivergedTrialMeasuredDoesNotCount) {
  EXPECT_THAT(Order({Ended(v1::Trial::DIVERGED, 0, 0)}), ElementsAre());
}

TEST(RankConfigurationsTest, OpenReplicatesCountAsFarAsTheyAreKnown) {
  const auto ranked = RankConfigurations(
      {SucceededTrial("coarse", 0, 0, 0.5), Ended(v1::Trial::RUNNING, 0, 1),
       Ended(v1::Trial::QUEUED, 0, 2), Ended(v1::Trial::QUEUED, 1, 0)});
  ASSERT_EQ(ranked.size(), 1u);
  EXPECT_EQ(ranked[0].validation_accuracy().count(), 1);
  EXPECT_EQ(ranked[0].validation_accuracy().mean(), 0.5);
  EXPECT_EQ(ranked[0].counts().succeeded(), 1);
  EXPECT_EQ(ranked[0].counts().running(), 1);
  EXPECT_EQ(ranked[0].counts().queued(), 1);
}

TEST(RankConfigurationsTest, TiesGoByStageNameThenIndex) {
  const auto ranked = RankConfigurations({SucceededTrial("fine", 0, 0, 0.5),
                                          SucceededTrial("coarse", 3, 0, 0.5),
                                          SucceededTrial("coarse", 1, 0, 0.5)});
  ASSERT_EQ(ranked.size(), 3u);
  EXPECT_EQ(ranked[0].stage(), "searches/course/stages/coarse");
  EXPECT_EQ(ranked[0].configuration(), 1);
  EXPECT_EQ(ranked[1].configuration(), 3);
  EXPECT_EQ(ranked[2].stage(), "searches/course/stages/fine");
}

TEST(RankConfigurationsTest, StatisticsAreOfThePartsThatWereMeasured) {
  v1::Trial trial = SucceededTrial("coarse", 0, 0, 0.5);
  trial.mutable_result()->mutable_test()->set_accuracy(0.4);
  const auto ranked = RankConfigurations({trial});
  ASSERT_EQ(ranked.size(), 1u);
  EXPECT_FALSE(ranked[0].has_train_accuracy());
  EXPECT_EQ(ranked[0].test_accuracy().mean(), 0.4);
  EXPECT_FALSE(ranked[0].test_accuracy().has_half_width_95());
}

TEST(RankConfigurationsTest, AnAccuracyThatIsNotANumberIsNoResult) {
  EXPECT_THAT(Order({SucceededTrial("coarse", 0, 0,
                                    std::numeric_limits<double>::quiet_NaN()),
                     SucceededTrial("coarse", 1, 0, 0.2)}),
              ElementsAre(1));
}

TEST(RankConfigurationsTest, TheOrderOfTrialsDoesNotMatter) {
  std::vector<v1::Trial> trials;
  for (int i = 0; i < 12; ++i) {
    // Thirds, whose sums depend on the order of adding.
    trials.push_back(SucceededTrial("coarse", i % 4, i / 4, (i * 7 % 11) / 3.));
  }
  const auto expected = RankConfigurations(trials);
  std::sort(trials.begin(), trials.end(),
            [](const v1::Trial& a, const v1::Trial& b) {
              return a.replicate() > b.replicate();
            });
  for (int turn = 0; turn < 12; ++turn) {
    std::rotate(trials.begin(), trials.begin() + 1, trials.end());
    const auto ranked = RankConfigurations(trials);
    ASSERT_EQ(ranked.size(), expected.size());
    for (size_t i = 0; i < ranked.size(); ++i) {
      EXPECT_THAT(ranked[i], EqualsProto(expected[i]));
    }
  }
}

TEST(RankConfigurationsTest, TrialsAreNamedByReplicate) {
  const auto ranked = RankConfigurations({SucceededTrial("coarse", 0, 1, 0.5),
                                          SucceededTrial("coarse", 0, 0, 0.5)});
  ASSERT_EQ(ranked.size(), 1u);
  EXPECT_THAT(ranked[0].trials(), ElementsAre("searches/course/trials/1",
                                              "searches/course/trials/2"));
}

}  // namespace
}  // namespace etalon
