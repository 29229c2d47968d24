#ifndef ETALON_SERVER_MOMENT_H_
#define ETALON_SERVER_MOMENT_H_

#include <algorithm>
#include <vector>

#include "absl/time/time.h"
#include "storage/transaction.h"

namespace etalon {

// When an operation happens.
struct Moment {
  // By the wall clock: for what is written down, never for what is decided.
  absl::Time time;
  // Stages whose time is up, by the monotonic clock (stage_deadlines.h).
  std::vector<StageId> due = {};

  bool IsUp(StageId stage) const {
    return std::find(due.begin(), due.end(), stage) != due.end();
  }
};

}  // namespace etalon

#endif  // ETALON_SERVER_MOMENT_H_
