// The laws under seeded schedules of faults. Long runs: tests/faults/soak.sh.

#include "tests/faults/chaos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "tests/faults/schedule.h"

namespace etalon::testing {
namespace {

using ::testing::IsEmpty;

class FaultSchedule : public ::testing::TestWithParam<int> {};

TEST_P(FaultSchedule, BreaksNoLaw) {
  const uint64_t seed = static_cast<uint64_t>(GetParam());
  const Schedule schedule = DrawSchedule(seed, {});
  const ChaosResult result = RunSchedule(schedule);
  EXPECT_THAT(result.broken, IsEmpty())
      << schedule.ToString() << "logs and database: " << result.kept
      << "\nto repeat it: build/release/tests/fault_schedules --seed " << seed
      << " --schedules 1";
  EXPECT_GT(result.faults, 3) << "the search was over too soon";
}

INSTANTIATE_TEST_SUITE_P(Seeds, FaultSchedule, ::testing::Range(1, 21));

}  // namespace
}  // namespace etalon::testing
