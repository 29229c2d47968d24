// Networks that lose packets, one way or both, are slow, or cut connections
// off, by the kernel's own means in a network of the test's own (R23).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/disturbed_search.h"
#include "tests/faults/surroundings.h"
#include "tests/integration/cluster.h"
#include "tests/support/process.h"

namespace etalon::testing {
namespace {

using ::testing::IsEmpty;

// Generous: for machines that are busy with other things as well.
constexpr absl::Duration kTimeout = absl::Minutes(8);

class Network : public ::testing::Test {
 protected:
  // Within the network; false: it could not be made, and the test is skipped.
  void StartSearch() {
    UndisturbedTable();
    cluster_.StartServer();
    for (int i = 0; i < 2; ++i) cluster_.StartWorker({"--fuse", "2"});
    search_ = cluster_.Submit(kDisturbedSearch);
    cluster_.AwaitAny("SELECT count(*) FROM results");
  }
  std::string ToServer(const std::string& what) {
    return absl::StrCat("tcp dport ", cluster_.port(), " ", what);
  }
  std::string FromServer(const std::string& what) {
    return absl::StrCat("tcp sport ", cluster_.port(), " ", what);
  }
  void Suffer(const std::vector<std::string>& rules, absl::Duration time) {
    const absl::Status set = SetFirewall(rules);
    ASSERT_TRUE(set.ok()) << set;
    absl::SleepFor(time);
  }
  void ExpectLawsHeld() {
    EXPECT_EQ(cluster_.AwaitEnd(search_, kTimeout), "SUCCEEDED");
    EXPECT_THAT(BrokenLaws(cluster_), IsEmpty()) << cluster_.Logs();
    EXPECT_THAT(cluster_.EndAll(), IsEmpty());
  }

  Cluster cluster_{{.lease = absl::Seconds(1)}};
  std::string search_;
};

TEST_F(Network, LossOfAThirdOfAllPacketsOnlyDelays) {
  ETALON_NEED_SURROUNDINGS(EnterNetwork());
  StartSearch();
  const std::string lossy = "numgen random mod 100 < 30 drop";
  Suffer({ToServer(lossy), FromServer(lossy)}, absl::Seconds(4));
  Suffer({}, absl::ZeroDuration());
  ExpectLawsHeld();
}

TEST_F(Network, CutsOneWayAndBothWaysOnlyDelay) {
  ETALON_NEED_SURROUNDINGS(EnterNetwork());
  StartSearch();
  Suffer({ToServer("drop")}, absl::Milliseconds(1300));
  Suffer({}, absl::Milliseconds(300));
  Suffer({FromServer("drop")}, absl::Milliseconds(1300));
  Suffer({}, absl::Milliseconds(300));
  Suffer({ToServer("drop"), FromServer("drop")}, absl::Milliseconds(1300));
  Suffer({}, absl::ZeroDuration());
  ExpectLawsHeld();
}

TEST_F(Network, ResetsAndHalfOpenConnectionsOnlyDelay) {
  ETALON_NEED_SURROUNDINGS(EnterNetwork());
  StartSearch();
  Suffer({ToServer("reject with tcp reset")}, absl::Milliseconds(700));
  // What workers hold after this are connections of which the other end is
  // gone, which nothing told them.
  Suffer({ToServer("drop"), FromServer("drop")}, absl::Milliseconds(100));
  cluster_.KillServer();
  cluster_.StartServer();
  Suffer({}, absl::ZeroDuration());
  ExpectLawsHeld();
}

TEST_F(Network, SlowOneOnlyDelays) {
  ETALON_NEED_SURROUNDINGS(EnterNetwork());
  ETALON_NEED_SURROUNDINGS(NeedProgram("/usr/sbin/tc", "iproute2"));
  StartSearch();
  const ProcessResult slow =
      RunProcess({"/usr/sbin/tc", "qdisc", "add", "dev", "lo", "root", "tbf",
                  "rate", "256kbit", "burst", "16kbit", "latency", "400ms"});
  ASSERT_EQ(slow.exit_code, 0) << slow.error;
  ExpectLawsHeld();
}

}  // namespace
}  // namespace etalon::testing
