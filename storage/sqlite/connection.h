#ifndef ETALON_STORAGE_SQLITE_CONNECTION_H_
#define ETALON_STORAGE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/sqlite/statement.h"

namespace etalon::sqlite {

// An open database file, with the statements that were prepared on it.
//
// Threads: one at a time. Blocks on the disk, and on another process's lock for
// no longer than the busy timeout.
class Connection {
 public:
  enum class Mode {
    kWrite,  // creates a file that is not there
    kRead,
  };

  // Writes nothing to a file that is there. `vfs` is the name of one that is
  // registered; null for the default. Codes of ErrorOf.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(
      const std::string& path, Mode mode, absl::Duration busy_timeout,
      const char* vfs = nullptr);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // The statement of this text, prepared once, with its parameters bound in
  // order. `sql` is a constant: a statement is kept for every text. It must not
  // be in use already.
  template <typename... Values>
  absl::StatusOr<Statement> Prepare(absl::string_view sql,
                                    const Values&... values) {
    absl::StatusOr<Statement> statement = PrepareUnbound(sql);
    if (!statement.ok()) return statement;
    (statement->Bind(values), ...);
    if (!statement->status().ok()) return statement->status();
    return statement;
  }

  // For a text that comes once: the statement is not kept, and its parameters
  // are for the caller to bind.
  absl::StatusOr<Statement> PrepareOnce(absl::string_view sql);

  // Prepares and steps to the end.
  template <typename... Values>
  absl::Status Run(absl::string_view sql, const Values&... values) {
    absl::StatusOr<Statement> statement = PrepareUnbound(sql);
    if (!statement.ok()) return statement.status();
    statement->BorrowTexts();  // of values that outlive it
    (statement->Bind(values), ...);
    return statement->Finish();
  }

  // Turns the file, for good, to readers that do not wait for the writer nor
  // the writer for them. FAILED_PRECONDITION: the file system cannot do it.
  absl::Status EnableWriteAheadLog();

  // How long to wait for a lock that another holds.
  void SetBusyTimeout(absl::Duration timeout);
  absl::Duration busy_timeout() const { return busy_timeout_; }

  // Runs several statements that are not kept.
  absl::Status RunScript(const std::string& sql);

  // The number in the first column of the only row of a query.
  absl::StatusOr<int64_t> QueryInt64(absl::string_view sql);

  // As TimeToText, remembering the second: what happens together has one.
  const std::string& TimeText(absl::Time time);

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return handle_; }
  // Rows that the last statement changed; all since the connection was opened.
  int64_t changes() const { return sqlite3_changes64(handle_); }
  int64_t total_changes() const { return sqlite3_total_changes64(handle_); }
  int64_t last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const {
      sqlite3_finalize(statement);
    }
  };

  Connection(std::string path, sqlite3* handle)
      : path_(std::move(path)), handle_(handle) {}

  absl::Status Configure(Mode mode);
  absl::StatusOr<Statement> PrepareUnbound(absl::string_view sql);

  const std::string path_;
  sqlite3* const handle_;
  absl::Duration busy_timeout_;
  absl::flat_hash_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>>
      statements_;
  absl::Time text_second_;
  std::string time_text_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_CONNECTION_H_
