#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/events.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/sqlite_transaction.h"

// Trials that wait, and the leases on those that are at work. A lease lives
// while its attempt is LEASED. Rows are in the order in which the leases were
// made, that of attempt_id.

namespace etalon::sqlite {
namespace {

// INDEXED BY: the planner may otherwise read all attempts in the order asked
// for rather than sort the few that live.
constexpr char kLeases[] =
    "SELECT trial_id, number, worker_id"
    " FROM attempts INDEXED BY attempts_leased WHERE state = 'LEASED' ";

absl::StatusOr<std::vector<LeaseRecord>> ReadLeases(
    absl::StatusOr<Statement> row) {
  ETALON_RETURN_IF_ERROR(row.status());
  std::vector<LeaseRecord> leases;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row->Step());
    if (!found) return leases;
    LeaseRecord& lease = leases.emplace_back();
    lease.trial = row->NextInt64();
    lease.attempt = row->NextInt();
    lease.worker = row->NextInt64();
  }
}

}  // namespace

absl::StatusOr<std::vector<TrialDetails>> SqliteTransaction::ListQueued(
    SearchId search, int limit) {
  // INDEXED BY: trials that others stand for may be many, and stand before.
  static const std::string& sql = *new std::string(SelectTrialDetails(
      "WHERE t.search_id = ? AND t.state = 'QUEUED' AND t.same_as IS NULL"
      " ORDER BY t.number LIMIT ?",
      "INDEXED BY trials_queued"));
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection_.Prepare(sql, search, limit));
  std::vector<TrialDetails> trials;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return trials;
    trials.push_back(ReadTrialDetails(row));
    Remember(trials.back());
  }
}

absl::StatusOr<int64_t> SqliteTransaction::CountQueued(SearchId search,
                                                       int64_t limit) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT 1 FROM trials INDEXED BY trials_queued"
                          " WHERE search_id = ? AND state = 'QUEUED'"
                          " AND same_as IS NULL LIMIT ?",
                          search, limit));
  for (int64_t count = 0;; ++count) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return count;
  }
}

absl::StatusOr<int64_t> SqliteTransaction::CountRunning(StageId stage) {
  return counts_.Of(stage, v1::Trial::RUNNING);
}

absl::Status SqliteTransaction::LeaseTrial(TrialId trial, int attempt,
                                           WorkerId worker,
                                           absl::string_view request_id,
                                           absl::Time now) {
  ETALON_RETURN_IF_ERROR(connection_.Run(
      "UPDATE trials SET state = 'RUNNING', attempt_count = ?2"
      " WHERE trial_id = ?1 AND state = 'QUEUED' AND attempt_count = ?2 - 1",
      trial, attempt));
  if (connection_.changes() == 0) {
    return ExplainTrial(trial,
                        absl::StrCat("QUEUED after attempt ", attempt - 1));
  }
  ETALON_ASSIGN_OR_RETURN(const TrialPlace place, PlaceOf(trial));
  ETALON_RETURN_IF_ERROR(
      counts_.Change(place.stage, v1::Trial::QUEUED, v1::Trial::RUNNING));
  const absl::Status inserted = connection_.Run(
      "INSERT INTO attempts"
      " (trial_id, number, worker_id, request_id, state, start_time)"
      " VALUES (?, ?, ?, ?, 'LEASED', ?)",
      trial, attempt, worker, request_id, now);
  if (!inserted.ok()) {
    // Its foreign key is checked by then.
    ETALON_RETURN_IF_ERROR(RequireWorker(worker));
    return inserted;
  }
  places_[trial] = {place.search, place.stage, attempt, worker};
  return AppendEvent(connection_, {.time = now,
                                   .subject = "TRIAL",
                                   .search = place.search,
                                   .stage = place.stage,
                                   .trial = trial,
                                   .attempt = attempt,
                                   .worker = worker,
                                   .state = "RUNNING",
                                   .attempt_state = "LEASED"});
}

absl::StatusOr<std::vector<LeaseRecord>> SqliteTransaction::FindLeases(
    WorkerId worker, absl::string_view request_id) {
  if (request_id.empty()) return std::vector<LeaseRecord>();
  static const std::string& sql = *new std::string(absl::StrCat(
      kLeases, "AND worker_id = ? AND request_id = ? ORDER BY attempt_id"));
  return ReadLeases(connection_.Prepare(sql, worker, request_id));
}

absl::StatusOr<std::vector<LeaseRecord>> SqliteTransaction::ListLeases() {
  return ReadLeases(
      connection_.Prepare(absl::StrCat(kLeases, "ORDER BY attempt_id")));
}

absl::StatusOr<std::vector<LeaseRecord>> SqliteTransaction::ListLeasesOf(
    WorkerId worker) {
  return ReadLeases(connection_.Prepare(
      absl::StrCat(kLeases, "AND worker_id = ? ORDER BY attempt_id"), worker));
}

absl::StatusOr<std::vector<LeaseRecord>> SqliteTransaction::ListLeasesIn(
    SearchId search) {
  return ReadLeases(connection_.Prepare(R"sql(
SELECT a.trial_id, a.number, a.worker_id
FROM trials AS t
JOIN attempts AS a ON a.trial_id = t.trial_id AND a.number = t.attempt_count
WHERE t.search_id = ? AND t.state = 'RUNNING'
ORDER BY a.attempt_id
)sql",
                                        search));
}

}  // namespace etalon::sqlite
