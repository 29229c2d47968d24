#ifndef ETALON_STORAGE_SQLITE_STAGE_COUNTS_H_
#define ETALON_STORAGE_SQLITE_STAGE_COUNTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "etalon/v1/trial.pb.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// How many trials of a stage are in which state, kept in `stage_counts` by
// whoever changes a trial, in the same transaction.

// For a stage that is new.
absl::Status InsertCounts(Connection& connection, int64_t stage);
absl::Status CountQueued(Connection& connection, int64_t stage, int64_t trials);
// The trial went from one state to another.
absl::Status CountChange(Connection& connection, int64_t trial,
                         v1::Trial::State from, v1::Trial::State to);
// So many trials of the stage did.
absl::Status CountChanges(Connection& connection, int64_t stage,
                          v1::Trial::State from, v1::Trial::State to,
                          int64_t trials);
// All that were open in the search are CANCELLED.
absl::Status CountCancelled(Connection& connection, int64_t search);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_STAGE_COUNTS_H_
