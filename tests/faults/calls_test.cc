// Calls that are repeated, late, out of order or lost between processes, and
// processes that are away for longer than a lease (R2, R4, R5, R6, R12).

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/call_proxy.h"
#include "tests/faults/disturbed_search.h"
#include "tests/faults/tcp_proxy.h"
#include "tests/integration/cluster.h"
#include "tests/support/process.h"

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Generous: for machines that are busy with other things as well.
constexpr absl::Duration kTimeout = absl::Minutes(8);
// Ends only what is really silent, also on a machine that is busy.
constexpr absl::Duration kLongLease = absl::Seconds(15);
constexpr char kDone[] = "SELECT count(*) FROM results";
constexpr char kLost[] = "SELECT count(*) FROM attempts WHERE state = 'LOST'";
constexpr char kMostAttempts[] = "SELECT max(attempt_count) FROM trials";

void ExpectLawsHold(Cluster& cluster, const std::string& search) {
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(BrokenLaws(cluster), IsEmpty()) << cluster.Logs();
  EXPECT_THAT(cluster.EndAll(), IsEmpty());
}

TEST(Calls, LostOnesLeakNoTrial) {
  UndisturbedTable();
  Cluster cluster({.lease = kLongLease});
  cluster.StartServer();
  CallProxy proxy(cluster.port(),
                  {.lose_request = 0.2, .lose_reply = 0.3, .seed = 1});
  cluster.StartWorker({"--fuse", "2"}, proxy.address());
  const std::string search = cluster.Submit(kDisturbedSearch);
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_GT(proxy.counts().lost_replies, 5);
  // Whoever asks again gets what he was given: no trial is leased a second
  // time.
  EXPECT_THAT(cluster.Query(kMostAttempts), ElementsAre("1"));
  ExpectLawsHold(cluster, search);
}

TEST(Calls, RepeatedOnesAreAnsweredAsTheFirst) {
  UndisturbedTable();
  Cluster cluster({.lease = kLongLease});
  cluster.StartServer();
  CallProxy proxy(cluster.port(), {.twice = 1, .seed = 2});
  for (int i = 0; i < 2; ++i) {
    cluster.StartWorker({"--fuse", "2"}, proxy.address());
  }
  const std::string search = cluster.Submit(kDisturbedSearch);
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_GT(proxy.counts().twice, kDisturbedTrials);
  EXPECT_THAT(proxy.differences(), IsEmpty());
  EXPECT_THAT(cluster.Query(kMostAttempts), ElementsAre("1"));
  ExpectLawsHold(cluster, search);
}

// Who repeats his request so late that what he was given is lost by then gets
// trials anew, and may have them.
TEST(Calls, RepeatedOnesLaterThanALeaseGetLeasesAnew) {
  UndisturbedTable();
  constexpr absl::Duration kLease = absl::Seconds(1);
  Cluster cluster({.lease = kLease});
  cluster.StartServer();
  CallProxy proxy(
      cluster.port(),
      {.twice = 0.3, .apart = 1.5 * kLease, .lease = kLease, .seed = 5});
  for (int i = 0; i < 2; ++i) {
    cluster.StartWorker({"--fuse", "2"}, proxy.address());
  }
  const std::string search = cluster.Submit(kDisturbedSearch);
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(proxy.differences(), IsEmpty());
  EXPECT_THAT(cluster.Query(kLost), Not(ElementsAre("0")));
  ExpectLawsHold(cluster, search);
}

TEST(Calls, OnesThatComeLateAndOutOfOrderOnlyDelay) {
  UndisturbedTable();
  // A late copy of a request for trials may be given some; they come back when
  // their lease has run out.
  constexpr absl::Duration kLease = absl::Seconds(1);
  Cluster cluster({.lease = kLease});
  cluster.StartServer();
  CallProxy proxy(
      cluster.port(),
      {.twice = 0.2, .late = 0.3, .again = 0.3, .lease = kLease, .seed = 3});
  for (int i = 0; i < 2; ++i) {
    cluster.StartWorker({"--fuse", "2"}, proxy.address());
  }
  const std::string search = cluster.Submit(kDisturbedSearch);
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_GT(proxy.counts().again, 5);
  EXPECT_GT(proxy.counts().late, 5);
  EXPECT_THAT(proxy.differences(), IsEmpty());
  ExpectLawsHold(cluster, search);
}

TEST(Calls, SearchIsCreatedOnceHoweverOftenItsCreationIsSent) {
  Cluster cluster;
  cluster.StartServer();
  CallProxy proxy(cluster.port(), {.lose_request = 0.2,
                                   .lose_reply = 0.4,
                                   .twice = 0.5,
                                   .again = 0.5,
                                   .seed = 4});
  const std::string file = cluster.folder() + "/search.yaml";
  std::ofstream(file) << kDisturbedSearch;
  std::vector<std::string> names;
  for (int i = 0; i < 6; ++i) {
    names.push_back(absl::StrCat("search-", i));
    const ProcessResult result =
        RunProcess({BinaryPath("etalon"), "submit", file, "--name",
                    names.back(), "--server", proxy.address()});
    EXPECT_EQ(result.exit_code, 0) << result.error;
  }
  EXPECT_GT(proxy.counts().lost_replies, 0);
  EXPECT_THAT(proxy.differences(), IsEmpty());
  EXPECT_EQ(cluster.Query("SELECT name FROM searches ORDER BY name"), names);
}

