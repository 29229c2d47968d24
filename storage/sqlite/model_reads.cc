#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "storage/sqlite/reads.h"

// Reads of stored models.

namespace etalon::sqlite {

absl::StatusOr<std::optional<ModelPiece>> Reads::ReadModel(
    absl::string_view search, int64_t number, int64_t offset) {
  ETALON_ASSIGN_OR_RETURN(const int64_t search_id, SearchIdOf(search));
  ModelPiece piece;
  int64_t trial_id;
  {
    ETALON_ASSIGN_OR_RETURN(Statement row,
                            connection_.Prepare(R"sql(
SELECT t.trial_id, t.state = 'SUCCEEDED', m.size_bytes
FROM trials AS t
LEFT JOIN models AS m USING (trial_id)
WHERE t.search_id = ? AND t.number = ?
)sql",
                                                search_id, number));
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) {
      return absl::NotFoundError(
          absl::StrCat(FormatTrialName(search, number), " not found"));
    }
    trial_id = row.NextInt64();
    if (!row.NextBool() || row.NextIsNull()) return std::nullopt;
    piece.size_bytes = row.NextInt64();
  }
  ETALON_ASSIGN_OR_RETURN(Statement row, connection_.Prepare(R"sql(
SELECT offset, data FROM model_pieces WHERE trial_id = ?1 AND offset <= ?2
ORDER BY offset DESC LIMIT 1
)sql",
                                                             trial_id, offset));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (found) {
    const size_t skipped = offset - row.NextInt64();
    piece.data = row.NextBlob();
    piece.data.erase(0, std::min(skipped, piece.data.size()));
  }
  return piece;
}

absl::Status Reads::AddModelSize(int64_t trial_id, v1::Trial* trial) {
  if (trial->state() != v1::Trial::SUCCEEDED) return absl::OkStatus();
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare("SELECT size_bytes FROM models WHERE trial_id = ?",
                          trial_id));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (found) trial->set_model_size_bytes(row.NextInt64());
  return absl::OkStatus();
}

}  // namespace etalon::sqlite
