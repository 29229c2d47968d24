#include "storage/sqlite/rows.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "storage/sqlite/parameters_json.h"
#include "storage/sqlite/result_rows.h"
#include "storage/sqlite/thresholds_json.h"

namespace etalon::sqlite {
namespace {

constexpr char kSearchRecord[] =
    "SELECT search_id, spec, state, start_time IS NOT NULL FROM searches ";

constexpr char kStageRecord[] =
    "SELECT stage_id, search_id, position, name, state, training,"
    " evaluate_test, box, start_time, race, spent_trials, spent_updates"
    " FROM stages ";

constexpr char kTrialRecordColumns[] = R"sql(
SELECT t.trial_id, t.search_id, t.stage_id, s.name, t.number, t.state,
  t.attempt_count,
  iif(t.attempt_count = 0, 0,
    (SELECT last.worker_id FROM attempts AS last
     WHERE last.trial_id = t.trial_id AND last.number = t.attempt_count))
)sql";
constexpr char kTrialRecordTables[] = R"sql(
FROM trials AS t
JOIN searches AS s ON s.search_id = t.search_id
)sql";
constexpr char kTrialDetailsColumns[] = R"sql(,
  t.configuration, t.replicate, c.parameters, t.initialization_seed,
  t.minibatches_seed, c.thresholds,
  iif(t.attempt_count = 0, 0,
    (SELECT count(*) FROM attempts AS lost
     WHERE lost.trial_id = t.trial_id AND lost.state = 'LOST')),
  t.rung,
  iif(t.rung = 0, 0,
    (SELECT before.attempt FROM rungs AS before
     WHERE before.trial_id = t.trial_id AND before.rung = t.rung - 1))
FROM trials AS t
)sql";
constexpr char kTrialDetailsTables[] = R"sql(
JOIN searches AS s ON s.search_id = t.search_id
JOIN configurations AS c
  ON c.stage_id = t.stage_id AND c.configuration = t.configuration
)sql";

constexpr char kTrial[] = R"sql(
SELECT s.name, t.number, g.name, t.configuration, t.replicate, c.parameters,
  t.state, t.failure_reason, t.failure_message, t.failure_update,
  t.initialization_seed, t.minibatches_seed, t.attempt_count, a.worker_id,
  t.create_time, a.start_time, t.end_time,
  (SELECT o.number FROM trials AS o WHERE o.trial_id = t.same_as),
  iif(t.same_as IS NULL, r.training_nanoseconds, NULL),
  iif(t.same_as IS NULL, r.fusion_width, NULL), r.apart_because, t.rung,
)sql";
constexpr char kTrialTables[] = R"sql(
FROM trials AS t
JOIN searches AS s ON s.search_id = t.search_id
JOIN stages AS g ON g.stage_id = t.stage_id
JOIN configurations AS c
  ON c.stage_id = t.stage_id AND c.configuration = t.configuration
LEFT JOIN results AS r ON r.trial_id = coalesce(t.same_as, t.trial_id)
LEFT JOIN attempts AS a
  ON a.trial_id = t.trial_id AND a.number = t.attempt_count
)sql";

v1::Seeds ReadSeeds(Statement& row) {
  v1::Seeds seeds;
  seeds.set_initialization(row.NextUint64());
  seeds.set_minibatches(row.NextUint64());
  return seeds;
}

