#include <optional>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/events.h"
#include "storage/sqlite/parameters_json.h"
#include "storage/sqlite/result_rows.h"
#include "storage/sqlite/sqlite_transaction.h"

// Trials that wait at rungs, and what they had there.

namespace etalon::sqlite {

absl::Status SqliteTransaction::SuspendTrial(TrialId trial, int attempt,
                                             const TrialEnd& end,
                                             absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const int64_t training_nanoseconds,
                          ToNanoseconds(end.training_time));
  if (!end.result.has_value()) {
    return absl::InternalError(
        absl::StrCat("attempt ", attempt, " at trial with row id ", trial,
                     " came to a rung without a result"));
  }
  ETALON_RETURN_IF_ERROR(EndAttempt({.trial = trial,
                                     .attempt = attempt,
                                     .state = v1::Trial::SUSPENDED,
                                     .attempt_state = v1::Attempt::SUSPENDED,
                                     .now = now}));
  static const std::string& sql = *new std::string(absl::StrCat(
      "INSERT INTO rungs (trial_id, rung, attempt, training_nanoseconds,"
      " fusion_width, apart_because, ",
      kMeasurementColumns,
      ") VALUES (?1, (SELECT rung FROM trials WHERE trial_id = ?1), ?2, ?3,"
      " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  ETALON_ASSIGN_OR_RETURN(
      Statement insert,
      connection_.Prepare(sql, trial, attempt, training_nanoseconds));
  BindFusion(end.fusion ? &*end.fusion : nullptr, insert);
  ETALON_RETURN_IF_ERROR(BindMeasurement(&*end.result, insert));
  return insert.Finish();
}

absl::StatusOr<std::optional<RungRecord>> SqliteTransaction::FindRung(
    TrialId trial, int attempt) {
  static const std::string& sql = *new std::string(
      absl::StrCat("SELECT a.worker_id, r.training_nanoseconds, r.fusion_width,"
                   " r.apart_because, ",
                   kResultColumns,
                   "FROM rungs AS r JOIN attempts AS a"
                   " ON a.trial_id = r.trial_id AND a.number = r.attempt"
                   " WHERE r.trial_id = ? AND r.attempt = ?"));
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection_.Prepare(sql, trial, attempt));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  RungRecord rung;
  rung.worker = row.NextInt64();
  rung.end.state = v1::Trial::SUSPENDED;
  rung.end.training_time = absl::Nanoseconds(row.NextInt64());
  rung.end.fusion = ReadFusion(row);
  rung.end.result = ReadMeasurement(row);
  ETALON_RETURN_IF_ERROR(row.status());
  return rung;
}

absl::StatusOr<std::vector<RungTrial>> SqliteTransaction::ListRungTrials(
    StageId stage) {
  ETALON_ASSIGN_OR_RETURN(Statement row, connection_.Prepare(R"sql(
SELECT t.trial_id, t.number, t.configuration, c.parameters, t.state, t.rung,
  iif(t.state = 'SUSPENDED',
    (SELECT u.validation_accuracy FROM rungs AS u
     WHERE u.trial_id = t.trial_id AND u.rung = t.rung),
    t.validation_accuracy)
FROM trials AS t
JOIN configurations AS c
  ON c.stage_id = t.stage_id AND c.configuration = t.configuration
WHERE t.stage_id = ?
ORDER BY t.configuration, t.replicate
)sql",
                                                             stage));
  std::vector<RungTrial> trials;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return trials;
    RungTrial& trial = trials.emplace_back();
    trial.id = row.NextInt64();
    trial.number = row.NextInt64();
    trial.configuration = row.NextInt();
    trial.parameters = row.NextParsed(ParametersFromJson);
    trial.state = row.NextEnum(v1::Trial::State_Parse);
    trial.rung = row.NextInt();
    if (!row.NextIsNull()) trial.validation_accuracy = row.NextDouble();
  }
}

absl::Status SqliteTransaction::PromoteTrial(TrialId trial, absl::Time now) {
  return LeaveRung(trial, v1::Trial::QUEUED, now);
}

absl::Status SqliteTransaction::StopTrial(TrialId trial, absl::Time now) {
  ETALON_RETURN_IF_ERROR(LeaveRung(trial, v1::Trial::STOPPED, now));
  ETALON_RETURN_IF_ERROR(DeleteCheckpoints(trial, 0, v1::Trial::STOPPED));
  static const std::string& sql = *new std::string(absl::StrCat(
      "INSERT INTO results (trial_id, attempt, training_nanoseconds,"
      " fusion_width, apart_because, ",
      kMeasurementColumns,
      ") SELECT r.trial_id, r.attempt, (SELECT sum(u.training_nanoseconds)"
      " FROM rungs AS u WHERE u.trial_id = r.trial_id), r.fusion_width,"
      " r.apart_because, ",
      kResultColumns,
      "FROM rungs AS r WHERE r.trial_id = ? ORDER BY r.rung DESC LIMIT 1"));
  return connection_.Run(sql, trial);
}

absl::Status SqliteTransaction::LeaveRung(TrialId trial, v1::Trial::State state,
                                          absl::Time now) {
  const bool goes_on = state == v1::Trial::QUEUED;
  const std::optional<absl::Time> end_time =
      goes_on ? std::nullopt : std::make_optional(now);
  const std::string& name = v1::Trial::State_Name(state);
  ETALON_RETURN_IF_ERROR(connection_.Run(
      R"sql(
UPDATE trials SET state = ?2, end_time = ?3, rung = rung + ?4,
  validation_accuracy = iif(?4 = 1, NULL,
    (SELECT u.validation_accuracy FROM rungs AS u
     WHERE u.trial_id = trials.trial_id AND u.rung = trials.rung))
WHERE trial_id = ?1 AND state = 'SUSPENDED'
)sql",
      trial, name, end_time, int{goes_on}));
  if (connection_.changes() == 0) return ExplainTrial(trial, "SUSPENDED");
  ETALON_ASSIGN_OR_RETURN(const TrialPlace place, PlaceOf(trial));
  ETALON_RETURN_IF_ERROR(
      counts_.Change(place.stage, v1::Trial::SUSPENDED, state));
  return AppendEvent(connection_, {.time = now,
                                   .subject = "TRIAL",
                                   .search = place.search,
                                   .stage = place.stage,
                                   .trial = trial,
                                   .state = name});
}

}  // namespace etalon::sqlite
