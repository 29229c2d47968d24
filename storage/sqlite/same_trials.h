#ifndef ETALON_STORAGE_SQLITE_SAME_TRIALS_H_
#define ETALON_STORAGE_SQLITE_SAME_TRIALS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/counts.h"

namespace etalon::sqlite {

// Ends the trials that `trial`, which has ended, stands for and that are still
// QUEUED: as it did. To be called by whoever ends a trial, in the same
// transaction.
absl::Status EndSame(Connection& connection, Counts& counts, int64_t trial,
                     absl::Time now);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_SAME_TRIALS_H_
