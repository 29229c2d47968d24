#ifndef ETALON_TESTS_FAULTS_SCHEDULE_H_
#define ETALON_TESTS_FAULTS_SCHEDULE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace etalon::testing {

// What is done to the processes of a search and to what lies between them.
struct Fault {
  enum class Kind {
    kKillCoordinator,    // SIGKILL, and a start after `lasts`
    kStopCoordinator,    // SIGSTOP, and SIGCONT after `lasts`
    kSecondCoordinator,  // another one on the same database: to be refused
    kLockDatabase,       // another program holds its write lock
    kKillWorker,         // SIGKILL, and a start after `lasts`
    kStopWorker,         // SIGSTOP, and SIGCONT after `lasts`
    kEndWorker,          // SIGTERM, and a start
    kLoseRequests,       // of one worker: nothing reaches the coordinator
    kLoseReplies,        // of one worker: nothing comes back from it
    kCutLink,            // of one worker: neither way
    kHalfOpenLink,       // of one worker: the coordinator's end is gone
    kDelayLink,          // of one worker, each way
    kResetLink,          // of one worker: RST to both ends
  };

  absl::Duration at;  // after the start of the search
  Kind kind = Kind::kKillWorker;
  absl::Duration lasts;  // where it does
  size_t worker = 0;     // where it is one worker's
};

// Everything that one run of the test draws at random.
struct Schedule {
  uint64_t seed = 0;
  size_t workers = 2;
  // What each worker is started with.
  std::vector<std::vector<std::string>> worker_flags;
  // Workers call through a proxy that repeats, delays, reorders and loses
  // calls, and not through one that does its harm to bytes.
  bool garbled_calls = false;
  std::vector<Fault> faults;  // in order of time

  // One line for each fault.
  std::string ToString() const;
};

struct ScheduleOptions {
  // Outages of the coordinator last up to two leases; else one in fifty lasts
  // 20 s and one in a hundred and fifty 60 s.
  bool scaled_outages = true;
};

// Times are drawn for leases of a second: what lasts does so for less or for
// more than that. No two faults of one process or link overlap. Pure.
Schedule DrawSchedule(uint64_t seed, const ScheduleOptions& options);

std::string FaultName(Fault::Kind kind);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_FAULTS_SCHEDULE_H_
