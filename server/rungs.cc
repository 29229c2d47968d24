#include "server/rungs.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/resource_names.h"
#include "common/status_macros.h"
#include "server/search/halving.h"
#include "server/search/training.h"

namespace etalon {

absl::StatusOr<int64_t> RungOfAttempt(Transaction& transaction,
                                      const TrialRecord& trial) {
  ETALON_ASSIGN_OR_RETURN(const SearchRecord search,
                          transaction.GetSearchById(trial.search));
  ETALON_ASSIGN_OR_RETURN(const StageRecord stage,
                          transaction.GetStage(trial.stage));
  const v1::Stopping& stopping = search.spec.stages(stage.position).stopping();
  if (!stopping.has_halving()) return 0;
  ETALON_ASSIGN_OR_RETURN(const TrialDetails details,
                          transaction.GetTrialById(trial.id));
  ETALON_ASSIGN_OR_RETURN(const v1::Training training,
                          ApplyParameters(stage.training, details.parameters));
  return UntilUpdate(stopping, training, details.rung);
}

absl::Status CheckSuspension(Transaction& transaction, const TrialRecord& trial,
                             const v1::Measurement& result) {
  ETALON_ASSIGN_OR_RETURN(const int64_t until_update,
                          RungOfAttempt(transaction, trial));
  if (until_update == 0) {
    return absl::InvalidArgumentError(
        "suspended: the trial was leased up to its end, not to a rung");
  }
  if (result.update() != until_update) {
    return absl::InvalidArgumentError(absl::StrCat(
        "suspended: the last measurement is of update ", result.update(),
        ": the trial was leased up to update ", until_update));
  }
  ETALON_ASSIGN_OR_RETURN(const std::optional<CheckpointRecord> checkpoint,
                          transaction.FindCheckpoint(trial.id, trial.attempt));
  if (checkpoint.has_value() &&
      checkpoint->stored_bytes == checkpoint->size_bytes) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      checkpoint.has_value()
          ? absl::StrCat("suspended: of its checkpoint, ",
                         checkpoint->stored_bytes, " of ",
                         checkpoint->size_bytes, " bytes are there")
          : "suspended: its checkpoint was not stored");
}

absl::StatusOr<bool> LeaveRung(Transaction& transaction,
                               const v1::SearchSpec& spec,
                               const StageRecord& stage, absl::Time now,
                               Effects& effects) {
  const v1::Stopping& stopping = spec.stages(stage.position).stopping();
  if (!stopping.has_halving()) return false;
  ETALON_ASSIGN_OR_RETURN(const std::vector<RungTrial> trials,
                          transaction.ListRungTrials(stage.id));
  std::vector<HalvingTrial> waiting;
  waiting.reserve(trials.size());
  for (const RungTrial& trial : trials) {
    ETALON_ASSIGN_OR_RETURN(const v1::Training training,
                            ApplyParameters(stage.training, trial.parameters));
    const auto rungs = RungUpdates(stopping.halving(), training).size();
    waiting.push_back({trial.configuration, trial.state,
                       static_cast<int>(rungs) - trial.rung,
                       trial.validation_accuracy.value_or(0)});
  }
  const Promotion promotion =
      Promote(waiting, HalvingFactor(stopping.halving()));
  for (const size_t i : promotion.promoted) {
    ETALON_RETURN_IF_ERROR(transaction.PromoteTrial(trials[i].id, now));
  }
  for (const size_t i : promotion.stopped) {
    ETALON_RETURN_IF_ERROR(transaction.StopTrial(trials[i].id, now));
    effects.trials_ended.push_back(v1::Trial::STOPPED);
  }
  if (promotion.promoted.empty()) return false;
  effects.trials_available = true;
  effects.events.push_back(absl::StrCat(
      FormatStageName(spec.name(), stage.name), " sends ",
      promotion.promoted.size(), " trials on from a rung and stops ",
      promotion.stopped.size()));
  return true;
}

}  // namespace etalon
