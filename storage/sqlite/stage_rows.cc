#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/events.h"
#include "storage/sqlite/parameters_json.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/same_trials.h"
#include "storage/sqlite/sqlite_transaction.h"
#include "storage/sqlite/thresholds_json.h"

// Stages, their configurations and the trials made of them.

namespace etalon::sqlite {
namespace {

absl::Status CheckConfiguration(const NewConfiguration& configuration) {
  if (std::isfinite(configuration.lambda) && std::isfinite(configuration.eta)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("configuration ", configuration.index, " has lambda ",
                   configuration.lambda, " and eta ", configuration.eta,
                   ", of which one is not a finite number"));
}

// The trial that stands for that replicate.
struct Standing {
  TrialId trial = 0;
  bool ended = false;
};
absl::StatusOr<Standing> FindStanding(Connection& connection,
                                      const ConfigurationKey& key,
                                      int replicate) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection.Prepare("SELECT trial_id, end_time IS NOT NULL FROM trials"
                         " WHERE stage_id = ? AND configuration = ?"
                         " AND replicate = ? AND same_as IS NULL",
                         key.stage, key.configuration, replicate));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) {
    return absl::InternalError(absl::StrCat(
        "configuration ", key.configuration, " of stage with row id ",
        key.stage, " has trained no replicate ", replicate));
  }
  Standing standing;
  standing.trial = row.NextInt64();
  standing.ended = row.NextBool();
  return standing;
}

// New trials of a stage, each inserted by itself; Finish is to be called once
// all are.
class TrialInsertion {
 public:
  TrialInsertion(Connection& connection, Counts& counts,
                 const StageRecord& stage, absl::Time now)
      : connection_(connection), counts_(counts), stage_(stage), now_(now) {}

  absl::Status Insert(const NewReplicate& trial, int64_t number) {
    std::optional<TrialId> same_as;
    if (trial.same_as.has_value()) {
      ETALON_ASSIGN_OR_RETURN(
          const Standing standing,
          FindStanding(connection_, *trial.same_as, trial.replicate));
      same_as = standing.trial;
      if (standing.ended) ended_.insert(standing.trial);
    }
    ++count_;
    return connection_.Run(
        "INSERT INTO trials (search_id, number, stage_id, configuration,"
        " replicate, initialization_seed, minibatches_seed, state, create_time,"
        " same_as) VALUES (?, ?, ?, ?, ?, ?, ?, 'QUEUED', ?, ?)",
        stage_.search, number, stage_.id, trial.configuration, trial.replicate,
        trial.seeds.initialization(), trial.seeds.minibatches(), now_, same_as);
  }

  absl::Status Finish() {
    ETALON_RETURN_IF_ERROR(counts_.AddQueued(stage_.id, count_));
    for (const TrialId trial : ended_) {
      ETALON_RETURN_IF_ERROR(EndSame(connection_, counts_, trial, now_));
    }
    return absl::OkStatus();
  }

 private:
  Connection& connection_;
  Counts& counts_;
  const StageRecord& stage_;
  const absl::Time now_;
  int64_t count_ = 0;
  // That stand for some of them and have ended.
  std::set<TrialId> ended_;
};

// Inserts a configuration and its trials, numbered from `number` on.
absl::Status InsertConfiguration(Connection& connection,
                                 const StageRecord& stage,
                                 const NewConfiguration& configuration,
                                 int64_t number, TrialInsertion& insertion) {
  ETALON_RETURN_IF_ERROR(CheckConfiguration(configuration));
  ETALON_ASSIGN_OR_RETURN(const std::string parameters,
                          ParametersToJson(configuration.parameters));
  ETALON_ASSIGN_OR_RETURN(const std::string thresholds,
                          ThresholdsToJson(configuration.thresholds));
  ETALON_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO configurations (stage_id, configuration,"
      " parameters, lambda, eta, fingerprint, thresholds, unseen)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      stage.id, configuration.index, parameters, configuration.lambda,
      configuration.eta, configuration.fingerprint, thresholds,
      IndicesToJson(configuration.unseen)));
  for (size_t i = 0; i < configuration.replicates.size(); ++i) {
    NewReplicate replicate = {configuration.index, static_cast<int>(i),
                              configuration.replicates[i], std::nullopt};
    if (!configuration.same_as.empty()) {
      replicate.same_as = configuration.same_as[i];
    }
    ETALON_RETURN_IF_ERROR(
        insertion.Insert(replicate, number + static_cast<int64_t>(i)));
  }
  return absl::OkStatus();
}

// Refuses a stage that is not `expected`.
absl::Status CheckStageState(const StageRecord& stage,
                             v1::Stage::State expected) {
  if (stage.state == expected) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      "stage '", stage.name, "' is ", v1::Stage::State_Name(stage.state),
      ", not ", v1::Stage::State_Name(expected)));
}

absl::StatusOr<int64_t> LastTrialNumber(Connection& connection,
                                        SearchId search) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection.Prepare(
          "SELECT coalesce(max(number), 0) FROM trials WHERE search_id = ?",
          search));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  return row.NextInt64();
}

// The number that follows those of the configuration's trials; 0: it has none.
absl::StatusOr<int> NextReplicate(Connection& connection, StageId stage,
                                  int configuration) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection.Prepare("SELECT coalesce(max(replicate), -1) + 1 FROM trials"
                         " WHERE stage_id = ? AND configuration = ?",
                         stage, configuration));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  return row.NextInt();
}

