#include <optional>
#include <string>
#include <vector>

#include "common/status_macros.h"
#include "storage/sqlite/events.h"
#include "storage/sqlite/parameters_json.h"
#include "storage/sqlite/result_rows.h"
#include "storage/sqlite/same_trials.h"
#include "storage/sqlite/sqlite_transaction.h"
#include "storage/sqlite/values.h"

// What is decided of a stage while it runs: who is still in its race, what it
// has spent, and what it need not train again.

namespace etalon::sqlite {

absl::StatusOr<std::vector<TrialOutcome>> SqliteTransaction::ListOutcomes(
    StageId stage) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT trial_id, configuration, replicate, state,"
                          " validation_accuracy, coalesce(same_as, trial_id)"
                          " FROM trials"
                          " WHERE stage_id = ?"
                          " ORDER BY configuration, replicate",
                          stage));
  std::vector<TrialOutcome> outcomes;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return outcomes;
    TrialOutcome& outcome = outcomes.emplace_back();
    outcome.trial = row.NextInt64();
    outcome.configuration = row.NextInt();
    outcome.replicate = row.NextInt();
    outcome.state = row.NextEnum(v1::Trial::State_Parse);
    if (row.NextIsNull()) {
      row.SkipColumn();
    } else {
      outcome.validation_accuracy = row.NextDouble();
    }
    outcome.trained = row.NextInt64();
  }
}

absl::Status SqliteTransaction::SetRaceOutcome(StageId stage,
                                               const v1::RaceOutcome& outcome) {
  ETALON_RETURN_IF_ERROR(GetStage(stage).status());
  ETALON_ASSIGN_OR_RETURN(const std::string json, ToJson(outcome));
  return connection_.Run("UPDATE stages SET race = ? WHERE stage_id = ?", json,
                         stage);
}

absl::StatusOr<std::vector<AlikeConfiguration>> SqliteTransaction::FindAlike(
    SearchId search, int64_t fingerprint) {
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection_.Prepare(R"sql(
SELECT c.stage_id, c.configuration, c.parameters, t.replicate
FROM stages AS g
CROSS JOIN configurations AS c INDEXED BY configurations_alike
  ON c.stage_id = g.stage_id AND c.fingerprint = ?2 AND c.fingerprint <> 0
CROSS JOIN trials AS t
  ON t.stage_id = c.stage_id AND t.configuration = c.configuration
WHERE g.search_id = ?1 AND t.same_as IS NULL
ORDER BY g.position, c.configuration, t.replicate
)sql",
                                              search, fingerprint));
  std::vector<AlikeConfiguration> alike;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return alike;
    const StageId stage = row.NextInt64();
    const int configuration = row.NextInt();
    if (alike.empty() || alike.back().key.stage != stage ||
        alike.back().key.configuration != configuration) {
      AlikeConfiguration& one = alike.emplace_back();
      one.key = {stage, configuration};
      one.parameters = row.NextParsed(ParametersFromJson);
    } else {
      row.SkipColumn();
    }
    alike.back().trained.push_back(row.NextInt());
    ETALON_RETURN_IF_ERROR(row.status());
  }
}

absl::Status SqliteTransaction::SetSpending(StageId stage, int64_t trials,
                                            int64_t updates) {
  return connection_.Run(
      "UPDATE stages SET spent_trials = ?2, spent_updates = ?3"
      " WHERE stage_id = ?1",
      stage, trials, updates);
}

absl::StatusOr<int64_t> SqliteTransaction::CancelQueued(
    StageId stage, int64_t first_number, const v1::Failure& failure,
    absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const StageRecord record, GetStage(stage));
  std::vector<TrialId> trials;
  {
    ETALON_ASSIGN_OR_RETURN(
        Statement row,
        connection_.Prepare("SELECT trial_id FROM trials INDEXED BY"
                            " trials_queued WHERE search_id = ?"
                            " AND state = 'QUEUED' AND same_as IS NULL"
                            " AND number >= ? AND stage_id = ?"
                            " ORDER BY number",
                            record.search, first_number, stage));
    while (true) {
      ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
      if (!found) break;
      trials.push_back(row.NextInt64());
    }
  }
  for (const TrialId trial : trials) {
    {
      ETALON_ASSIGN_OR_RETURN(
          Statement update,
          connection_.Prepare("UPDATE trials SET state = 'CANCELLED',"
                              " end_time = ?2, failure_reason = ?3,"
                              " failure_message = ?4, failure_update = ?5"
                              " WHERE trial_id = ?1",
                              trial, now));
      BindFailure(&failure, update);
      ETALON_RETURN_IF_ERROR(update.Finish());
    }
    ETALON_RETURN_IF_ERROR(
        AppendEvent(connection_, {.time = now,
                                  .subject = "TRIAL",
                                  .search = record.search,
                                  .stage = stage,
                                  .trial = trial,
                                  .state = "CANCELLED",
                                  .message = failure.message()}));
    ETALON_RETURN_IF_ERROR(DeleteCheckpoints(trial, 0, v1::Trial::CANCELLED));
    ETALON_RETURN_IF_ERROR(EndSame(connection_, counts_, trial, now));
  }
  const auto count = static_cast<int64_t>(trials.size());
  ETALON_RETURN_IF_ERROR(
      counts_.Change(stage, v1::Trial::QUEUED, v1::Trial::CANCELLED, count));
  return count;
}

}  // namespace etalon::sqlite
