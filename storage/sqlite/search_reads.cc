#include <cstddef>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/page_fill.h"
#include "storage/sqlite/reads.h"
#include "storage/sqlite/rows.h"

// Reads of searches, stages and workers.

namespace etalon::sqlite {
namespace {

constexpr char kSearch[] =
    "SELECT search_id, name, spec, state, message, create_time, start_time,"
    " end_time FROM searches ";

constexpr char kWorker[] = R"sql(
SELECT worker_id, display_name, owner, capabilities, state, register_time,
  last_seen_time,
  (SELECT count(*) FROM attempts AS a
   WHERE a.worker_id = w.worker_id AND a.state = 'LEASED'),
  completed_trials
FROM workers AS w
)sql";

struct IdentifiedSearch {
  int64_t id = 0;
  v1::Search search;
};

IdentifiedSearch ReadSearch(Statement& row) {
  IdentifiedSearch result;
  v1::Search& search = result.search;
  result.id = row.NextInt64();
  search.set_name(FormatSearchName(row.NextText()));
  row.NextJson(search.mutable_spec());
  search.set_state(row.NextEnum(v1::Search::State_Parse));
  search.set_message(row.NextText());
  if (auto time = ReadTimestamp(row)) *search.mutable_create_time() = *time;
  if (auto time = ReadTimestamp(row)) *search.mutable_start_time() = *time;
  if (auto time = ReadTimestamp(row)) *search.mutable_end_time() = *time;
  return result;
}

v1::Stage ReadStage(absl::string_view search, Statement& row) {
  v1::Stage stage;
  stage.set_name(FormatStageName(search, row.NextText()));
  stage.set_state(row.NextEnum(v1::Stage::State_Parse));
  row.NextJson(stage.mutable_training());
  for (v1::Parameter& parameter : row.NextParsed(BoxFromJson)) {
    *stage.add_box() = std::move(parameter);
  }
  stage.set_evaluate_test(row.NextBool());
  if (auto time = ReadTimestamp(row)) *stage.mutable_start_time() = *time;
  if (auto time = ReadTimestamp(row)) *stage.mutable_end_time() = *time;
  stage.set_planned_trials(row.NextInt64());
  if (auto race = ReadRaceOutcome(row)) *stage.mutable_race() = *race;
  return stage;
}

v1::Worker ReadWorker(Statement& row) {
  v1::Worker worker;
  worker.set_name(FormatWorkerName(row.NextInt64()));
  worker.set_display_name(row.NextText());
  worker.set_owner(row.NextText());
  row.NextJson(worker.mutable_capabilities());
  worker.set_state(row.NextEnum(v1::Worker::State_Parse));
  if (auto time = ReadTimestamp(row)) *worker.mutable_register_time() = *time;
  if (auto time = ReadTimestamp(row)) *worker.mutable_last_seen_time() = *time;
  worker.set_running_trials(row.NextInt64());
  worker.set_completed_trials(row.NextInt64());
  return worker;
}

// To `total` the counts that are the row's next columns; returns them.
v1::TrialCounts AddCounts(Statement& row, v1::TrialCounts* total) {
  v1::TrialCounts counts;
  counts.set_queued(row.NextInt64());
  counts.set_running(row.NextInt64());
  counts.set_succeeded(row.NextInt64());
  counts.set_diverged(row.NextInt64());
  counts.set_failed(row.NextInt64());
  counts.set_cancelled(row.NextInt64());
  counts.set_suspended(row.NextInt64());
  counts.set_stopped(row.NextInt64());
  total->set_queued(total->queued() + counts.queued());
  total->set_running(total->running() + counts.running());
  total->set_succeeded(total->succeeded() + counts.succeeded());
  total->set_diverged(total->diverged() + counts.diverged());
  total->set_failed(total->failed() + counts.failed());
  total->set_cancelled(total->cancelled() + counts.cancelled());
  total->set_suspended(total->suspended() + counts.suspended());
  total->set_stopped(total->stopped() + counts.stopped());
  return counts;
}

// Adds the trials of each stage, in order of position, to the search's counts
// and, where the search shows it, to the stage's own.
absl::Status AddCounts(Connection& connection, int64_t search_id,
                       v1::Search* search) {
  ETALON_ASSIGN_OR_RETURN(Statement row, connection.Prepare(R"sql(
SELECT g.position, g.start_time IS NOT NULL, n.queued, n.running, n.succeeded,
  n.diverged, n.failed, n.cancelled, n.suspended, n.stopped
FROM stages AS g
JOIN stage_counts AS n ON n.stage_id = g.stage_id
WHERE g.search_id = ?
)sql",
                                                            search_id));
  v1::TrialCounts* const total = search->mutable_counts();
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return absl::OkStatus();
    const int position = row.NextInt();
    const bool started = row.NextBool();
    const v1::TrialCounts counts = AddCounts(row, total);
    if (started && position < search->stages_size()) {
      *search->mutable_stages(position)->mutable_counts() = counts;
    }
  }
}

}  // namespace

