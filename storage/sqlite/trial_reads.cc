#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/page_fill.h"
#include "storage/sqlite/reads.h"
#include "storage/sqlite/rows.h"

// Reads of trials, and what lists share.

namespace etalon::sqlite {
namespace {

// Parameters: search; stage or 0; JSON array of states or ''.
constexpr char kMatches[] = R"sql(
WHERE t.search_id = ?1
  AND (?2 = 0 OR t.stage_id = ?2)
  AND (?3 = '' OR t.state IN (SELECT value FROM json_each(?3)))
)sql";

// Parameters from ?4: limit, last number.
constexpr char kPageByNumber[] = "AND t.number > ?5 ORDER BY t.number LIMIT ?4";

// Parameters from ?4: limit, last number (0 on the first page), last accuracy
// or NULL.
constexpr char kPageByAccuracy[] = R"sql(
AND CASE
  WHEN ?5 = 0 THEN TRUE
  WHEN ?6 IS NULL THEN r.validation_accuracy IS NULL AND t.number > ?5
  ELSE r.validation_accuracy IS NULL OR r.validation_accuracy < ?6
    OR (r.validation_accuracy = ?6 AND t.number > ?5)
END
ORDER BY r.validation_accuracy DESC NULLS LAST, t.number LIMIT ?4
)sql";

// A JSON array of names, which need no escapes.
std::string StatesToJson(const std::vector<v1::Trial::State>& states) {
  if (states.empty()) return "";
  return absl::StrCat(
      "[\"",
      absl::StrJoin(states, "\",\"",
                    [](std::string* out, v1::Trial::State state) {
                      out->append(v1::Trial::State_Name(state));
                    }),
      "\"]");
}

absl::StatusOr<PagePosition> PositionOf(const v1::Trial& trial) {
  ETALON_ASSIGN_OR_RETURN(const TrialName name, ParseTrialName(trial.name()));
  PagePosition position = {name.number, {}};
  if (trial.result().has_validation()) {
    position.accuracy = trial.result().validation().accuracy();
  }
  return position;
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

absl::StatusOr<Page<v1::Trial>> Reads::ListTrials(const TrialQuery& query,
                                                  const PageRequest& page) {
  ETALON_ASSIGN_OR_RETURN(const int64_t search_id, SearchIdOf(query.search));
  ETALON_ASSIGN_OR_RETURN(const int64_t stage_id,
                          StageIdOf(search_id, query.search, query.stage));
  const std::string states = StatesToJson(query.states);
  const std::string list =
      absl::StrCat("trials/", search_id, "/", stage_id, "/", states,
                   query.by_accuracy ? "/accuracy" : "/number");
  ETALON_ASSIGN_OR_RETURN(const PagePosition start, StartOf(list, page, {}));
  const int64_t limit = int64_t{page.size} + 1;
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      query.by_accuracy
          ? connection_.Prepare(
                SelectTrials(absl::StrCat(kMatches, kPageByAccuracy)),
                search_id, stage_id, states, limit, start.key, start.accuracy)
          : connection_.Prepare(
                SelectTrials(absl::StrCat(kMatches, kPageByNumber)), search_id,
                stage_id, states, limit, start.key));
  Page<v1::Trial> result;
  PageFill fill(page);
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return result;
    if (fill.full()) {
      ETALON_ASSIGN_OR_RETURN(const PagePosition end,
                              PositionOf(result.items.back()));
      result.next_token = tokens_.Encode(list, end);
      return result;
    }
    result.items.push_back(ReadTrial(row));
    fill.Add(result.items.back());
  }
}

absl::StatusOr<std::vector<v1::Trial>> Reads::ListStageTrials(
    absl::string_view search, absl::string_view stage) {
  ETALON_ASSIGN_OR_RETURN(const int64_t search_id, SearchIdOf(search));
  ETALON_ASSIGN_OR_RETURN(const int64_t stage_id,
                          StageIdOf(search_id, search, stage));
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection_.Prepare(SelectTrials(R"sql(
WHERE t.search_id = ?1 AND (?2 = 0 OR t.stage_id = ?2)
ORDER BY g.position, t.configuration, t.replicate
)sql"),
                                              search_id, stage_id));
  std::vector<v1::Trial> trials;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return trials;
    trials.push_back(ReadTrial(row));
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
SELECT t.trial_id, g.training, g.evaluate_test
FROM trials AS t
JOIN stages AS g ON g.stage_id = t.stage_id
WHERE t.search_id = ? AND t.number = ?
)sql",
                                              search_id, number));
  ETALON_RETURN_IF_ERROR(row.Step().status());
  const int64_t trial_id = row.NextInt64();
  row.NextJson(trial.mutable_training());
  trial.set_evaluate_test(row.NextBool());
  ETALON_RETURN_IF_ERROR(row.status());
  ETALON_RETURN_IF_ERROR(AddMeasurements(trial_id, &trial));
  ETALON_RETURN_IF_ERROR(AddAttempts(trial_id, &trial));
  ETALON_RETURN_IF_ERROR(AddModelSize(trial_id, &trial));
  return trial;
}

absl::Status Reads::AddMeasurements(int64_t trial_id, v1::Trial* trial) {
  // Those of the attempt that gave the result or, while there is none, of the
  // one at work.
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(absl::StrCat("SELECT ", kMeasurementColumns, R"sql(
FROM measurements
WHERE trial_id = ?1 AND attempt = coalesce(
  (SELECT attempt FROM results WHERE trial_id = ?1),
  (SELECT number FROM attempts WHERE trial_id = ?1 AND state = 'LEASED'))
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
