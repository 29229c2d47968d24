#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status_macros.h"
#include "storage/database_file.h"
#include "storage/sqlite/copy_database.h"
#include "storage/sqlite/database_path.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/file_lock.h"
#include "storage/sqlite/open_database.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sqlite_transaction.h"

namespace etalon {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;

constexpr absl::Duration kBusyTimeout = absl::Seconds(5);
constexpr char kReason[] = "the database was restored from a backup";

// Workers that registered after the backup was made go by numbers that it would
// give to others. More processes than this are not started in between.
constexpr int kSkippedWorkerNumbers = 1'000'000;

absl::Status CheckBackup(const std::string& backup) {
  ETALON_ASSIGN_OR_RETURN(const DatabaseReport report,
                          CheckDatabase(backup, CheckDepth::kThorough));
  if (report.problems.empty()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("backup '", backup, "' is damaged (", report.problems[0],
                   "); nothing was changed; use another backup"));
}

// Ends the leases of the backup: whoever holds them now holds others, or none.
// Their trials did not come to harm.
absl::StatusOr<int64_t> EndLeases(Connection& connection, uint64_t generation,
                                  absl::Time now) {
  sqlite::SqliteTransaction transaction(connection, generation);
  ETALON_ASSIGN_OR_RETURN(const std::vector<LeaseRecord> leases,
                          transaction.ListLeases());
  for (const LeaseRecord& lease : leases) {
    ETALON_RETURN_IF_ERROR(transaction.RequeueTrial(
        lease.trial, lease.attempt, v1::Attempt::RETURNED, kReason, now));
  }
  return static_cast<int64_t>(leases.size());
}

absl::Status StartAnew(Connection& connection, uint64_t generation,
                       absl::Time now, Restoration* restoration) {
  ETALON_RETURN_IF_ERROR(
      connection.Run("UPDATE meta SET generation = ?", generation));
  ETALON_RETURN_IF_ERROR(
      connection.Run("UPDATE sqlite_sequence SET seq = seq + ?"
                     " WHERE name = 'workers'",
                     int64_t{kSkippedWorkerNumbers}));
  restoration->generation = generation;
  ETALON_ASSIGN_OR_RETURN(restoration->leases_ended,
                          EndLeases(connection, generation, now));
  return absl::OkStatus();
}

// Makes of the copy at `partial` a database of its own.
absl::Status Prepare(const std::string& partial, uint64_t generation,
                     absl::Time now, Restoration* restoration) {
  ETALON_ASSIGN_OR_RETURN(
      const std::unique_ptr<Connection> connection,
      Connection::Open(partial, Connection::Mode::kWrite, kBusyTimeout));
  ETALON_RETURN_IF_ERROR(sqlite::UpgradeSchema(*connection, 0));
  ETALON_RETURN_IF_ERROR(connection->RunScript("BEGIN IMMEDIATE"));
  ETALON_RETURN_IF_ERROR(StartAnew(*connection, generation, now, restoration));
  return connection->RunScript("COMMIT");
}

// Brings what the log has into the file, so that the file alone is all. A
// damaged one is kept with its log.
void EmptyLog(const std::string& path) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(path, Connection::Mode::kWrite, kBusyTimeout);
  if (!connection.ok()) return;
  (*connection)->RunScript("PRAGMA wal_checkpoint(TRUNCATE)").IgnoreError();
}

absl::Status CannotKeep(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat(sqlite::DatabaseNamed(path), " cannot be kept as it is: ",
                   std::strerror(errno), "; nothing was changed"));
}

// Gives the files that are at `path` another name as well, which it returns.
// The file itself stays under both, so that there is one at any moment; the log
// goes, since it would be taken for the new file's.
absl::StatusOr<std::string> SetAside(const std::string& path, absl::Time now) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::string();
  EmptyLog(path);
  const std::string kept = absl::StrCat(
      path, ".before-",
      absl::FormatTime("%Y%m%dT%H%M%E3SZ", now, absl::UTCTimeZone()));
  if (link(path.c_str(), kept.c_str()) != 0) return CannotKeep(path);
  const std::string log = sqlite::LogOf(path);
  if (rename(log.c_str(), sqlite::LogOf(kept).c_str()) != 0 &&
      errno != ENOENT) {
    return CannotKeep(path);
  }
  unlink(sqlite::SharedMemoryOf(path).c_str());
  return kept;
}

}  // namespace

absl::StatusOr<Restoration> RestoreDatabase(const std::string& backup,
                                            const std::string& path,
                                            uint64_t new_generation,
                                            absl::Time now,
                                            const CopyProgress& progress) {
  ETALON_ASSIGN_OR_RETURN(const std::string source,
                          sqlite::ResolveExistingDatabase(backup));
  ETALON_ASSIGN_OR_RETURN(const std::string target,
                          sqlite::ResolveDatabasePath(path));
  if (source == target) {
    return absl::FailedPreconditionError(
        absl::StrCat(sqlite::DatabaseNamed(target),
                     " cannot be restored from itself; name the backup"));
  }
  ETALON_ASSIGN_OR_RETURN(const sqlite::FileLock lock,
                          sqlite::FileLock::Acquire(target));
  ETALON_RETURN_IF_ERROR(CheckBackup(source));
  const std::string partial = PartialNameOf(target);
  // Renamed by then, where all went well.
  const absl::Cleanup remove = [&] { unlink(partial.c_str()); };
  {
    ETALON_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection,
                            sqlite::OpenForReading(source));
    ETALON_RETURN_IF_ERROR(
        sqlite::CopyDatabase(*connection, partial, progress));
  }
  Restoration restoration;
  ETALON_RETURN_IF_ERROR(Prepare(partial, new_generation, now, &restoration));
  ETALON_ASSIGN_OR_RETURN(restoration.kept, SetAside(target, now));
  ETALON_RETURN_IF_ERROR(PublishFile(partial, target, /*replace=*/true));
  return restoration;
}

}  // namespace etalon
