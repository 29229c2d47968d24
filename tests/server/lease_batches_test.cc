#include "server/lease_batches.h"

#include <gtest/gtest.h>

namespace etalon {
namespace {

constexpr WorkerId kWorker = 7;
constexpr WorkerId kOther = 8;

TEST(LeaseBatches, BatchLastsUntilItsLastLeaseHasEnded) {
  LeaseBatches batches;
  batches.Start({{1, 1, kWorker}, {2, 1, kWorker}});
  EXPECT_EQ(batches.CountOf(kWorker), 1);
  batches.End({1, 1, kWorker});
  EXPECT_EQ(batches.CountOf(kWorker), 1);
  batches.End({2, 1, kWorker});
  EXPECT_EQ(batches.CountOf(kWorker), 0);
}

TEST(LeaseBatches, EveryRequestMakesABatchOfItsWorker) {
  LeaseBatches batches;
  batches.Start({{1, 1, kWorker}});
  batches.Start({{2, 1, kWorker}});
  batches.Start({{3, 1, kOther}});
  EXPECT_EQ(batches.CountOf(kWorker), 2);
  EXPECT_EQ(batches.CountOf(kOther), 1);
}

TEST(LeaseBatches, KnownLeaseStaysInItsBatch) {
  LeaseBatches batches;
  batches.Start({{1, 1, kWorker}, {2, 1, kWorker}});
  batches.Start({{2, 1, kWorker}});
  EXPECT_EQ(batches.CountOf(kWorker), 1);
}

TEST(LeaseBatches, LaterAttemptReplacesTheEarlier) {
  LeaseBatches batches;
  batches.Start({{1, 1, kWorker}});
  batches.Start({{1, 2, kOther}});
  EXPECT_EQ(batches.CountOf(kWorker), 0);
  batches.End({1, 1, kWorker});
  EXPECT_EQ(batches.CountOf(kOther), 1);
}

TEST(LeaseBatches, EndOfWhatIsNotThereDoesNothing) {
  LeaseBatches batches;
  batches.End({1, 1, kWorker});
  EXPECT_EQ(batches.CountOf(kWorker), 0);
}

}  // namespace
}  // namespace etalon
