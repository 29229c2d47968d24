// The schedules themselves, and the script that runs many of them.

#include "tests/faults/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/integration/cluster.h"
#include "tests/support/process.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;
using Kind = Fault::Kind;

TEST(Schedule, FollowsFromItsSeed) {
  EXPECT_EQ(DrawSchedule(7, {}).ToString(), DrawSchedule(7, {}).ToString());
  EXPECT_NE(DrawSchedule(7, {}).ToString(), DrawSchedule(8, {}).ToString());
}

TEST(Schedule, ThousandHaveEveryFaultAndTheKillsThatTheyAreFor) {
  std::map<Kind, int> counts;
  int longest_outages = 0;
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    for (const Fault& fault :
         DrawSchedule(seed, {.scaled_outages = false}).faults) {
      ++counts[fault.kind];
      if (fault.lasts >= absl::Seconds(60)) ++longest_outages;
    }
  }
  EXPECT_EQ(counts.size(), static_cast<size_t>(Kind::kResetLink) + 1);
  EXPECT_GT(counts[Kind::kKillCoordinator], 1000);
  EXPECT_GT(counts[Kind::kKillWorker], 5000);
  EXPECT_GT(longest_outages, 5);
}

TEST(Schedule, OutagesOfTestsAreShort) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    for (const Fault& fault : DrawSchedule(seed, {}).faults) {
      EXPECT_LT(fault.lasts, absl::Seconds(3)) << "seed " << seed;
    }
  }
}

TEST(Schedule, NothingHappensToWhatIsInTroubleAlready) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    const Schedule schedule = DrawSchedule(seed, {});
    absl::Duration before;
    std::vector<absl::Duration> worker_whole(schedule.workers);
    for (const Fault& fault : schedule.faults) {
      EXPECT_GE(fault.at, before) << schedule.ToString();
      before = fault.at;
      if (fault.kind < Kind::kKillWorker) continue;
      ASSERT_LT(fault.worker, schedule.workers);
      EXPECT_GT(fault.at, worker_whole[fault.worker]) << schedule.ToString();
      worker_whole[fault.worker] = fault.at + fault.lasts;
    }
  }
}

TEST(Soak, WrongArgumentsAreNamed) {
  const std::string soak = SourcePath("tests/faults/soak.sh");
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"--schedules"},
      {"--schedules", "none"},
      {"--schedules", "1; true"},
      {"--schedules", "1", "--jobs", "0"},
      {"--schedules", "1", "--sed", "1"}};
  for (const std::vector<std::string>& arguments : wrong) {
    std::vector<std::string> argv = {soak};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const ProcessResult result = RunProcess(argv);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_THAT(result.error, HasSubstr("--help"));
  }
  const ProcessResult help = RunProcess({soak, "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("--schedules N"));
}

}  // namespace
}  // namespace etalon::testing