google::protobuf::Duration ToDuration(int64_t nanoseconds) {
  google::protobuf::Duration duration;
  duration.set_seconds(nanoseconds / 1'000'000'000);
  duration.set_nanos(static_cast<int32_t>(nanoseconds % 1'000'000'000));
  return duration;
}

}  // namespace

std::string SelectSearchRecords(absl::string_view tail) {
  return absl::StrCat(kSearchRecord, tail);
}

SearchRecord ReadSearchRecord(Statement& row) {
  SearchRecord search;
  search.id = row.NextInt64();
  row.NextJson(&search.spec);
  search.state = row.NextEnum(v1::Search::State_Parse);
  search.started = row.NextBool();
  return search;
}

std::string SelectStageRecords(absl::string_view tail) {
  return absl::StrCat(kStageRecord, tail);
}

StageRecord ReadStageRecord(Statement& row) {
  StageRecord stage;
  stage.id = row.NextInt64();
  stage.search = row.NextInt64();
  stage.position = row.NextInt();
  stage.name = row.NextText();
  stage.state = row.NextEnum(v1::Stage::State_Parse);
  row.NextJson(&stage.training);
  stage.evaluate_test = row.NextBool();
  stage.box = row.NextParsed(BoxFromJson);
  if (row.NextIsNull()) {
    row.SkipColumn();
  } else {
    stage.start_time = row.NextTime();
  }
  stage.race = ReadRaceOutcome(row);
  stage.spent_trials = row.NextInt64();
  stage.spent_updates = row.NextInt64();
  return stage;
}

std::optional<v1::RaceOutcome> ReadRaceOutcome(Statement& row) {
  if (row.NextIsNull()) {
    row.SkipColumn();
    return std::nullopt;
  }
  v1::RaceOutcome outcome;
  row.NextJson(&outcome);
  return outcome;
}

std::string SelectTrialRecords(absl::string_view tail) {
  return absl::StrCat(kTrialRecordColumns, kTrialRecordTables, tail);
}

TrialRecord ReadTrialRecord(Statement& row) {
  TrialRecord trial;
  trial.id = row.NextInt64();
  trial.search = row.NextInt64();
  trial.stage = row.NextInt64();
  trial.search_name = row.NextText();
  trial.number = row.NextInt64();
  trial.state = row.NextEnum(v1::Trial::State_Parse);
  trial.attempt = row.NextInt();
  trial.worker = row.NextInt64();
  return trial;
}

std::string SelectTrialDetails(absl::string_view tail,
                               absl::string_view indexed_by) {
  return absl::StrCat(kTrialRecordColumns, kTrialDetailsColumns, indexed_by,
                      kTrialDetailsTables, tail);
}

TrialDetails ReadTrialDetails(Statement& row) {
  TrialDetails trial;
  static_cast<TrialRecord&>(trial) = ReadTrialRecord(row);
  trial.configuration = row.NextInt();
  trial.replicate = row.NextInt();
  trial.parameters = row.NextParsed(ParametersFromJson);
  trial.seeds = ReadSeeds(row);
  trial.thresholds = row.NextParsed(ThresholdsFromJson);
  trial.lost_count = row.NextInt();
  trial.rung = row.NextInt();
  trial.suspended_attempt = row.NextInt();
  return trial;
}

std::string SelectTrials(absl::string_view tail, absl::string_view one_more) {
  return absl::StrCat(kTrial, kResultColumns, one_more, kTrialTables, tail);
}

v1::Trial ReadTrial(Statement& row) {
  v1::Trial trial;
  const std::string search = row.NextText();
  trial.set_name(FormatTrialName(search, row.NextInt64()));
  trial.set_stage(FormatStageName(search, row.NextText()));
  trial.set_configuration(row.NextInt());
  trial.set_replicate(row.NextInt());
  for (v1::ParameterAssignment& parameter :
       row.NextParsed(ParametersFromJson)) {
    *trial.add_parameters() = std::move(parameter);
  }
  trial.set_state(row.NextEnum(v1::Trial::State_Parse));
  if (auto failure = ReadFailure(row)) *trial.mutable_failure() = *failure;
  *trial.mutable_seeds() = ReadSeeds(row);
  trial.set_attempt_count(row.NextInt());
  if (row.NextIsNull()) {
    row.SkipColumn();
  } else {
    trial.set_worker(FormatWorkerName(row.NextInt64()));
  }
  if (auto time = ReadTimestamp(row)) *trial.mutable_create_time() = *time;
  if (auto time = ReadTimestamp(row)) *trial.mutable_start_time() = *time;
  if (auto time = ReadTimestamp(row)) *trial.mutable_end_time() = *time;
  if (row.NextIsNull()) {
    row.SkipColumn();
  } else {
    trial.set_same_as(FormatTrialName(search, row.NextInt64()));
  }
  if (row.NextIsNull()) {
    row.SkipColumn();
  } else {
    *trial.mutable_training_time() = ToDuration(row.NextInt64());
  }
  if (auto fusion = ReadFusion(row)) *trial.mutable_fusion() = *fusion;
  trial.set_rung(row.NextInt());
  if (auto result = ReadMeasurement(row)) *trial.mutable_result() = *result;
  return trial;
}

std::optional<google::protobuf::Timestamp> ReadTimestamp(Statement& row) {
  if (row.NextIsNull()) {
    row.SkipColumn();
    return std::nullopt;
  }
  const absl::Time time = row.NextTime();
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(
      time - absl::FromUnixSeconds(timestamp.seconds()))));
  return timestamp;
}

}  // namespace etalon::sqlite
