#ifndef ETALON_TESTS_FAULTS_CHAOS_H_
#define ETALON_TESTS_FAULTS_CHAOS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/faults/schedule.h"

namespace etalon::testing {

// What came of a schedule.
struct ChaosResult {
  // Laws that were broken; empty when all is well.
  std::vector<std::string> broken;
  // What was done to the search before it ended, of what the schedule has.
  int faults = 0;
  int coordinator_kills = 0;
  int worker_kills = 0;
  absl::Duration took;
  // Where logs and database were put, when a law was broken.
  std::string kept;
};

// Runs kDisturbedSearch with real processes, has the faults of the schedule
// happen to them, and holds the outcome to the laws. Faults whose time has not
// come when the search ends are left out.
ChaosResult RunSchedule(const Schedule& schedule);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FAULTS_CHAOS_H_
