#include "storage/sqlite/schema.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/failpoint.h"
#include "common/status_macros.h"
#include "storage/sqlite/errors.h"

namespace etalon::sqlite {
namespace {

// Step n, from 1, brings a file from version n - 1 to n.
const std::string& Step(int64_t number) {
  static const auto* const kSteps = new std::string[]{
      absl::StrCat(kSchemaStep1Tables, kSchemaStep1Views),
      kSchemaStep2,
      kSchemaStep3,
      kSchemaStep4,
  };
  return kSteps[number - 1];
}
constexpr int64_t kStepCount = 4;

absl::Status RunStep(Connection& connection, int64_t number,
                     uint64_t generation) {
  ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kSchemaBeforeStep));
  ETALON_RETURN_IF_ERROR(connection.RunScript(Step(number)));
  if (number == 1) {
    ETALON_RETURN_IF_ERROR(connection.RunScript(
        absl::StrCat("PRAGMA application_id = ", kApplicationId)));
    ETALON_RETURN_IF_ERROR(HitFailpoint(Failpoint::kSchemaGeneration));
    ETALON_RETURN_IF_ERROR(connection.Run(
        "INSERT INTO meta (id, generation) VALUES (1, ?)", generation));
  }
  ETALON_RETURN_IF_ERROR(
      connection.RunScript(absl::StrCat("PRAGMA user_version = ", number)));
  return HitFailpoint(Failpoint::kSchemaAfterStep);
}

// A step that makes a table anew must lose nothing that others refer to.
absl::Status CheckReferences(Connection& connection) {
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection.Prepare("PRAGMA foreign_key_check"));
  ETALON_ASSIGN_OR_RETURN(const bool broken, row.Step());
  if (!broken) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      DatabaseNamed(connection.path()), " is damaged: a row of ",
      row.NextText(), " refers to nothing; see `etalon db check`"));
}

absl::Status RunStepInTransaction(Connection& connection, int64_t number,
                                  uint64_t generation) {
  ETALON_RETURN_IF_ERROR(connection.RunScript("BEGIN IMMEDIATE"));
  absl::Status status = RunStep(connection, number, generation);
  if (status.ok()) status = CheckReferences(connection);
  if (status.ok()) status = connection.RunScript("COMMIT");
  if (!status.ok()) {
    // The first error is the one to tell; without a transaction left, this
    // fails harmlessly.
    connection.RunScript("ROLLBACK").IgnoreError();
  }
  return status;
}

}  // namespace

int64_t SchemaVersion() { return kStepCount; }

absl::StatusOr<bool> CheckIdentity(Connection& connection) {
  ETALON_ASSIGN_OR_RETURN(const int64_t application_id,
                          connection.QueryInt64("PRAGMA application_id"));
  ETALON_ASSIGN_OR_RETURN(const int64_t version,
                          connection.QueryInt64("PRAGMA user_version"));
  const std::string database = DatabaseNamed(connection.path());
  if (application_id != kApplicationId) {
    ETALON_ASSIGN_OR_RETURN(
        const int64_t objects,
        connection.QueryInt64("SELECT count(*) FROM sqlite_schema"));
    if (application_id == 0 && version == 0 && objects == 0) return false;
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s belongs to another program (application_id 0x%08x, not 0x%08x); "
        "name another file",
        database, static_cast<uint32_t>(application_id), kApplicationId));
  }
  if (version > SchemaVersion()) {
    return absl::FailedPreconditionError(
        absl::StrCat(database, " was written by a newer etalon (schema ",
                     version, "; this one knows up to ", SchemaVersion(),
                     "); use that version or another file"));
  }
  if (version < 1) {
    return absl::DataLossError(absl::StrCat(
        database, " has schema version ", version,
        ", which no etalon wrote; restore a backup or name another file"));
  }
  return true;
}

absl::Status UpgradeSchema(Connection& connection, uint64_t generation) {
  ETALON_ASSIGN_OR_RETURN(int64_t version,
                          connection.QueryInt64("PRAGMA user_version"));
  if (version == SchemaVersion()) return absl::OkStatus();
  // Within a transaction this could not be changed.
  ETALON_RETURN_IF_ERROR(connection.RunScript("PRAGMA foreign_keys = OFF"));
  absl::Status status;
  while (status.ok() && version < SchemaVersion()) {
    status = RunStepInTransaction(connection, ++version, generation);
  }
  const absl::Status restored =
      connection.RunScript("PRAGMA foreign_keys = ON");
  return status.ok() ? restored : status;
}

absl::StatusOr<uint64_t> ReadGeneration(Connection& connection) {
  ETALON_ASSIGN_OR_RETURN(
      const int64_t bits,
      connection.QueryInt64("SELECT generation FROM meta WHERE id = 1"));
  return static_cast<uint64_t>(bits);
}

}  // namespace etalon::sqlite
