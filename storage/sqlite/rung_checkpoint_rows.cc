#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/sqlite_transaction.h"

// Checkpoints that trials go on from at rungs, whole or on their way.

namespace etalon::sqlite {

absl::StatusOr<std::optional<CheckpointRecord>>
SqliteTransaction::FindCheckpoint(TrialId trial, int attempt) {
  // The last piece alone says how far it has come.
  ETALON_ASSIGN_OR_RETURN(Statement row, connection_.Prepare(R"sql(
SELECT c.size_bytes,
  coalesce((SELECT p.offset + length(p.data) FROM checkpoint_pieces AS p
            WHERE p.trial_id = c.trial_id AND p.attempt = c.attempt
            ORDER BY p.offset DESC LIMIT 1), 0)
FROM checkpoints AS c WHERE c.trial_id = ? AND c.attempt = ?
)sql",
                                                             trial, attempt));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  CheckpointRecord checkpoint;
  checkpoint.size_bytes = row.NextInt64();
  checkpoint.stored_bytes = row.NextInt64();
  return checkpoint;
}

absl::Status SqliteTransaction::AppendCheckpoint(TrialId trial, int attempt,
                                                 int64_t size_bytes,
                                                 int64_t offset,
                                                 absl::string_view data) {
  ETALON_ASSIGN_OR_RETURN(std::optional<CheckpointRecord> checkpoint,
                          FindCheckpoint(trial, attempt));
  if (!checkpoint.has_value()) {
    ETALON_RETURN_IF_ERROR(connection_.Run(
        "INSERT INTO checkpoints (trial_id, attempt, size_bytes)"
        " VALUES (?, ?, ?)",
        trial, attempt, size_bytes));
    checkpoint.emplace().size_bytes = size_bytes;
  }
  if (checkpoint->size_bytes != size_bytes ||
      checkpoint->stored_bytes != offset ||
      static_cast<int64_t>(data.size()) > size_bytes - offset) {
    return absl::InternalError(
        absl::StrCat(data.size(), " bytes at ", offset, " of attempt ", attempt,
                     "'s checkpoint of ", size_bytes, " do not follow ",
                     checkpoint->stored_bytes, " of ", checkpoint->size_bytes));
  }
  return connection_.Run(
      "INSERT INTO checkpoint_pieces (trial_id, attempt, offset, data)"
      " VALUES (?, ?, ?, ?)",
      trial, attempt, offset, Blob{data});
}

absl::StatusOr<std::string> SqliteTransaction::ReadCheckpoint(TrialId trial,
                                                              int attempt,
                                                              int64_t offset) {
  ETALON_ASSIGN_OR_RETURN(Statement row,
                          connection_.Prepare(R"sql(
SELECT offset, data FROM checkpoint_pieces
WHERE trial_id = ?1 AND attempt = ?2 AND offset <= ?3
ORDER BY offset DESC LIMIT 1
)sql",
                                              trial, attempt, offset));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::string();
  const size_t skipped = static_cast<size_t>(offset - row.NextInt64());
  std::string data = row.NextBlob();
  data.erase(0, std::min(skipped, data.size()));
  return data;
}

absl::Status SqliteTransaction::DeleteCheckpoints(TrialId trial, int attempt,
                                                  v1::Trial::State state) {
  // Most trials have none, and none has more than two. By their whole key: for
  // a DELETE that may find several rows SQLite builds a table to keep their
  // keys in, even where it finds none.
  std::vector<int> attempts;
  {
    ETALON_ASSIGN_OR_RETURN(
        Statement row, connection_.Prepare("SELECT attempt FROM checkpoints"
                                           " WHERE trial_id = ?",
                                           trial));
    while (true) {
      ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
      if (!found) break;
      attempts.push_back(row.NextInt());
    }
  }
  for (const int other : attempts) {
    // One that is queued again goes on from the checkpoint before; one that
    // waits at a rung, from the attempt's.
    const bool kept = (state == v1::Trial::QUEUED && other != attempt) ||
                      (state == v1::Trial::SUSPENDED && other == attempt);
    if (kept) continue;
    ETALON_RETURN_IF_ERROR(connection_.Run(
        "DELETE FROM checkpoints WHERE trial_id = ? AND attempt = ?", trial,
        other));
  }
  return absl::OkStatus();
}

}  // namespace etalon::sqlite