TEST(Calls, SearchIsCreatedOnceByACoordinatorThatIsKilledMeanwhile) {
  Cluster cluster;
  cluster.StartServer();
  const std::string file = cluster.folder() + "/search.yaml";
  std::ofstream(file) << kDisturbedSearch;
  std::vector<std::string> names;
  for (int i = 0; i < 8; ++i) {
    names.push_back(absl::StrCat("search-", i));
    Process submit({BinaryPath("etalon"), "submit", file, "--name",
                    names.back(), "--server", cluster.address()},
                   {});
    // Before it is sent, while it is written down, or after that.
    absl::SleepFor(absl::Milliseconds(8 * i));
    cluster.KillServer();
    cluster.StartServer();
    EXPECT_EQ(submit.Wait(absl::Seconds(40)), 0);
  }
  EXPECT_EQ(cluster.Query("SELECT name FROM searches ORDER BY name"), names);
}

TEST(Calls, WorkerThatWakesAfterItsLeaseIsToldToDropIt) {
  UndisturbedTable();
  Cluster cluster({.lease = absl::Seconds(1)});
  cluster.StartServer();
  const size_t sleeper = cluster.StartWorker({"--fuse", "3"});
  const std::string search = cluster.Submit(kDisturbedSearch);
  // While it holds trials.
  const std::string held =
      "SELECT count(*) FROM attempts WHERE state = 'LEASED'";
  bool holds = false;
  for (int i = 0; i < 200 && !holds; ++i) {
    cluster.worker(sleeper).Signal(SIGSTOP);
    // What it had sent has been dealt with after this.
    absl::SleepFor(absl::Milliseconds(20));
    holds = cluster.Query(held).front() != "0";
    if (!holds) cluster.worker(sleeper).Signal(SIGCONT);
  }
  ASSERT_TRUE(holds);
  cluster.StartWorker();
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  cluster.worker(sleeper).Signal(SIGCONT);
  const absl::Time deadline = absl::Now() + kTimeout;
  while (!absl::StrContains(cluster.Logs(), "dropped")) {
    ASSERT_LT(absl::Now(), deadline) << cluster.Logs();
    absl::SleepFor(absl::Milliseconds(20));
  }
  ExpectLawsHold(cluster, search);
}

TEST(Calls, ConnectionsThatStayHalfOpenHoldUpNobodyElse) {
  UndisturbedTable();
  Cluster cluster({.lease = absl::Seconds(1)});
  cluster.StartServer();
  TcpProxy proxy(cluster.port());
  cluster.StartWorker({"--fuse", "2"}, proxy.address());
  const std::string search = cluster.Submit(kDisturbedSearch);
  cluster.AwaitAny(kDone);
  proxy.SetRule({.half_open = true});
  cluster.StartWorker();
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(BrokenLaws(cluster), IsEmpty()) << cluster.Logs();
}

TEST(Outage, CoordinatorThatIsStoppedLosesNoLease) {
  UndisturbedTable();
  const absl::Duration lease = absl::Seconds(4);
  Cluster cluster({.lease = lease});
  cluster.StartServer();
  for (int i = 0; i < 2; ++i) cluster.StartWorker({"--fuse", "1"});
  const std::string search = cluster.Submit(kDisturbedSearch);
  cluster.AwaitAny(kDone);
  cluster.server().Signal(SIGSTOP);
  absl::SleepFor(1.5 * lease);
  cluster.server().Signal(SIGCONT);
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(cluster.Query(kLost), ElementsAre("0")) << cluster.Logs();
  EXPECT_THAT(cluster.Logs(), HasSubstr("stalled"));
  ExpectLawsHold(cluster, search);
}

TEST(Outage, CoordinatorThatIsAwayLosesNoLease) {
  UndisturbedTable();
  const absl::Duration lease = absl::Seconds(4);
  Cluster cluster({.lease = lease});
  cluster.StartServer();
  for (int i = 0; i < 2; ++i) cluster.StartWorker({"--fuse", "1"});
  const std::string search = cluster.Submit(kDisturbedSearch);
  cluster.AwaitAny(kDone);
  cluster.KillServer();
  absl::SleepFor(1.5 * lease);
  cluster.StartServer();
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_THAT(cluster.Query(kLost), ElementsAre("0")) << cluster.Logs();
  ExpectLawsHold(cluster, search);
}

}  // namespace
}  // namespace etalon::testing
