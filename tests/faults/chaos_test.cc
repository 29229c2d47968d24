// The laws under seeded schedules of faults. Long runs: tests/faults/soak.sh.

#include "tests/faults/chaos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/faults/schedule.h"

namespace etalon::testing {
namespace {

using ::testing::IsEmpty;

class FaultSchedule : public ::testing::TestWithParam<int> {};

// Several a program, which needs the undisturbed table once.
constexpr int kSchedules = 4;

TEST_P(FaultSchedule, BreaksNoLaw) {
  for (int i = 0; i < kSchedules; ++i) {
    const uint64_t seed =
        static_cast<uint64_t>(GetParam() * kSchedules + i + 1);
    const Schedule schedule = DrawSchedule(seed, {});
    const ChaosResult result = RunSchedule(schedule);
    EXPECT_THAT(result.broken, IsEmpty())
        << schedule.ToString() << "logs and database: " << result.kept
        << "\nto repeat it: build/release/tests/fault_schedules --seed "
        << seed;
    EXPECT_GT(result.faults, 3) << "the search was over too soon";
  }
}

INSTANTIATE_TEST_SUITE_P(FourSeedsEach, FaultSchedule, ::testing::Range(0, 5));

}  // namespace
}  // namespace etalon::testing
