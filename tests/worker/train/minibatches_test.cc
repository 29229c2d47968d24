#include "worker/train/minibatches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace etalon::train {
namespace {

TEST(MinibatchesTest, EpochOrderIsAPermutation) {
  std::vector<uint32_t> order = EpochOrder(3, 0, 1000);
  std::sort(order.begin(), order.end());
  for (uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(order[i], i);
}

TEST(MinibatchesTest, EpochOrderDependsOnSeedAndEpochAlone) {
  EXPECT_EQ(EpochOrder(3, 5, 1000), EpochOrder(3, 5, 1000));
  EXPECT_NE(EpochOrder(3, 5, 1000), EpochOrder(3, 6, 1000));
  EXPECT_NE(EpochOrder(3, 5, 1000), EpochOrder(4, 5, 1000));
}

TEST(MinibatchesTest, BatchesFollowTheOrderOfTheEpoch) {
  Minibatches minibatches(3, 10, 5);
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    const std::vector<uint32_t> order = EpochOrder(3, epoch, 10);
    for (int batch = 0; batch < 2; ++batch) {
      const uint32_t* rows = minibatches.Next();
      EXPECT_TRUE(std::equal(rows, rows + 5, order.begin() + batch * 5));
    }
  }
}

TEST(MinibatchesTest, ImagesPastTheLastFullBatchSitAnEpochOut) {
  Minibatches minibatches(3, 10, 4);
  std::set<uint32_t> seen;
  for (int batch = 0; batch < 2; ++batch) {
    const uint32_t* rows = minibatches.Next();
    seen.insert(rows, rows + 4);
  }
  EXPECT_EQ(seen.size(), 8u);
  const std::vector<uint32_t> second = EpochOrder(3, 1, 10);
  const uint32_t* rows = minibatches.Next();
  EXPECT_TRUE(std::equal(rows, rows + 4, second.begin()));
}

TEST(MinibatchesTest, WalkMayBeginAtAnyUpdate) {
  for (int64_t update = 0; update < 9; ++update) {
    Minibatches from_the_start(3, 11, 4);
    for (int64_t i = 0; i < update; ++i) from_the_start.Next();
    Minibatches later(3, 11, 4, update);
    for (int batch = 0; batch < 5; ++batch) {
      const uint32_t* expected = from_the_start.Next();
      const uint32_t* rows = later.Next();
      EXPECT_TRUE(std::equal(rows, rows + 4, expected)) << update;
    }
  }
}

TEST(MinibatchesTest, OneBatchMayHoldTheWholePart) {
  Minibatches minibatches(3, 4, 4);
  for (int epoch = 0; epoch < 2; ++epoch) {
    const uint32_t* rows = minibatches.Next();
    EXPECT_EQ(std::set<uint32_t>(rows, rows + 4).size(), 4u);
  }
}

}  // namespace
}  // namespace etalon::train
