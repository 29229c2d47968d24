// A disk that is full, that cannot be written, or whose writes and syncs fail
// (R14, R15).

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/disturbed_search.h"
#include "tests/faults/surroundings.h"
#include "tests/integration/cluster.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Generous: for machines that are busy with other things as well.
constexpr absl::Duration kTimeout = absl::Minutes(8);
constexpr char kFiuRun[] = "/usr/bin/fiu-run";
constexpr char kLost[] = "SELECT count(*) FROM attempts WHERE state = 'LOST'";

// Takes all that is free.
void FillDisk(const std::string& file) {
  std::ofstream filler(file, std::ios::binary | std::ios::app);
  const std::string block(4096, 'x');
  while (filler.write(block.data(), static_cast<std::streamsize>(block.size()))
             .flush()) {
  }
}

TEST(Disk, FullOneDelaysAndHealsByItself) {
  const TempDir disk;
  ETALON_NEED_SURROUNDINGS(MountSmallDisk(disk.path(), 64 << 20));
  {
    Cluster cluster(
        {.lease = absl::Seconds(2), .database_folder = disk.path()});
    cluster.StartServer();
    for (int i = 0; i < 2; ++i) cluster.StartWorker({"--fuse", "1"});
    const std::string search = cluster.Submit(kDisturbedSearch);
    cluster.AwaitAny("SELECT count(*) FROM results");
    // Again and again, for a coordinator may have something to let go of.
    const std::string filler = disk.File("filler");
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (!absl::StrContains(cluster.Logs(), "RESOURCE_EXHAUSTED")) {
      ASSERT_LT(absl::Now(), deadline) << cluster.Logs();
      FillDisk(filler);
      absl::SleepFor(absl::Milliseconds(50));
    }
    const ProcessResult list = cluster.Run({"list"});
    EXPECT_EQ(list.exit_code, 0) << list.error;
    EXPECT_THAT(list.out, HasSubstr("disturbed"));
    // Longer than a lease: nothing may run out of what could not be renewed.
    absl::SleepFor(absl::Seconds(3));
    std::filesystem::remove(filler);
    EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
    EXPECT_EQ(cluster.Query(kLost), std::vector<std::string>{"0"});
    EXPECT_THAT(BrokenLaws(cluster), IsEmpty()) << cluster.Logs();
    EXPECT_THAT(cluster.EndAll(), IsEmpty());
  }
}

TEST(Disk, ReadOnlyOneIsRefusedWithAHint) {
  const TempDir disk;
  ETALON_NEED_SURROUNDINGS(MountSmallDisk(disk.path(), 64 << 20));
  Cluster cluster({.lease = absl::Seconds(2), .database_folder = disk.path()});
  cluster.StartServer();
  cluster.server().Terminate();
  ASSERT_EQ(cluster.server().Wait(absl::Seconds(30)), 0);
  ETALON_NEED_SURROUNDINGS(MakeReadOnly(disk.path()));
  EXPECT_FALSE(cluster.TryStartServer());
  EXPECT_EQ(cluster.server().Wait(absl::ZeroDuration()), 1);
  EXPECT_THAT(cluster.Logs(),
              AllOf(HasSubstr(cluster.database()), HasSubstr("writable")));
}

// The laws hold if nothing is acknowledged that did not reach the disk: a
// result that was, and was not, would be made and acknowledged a second time.
TEST(Disk, FailingWritesAndSyncsAreNeverAcknowledged) {
  ETALON_NEED_SURROUNDINGS(NeedProgram(kFiuRun, "fiu-utils"));
  Cluster cluster({.lease = absl::Seconds(1)});
  cluster.StartServer();  // the first time on a good disk, which makes the file
  cluster.KillServer();
  cluster.set_server_wrapper(
      {kFiuRun, "-x", "-c",
       "enable_random name=posix/io/sync/fdatasync,probability=0.15", "-c",
       "enable_random name=posix/io/rw/pwrite64,probability=0.05"});
  // A start writes too: it may fail, and says so.
  const auto start = [&cluster] {
    for (int i = 0; i < 100; ++i) {
      if (cluster.TryStartServer()) return true;
      EXPECT_NE(cluster.server().Wait(absl::ZeroDuration()), 0);
    }
    return false;
  };
  ASSERT_TRUE(start()) << cluster.Logs();
  for (int i = 0; i < 2; ++i) cluster.StartWorker({"--fuse", "1"});
  // The creation may fail as well.
  const std::string file = cluster.folder() + "/search.yaml";
  std::ofstream(file) << kDisturbedSearch;
  const std::string created = "SELECT count(*) FROM searches";
  for (int i = 0; i < 30 && cluster.Query(created).front() == "0"; ++i) {
    if (cluster.server().Wait(absl::ZeroDuration()).has_value()) {
      ASSERT_TRUE(start()) << cluster.Logs();
    }
    cluster.Run({"submit", file});
  }
  // With restarts, so that recovery meets what failed as well.
  const std::string running =
      "SELECT count(*) FROM searches WHERE state = 'RUNNING'";
  for (int i = 0; i < 6 && cluster.Query(running).front() == "1"; ++i) {
    absl::SleepFor(absl::Milliseconds(700));
    // It may have ended by itself, where it could not tell what it had written.
    EXPECT_NE(cluster.server().Wait(absl::ZeroDuration()).value_or(1), 0)
        << cluster.Logs();
    cluster.KillServer();
    ASSERT_TRUE(start()) << cluster.Logs();
  }
  EXPECT_THAT(cluster.Logs(), HasSubstr("I/O error")) << "nothing failed";
  cluster.KillServer();
  cluster.set_server_wrapper({});
  cluster.StartServer();
  EXPECT_EQ(cluster.AwaitEnd("disturbed", kTimeout), "SUCCEEDED");
  EXPECT_THAT(BrokenLaws(cluster), IsEmpty()) << cluster.Logs();
  EXPECT_THAT(cluster.EndAll(), IsEmpty());
}

}  // namespace
}  // namespace etalon::testing
