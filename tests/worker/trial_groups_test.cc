#include "worker/trial_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "worker/train/data/load_dataset.h"

namespace etalon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Candidates on one data set, built up by the test.
class TrialGroupsTest : public ::testing::Test {
 protected:
  train::TrialPlan& Add(int64_t units, int64_t resume_update = 0) {
    train::TrialPlan& plan = plans_.emplace_back();
    plan.network.hidden = {units};
    candidates_.push_back({&plan, data_.get(), resume_update});
    return plan;
  }
  void AddMany(int count, int64_t units) {
    for (int i = 0; i < count; ++i) Add(units);
  }
  std::vector<TrialGroup> Group(int width) {
    return GroupTrials(candidates_,
                       [width](const GroupCandidate&) { return width; });
  }
  std::vector<std::vector<size_t>> Members(int width) {
    std::vector<std::vector<size_t>> members;
    for (TrialGroup& group : Group(width)) members.push_back(group.members);
    return members;
  }

  static std::shared_ptr<const train::PreparedData> Load() {
    return train::LoadDataset(
               train::SyntheticSpec{.train = 20, .validation = 5, .test = 5},
               "")
        .value();
  }

  const std::shared_ptr<const train::PreparedData> data_ = Load();
  std::deque<train::TrialPlan> plans_;
  std::vector<GroupCandidate> candidates_;
};

TEST_F(TrialGroupsTest, NothingMakesNoGroup) {
  EXPECT_THAT(Members(4), IsEmpty());
}

TEST_F(TrialGroupsTest, TrialsOfOneShapeAreOneGroup) {
  AddMany(3, 50);
  plans_[1].lambda = 0.5;
  plans_[2].seeds.initialization = 9;
  EXPECT_THAT(Members(4), ElementsAre(ElementsAre(0, 1, 2)));
  EXPECT_EQ(Group(4)[0].apart_because, "");
}

TEST_F(TrialGroupsTest, GroupsOfOneShapeAreEvenlyWide) {
  AddMany(12, 50);
  EXPECT_THAT(Members(10), ElementsAre(ElementsAre(0, 1, 2, 3, 4, 5),
                                       ElementsAre(6, 7, 8, 9, 10, 11)));
  AddMany(2, 50);
  EXPECT_THAT(Members(6),
              ElementsAre(ElementsAre(0, 1, 2, 3), ElementsAre(4, 5, 6, 7, 8),
                          ElementsAre(9, 10, 11, 12, 13)));
}

TEST_F(TrialGroupsTest, ShapesAreGroupedInTheOrderOfTheirFirstTrials) {
  for (const int64_t units : {50, 60, 50, 70, 60}) Add(units);
  EXPECT_THAT(Members(4), ElementsAre(ElementsAre(0, 2), ElementsAre(1, 4),
                                      ElementsAre(3)));
}

TEST_F(TrialGroupsTest, EveryShapeHasItsOwnWidth) {
  AddMany(2, 50);
  AddMany(2, 60);
  const std::vector<TrialGroup> groups =
      GroupTrials(candidates_, [](const GroupCandidate& candidate) {
        return candidate.plan->network.hidden[0] == 60 ? 1 : 4;
      });
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_THAT(groups[0].members, ElementsAre(0, 1));
  EXPECT_THAT(groups[1].members, ElementsAre(2));
  EXPECT_EQ(groups[1].apart_because,
            "trained apart from the 3 others that the worker held: trials of "
            "their size are trained one at a time");
}

TEST_F(TrialGroupsTest, WidthBelowOneIsOne) {
  AddMany(2, 50);
  EXPECT_THAT(Members(0), ElementsAre(ElementsAre(0), ElementsAre(1)));
}

TEST_F(TrialGroupsTest, OddOneOutSaysHowManyAreTrainedAtATime) {
  AddMany(3, 50);
  const std::vector<TrialGroup> groups = Group(2);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_THAT(groups[0].members, ElementsAre(0));
  EXPECT_THAT(groups[0].apart_because, HasSubstr("trained 2 at a time"));
  EXPECT_EQ(groups[1].apart_because, "");
}

TEST_F(TrialGroupsTest, OnlyTrialIsApartFromNobody) {
  Add(50);
  EXPECT_EQ(Group(1)[0].apart_because, "");
}

TEST_F(TrialGroupsTest, MisfitSaysWhy) {
  AddMany(2, 50);
  Add(60);
  EXPECT_EQ(Group(4)[1].apart_because,
            "trained apart from the 2 others that the worker held: their "
            "hidden layers differ");
}

TEST_F(TrialGroupsTest, ReasonsThatDifferAreAllGivenUpToThree) {
  Add(50);
  Add(60);
  Add(50).batch_size = 7;
  EXPECT_EQ(Group(4)[0].apart_because,
            "trained apart from the 2 others that the worker held: their "
            "hidden layers differ; their batch sizes differ");
  Add(50).updates = 1;
  Add(50).precision = train::Precision::kBfloat16;
  EXPECT_THAT(Group(4)[0].apart_because,
              ::testing::EndsWith("and 1 updates; and so on"));
}

TEST_F(TrialGroupsTest, TrialsThatGoOnFromOneUpdateAreOneGroup) {
  Add(50);
  Add(50, 7);
  Add(50, 7);
  EXPECT_THAT(Members(4), ElementsAre(ElementsAre(0), ElementsAre(1, 2)));
  EXPECT_THAT(Group(4)[0].apart_because,
              HasSubstr("others go on from checkpoints"));
}

TEST_F(TrialGroupsTest, TrialThatGoesOnFromItsCheckpointSaysSo) {
  Add(50);
  Add(50, 7);
  EXPECT_EQ(Group(4)[1].apart_because,
            "trained apart from the other one that the worker held: it goes on "
            "from a checkpoint after update 7");
}

TEST_F(TrialGroupsTest, TrialsOnOtherImagesAreApart) {
  AddMany(2, 50);
  const std::shared_ptr<const train::PreparedData> other = Load();
  candidates_[1].data = other.get();
  EXPECT_THAT(Members(4), ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(Group(4)[0].apart_because, HasSubstr("other images"));
}

}  // namespace
}  // namespace etalon
