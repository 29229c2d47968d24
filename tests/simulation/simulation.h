#ifndef ETALON_TESTS_SIMULATION_SIMULATION_H_
#define ETALON_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <string>
#include <vector>

namespace etalon::testing {

// What became of one simulated world.
struct SimulationResult {
  // The law that was broken first; empty: none was.
  std::string violation;
  // Of all that happened: the same seed gives the same.
  uint64_t trace_hash = 0;
  // Where they were asked for.
  std::vector<std::string> trace;
  // What was lived through, for the record.
  int64_t steps = 0;
  int64_t events = 0;  // of the database
  int64_t coordinator_starts = 0;
  int64_t worker_deaths = 0;
  int64_t suspensions = 0;  // of trials at rungs
  double simulated_seconds = 0;
};

// Lives through the world that `seed` stands for: searches, workers, people and
// faults are drawn from it. One coordinator, on the calling thread; the
// database is a file in a folder of /dev/shm for as long as it lasts. A run
// takes some milliseconds.
SimulationResult Simulate(uint64_t seed, bool keep_trace = false);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_SIMULATION_H_
