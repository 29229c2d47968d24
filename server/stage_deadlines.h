#ifndef ETALON_SERVER_STAGE_DEADLINES_H_
#define ETALON_SERVER_STAGE_DEADLINES_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "storage/transaction.h"

namespace etalon {

// When the stages whose time is bounded are to end, on the coordinator's
// monotonic clock, so that setting the wall clock ends none. Across a restart
// only the wall clock can tell how much is left.
//
// Threads: belongs to one.
class StageDeadlines {
 public:
  // The first deadline that a stage is given counts.
  void Set(StageId stage, absl::Duration deadline) {
    deadlines_.emplace(stage, deadline);
  }
  void Remove(StageId stage) { deadlines_.erase(stage); }

  std::vector<StageId> Due(absl::Duration now) const {
    std::vector<StageId> due;
    for (const auto& [stage, deadline] : deadlines_) {
      if (deadline <= now) due.push_back(stage);
    }
    return due;
  }

 private:
  absl::flat_hash_map<StageId, absl::Duration> deadlines_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_STAGE_DEADLINES_H_
