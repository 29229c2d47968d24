#include "server/search/halving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/proto_matchers.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ParseTextProto;

v1::Stopping::Halving Halving(const std::string& text) {
  return ParseTextProto<v1::Stopping::Halving>(text);
}

// 10 updates an epoch, a cycle of 20 where it has cycles.
v1::Training Of(const std::string& rest) {
  return ParseTextProto<v1::Training>(
      "dataset { train: 1000 } batch_size: 100 " + rest);
}

v1::Training Epochs(int epochs) {
  v1::Training training = Of("evaluation { per_epoch: 1 }");
  training.set_epochs(epochs);
  return training;
}

TEST(RungUpdatesTest, AreTheLengthDividedByPowersOfTheFactor) {
  EXPECT_THAT(RungUpdates(Halving("factor: 3"), Epochs(27)),
              ElementsAre(10, 30, 90));
  EXPECT_THAT(RungUpdates(Halving("factor: 2"), Epochs(8)),
              ElementsAre(10, 20, 40));
  EXPECT_THAT(RungUpdates(Halving(""), Epochs(9)), ElementsAre(10, 30));
}

TEST(RungUpdatesTest, AreNotBeforeTheMinimum) {
  EXPECT_THAT(RungUpdates(Halving("minimum_epochs: 3"), Epochs(27)),
              ElementsAre(30, 90));
  EXPECT_THAT(RungUpdates(Halving("minimum_epochs: 3.1"), Epochs(27)),
              ElementsAre(90));
  EXPECT_THAT(RungUpdates(Halving("minimum_epochs: 27"), Epochs(27)),
              IsEmpty());
  // A minimum that is no decimal fraction, as a division gives it.
  v1::Stopping::Halving halving;
  for (const int epochs : {7, 10, 11, 29}) {
    halving.set_minimum_epochs(epochs / 9.0);
    EXPECT_EQ(RungUpdates(halving, Epochs(epochs)).size(), 2) << epochs;
  }
}

TEST(RungUpdatesTest, MoveOnToTheNextEvaluation) {
  // 10 / 3 = 3.33 epochs.
  EXPECT_THAT(RungUpdates(Halving(""), Epochs(10)), ElementsAre(20, 40));
  EXPECT_THAT(RungUpdates(Halving(""), Of("epochs: 10 "
                                          "evaluation { per_epoch: 2 }")),
              ElementsAre(15, 35));
  EXPECT_THAT(RungUpdates(Halving("factor: 4"),
                          Of("schedule { cyclical { step_size: 10 cycles: 4 } "
                             "warmup: 4 } evaluation { per_cycle: 2 }")),
              ElementsAre(24));
}

TEST(RungUpdatesTest, AreFewerThanEvaluations) {
  // All of a cycle's rungs would be its one evaluation, the last.
  EXPECT_THAT(
      RungUpdates(Halving("factor: 2 minimum_epochs: 0.1"),
                  Of("schedule { cyclical { step_size: 10 cycles: 1 } } "
                     "evaluation { per_cycle: 1 }")),
      IsEmpty());
  EXPECT_THAT(RungUpdates(Halving("factor: 2 minimum_epochs: 0.1"), Epochs(4)),
              ElementsAre(10, 20));
  EXPECT_THAT(RungUpdates(Halving(""), Epochs(1)), IsEmpty());
}

TEST(HalvedUpdatesTest, CountsEveryEpochOnce) {
  // 27 to 10 updates, 9 on to 30, 3 to 90 and 1 to 270.
  EXPECT_EQ(HalvedUpdates(Halving(""), Epochs(27), 27),
            27 * 10 + 9 * 20 + 3 * 60 + 180);
  EXPECT_EQ(HalvedUpdates(Halving(""), Epochs(27), 2), 2 * 10 + 20 + 60 + 180);
  EXPECT_EQ(HalvedUpdates(Halving("minimum_epochs: 27"), Epochs(27), 5),
            5 * 270);
}

TEST(HasMinimumEpochsTest, IsTheLengthInEpochs) {
  EXPECT_TRUE(HasMinimumEpochs(Halving("minimum_epochs: 4"), Epochs(4)));
  EXPECT_FALSE(HasMinimumEpochs(Halving("minimum_epochs: 4.1"), Epochs(4)));
  EXPECT_FALSE(HasMinimumEpochs(Halving(""), Of("updates: 9")));
}

HalvingTrial Waiting(int configuration, double accuracy, int rungs_left = 1) {
  return {configuration, v1::Trial::SUSPENDED, rungs_left, accuracy};
}
HalvingTrial Ended(int configuration, v1::Trial::State state,
                   double accuracy = 0, int rungs_left = 1) {
  return {configuration, state, rungs_left, accuracy};
}

TEST(PromoteTest, TheBestGoOn) {
  const Promotion promotion =
      Promote({Waiting(0, 0.3), Waiting(1, 0.5), Waiting(2, 0.1),
               Waiting(3, 0.6), Waiting(4, 0.2), Waiting(5, 0.4)},
              3);
  EXPECT_THAT(promotion.promoted, ElementsAre(1, 3));
  EXPECT_THAT(promotion.stopped, ElementsAre(0, 2, 4, 5));
}

