#ifndef ETALON_SERVER_STATISTICS_H_
#define ETALON_SERVER_STATISTICS_H_

#include <array>
#include <atomic>
#include <cstdint>

#include "etalon/v1/trial.pb.h"

namespace etalon {

// What a coordinator counts of itself, for whoever watches it. Counters only
// grow, from 0 at the start of the process; gauges are as of the last tick.
//
// Threads: the writer's counts, any reads.
struct CoordinatorStatistics {
  std::atomic<int64_t> live_leases = 0;  // gauge
  std::atomic<int64_t> open_polls = 0;   // gauge: LeaseTrials that wait
  // Gauge: stages under way that are to have more configurations.
  std::atomic<int64_t> adaptive_stages = 0;
  std::atomic<int64_t> trials_leased = 0;
  std::atomic<int64_t> attempts_lost = 0;      // leases that ran out
  std::atomic<int64_t> attempts_returned = 0;  // by workers
  std::atomic<int64_t> stalls = 0;  // the process, or its disk, stood still
  // Trials that ended, by state.
  std::array<std::atomic<int64_t>, v1::Trial::State_ARRAYSIZE> trials_ended =
      {};
};

}  // namespace etalon

#endif  // ETALON_SERVER_STATISTICS_H_
