#ifndef ETALON_STORAGE_SQLITE_INTEGRITY_H_
#define ETALON_STORAGE_SQLITE_INTEGRITY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// Each of these returns what is wrong, a sentence each; none where all is well.
// Codes of ErrorOf, DATA_LOSS where the damage keeps it from looking further.

// As far as it comes within about `time_limit`: begins no table after it, the
// large ones last, and compares rows with indices where that is quick. Whether
// the pages of all tables were looked at goes to `*complete`.
absl::StatusOr<std::vector<std::string>> FindDamageWithin(
    Connection& connection, absl::Duration time_limit, bool* complete);

// Of the whole file: every page, and where `indices`, every row against its
// indices.
absl::StatusOr<std::vector<std::string>> FindDamage(Connection& connection,
                                                    bool indices);

// Rows that contradict each other: references to nothing, and the rules that
// the coordinator lives by, such as one result to a trial that has ended.
absl::StatusOr<std::vector<std::string>> FindContradictions(
    Connection& connection);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_INTEGRITY_H_
