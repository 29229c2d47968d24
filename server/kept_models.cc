#include "server/kept_models.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "common/status_macros.h"

namespace etalon {
namespace {

bool IsBetter(double accuracy, int64_t number, double other_accuracy,
              int64_t other_number) {
  return accuracy > other_accuracy ||
         (accuracy == other_accuracy && number < other_number);
}

bool IsBetter(const ModelRecord& a, const ModelRecord& b) {
  return IsBetter(a.validation_accuracy.value_or(0), a.trial_number,
                  b.validation_accuracy.value_or(0), b.trial_number);
}

absl::StatusOr<v1::KeepModel> Policy(Transaction& transaction,
                                     const TrialRecord& trial) {
  ETALON_ASSIGN_OR_RETURN(const StageRecord stage,
                          transaction.GetStage(trial.stage));
  return stage.training.keep_model();
}

}  // namespace

absl::StatusOr<bool> WouldKeepModel(Transaction& transaction,
                                    const TrialRecord& trial,
                                    double validation_accuracy) {
  ETALON_ASSIGN_OR_RETURN(const v1::KeepModel policy,
                          Policy(transaction, trial));
  if (policy == v1::KEEP_ALL) return true;
  if (policy != v1::KEEP_BEST) return false;
  ETALON_ASSIGN_OR_RETURN(const std::vector<ModelRecord> models,
                          transaction.ListModels(trial.stage));
  return std::all_of(models.begin(), models.end(),
                     [&](const ModelRecord& model) {
                       return IsBetter(validation_accuracy, trial.number,
                                       model.validation_accuracy.value_or(0),
                                       model.trial_number);
                     });
}

absl::Status SettleModels(Transaction& transaction, const TrialRecord& trial) {
  ETALON_ASSIGN_OR_RETURN(const std::optional<ModelRecord> model,
                          transaction.FindModel(trial.id));
  if (!model.has_value()) return absl::OkStatus();
  if (model->stored_bytes < model->size_bytes) {
    return transaction.DeleteModel(trial.id);
  }
  ETALON_ASSIGN_OR_RETURN(const v1::KeepModel policy,
                          Policy(transaction, trial));
  if (policy != v1::KEEP_BEST) return absl::OkStatus();
  ETALON_ASSIGN_OR_RETURN(const std::vector<ModelRecord> models,
                          transaction.ListModels(trial.stage));
  const auto best =
      std::min_element(models.begin(), models.end(),
                       [](const ModelRecord& a, const ModelRecord& b) {
                         return IsBetter(a, b);
                       });
  for (const ModelRecord& other : models) {
    if (other.trial == best->trial) continue;
    ETALON_RETURN_IF_ERROR(transaction.DeleteModel(other.trial));
  }
  return absl::OkStatus();
}

}  // namespace etalon