absl::Status InsertConfigurations(
    Connection& connection, Counts& counts, const StageRecord& stage,
    absl::Span<const NewConfiguration> configurations, absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(int64_t number,
                          LastTrialNumber(connection, stage.search));
  TrialInsertion insertion(connection, counts, stage, now);
  for (const NewConfiguration& configuration : configurations) {
    ETALON_RETURN_IF_ERROR(InsertConfiguration(connection, stage, configuration,
                                               number + 1, insertion));
    number += static_cast<int64_t>(configuration.replicates.size());
  }
  return insertion.Finish();
}

}  // namespace

absl::StatusOr<std::vector<StageRecord>> SqliteTransaction::ListStages(
    SearchId search) {
  ETALON_RETURN_IF_ERROR(GetSearchById(search).status());
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(
          SelectStageRecords("WHERE search_id = ? ORDER BY position"), search));
  std::vector<StageRecord> stages;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return stages;
    stages.push_back(ReadStageRecord(row));
  }
}

absl::StatusOr<StageRecord> SqliteTransaction::GetStage(StageId stage) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(SelectStageRecords("WHERE stage_id = ?"), stage));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat("stage with row id ", stage, " not found"));
  }
  StageRecord record = ReadStageRecord(row);
  ETALON_RETURN_IF_ERROR(row.status());
  return record;
}

absl::Status SqliteTransaction::StartStage(
    StageId stage, absl::Span<const v1::Parameter> box,
    absl::Span<const NewConfiguration> configurations, absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const StageRecord record, GetStage(stage));
  ETALON_RETURN_IF_ERROR(CheckStageState(record, v1::Stage::PENDING));
  ETALON_ASSIGN_OR_RETURN(const std::string box_json, BoxToJson(box));
  ETALON_RETURN_IF_ERROR(
      connection_.Run("UPDATE stages SET state = 'RUNNING', box = ?,"
                      " start_time = ? WHERE stage_id = ?",
                      box_json, now, stage));
  ETALON_RETURN_IF_ERROR(
      InsertConfigurations(connection_, counts_, record, configurations, now));
  return AppendEvent(connection_, {.time = now,
                                   .subject = "STAGE",
                                   .search = record.search,
                                   .stage = stage,
                                   .state = "RUNNING"});
}

absl::Status SqliteTransaction::AddConfigurations(
    StageId stage, absl::Span<const NewConfiguration> configurations,
    absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const StageRecord record, GetStage(stage));
  ETALON_RETURN_IF_ERROR(CheckStageState(record, v1::Stage::RUNNING));
  ETALON_ASSIGN_OR_RETURN(int next, NextConfiguration(stage));
  for (const NewConfiguration& configuration : configurations) {
    if (configuration.index != next++) {
      return absl::InternalError(
          absl::StrCat("configuration ", configuration.index, " of stage '",
                       record.name, "' does not follow number ", next - 2));
    }
  }
  return InsertConfigurations(connection_, counts_, record, configurations,
                              now);
}

absl::Status SqliteTransaction::AddReplicates(
    StageId stage, absl::Span<const NewReplicate> replicates, absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const StageRecord record, GetStage(stage));
  ETALON_RETURN_IF_ERROR(CheckStageState(record, v1::Stage::RUNNING));
  ETALON_ASSIGN_OR_RETURN(int64_t number,
                          LastTrialNumber(connection_, record.search));
  TrialInsertion insertion(connection_, counts_, record, now);
  for (const NewReplicate& replicate : replicates) {
    ETALON_ASSIGN_OR_RETURN(
        const int next,
        NextReplicate(connection_, stage, replicate.configuration));
    if (replicate.replicate != next || next == 0) {
      return absl::InternalError(absl::StrCat(
          "replicate ", replicate.replicate, " of configuration ",
          replicate.configuration, " of stage '", record.name,
          next == 0 ? "' is of one that is not there"
                    : absl::StrCat("' does not follow number ", next - 1)));
    }
    ETALON_RETURN_IF_ERROR(insertion.Insert(replicate, ++number));
  }
  return insertion.Finish();
}

absl::StatusOr<int> SqliteTransaction::NextConfiguration(StageId stage) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT coalesce(max(configuration), -1) + 1"
                          " FROM configurations WHERE stage_id = ?",
                          stage));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  return row.NextInt();
}

absl::Status SqliteTransaction::CompleteStage(StageId stage, absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const StageRecord record, GetStage(stage));
  if (record.state == v1::Stage::COMPLETE) return absl::OkStatus();
  ETALON_RETURN_IF_ERROR(
      connection_.Run("UPDATE stages SET state = 'COMPLETE', end_time = ?"
                      " WHERE stage_id = ?",
                      now, stage));
  return AppendEvent(connection_, {.time = now,
                                   .subject = "STAGE",
                                   .search = record.search,
                                   .stage = stage,
                                   .state = "COMPLETE"});
}

absl::StatusOr<int64_t> SqliteTransaction::NextTrialNumber(SearchId search) {
  ETALON_ASSIGN_OR_RETURN(const int64_t last,
                          LastTrialNumber(connection_, search));
  return last + 1;
}

absl::StatusOr<bool> SqliteTransaction::StageHasCancelledTrials(StageId stage) {
  ETALON_ASSIGN_OR_RETURN(const int64_t cancelled,
                          counts_.Of(stage, v1::Trial::CANCELLED));
  return cancelled > 0;
}

absl::StatusOr<bool> SqliteTransaction::StageHasOpenTrials(StageId stage) {
  ETALON_ASSIGN_OR_RETURN(const int64_t queued,
                          counts_.Of(stage, v1::Trial::QUEUED));
  if (queued > 0) return true;
  ETALON_ASSIGN_OR_RETURN(const int64_t running,
                          counts_.Of(stage, v1::Trial::RUNNING));
  return running > 0;
}

}  // namespace etalon::sqlite