TEST(PromoteTest, OfEqualsTheFirstGoesOn) {
  EXPECT_THAT(
      Promote({Waiting(0, 0.3), Waiting(1, 0.5), Waiting(2, 0.5)}, 3).promoted,
      ElementsAre(1));
}

TEST(PromoteTest, OneAtLeastGoesOn) {
  EXPECT_THAT(Promote({Waiting(0, 0), Waiting(1, 0)}, 3).promoted,
              ElementsAre(0));
  EXPECT_THAT(Promote({Waiting(0, 0.4)}, 3).promoted, ElementsAre(0));
}

TEST(PromoteTest, ThoseThatEndedBeforeCount) {
  // 6 came as far or ended on their way: 2 go on, as if none had diverged.
  const Promotion promotion =
      Promote({Waiting(0, 0.3), Ended(1, v1::Trial::DIVERGED), Waiting(2, 0.1),
               Ended(3, v1::Trial::FAILED), Waiting(4, 0.2),
               Ended(5, v1::Trial::DIVERGED)},
              3);
  EXPECT_THAT(promotion.promoted, ElementsAre(0, 4));
  EXPECT_THAT(promotion.stopped, ElementsAre(2));
}

TEST(PromoteTest, WhatABudgetHasNoRoomForDoesNotCount) {
  EXPECT_THAT(
      Promote({Waiting(0, 0.3), Waiting(1, 0.5), Waiting(2, 0.1),
               Ended(3, v1::Trial::CANCELLED), Ended(4, v1::Trial::CANCELLED),
               Ended(5, v1::Trial::CANCELLED)},
              3)
          .promoted,
      ElementsAre(1));
}

TEST(PromoteTest, ThoseThatEndedAtAnEarlierRungDoNot) {
  std::vector<HalvingTrial> trials = {Waiting(0, 0.3), Waiting(1, 0.4),
                                      Waiting(2, 0.5)};
  for (int i = 3; i < 9; ++i) {
    trials.push_back(Ended(i, v1::Trial::STOPPED, 0.9, 2));
  }
  EXPECT_THAT(Promote(trials, 3).promoted, ElementsAre(2));
}

TEST(PromoteTest, ReplicatesGoOnTogetherByTheirMean) {
  const Promotion promotion =
      Promote({Waiting(0, 0.9), Waiting(0, 0.1), Waiting(1, 0.5),
               Waiting(1, 0.6), Waiting(2, 0.4), Waiting(2, 0.6)},
              3);
  EXPECT_THAT(promotion.promoted, ElementsAre(2, 3));
  EXPECT_THAT(promotion.stopped, ElementsAre(0, 1, 4, 5));
}

TEST(PromoteTest, AConfigurationWithoutOneOfItsReplicatesLoses) {
  EXPECT_THAT(Promote({Waiting(0, 0.9), Ended(0, v1::Trial::DIVERGED),
                       Waiting(1, 0.1), Waiting(1, 0.1)},
                      2)
                  .promoted,
              ElementsAre(2, 3));
  // It does not take a place that would stay free either.
  EXPECT_THAT(
      Promote({Waiting(0, 0.9), Waiting(1, 0.1), Ended(1, v1::Trial::DIVERGED),
               Ended(2, v1::Trial::FAILED), Ended(3, v1::Trial::FAILED)},
              2)
          .promoted,
      ElementsAre(0));
  // But where there is no other, the best of them goes on.
  EXPECT_THAT(
      Promote({Waiting(0, 0.1), Ended(0, v1::Trial::DIVERGED), Waiting(1, 0.2),
               Ended(1, v1::Trial::FAILED), Ended(2, v1::Trial::FAILED),
               Ended(3, v1::Trial::FAILED)},
              2)
          .promoted,
      ElementsAre(2));
}

TEST(PromoteTest, WhoIsOutOfPatienceTakesNoPlace) {
  // The best has ended already; of four configurations two go on.
  EXPECT_THAT(Promote({Ended(0, v1::Trial::SUCCEEDED, 0.9), Waiting(1, 0.3),
                       Waiting(2, 0.2), Waiting(3, 0.1)},
                      2)
                  .promoted,
              ElementsAre(1, 2));
  // As a replicate, it counts with what it has.
  EXPECT_THAT(Promote({Ended(0, v1::Trial::SUCCEEDED, 0.9), Waiting(0, 0.3),
                       Waiting(1, 0.5), Waiting(1, 0.5)},
                      2)
                  .promoted,
              ElementsAre(1));
}

TEST(PromoteTest, TheLowestRungComesFirst) {
  // A short trial waits at its only rung; the long ones have one before it.
  const Promotion promotion =
      Promote({Waiting(0, 0.9, 1), Waiting(1, 0.2, 2), Waiting(2, 0.3, 2),
               Ended(3, v1::Trial::DIVERGED, 0, 2)},
              3);
  EXPECT_THAT(promotion.promoted, ElementsAre(2));
  EXPECT_THAT(promotion.stopped, ElementsAre(1));
}

TEST(PromoteTest, NothingWaitsNothingHappens) {
  const Promotion promotion = Promote({Ended(0, v1::Trial::SUCCEEDED, 0.9)}, 3);
  EXPECT_THAT(promotion.promoted, IsEmpty());
  EXPECT_THAT(promotion.stopped, IsEmpty());
}

}  // namespace
}  // namespace etalon
