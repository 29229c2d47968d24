#ifndef ETALON_STORAGE_SQL_READER_H_
#define ETALON_STORAGE_SQL_READER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/limits.h"

namespace etalon {

struct SqlBlob {
  std::string bytes;
};
// NULL, or a value.
using SqlCell =
    std::variant<std::monostate, int64_t, double, std::string, SqlBlob>;

struct SqlTable {
  std::vector<std::string> columns;
  std::vector<std::vector<SqlCell>> rows;
  bool truncated = false;  // there were more rows
};

struct SqlLimits {
  int64_t max_rows = kMaxSqlRows;
  int64_t max_bytes = kMaxSqlBytes;  // of all rows; the last may pass it
  absl::Duration max_time = kMaxSqlTime;
};

// Answers questions that people write: whatever the SQL says, it changes
// nothing, sees what docs/database.md describes and no more, and ends within
// the limits.
//
// Threads: one at a time. Blocks for as long as the query takes.
class SqlReader {
 public:
  virtual ~SqlReader() = default;

  // The rows of one SELECT. `cancelled` is looked at all the while, from this
  // thread. INVALID_ARGUMENT: no single statement that is right, in SQLite's
  // words. PERMISSION_DENIED: it would do more than read what may be read.
  // RESOURCE_EXHAUSTED: a limit, which the message names. CANCELLED.
  virtual absl::StatusOr<SqlTable> Run(
      absl::string_view sql, const SqlLimits& limits,
      const std::function<bool()>& cancelled) = 0;
};

}  // namespace etalon

#endif  // ETALON_STORAGE_SQL_READER_H_
