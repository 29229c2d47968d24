#ifndef ETALON_STORAGE_SQLITE_SQLITE_SQL_READER_H_
#define ETALON_STORAGE_SQLITE_SQLITE_SQL_READER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "storage/sql_reader.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// A SqlReader with a read-only connection of its own, on which SQLite's limits
// are low and an authoriser stands.
//
// Memory: sqlite3_hard_heap_limit64 is for the process, which has a coordinator
// in it. So each thing that can grow is bounded instead: a value
// (kMaxSqlValueBytes), how many there can be at once (limits on columns and
// instructions), what sorts and common table expressions hold (temporary files
// of kMaxSqlTemporaryBytes, behind caches of two megabytes), and the answer.
class SqliteSqlReader : public SqlReader {
 public:
  // `hurry`, which must outlive the reader: whether reads are to be short.
  // Codes of ErrorOf.
  static absl::StatusOr<std::unique_ptr<SqliteSqlReader>> Open(
      const std::string& path, absl::Duration busy_timeout,
      const std::atomic<bool>& hurry);

  absl::StatusOr<SqlTable> Run(absl::string_view sql, const SqlLimits& limits,
                               const std::function<bool()>& cancelled) override;

 private:
  SqliteSqlReader(std::unique_ptr<Connection> connection,
                  const std::atomic<bool>& hurry)
      : connection_(std::move(connection)), hurry_(hurry) {}

  // What the authoriser denied last.
  std::string denied_;
  const std::unique_ptr<Connection> connection_;
  const std::atomic<bool>& hurry_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_SQLITE_SQL_READER_H_
