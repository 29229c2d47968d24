#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/events.h"
#include "storage/sqlite/result_rows.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/same_trials.h"
#include "storage/sqlite/sqlite_transaction.h"

// Trials and their ends.

namespace etalon::sqlite {

absl::StatusOr<TrialRecord> SqliteTransaction::FindTrial(
    absl::string_view search, int64_t number) {
  static const std::string& sql =
      *new std::string(SelectTrialRecords("WHERE s.name = ? AND t.number = ?"));
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection_.Prepare(sql, search, number));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat(FormatTrialName(search, number), " not found"));
  }
  TrialRecord record = ReadTrialRecord(row);
  ETALON_RETURN_IF_ERROR(row.status());
  Remember(record);
  return record;
}

absl::StatusOr<TrialDetails> SqliteTransaction::GetTrialById(TrialId trial) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(SelectTrialDetails("WHERE t.trial_id = ?"), trial));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat("trial with row id ", trial, " not found"));
  }
  TrialDetails details = ReadTrialDetails(row);
  ETALON_RETURN_IF_ERROR(row.status());
  Remember(details);
  return details;
}

void SqliteTransaction::Remember(const TrialRecord& trial) {
  places_[trial.id] = {trial.search, trial.stage, trial.attempt, trial.worker};
}

absl::StatusOr<SqliteTransaction::TrialPlace> SqliteTransaction::PlaceOf(
    TrialId trial) {
  if (const auto it = places_.find(trial); it != places_.end()) {
    return it->second;
  }
  ETALON_RETURN_IF_ERROR(GetTrialById(trial).status());
  return places_.at(trial);
}

absl::Status SqliteTransaction::ExplainTrial(TrialId trial,
                                             absl::string_view expected) {
  ETALON_ASSIGN_OR_RETURN(const TrialRecord record, GetTrialById(trial));
  return absl::InternalError(
      absl::StrCat(FormatTrialName(record.search_name, record.number), " is ",
                   v1::Trial::State_Name(record.state), " after attempt ",
                   record.attempt, ", not ", expected));
}

absl::Status SqliteTransaction::AddMeasurements(
    TrialId trial, int attempt,
    absl::Span<const v1::Measurement> measurements) {
  static const std::string& sql = *new std::string(absl::StrCat(
      "INSERT INTO measurements (trial_id, attempt, ", kMeasurementColumns,
      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO NOTHING"));
  for (const v1::Measurement& measurement : measurements) {
    ETALON_ASSIGN_OR_RETURN(Statement insert,
                            connection_.Prepare(sql, trial, attempt));
    ETALON_RETURN_IF_ERROR(BindMeasurement(&measurement, insert));
    const absl::Status status = insert.Finish();
    if (!status.ok()) return ExplainMeasurement(trial, attempt, status);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> SqliteTransaction::CountMeasurements(TrialId trial,
                                                             int attempt) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row, connection_.Prepare("SELECT count(*) FROM measurements"
                                         " WHERE trial_id = ? AND attempt = ?",
                                         trial, attempt));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  return row.NextInt64();
}

absl::Status SqliteTransaction::ExplainMeasurement(TrialId trial, int attempt,
                                                   const absl::Status& status) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(
          "SELECT 1 FROM attempts WHERE trial_id = ? AND number = ?", trial,
          attempt));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (found) return status;
  return absl::NotFoundError(absl::StrCat(
      "attempt ", attempt, " of trial with row id ", trial, " not found"));
}

