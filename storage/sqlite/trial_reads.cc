#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/reads.h"
#include "storage/sqlite/result_rows.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/thresholds_json.h"

// Reads of trials, and what lists share.

namespace etalon::sqlite {
namespace {

absl::StatusOr<std::vector<v1::Trial>> ReadTrials(
    absl::StatusOr<Statement> row) {
  ETALON_RETURN_IF_ERROR(row.status());
  std::vector<v1::Trial> trials;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row->Step());
    if (!found) return trials;
    trials.push_back(ReadTrial(*row));
  }
}

}  // namespace

absl::StatusOr<PagePosition> Reads::StartOf(absl::string_view list,
                                            const PageRequest& page,
                                            const PagePosition& first) const {
  if (page.size < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("page size ", page.size, " is less than 1"));
  }
  if (page.token.empty()) return first;
  return tokens_.Decode(list, page.token);
}

absl::StatusOr<int64_t> Reads::SearchIdOf(absl::string_view search) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT search_id FROM searches WHERE name = ?",
                          search));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (found) return row.NextInt64();
  return absl::NotFoundError(
      absl::StrCat(FormatSearchName(search), " not found"));
}

absl::StatusOr<int64_t> Reads::StageIdOf(int64_t search_id,
                                         absl::string_view search,
                                         absl::string_view stage) {
  if (stage.empty()) return 0;
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(
          "SELECT stage_id FROM stages WHERE search_id = ? AND name = ?",
          search_id, stage));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (found) return row.NextInt64();
  return absl::NotFoundError(
      absl::StrCat(FormatStageName(search, stage), " not found"));
}

absl::StatusOr<std::vector<v1::Trial>> Reads::ListStageTrials(
    absl::string_view search, absl::string_view stage) {
  ETALON_ASSIGN_OR_RETURN(const int64_t search_id, SearchIdOf(search));
  ETALON_ASSIGN_OR_RETURN(const int64_t stage_id,
                          StageIdOf(search_id, search, stage));
  return ReadTrials(connection_.Prepare(SelectTrials(R"sql(
WHERE t.search_id = ?1 AND (?2 = 0 OR t.stage_id = ?2)
ORDER BY g.position, t.configuration, t.replicate
)sql"),
                                        search_id, stage_id));
}

absl::StatusOr<std::vector<v1::Trial>> Reads::ListReplicates(
    absl::string_view search, absl::string_view stage, int configuration) {
  ETALON_ASSIGN_OR_RETURN(const int64_t search_id, SearchIdOf(search));
  ETALON_ASSIGN_OR_RETURN(const int64_t stage_id,
                          StageIdOf(search_id, search, stage));
  return ReadTrials(connection_.Prepare(SelectTrials(R"sql(
WHERE t.stage_id = ? AND t.configuration = ? ORDER BY t.replicate
)sql"),
                                        stage_id, configuration));
}

absl::StatusOr<std::vector<StoredCourse>> Reads::ListCourses(
    absl::string_view search, absl::string_view stage) {
  ETALON_ASSIGN_OR_RETURN(const int64_t search_id, SearchIdOf(search));
  ETALON_ASSIGN_OR_RETURN(const int64_t stage_id,
                          StageIdOf(search_id, search, stage));
  ETALON_ASSIGN_OR_RETURN(Statement row, connection_.Prepare(R"sql(
SELECT t.configuration, t.replicate, m.updates, m.epoch, m.validation_accuracy
FROM trials AS t
JOIN results AS r ON r.trial_id = t.trial_id
JOIN measurements AS m ON m.trial_id = t.trial_id AND m.attempt = r.attempt
WHERE t.stage_id = ? AND m.validation_accuracy IS NOT NULL
ORDER BY t.configuration, t.replicate, m.updates
)sql",
                                                             stage_id));
  std::vector<StoredCourse> courses;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return courses;
    const int configuration = row.NextInt();
    const int replicate = row.NextInt();
    if (courses.empty() || courses.back().configuration != configuration ||
        courses.back().replicate != replicate) {
      courses.push_back({configuration, replicate, {}});
    }
    StoredCourse::Point& point = courses.back().points.emplace_back();
    point.update = row.NextInt64();
    point.epoch = row.NextDouble();
    point.accuracy = row.NextDouble();
  }
}

