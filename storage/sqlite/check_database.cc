#include <memory>

#include "common/status_macros.h"
#include "storage/database_file.h"
#include "storage/sqlite/database_path.h"
#include "storage/sqlite/errors.h"
#include "storage/sqlite/file_lock.h"
#include "storage/sqlite/integrity.h"
#include "storage/sqlite/open_database.h"
#include "storage/sqlite/schema.h"

namespace etalon {
namespace {

using sqlite::Connection;

absl::Status CountRows(Connection& connection, DatabaseReport* report) {
  ETALON_ASSIGN_OR_RETURN(
      report->searches, connection.QueryInt64("SELECT count(*) FROM searches"));
  ETALON_ASSIGN_OR_RETURN(report->trials,
                          connection.QueryInt64("SELECT count(*) FROM trials"));
  ETALON_ASSIGN_OR_RETURN(
      report->results, connection.QueryInt64("SELECT count(*) FROM results"));
  ETALON_ASSIGN_OR_RETURN(
      report->live_leases,
      connection.QueryInt64(
          "SELECT count(*) FROM attempts WHERE state = 'LEASED'"));
  return absl::OkStatus();
}

absl::Status Inspect(Connection& connection, CheckDepth depth,
                     DatabaseReport* report) {
  const bool thorough = depth == CheckDepth::kThorough;
  ETALON_ASSIGN_OR_RETURN(report->problems,
                          sqlite::FindDamage(connection, thorough));
  if (!report->problems.empty()) return absl::OkStatus();
  if (thorough) {
    ETALON_ASSIGN_OR_RETURN(report->problems,
                            sqlite::FindContradictions(connection));
  }
  if (!report->problems.empty()) return absl::OkStatus();
  ETALON_ASSIGN_OR_RETURN(report->generation,
                          sqlite::ReadGeneration(connection));
  return CountRows(connection, report);
}

}  // namespace

absl::StatusOr<DatabaseReport> CheckDatabase(const std::string& path,
                                             CheckDepth depth) {
  DatabaseReport report;
  ETALON_ASSIGN_OR_RETURN(report.path, sqlite::ResolveExistingDatabase(path));
  ETALON_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection,
                          sqlite::OpenForReading(report.path));
  report.newest_schema_version = sqlite::SchemaVersion();
  ETALON_ASSIGN_OR_RETURN(report.schema_version,
                          connection->QueryInt64("PRAGMA user_version"));
  report.size_bytes = sqlite::FileBytes(report.path);
  report.log_bytes = sqlite::FileBytes(sqlite::LogOf(report.path));
  report.in_use_by = sqlite::FileLock::FindHolder(report.path);
  // What a coordinator commits meanwhile would be taken for a contradiction.
  ETALON_RETURN_IF_ERROR(connection->RunScript("BEGIN"));
  const absl::Status status = Inspect(*connection, depth, &report);
  connection->RunScript("ROLLBACK").IgnoreError();
  // Damage that keeps SQLite from looking is what was looked for.
  if (absl::IsDataLoss(status)) {
    report.problems.emplace_back(status.message());
    return report;
  }
  ETALON_RETURN_IF_ERROR(status);
  return report;
}

}  // namespace etalon
