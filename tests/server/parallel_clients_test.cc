#include "tests/server/parallel_clients.h"

#include <gtest/gtest.h>

namespace etalon {
namespace {

using ::etalon::testing::ParallelClientsResult;
using ::etalon::testing::RunParallelClients;

// Under ThreadSanitizer it fails on any race of the core; planted_race.cc shows
// that one is found.
TEST(ParallelClients, EveryTrialCountsOnce) {
  const ParallelClientsResult result = RunParallelClients([] {});
  EXPECT_EQ(result.trials, 2 * (6 + 4 + 1));
  EXPECT_EQ(result.succeeded, result.trials);
  EXPECT_EQ(result.results, result.trials);
}

}  // namespace
}  // namespace etalon
