#ifndef ETALON_STORAGE_SQLITE_OPEN_DATABASE_H_
#define ETALON_STORAGE_SQLITE_OPEN_DATABASE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// A database of ours that exists, to read from while a coordinator may run on
// it. FAILED_PRECONDITION: it is empty, another program's or newer. Codes of
// CheckIdentity.
absl::StatusOr<std::unique_ptr<Connection>> OpenForReading(
    const std::string& path);

// SQLite opens for reading alone, without a word, what it may not write:
// FAILED_PRECONDITION.
absl::Status CheckWritable(Connection& connection);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_OPEN_DATABASE_H_
