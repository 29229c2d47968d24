// Clocks that are set, run twice as fast, or begin anew (R11).

#include "absl/time/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/clock.h"
#include "tests/faults/disturbed_search.h"
#include "tests/faults/surroundings.h"
#include "tests/integration/cluster.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Generous: for machines that are busy with other things as well.
constexpr absl::Duration kTimeout = absl::Minutes(8);
// Long enough that only a clock could end one.
constexpr absl::Duration kLease = absl::Seconds(10);
constexpr int64_t kTenYears = int64_t{3650} * 24 * 3600;
constexpr char kLost[] = "SELECT count(*) FROM attempts WHERE state = 'LOST'";
constexpr char kDone[] = "SELECT count(*) FROM results";

constexpr char kFaketime[] =
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

// Programs whose wall clock this test sets while they run.
class SetClock : public ::testing::Test {
 protected:
  std::vector<std::string> Wrapper(const std::string& file) {
    return {"/usr/bin/env", absl::StrCat("LD_PRELOAD=", kFaketime),
            absl::StrCat("FAKETIME_TIMESTAMP_FILE=", file),
            // The clocks that cannot be set are left alone.
            "DONT_FAKE_MONOTONIC=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "FAKETIME_NO_CACHE=1"};
  }
  // All at once, for the program may read it at any moment.
  void Set(const std::string& file, const std::string& time) {
    std::ofstream(file + ".new") << time << "\n";
    std::filesystem::rename(file + ".new", file);
  }

  TempDir folder_;
  const std::string coordinator_ = folder_.File("coordinator");
  const std::string workers_ = folder_.File("workers");
};

TEST_F(SetClock, JumpsOfTenYearsChangeNothing) {
  ETALON_NEED_SURROUNDINGS(NeedProgram(kFaketime, "faketime"));
  UndisturbedTable();
  Set(coordinator_, "+0");
  Set(workers_, "+0");
  Cluster cluster({.lease = kLease,
                   .server_wrapper = Wrapper(coordinator_),
                   .worker_wrapper = Wrapper(workers_)});
  cluster.StartServer();
  for (int i = 0; i < 2; ++i) cluster.StartWorker({"--fuse", "1"});
  const std::string search = cluster.Submit(kDisturbedSearch);
  cluster.AwaitAny(kDone);
  Set(workers_, "-3650d");
  Set(coordinator_, "+3650d");
  cluster.AwaitAny(
      "SELECT count(*) FROM events WHERE date(time) > date('now', '+9 years')");
  Set(workers_, "+3650d");
  Set(coordinator_, "-3650d");
  cluster.AwaitAny(
      "SELECT count(*) FROM events WHERE date(time) < date('now', '-9 years')");
  Set(workers_, "+0 x2");
  Set(coordinator_, "+0 x2");
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(cluster.Query(kLost), ElementsAre("0")) << cluster.Logs();
  EXPECT_THAT(BrokenLaws(cluster), IsEmpty()) << cluster.Logs();
  EXPECT_THAT(cluster.EndAll(), IsEmpty());
}

// The clock by which leases run out begins anew with the machine: what the
// database keeps must not depend on where it stood.
TEST(Clock, CoordinatorGoesOnAfterItsMonotonicClockHasChanged) {
  UndisturbedTable();
  Cluster cluster({.lease = kLease});
  cluster.StartServer();
  for (int i = 0; i < 2; ++i) cluster.StartWorker({"--fuse", "1"});
  const std::string search = cluster.Submit(kDisturbedSearch);
  cluster.AwaitAny(kDone);
  const int64_t running = absl::ToInt64Seconds(SystemClock().Monotonic()) - 10;
  for (const int64_t shift : {kTenYears, -running}) {
    cluster.KillServer();
    ETALON_NEED_SURROUNDINGS(ShiftMonotonicClocks(shift));
    cluster.StartServer();
    absl::SleepFor(absl::Milliseconds(300));
  }
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(cluster.Query(kLost), ElementsAre("0")) << cluster.Logs();
  EXPECT_THAT(BrokenLaws(cluster), IsEmpty()) << cluster.Logs();
  EXPECT_THAT(cluster.EndAll(), IsEmpty());
}

}  // namespace
}  // namespace etalon::testing
