#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/sqlite_transaction.h"

// Models that are stored or on their way.

namespace etalon::sqlite {
namespace {

// The last piece alone says how far a model has come.
std::string SelectModels(absl::string_view condition) {
  return absl::StrCat(R"sql(
SELECT m.trial_id, t.number, m.attempt, m.size_bytes,
  coalesce((SELECT p.offset + length(p.data) FROM model_pieces AS p
            WHERE p.trial_id = m.trial_id ORDER BY p.offset DESC LIMIT 1), 0),
  r.validation_accuracy
FROM models AS m
JOIN trials AS t USING (trial_id)
LEFT JOIN results AS r USING (trial_id)
)sql",
                      condition);
}

ModelRecord ReadModelRecord(Statement& row) {
  ModelRecord model;
  model.trial = row.NextInt64();
  model.trial_number = row.NextInt64();
  model.attempt = row.NextInt();
  model.size_bytes = row.NextInt64();
  model.stored_bytes = row.NextInt64();
  if (!row.NextIsNull()) model.validation_accuracy = row.NextDouble();
  return model;
}

}  // namespace

absl::StatusOr<std::optional<ModelRecord>> SqliteTransaction::FindModel(
    TrialId trial) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(SelectModels("WHERE m.trial_id = ?"), trial));
  ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  return ReadModelRecord(row);
}

absl::Status SqliteTransaction::AppendModel(TrialId trial, int attempt,
                                            int64_t size_bytes, int64_t offset,
                                            absl::string_view data) {
  ETALON_ASSIGN_OR_RETURN(std::optional<ModelRecord> model, FindModel(trial));
  if (!model.has_value()) {
    ETALON_RETURN_IF_ERROR(connection_.Run(
        "INSERT INTO models (trial_id, attempt, size_bytes) VALUES (?, ?, ?)",
        trial, attempt, size_bytes));
    model.emplace().attempt = attempt;
    model->size_bytes = size_bytes;
  }
  if (model->attempt != attempt || model->size_bytes != size_bytes ||
      model->stored_bytes != offset ||
      static_cast<int64_t>(data.size()) > size_bytes - offset) {
    return absl::InternalError(absl::StrCat(
        data.size(), " bytes at ", offset, " of attempt ", attempt,
        "'s model of ", size_bytes, " do not follow ", model->stored_bytes,
        " of attempt ", model->attempt, "'s model of ", model->size_bytes));
  }
  return connection_.Run(
      "INSERT INTO model_pieces (trial_id, offset, data) VALUES (?, ?, ?)",
      trial, offset, Blob{data});
}

absl::StatusOr<std::vector<ModelRecord>> SqliteTransaction::ListModels(
    StageId stage) {
  ETALON_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Prepare(
          SelectModels("WHERE t.stage_id = ? AND t.state = 'SUCCEEDED'"
                       " ORDER BY t.number"),
          stage));
  std::vector<ModelRecord> models;
  while (true) {
    ETALON_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return models;
    models.push_back(ReadModelRecord(row));
  }
}

absl::Status SqliteTransaction::DeleteModel(TrialId trial) {
  return connection_.Run("DELETE FROM models WHERE trial_id = ?", trial);
}

}  // namespace etalon::sqlite