absl::StatusOr<v1::Trial> Reads::GetTrial(absl::string_view search,
                                          int64_t number) {
  ETALON_ASSIGN_OR_RETURN(const int64_t search_id, SearchIdOf(search));
  v1::Trial trial;
  {
    ETALON_ASSIGN_OR_RETURN(
        Statement row,
        connection_.Prepare(
            SelectTrials("WHERE t.search_id = ? AND t.number = ?"), search_id,
            number));
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) {
      return absl::NotFoundError(
          absl::StrCat(FormatTrialName(search, number), " not found"));
    }
    trial = ReadTrial(row);
    ETALON_RETURN_IF_ERROR(row.status());
  }
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection_.Prepare(R"sql(
SELECT t.trial_id, coalesce(t.same_as, t.trial_id), g.training,
  g.evaluate_test, c.thresholds, c.unseen
FROM trials AS t
JOIN stages AS g ON g.stage_id = t.stage_id
JOIN configurations AS c
  ON c.stage_id = t.stage_id AND c.configuration = t.configuration
WHERE t.search_id = ? AND t.number = ?
)sql",
                                              search_id, number));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  const int64_t trial_id = row.NextInt64();
  const int64_t measured_id = row.NextInt64();
  row.NextJson(trial.mutable_training());
  trial.set_evaluate_test(row.NextBool());
  for (v1::Threshold& threshold : row.NextParsed(ThresholdsFromJson)) {
    *trial.add_thresholds() = std::move(threshold);
  }
  for (const int configuration : row.NextParsed(IndicesFromJson)) {
    trial.add_unseen_configurations(configuration);
  }
  ETALON_RETURN_IF_ERROR(row.status());
  // What was measured of the trial that stands for it is its own as well.
  ETALON_RETURN_IF_ERROR(AddMeasurements(measured_id, &trial));
  ETALON_RETURN_IF_ERROR(AddAttempts(trial_id, &trial));
  ETALON_RETURN_IF_ERROR(AddModelSize(trial_id, &trial));
  return trial;
}

absl::Status Reads::AddMeasurements(int64_t trial_id, v1::Trial* trial) {
  // Those of the attempt that gave the result or, while there is none, of the
  // one at work or else the one that brought it to its last rung.
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(absl::StrCat("SELECT ", kMeasurementColumns, R"sql(
FROM measurements
WHERE trial_id = ?1 AND attempt = coalesce(
  (SELECT attempt FROM results WHERE trial_id = ?1),
  (SELECT number FROM attempts WHERE trial_id = ?1 AND state = 'LEASED'),
  (SELECT attempt FROM rungs WHERE trial_id = ?1 ORDER BY rung DESC LIMIT 1))
ORDER BY updates
)sql"),
                          trial_id));
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return absl::OkStatus();
    if (auto measurement = ReadMeasurement(row)) {
      *trial->add_measurements() = *std::move(measurement);
    }
  }
}

absl::Status Reads::AddAttempts(int64_t trial_id, v1::Trial* trial) {
  ETALON_ASSIGN_OR_RETURN(Statement row, connection_.Prepare(R"sql(
SELECT number, worker_id, state, message, start_time, end_time
FROM attempts WHERE trial_id = ? ORDER BY number
)sql",
                                                             trial_id));
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return absl::OkStatus();
    v1::Attempt& attempt = *trial->add_attempts();
    attempt.set_number(row.NextInt());
    attempt.set_worker(FormatWorkerName(row.NextInt64()));
    attempt.set_state(row.NextEnum(v1::Attempt::State_Parse));
    attempt.set_message(row.NextText());
    if (auto time = ReadTimestamp(row)) *attempt.mutable_start_time() = *time;
    if (auto time = ReadTimestamp(row)) *attempt.mutable_end_time() = *time;
  }
}

}  // namespace etalon::sqlite