absl::Status SqliteTransaction::EndAttempt(const AttemptEnd& end) {
  const std::string& state = v1::Trial::State_Name(end.state);
  const std::string& attempt_state = v1::Attempt::State_Name(end.attempt_state);
  {
    ETALON_ASSIGN_OR_RETURN(
        Statement update,
        connection_.Prepare(
            "UPDATE trials SET state = ?3, end_time = ?4,"
            " validation_accuracy = ?5, failure_reason = ?6,"
            " failure_message = ?7, failure_update = ?8"
            " WHERE trial_id = ?1 AND state = 'RUNNING' AND attempt_count = ?2",
            end.trial, end.attempt, state, end.trial_end_time,
            end.validation_accuracy));
    BindFailure(end.failure, update);
    ETALON_RETURN_IF_ERROR(update.Finish());
  }
  if (connection_.changes() == 0) {
    return ExplainTrial(end.trial,
                        absl::StrCat("RUNNING under attempt ", end.attempt));
  }
  ETALON_ASSIGN_OR_RETURN(const TrialPlace place, PlaceOf(end.trial));
  ETALON_RETURN_IF_ERROR(
      counts_.Change(place.stage, v1::Trial::RUNNING, end.state));
  ETALON_RETURN_IF_ERROR(connection_.Run(
      "UPDATE attempts SET state = ?3, message = ?4, end_time = ?5"
      " WHERE trial_id = ?1 AND number = ?2",
      end.trial, end.attempt, attempt_state, end.attempt_message, end.now));
  if (end.attempt_state == v1::Attempt::COMPLETED) {
    ETALON_RETURN_IF_ERROR(counts_.AddCompleted(place.worker));
  }
  ETALON_RETURN_IF_ERROR(
      AppendEvent(connection_, {.time = end.now,
                                .subject = "TRIAL",
                                .search = place.search,
                                .stage = place.stage,
                                .trial = end.trial,
                                .attempt = end.attempt,
                                .worker = place.worker,
                                .state = state,
                                .attempt_state = attempt_state,
                                .message = end.attempt_message}));
  ETALON_RETURN_IF_ERROR(DeleteCheckpoints(end.trial, end.attempt, end.state));
  if (end.trial_end_time.has_value()) {
    ETALON_RETURN_IF_ERROR(EndSame(connection_, counts_, end.trial, end.now));
  }
  if (end.state == v1::Trial::SUCCEEDED) return absl::OkStatus();
  return DeleteModel(end.trial);
}

absl::Status SqliteTransaction::CompleteTrial(TrialId trial, int attempt,
                                              const TrialEnd& end,
                                              absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const int64_t training_nanoseconds,
                          ToNanoseconds(end.training_time));
  std::optional<double> validation_accuracy;
  if (end.result.has_value() && end.result->has_validation()) {
    validation_accuracy = end.result->validation().accuracy();
  }
  ETALON_RETURN_IF_ERROR(
      EndAttempt({.trial = trial,
                  .attempt = attempt,
                  .state = end.state,
                  .failure = end.failure ? &*end.failure : nullptr,
                  .trial_end_time = now,
                  .validation_accuracy = validation_accuracy,
                  .attempt_state = v1::Attempt::COMPLETED,
                  .now = now}));
  static const std::string& sql = *new std::string(absl::StrCat(
      "INSERT INTO results (trial_id, attempt, training_nanoseconds,"
      " fusion_width, apart_because, ",
      kMeasurementColumns,
      ") VALUES (?1, ?2, ?3 + (SELECT coalesce(sum(training_nanoseconds), 0)"
      " FROM rungs WHERE trial_id = ?1),"
      " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  ETALON_ASSIGN_OR_RETURN(
      Statement insert,
      connection_.Prepare(sql, trial, attempt, training_nanoseconds));
  BindFusion(end.fusion ? &*end.fusion : nullptr, insert);
  ETALON_RETURN_IF_ERROR(
      BindMeasurement(end.result ? &*end.result : nullptr, insert));
  return insert.Finish();
}

absl::StatusOr<std::optional<Transaction::AcceptedEnd>>
SqliteTransaction::FindEnd(TrialId trial) {
  {
    ETALON_ASSIGN_OR_RETURN(
        Statement row,
        connection_.Prepare(
            absl::StrCat(
                "SELECT attempt, state, failure_reason, failure_message,"
                " failure_update, training_nanoseconds -"
                " (SELECT coalesce(sum(u.training_nanoseconds), 0)"
                "  FROM rungs AS u"
                "  WHERE u.trial_id = ?1 AND u.attempt <> r.attempt),"
                " fusion_width, apart_because, ",
                kResultColumns,
                "FROM results AS r JOIN trials USING (trial_id)"
                " WHERE trial_id = ?1"),
            trial));
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (found) {
      AcceptedEnd accepted;
      accepted.attempt = row.NextInt();
      accepted.end.state = row.NextEnum(v1::Trial::State_Parse);
      accepted.end.failure = ReadFailure(row);
      accepted.end.training_time = absl::Nanoseconds(row.NextInt64());
      accepted.end.fusion = ReadFusion(row);
      accepted.end.result = ReadMeasurement(row);
      ETALON_RETURN_IF_ERROR(row.status());
      return accepted;
    }
  }
  ETALON_RETURN_IF_ERROR(GetTrialById(trial).status());
  return std::nullopt;
}

