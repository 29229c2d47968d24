#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/events.h"
#include "storage/sqlite/sqlite_transaction.h"

// Searches that are deleted. The search's row goes last, so that whoever begins
// anew finds what is left; children go before those that they refer to.

namespace etalon::sqlite {
namespace {

// A piece of a model has up to a mebibyte, of which every page is freed: as
// much work as some hundred rows.
constexpr int64_t kRowsPerModelPiece = 100;

// Deletes rows until as many as were allowed are gone.
class Purge {
 public:
  Purge(Connection& connection, int64_t max_rows)
      : connection_(connection), rows_left_(max_rows) {}

  bool exhausted() const { return rows_left_ <= 0; }

  // Whether all of the search is gone.
  absl::StatusOr<bool> DeleteSearch(int64_t search) {
    while (true) {
      ETALON_ASSIGN_OR_RETURN(
          const int64_t trial,
          First("SELECT trial_id FROM trials WHERE search_id = ?"
                " ORDER BY number LIMIT 1",
                search));
      if (trial == 0) break;
      ETALON_ASSIGN_OR_RETURN(const bool gone, DeleteTrial(trial));
      if (!gone || exhausted()) return false;
    }
    while (true) {
      ETALON_ASSIGN_OR_RETURN(
          const int64_t stage,
          First("SELECT stage_id FROM stages WHERE search_id = ?"
                " ORDER BY position LIMIT 1",
                search));
      if (stage == 0) break;
      ETALON_ASSIGN_OR_RETURN(const bool gone, DeleteStage(stage));
      if (!gone || exhausted()) return false;
    }
    ETALON_RETURN_IF_ERROR(
        Delete("DELETE FROM searches WHERE search_id = ?", search));
    return true;
  }

 private:
  // Checkpoints went with the trial's end.
  absl::StatusOr<bool> DeleteTrial(int64_t trial) {
    while (true) {
      ETALON_ASSIGN_OR_RETURN(
          const int64_t piece,
          First("SELECT rowid FROM model_pieces WHERE trial_id = ? LIMIT 1",
                trial));
      if (piece == 0) break;
      ETALON_RETURN_IF_ERROR(
          Delete("DELETE FROM model_pieces WHERE rowid = ?", piece));
      rows_left_ -= kRowsPerModelPiece - 1;
      if (exhausted()) return false;
    }
    ETALON_RETURN_IF_ERROR(connection_.Run(
        "DELETE FROM measurements WHERE (trial_id, attempt, updates) IN"
        " (SELECT trial_id, attempt, updates FROM measurements"
        "  WHERE trial_id = ? LIMIT ?)",
        trial, rows_left_));
    rows_left_ -= connection_.changes();
    if (exhausted()) return false;
    for (const char* sql : {"DELETE FROM models WHERE trial_id = ?",
                            "DELETE FROM results WHERE trial_id = ?",
                            "DELETE FROM rungs WHERE trial_id = ?",
                            "DELETE FROM attempts WHERE trial_id = ?",
                            "DELETE FROM trials WHERE trial_id = ?"}) {
      ETALON_RETURN_IF_ERROR(Delete(sql, trial));
    }
    return true;
  }

  absl::StatusOr<bool> DeleteStage(int64_t stage) {
    ETALON_RETURN_IF_ERROR(connection_.Run(
        "DELETE FROM configurations WHERE (stage_id, configuration) IN"
        " (SELECT stage_id, configuration FROM configurations"
        "  WHERE stage_id = ? LIMIT ?)",
        stage, rows_left_));
    rows_left_ -= connection_.changes();
    if (exhausted()) return false;
    ETALON_RETURN_IF_ERROR(
        Delete("DELETE FROM stage_counts WHERE stage_id = ?", stage));
    ETALON_RETURN_IF_ERROR(
        Delete("DELETE FROM stages WHERE stage_id = ?", stage));
    return true;
  }

  // The id in the first row, or 0.
  absl::StatusOr<int64_t> First(absl::string_view sql, int64_t parent) {
    ETALON_ASSIGN_OR_RETURN(Statement row, connection_.Prepare(sql, parent));
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    return found ? row.NextInt64() : 0;
  }

  absl::Status Delete(absl::string_view sql, int64_t id) {
    ETALON_RETURN_IF_ERROR(connection_.Run(sql, id));
    rows_left_ -= connection_.changes();
    return absl::OkStatus();
  }

  Connection& connection_;
  int64_t rows_left_;
};

}  // namespace

absl::Status SqliteTransaction::DeleteSearch(SearchId search, absl::Time now) {
  ETALON_ASSIGN_OR_RETURN(const SearchRecord record, GetSearchById(search));
  ETALON_RETURN_IF_ERROR(
      connection_.Run("DELETE FROM requests WHERE search_id = ?", search));
  // '~' begins no search's name.
  ETALON_RETURN_IF_ERROR(
      connection_.Run("UPDATE searches SET name = '~' || search_id,"
                      " delete_time = ? WHERE search_id = ?",
                      now, search));
  return AppendEvent(connection_, {.time = now,
                                   .subject = "SEARCH",
                                   .search = search,
                                   .state = "DELETED",
                                   .message = record.spec.name()});
}

absl::StatusOr<bool> SqliteTransaction::PurgeDeleted(int64_t max_rows) {
  Purge purge(connection_, max_rows);
  while (!purge.exhausted()) {
    int64_t search = 0;
    {
      ETALON_ASSIGN_OR_RETURN(
          Statement row, connection_.Prepare("SELECT search_id FROM searches"
                                             " INDEXED BY searches_deleted"
                                             " WHERE delete_time IS NOT NULL"
                                             " ORDER BY search_id LIMIT 1"));
      ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
      if (!found) return false;
      search = row.NextInt64();
    }
    ETALON_ASSIGN_OR_RETURN(const bool gone, purge.DeleteSearch(search));
    if (!gone) return true;
  }
  return true;
}

}  // namespace etalon::sqlite
