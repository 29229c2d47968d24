#include <memory>

#include "common/status_macros.h"
#include "storage/database_file.h"
#include "storage/sqlite/database_path.h"
#include "storage/sqlite/file_lock.h"
#include "storage/sqlite/open_database.h"
#include "storage/sqlite/schema.h"

namespace etalon {

using sqlite::Connection;

absl::StatusOr<Migration> MigrateDatabase(const std::string& path) {
  ETALON_ASSIGN_OR_RETURN(const std::string resolved,
                          sqlite::ResolveExistingDatabase(path));
  ETALON_ASSIGN_OR_RETURN(const sqlite::FileLock lock,
                          sqlite::FileLock::Acquire(resolved));
  // Refuses what is none of ours.
  ETALON_RETURN_IF_ERROR(sqlite::OpenForReading(resolved).status());
  ETALON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Connection> connection,
      Connection::Open(resolved, Connection::Mode::kWrite, absl::Seconds(5)));
  ETALON_RETURN_IF_ERROR(sqlite::CheckWritable(*connection));
  Migration migration;
  ETALON_ASSIGN_OR_RETURN(migration.from,
                          connection->QueryInt64("PRAGMA user_version"));
  // It has a generation: a database of ours always does.
  ETALON_RETURN_IF_ERROR(sqlite::UpgradeSchema(*connection, 0));
  migration.to = sqlite::SchemaVersion();
  return migration;
}

}  // namespace etalon