absl::Status SqliteTransaction::RequeueTrial(TrialId trial, int attempt,
                                             v1::Attempt::State state,
                                             absl::string_view message,
                                             absl::Time now) {
  return EndAttempt({.trial = trial,
                     .attempt = attempt,
                     .state = v1::Trial::QUEUED,
                     .attempt_state = state,
                     .attempt_message = message,
                     .now = now});
}

absl::StatusOr<int> SqliteTransaction::CountWorkersLost(TrialId trial,
                                                        WorkerId worker) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT count(DISTINCT worker_id) FROM attempts"
                          " WHERE trial_id = ?1 AND state = 'LOST'"
                          " AND worker_id <> ?2",
                          trial, worker));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  return row.NextInt() + 1;
}

absl::Status SqliteTransaction::FailLostTrial(TrialId trial, int attempt,
                                              absl::string_view attempt_message,
                                              const v1::Failure& failure,
                                              absl::Time now) {
  return EndAttempt({.trial = trial,
                     .attempt = attempt,
                     .state = v1::Trial::FAILED,
                     .failure = &failure,
                     .trial_end_time = now,
                     .attempt_state = v1::Attempt::LOST,
                     .attempt_message = attempt_message,
                     .now = now});
}

absl::Status SqliteTransaction::CancelOpenTrials(SearchId search,
                                                 const v1::Failure& failure,
                                                 absl::Time now) {
  ETALON_RETURN_IF_ERROR(GetSearchById(search).status());
  // From the last consequence to the first, so that each step still sees which
  // trials are open.
  ETALON_RETURN_IF_ERROR(connection_.Run(R"sql(
INSERT INTO events (time, subject, search_id, stage_id, trial_id, attempt,
  worker_id, state, attempt_state, message)
SELECT ?2, 'TRIAL', t.search_id, t.stage_id, t.trial_id, a.number, a.worker_id,
  'CANCELLED', iif(a.number IS NULL, NULL, 'ABANDONED'), ?3
FROM trials AS t
LEFT JOIN attempts AS a
  ON a.trial_id = t.trial_id AND a.number = t.attempt_count
    AND a.state = 'LEASED'
WHERE t.search_id = ?1 AND t.state IN ('QUEUED', 'RUNNING', 'SUSPENDED')
ORDER BY t.number
)sql",
                                         search, now, failure.message()));
  ETALON_RETURN_IF_ERROR(connection_.Run(R"sql(
DELETE FROM checkpoints WHERE trial_id IN (
  SELECT trial_id FROM trials
  WHERE search_id = ?1 AND state IN ('QUEUED', 'RUNNING', 'SUSPENDED'))
)sql",
                                         search));
  ETALON_RETURN_IF_ERROR(connection_.Run(R"sql(
DELETE FROM models WHERE trial_id IN (
  SELECT trial_id FROM trials WHERE search_id = ?1 AND state = 'RUNNING')
)sql",
                                         search));
  ETALON_RETURN_IF_ERROR(connection_.Run(R"sql(
UPDATE attempts SET state = 'ABANDONED', end_time = ?2
WHERE state = 'LEASED' AND trial_id IN (
  SELECT trial_id FROM trials WHERE search_id = ?1 AND state = 'RUNNING')
)sql",
                                         search, now));
  ETALON_ASSIGN_OR_RETURN(Statement update, connection_.Prepare(R"sql(
UPDATE trials SET state = 'CANCELLED', end_time = ?2, failure_reason = ?3,
  failure_message = ?4, failure_update = ?5
WHERE search_id = ?1 AND state IN ('QUEUED', 'RUNNING', 'SUSPENDED')
)sql",
                                                                search, now));
  BindFailure(&failure, update);
  ETALON_RETURN_IF_ERROR(update.Finish());
  return counts_.CancelOpen(search);
}

}  // namespace etalon::sqlite
