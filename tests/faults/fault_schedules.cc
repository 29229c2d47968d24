// Runs fault schedules one after another, a line for each, until a law breaks.
// tests/faults/soak.sh runs two of it side by side.

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/faults/chaos.h"
#include "tests/faults/schedule.h"

int main(int argc, char** argv) {
  using etalon::testing::ChaosResult;
  using etalon::testing::Schedule;
  ::testing::InitGoogleTest(&argc, argv);
  uint64_t seed = 1;
  uint64_t schedules = 1;
  uint64_t step = 1;
  bool print = false;
  etalon::testing::ScheduleOptions options;
  CLI::App app(
      "Runs fault schedules against real processes; exits with 1 as soon as a "
      "law is broken, and keeps that run's folder.");
  app.add_option("--seed", seed, "Seed of the first")->capture_default_str();
  app.add_option("--schedules", schedules, "How many")->capture_default_str();
  app.add_option("--step", step, "From one seed to the next")
      ->capture_default_str();
  app.add_flag("--print", print, "Only say what the schedules are");
  app.add_flag_callback(
      "--real-outages", [&options] { options.scaled_outages = false; },
      "Let the coordinator be away for 20 s and 60 s at times");
  CLI11_PARSE(app, argc, argv);

  int64_t coordinator_kills = 0;
  int64_t worker_kills = 0;
  int64_t faults = 0;
  uint64_t run = 0;
  bool broken = false;
  for (; run < schedules && !broken; ++run) {
    const Schedule schedule =
        etalon::testing::DrawSchedule(seed + run * step, options);
    if (print) {
      std::cout << schedule.ToString();
      continue;
    }
    const ChaosResult result = etalon::testing::RunSchedule(schedule);
    broken = !result.broken.empty() ||
             ::testing::UnitTest::GetInstance()->ad_hoc_test_result().Failed();
    coordinator_kills += result.coordinator_kills;
    worker_kills += result.worker_kills;
    faults += result.faults;
    std::cout << "schedule " << schedule.seed << ": "
              << (broken ? "BROKEN" : "ok") << ", " << result.faults
              << " faults, " << result.coordinator_kills
              << " coordinator kills, " << result.worker_kills
              << " worker kills, "
              << absl::FormatDuration(
                     absl::Trunc(result.took, absl::Milliseconds(100)))
              << std::endl;
    if (!broken) continue;
    for (const std::string& law : result.broken)
      std::cout << "  " << law << "\n";
    std::cout << schedule.ToString() << "logs and database: " << result.kept
              << "\nto repeat it: " << argv[0] << " --seed " << schedule.seed
              << (options.scaled_outages ? "" : " --real-outages") << std::endl;
  }
  std::cout << "schedules=" << run << " broken=" << (broken ? 1 : 0)
            << " faults=" << faults
            << " coordinator_kills=" << coordinator_kills
            << " worker_kills=" << worker_kills << std::endl;
  return broken ? 1 : 0;
}