absl::StatusOr<v1::Search> Reads::GetSearch(absl::string_view search) {
  IdentifiedSearch found;
  {
    ETALON_ASSIGN_OR_RETURN(
        Statement row,
        connection_.Prepare(absl::StrCat(kSearch, "WHERE name = ?"), search));
    ETALON_ASSIGN_OR_RETURN(const bool exists, row.Step());
    if (!exists) {
      return absl::NotFoundError(
          absl::StrCat(FormatSearchName(search), " not found"));
    }
    found = ReadSearch(row);
    ETALON_RETURN_IF_ERROR(row.status());
  }
  ETALON_RETURN_IF_ERROR(AddStages(found.id, &found.search));
  ETALON_RETURN_IF_ERROR(AddCounts(connection_, found.id, &found.search));
  return std::move(found.search);
}

absl::StatusOr<v1::SearchSpec> Reads::GetSpec(absl::string_view search) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT spec FROM searches WHERE name = ?", search));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat(FormatSearchName(search), " not found"));
  }
  v1::SearchSpec spec;
  row.NextJson(&spec);
  ETALON_RETURN_IF_ERROR(row.status());
  return spec;
}

absl::Status Reads::AddStages(int64_t search_id, v1::Search* search) {
  ETALON_ASSIGN_OR_RETURN(Statement row, connection_.Prepare(R"sql(
SELECT name, state, training, box, evaluate_test, start_time, end_time,
  planned_trials, race
FROM stages WHERE search_id = ? ORDER BY position
)sql",
                                                             search_id));
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return absl::OkStatus();
    *search->add_stages() = ReadStage(search->spec().name(), row);
  }
}

absl::StatusOr<Page<v1::Search>> Reads::ListSearches(const PageRequest& page) {
  constexpr char kList[] = "searches";
  ETALON_ASSIGN_OR_RETURN(
      const PagePosition start,
      StartOf(kList, page, {std::numeric_limits<int64_t>::max(), {}}));
  Page<v1::Search> result;
  std::vector<IdentifiedSearch> found;
  {
    ETALON_ASSIGN_OR_RETURN(
        Statement row,
        connection_.Prepare(
            absl::StrCat(kSearch,
                         "WHERE search_id < ? AND delete_time IS NULL"
                         " ORDER BY search_id DESC LIMIT ?"),
            start.key, int64_t{page.size} + 1));
    PageFill fill(page);
    while (true) {
      ETALON_ASSIGN_OR_RETURN(const bool exists, row.Step());
      if (!exists) break;
      if (fill.full()) {
        result.next_token = tokens_.Encode(kList, {found.back().id, {}});
        break;
      }
      found.push_back(ReadSearch(row));
      fill.Add(found.back().search);
    }
  }
  for (IdentifiedSearch& search : found) {
    ETALON_RETURN_IF_ERROR(AddCounts(connection_, search.id, &search.search));
    result.items.push_back(std::move(search.search));
  }
  return result;
}

absl::StatusOr<Page<v1::Worker>> Reads::ListWorkers(const PageRequest& page) {
  constexpr char kList[] = "workers";
  ETALON_ASSIGN_OR_RETURN(
      const PagePosition start,
      StartOf(kList, page, {std::numeric_limits<int64_t>::max(), {}}));
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(
          absl::StrCat(kWorker,
                       "WHERE worker_id < ? ORDER BY worker_id DESC LIMIT ?"),
          start.key, int64_t{page.size} + 1));
  Page<v1::Worker> result;
  PageFill fill(page);
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return result;
    if (fill.full()) {
      ETALON_ASSIGN_OR_RETURN(const int64_t last,
                              ParseWorkerName(result.items.back().name()));
      result.next_token = tokens_.Encode(kList, {last, {}});
      return result;
    }
    result.items.push_back(ReadWorker(row));
    fill.Add(result.items.back());
  }
}

absl::StatusOr<v1::Worker> Reads::GetWorker(int64_t worker) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row, connection_.Prepare(
                         absl::StrCat(kWorker, "WHERE worker_id = ?"), worker));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat(FormatWorkerName(worker), " not found"));
  }
  v1::Worker result = ReadWorker(row);
  ETALON_RETURN_IF_ERROR(row.status());
  return result;
}

}  // namespace etalon::sqlite
