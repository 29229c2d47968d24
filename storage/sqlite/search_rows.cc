#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/events.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/sqlite_transaction.h"

// Searches and the requests that made them.

namespace etalon::sqlite {
namespace {

bool IsTerminal(v1::Search::State state) {
  return state == v1::Search::SUCCEEDED || state == v1::Search::FAILED ||
         state == v1::Search::CANCELLED;
}

absl::Status SearchIdNotFound(SearchId search) {
  return absl::NotFoundError(
      absl::StrCat("search with row id ", search, " not found"));
}

// The record in the first row, if there is one.
absl::StatusOr<std::optional<SearchRecord>> ReadOptionalSearch(
    absl::StatusOr<Statement> row) {
  ETALON_RETURN_IF_ERROR(row.status());
  ETALON_ASSIGN_OR_RETURN(const bool found, row->Step());
  if (!found) return std::nullopt;
  SearchRecord record = ReadSearchRecord(*row);
  ETALON_RETURN_IF_ERROR(row->status());
  return record;
}

// The stages that a search's end leaves behind.
absl::Status SkipStages(Connection& connection, SearchId search,
                        absl::Time now) {
  constexpr char kOpen[] =
      "WHERE search_id = ?1 AND state IN ('PENDING', 'RUNNING')";
  ETALON_RETURN_IF_ERROR(connection.Run(
      absl::StrCat("INSERT INTO events"
                   " (time, subject, search_id, stage_id, state)"
                   " SELECT ?2, 'STAGE', search_id, stage_id, 'SKIPPED'"
                   " FROM stages ",
                   kOpen, " ORDER BY position"),
      search, now));
  return connection.Run(
      absl::StrCat("UPDATE stages SET state = 'SKIPPED',"
                   " end_time = iif(start_time IS NULL, NULL, ?2) ",
                   kOpen),
      search, now);
}

}  // namespace

absl::StatusOr<std::optional<SearchRecord>> SqliteTransaction::FindRequest(
    absl::string_view request_id) {
  if (request_id.empty()) return std::nullopt;
  return ReadOptionalSearch(
      connection_.Prepare(SelectSearchRecords("WHERE search_id ="
                                              " (SELECT search_id FROM requests"
                                              "  WHERE request_id = ?)"),
                          request_id));
}

absl::StatusOr<SearchId> SqliteTransaction::InsertSearch(
    const v1::SearchSpec& spec, v1::Search::State state,
    absl::Span<const NewStage> stages, absl::string_view request_id,
    absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(
      const std::optional<SearchRecord> taken,
      ReadOptionalSearch(connection_.Prepare(
          SelectSearchRecords("WHERE name = ?"), spec.name())));
  if (taken.has_value()) {
    return absl::AlreadyExistsError(
        absl::StrCat(FormatSearchName(spec.name()), " already exists"));
  }
  ETALON_ASSIGN_OR_RETURN(const std::string spec_json, ToJson(spec));
  const std::string& state_name = v1::Search::State_Name(state);
  ETALON_RETURN_IF_ERROR(
      connection_.Run("INSERT INTO searches (name, spec, state, create_time)"
                      " VALUES (?, ?, ?, ?)",
                      spec.name(), spec_json, state_name, now));
  const SearchId search = connection_.last_insert_id();
  for (size_t i = 0; i < stages.size(); ++i) {
    const NewStage& stage = stages[i];
    ETALON_ASSIGN_OR_RETURN(const std::string training, ToJson(stage.training));
    ETALON_RETURN_IF_ERROR(connection_.Run(
        "INSERT INTO stages (search_id, position, name, state, training,"
        " evaluate_test, planned_trials)"
        " VALUES (?, ?, ?, 'PENDING', ?, ?, ?)",
        search, i, stage.name, training, stage.evaluate_test,
        stage.planned_trials));
    ETALON_RETURN_IF_ERROR(counts_.InsertStage(connection_.last_insert_id()));
  }
  if (!request_id.empty()) {
    ETALON_RETURN_IF_ERROR(connection_.Run(
        "INSERT INTO requests (request_id, search_id, create_time)"
        " VALUES (?, ?, ?)",
        request_id, search, now));
  }
  ETALON_RETURN_IF_ERROR(AppendEvent(connection_, {.time = now,
                                                   .subject = "SEARCH",
                                                   .search = search,
                                                   .state = state_name}));
  return search;
}

absl::StatusOr<SearchRecord> SqliteTransaction::FindSearch(
    absl::string_view search) {
  ETALON_ASSIGN_OR_RETURN(std::optional<SearchRecord> record,
                          ReadOptionalSearch(connection_.Prepare(
                              SelectSearchRecords("WHERE name = ?"), search)));
  if (record.has_value()) return *std::move(record);
  return absl::NotFoundError(
      absl::StrCat(FormatSearchName(search), " not found"));
}

absl::StatusOr<SearchRecord> SqliteTransaction::GetSearchById(SearchId search) {
  ETALON_ASSIGN_OR_RETURN(
      std::optional<SearchRecord> record,
      ReadOptionalSearch(connection_.Prepare(
          SelectSearchRecords("WHERE search_id = ?"), search)));
  if (record.has_value()) return *std::move(record);
  return SearchIdNotFound(search);
}

absl::StatusOr<std::vector<SearchRecord>>
SqliteTransaction::ListOpenSearches() {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(SelectSearchRecords(
          "INDEXED BY searches_open WHERE state IN ('RUNNING', 'PAUSED')"
          " ORDER BY search_id")));
  std::vector<SearchRecord> searches;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return searches;
    searches.push_back(ReadSearchRecord(row));
  }
}

absl::Status SqliteTransaction::MarkSearchStarted(SearchId search,
                                                  absl::Time now) {
  ETALON_RETURN_IF_ERROR(
      connection_.Run("UPDATE searches SET start_time = ?"
                      " WHERE search_id = ? AND start_time IS NULL",
                      now, search));
  if (connection_.changes() > 0) return absl::OkStatus();
  return GetSearchById(search).status();
}

absl::Status SqliteTransaction::SetSearchState(SearchId search,
                                               v1::Search::State state,
                                               absl::string_view message,
                                               absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const SearchRecord before, GetSearchById(search));
  const std::string& state_name = v1::Search::State_Name(state);
  ETALON_RETURN_IF_ERROR(connection_.Run(
      "UPDATE searches SET state = ?2, message = ?3,"
      " end_time = iif(?4, coalesce(end_time, ?5), NULL)"
      " WHERE search_id = ?1 AND (state <> ?2 OR message <> ?3)",
      search, state_name, message, IsTerminal(state), now));
  if (before.state == state) return absl::OkStatus();
  ETALON_RETURN_IF_ERROR(AppendEvent(connection_, {.time = now,
                                                   .subject = "SEARCH",
                                                   .search = search,
                                                   .state = state_name,
                                                   .message = message}));
  return IsTerminal(state) ? SkipStages(connection_, search, now)
                           : absl::OkStatus();
}

}  // namespace etalon::sqlite
