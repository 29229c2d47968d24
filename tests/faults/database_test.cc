// What other programs do to a coordinator's database (R16, R18).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/time/clock.h"
#include "tests/faults/disturbed_search.h"
#include "tests/faults/outside_lock.h"
#include "tests/integration/cluster.h"
#include "tests/support/process.h"

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Generous: for machines that are busy with other things as well.
constexpr absl::Duration kTimeout = absl::Minutes(8);

TEST(DatabaseOfOthers, LockHeldForLongDelaysAndLosesNothing) {
  UndisturbedTable();
  Cluster cluster({.lease = absl::Seconds(2)});
  cluster.StartServer();
  for (int i = 0; i < 2; ++i) cluster.StartWorker({"--fuse", "1"});
  const std::string search = cluster.Submit(kDisturbedSearch);
  cluster.AwaitAny("SELECT count(*) FROM results");
  {
    const OutsideLock lock(cluster.database());
    ASSERT_TRUE(lock.held());
    // Past the coordinator's patience of five seconds, and past three leases.
    absl::SleepFor(absl::Seconds(7));
  }
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(cluster.Logs(), HasSubstr("another process holds its lock"));
  EXPECT_THAT(
      cluster.Query("SELECT count(*) FROM attempts WHERE state = 'LOST'"),
      ElementsAre("0"))
      << cluster.Logs();
  EXPECT_THAT(BrokenLaws(cluster), IsEmpty()) << cluster.Logs();
  EXPECT_THAT(cluster.EndAll(), IsEmpty());
}

TEST(DatabaseOfOthers, DamageIsRefusedWithAHintAndNotRepairedInSilence) {
  Cluster cluster;
  cluster.StartServer();
  cluster.server().Terminate();
  ASSERT_EQ(cluster.server().Wait(absl::Seconds(30)), 0);
  const std::string whole = ReadFile(cluster.database());
  std::string damaged = whole;
  // The first page past its header: the list of tables.
  damaged.replace(100, 3000, std::string(3000, '\x5a'));
  std::ofstream(cluster.database(), std::ios::binary) << damaged;
  EXPECT_FALSE(cluster.TryStartServer());
  EXPECT_EQ(cluster.server().Wait(absl::ZeroDuration()), 1);
  EXPECT_THAT(cluster.Logs(), AllOf(HasSubstr(cluster.database()),
                                    HasSubstr("restore a backup")));
  EXPECT_EQ(ReadFile(cluster.database()), damaged);
  std::ofstream(cluster.database(), std::ios::binary) << whole;
  EXPECT_TRUE(cluster.TryStartServer()) << cluster.Logs();
}

}  // namespace
}  // namespace etalon::testing
