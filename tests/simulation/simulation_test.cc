// A coordinator and all that can go wrong round it, in worlds that follow from
// their seeds (reliability R28). docs/reliability.md tells what is simulated.

#include "tests/simulation/simulation.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/log.h"

namespace etalon {
namespace {

using ::etalon::testing::Simulate;
using ::etalon::testing::SimulationResult;

// What is printed of a world in which a law was broken: its last moments.
constexpr size_t kShownLines = 40;

std::string Story(uint64_t seed) {
  const std::vector<std::string> trace = Simulate(seed, true).trace;
  const size_t first = trace.size() - std::min(trace.size(), kShownLines);
  return absl::StrCat(absl::StrJoin(trace.begin() + static_cast<int64_t>(first),
                                    trace.end(), "\n"),
                      "\nThe whole of it: simulate --first ", seed,
                      " --count 1 --trace");
}

void ExpectNoLawBroken(uint64_t seed) {
  const SimulationResult result = Simulate(seed);
  EXPECT_EQ(result.violation, "") << "seed " << seed << "\n" << Story(seed);
}

class SimulationTest : public ::testing::Test {
 protected:
  SimulationTest() { SetLogLevel(LogLevel::kError); }
};

class SeedsTest : public SimulationTest,
                  public ::testing::WithParamInterface<uint64_t> {};

constexpr uint64_t kSeedsAPart = 25;

TEST_P(SeedsTest, NoLawIsBroken) {
  for (uint64_t i = 1; i <= kSeedsAPart && !HasFailure(); ++i) {
    ExpectNoLawBroken(GetParam() * kSeedsAPart + i);
  }
}

// 200 seeds in all.
INSTANTIATE_TEST_SUITE_P(Parts, SeedsTest, ::testing::Range<uint64_t>(0, 8));

TEST_F(SimulationTest, SeedsThatOnceFailedHold) {
  std::ifstream file(ETALON_SOURCE_DIR "/tests/simulation/failed_seeds.txt");
  ASSERT_TRUE(file.is_open());
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    uint64_t seed = 0;
    ASSERT_TRUE(absl::SimpleAtoi(words[0], &seed)) << line;
    ExpectNoLawBroken(seed);
  }
}

TEST_F(SimulationTest, SameSeedGivesTheSameTrace) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const SimulationResult first = Simulate(seed);
    EXPECT_EQ(Simulate(seed).trace_hash, first.trace_hash) << seed;
    EXPECT_NE(Simulate(seed + 1).trace_hash, first.trace_hash) << seed;
  }
}

TEST_F(SimulationTest, WorldsAreTroubled) {
  int64_t coordinator_starts = 0;
  int64_t worker_deaths = 0;
  int64_t suspensions = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const SimulationResult result = Simulate(seed);
    coordinator_starts += result.coordinator_starts;
    worker_deaths += result.worker_deaths;
    suspensions += result.suspensions;
    EXPECT_GT(result.events, 10) << seed;
  }
  EXPECT_GT(coordinator_starts, 40);
  EXPECT_GT(worker_deaths, 10);
  EXPECT_GT(suspensions, 10);
}

}  // namespace
}  // namespace etalon
