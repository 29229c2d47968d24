#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/events.h"
#include "storage/sqlite/sqlite_transaction.h"

// Workers.

namespace etalon::sqlite {

absl::Status SqliteTransaction::RequireWorker(WorkerId worker) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT 1 FROM workers WHERE worker_id = ?", worker));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (found) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat(FormatWorkerName(worker), " not found"));
}

absl::StatusOr<WorkerId> SqliteTransaction::InsertWorker(
    absl::string_view display_name, absl::string_view owner,
    const v1::Capabilities& capabilities, absl::string_view request_id,
    absl::Time now) {
  {
    ETALON_ASSIGN_OR_RETURN(
        Statement row, connection_.Prepare("SELECT worker_id FROM workers"
                                           " WHERE request_id = nullif(?, '')",
                                           request_id));
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (found) return row.NextInt64();
  }
  ETALON_ASSIGN_OR_RETURN(const std::string json, ToJson(capabilities));
  ETALON_RETURN_IF_ERROR(connection_.Run(
      "INSERT INTO workers (display_name, owner, capabilities, state,"
      " request_id, register_time, last_seen_time)"
      " VALUES (?1, ?2, ?3, 'ALIVE', nullif(?4, ''), ?5, ?5)",
      display_name, owner, json, request_id, now));
  const WorkerId worker = connection_.last_insert_id();
  ETALON_RETURN_IF_ERROR(AppendEvent(
      connection_,
      {.time = now, .subject = "WORKER", .worker = worker, .state = "ALIVE"}));
  return worker;
}

absl::Status SqliteTransaction::UpdateWorker(
    WorkerId worker, absl::string_view display_name,
    const v1::Capabilities& capabilities, absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const std::string json, ToJson(capabilities));
  ETALON_RETURN_IF_ERROR(
      connection_.Run("UPDATE workers SET display_name = ?, capabilities = ?,"
                      " last_seen_time = ? WHERE worker_id = ?",
                      display_name, json, now, worker));
  return connection_.changes() > 0 ? absl::OkStatus() : RequireWorker(worker);
}

absl::StatusOr<v1::Worker> SqliteTransaction::GetWorker(WorkerId worker) {
  ETALON_RETURN_IF_ERROR(counts_.Flush());
  return reads_.GetWorker(worker);
}

absl::StatusOr<std::vector<WorkerOwner>> SqliteTransaction::ListWorkerOwners() {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(
          "SELECT worker_id, owner FROM workers WHERE state = 'ALIVE'"));
  std::vector<WorkerOwner> owners;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return owners;
    WorkerOwner& owner = owners.emplace_back();
    owner.worker = row.NextInt64();
    owner.name = row.NextText();
  }
}

absl::Status SqliteTransaction::TouchWorker(WorkerId worker, absl::Time now) {
  ETALON_RETURN_IF_ERROR(connection_.Run(
      "UPDATE workers SET last_seen_time = ? WHERE worker_id = ?", now,
      worker));
  return connection_.changes() > 0 ? absl::OkStatus() : RequireWorker(worker);
}

absl::Status SqliteTransaction::SetWorkerState(WorkerId worker,
                                               v1::Worker::State state,
                                               absl::Time now) {
  const std::string& state_name = v1::Worker::State_Name(state);
  ETALON_RETURN_IF_ERROR(
      connection_.Run("UPDATE workers SET state = ?1"
                      " WHERE worker_id = ?2 AND state <> ?1",
                      state_name, worker));
  if (connection_.changes() == 0) return RequireWorker(worker);
  return AppendEvent(connection_, {.time = now,
                                   .subject = "WORKER",
                                   .worker = worker,
                                   .state = state_name});
}

}  // namespace etalon::sqlite
