#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/resource_names.h"
#include "server/coordinator.h"
#include "server/coordinator_mutate.h"
#include "server/stage_progress.h"

namespace etalon {

void Coordinator::Adopt(const StageKey& stage,
                        absl::StatusOr<std::vector<Configuration>> proposed) {
  if (!proposed.ok()) {
    writer_.Post([this, stage, status = proposed.status()] {
      LookAgain(stage, status);
    });
    return;
  }
  if (proposed->empty()) return;
  Enact<Nothing>(
      [this, stage, proposed = *std::move(proposed)](
          Transaction& transaction,
          Effects& effects) -> absl::StatusOr<Nothing> {
        ETALON_RETURN_IF_ERROR(
            AddProposals(transaction, stage, proposed, Now(), effects));
        return Nothing();
      },
      [this, stage](const absl::StatusOr<Nothing>& result) {
        if (!result.ok()) LookAgain(stage, result.status());
      },
      // A full queue; one that is closed has no ticks any more.
      [this, stage](const absl::StatusOr<Nothing>& refusal) {
        writer_.Post([this, stage, status = refusal.status()] {
          LookAgain(stage, status);
        });
      });
}

void Coordinator::LookAgain(const StageKey& stage, const absl::Status& why) {
  LogWarning(
      FormatStageName(stage.search, stage.stage),
      ": no configurations could be added, trying again: ", why.ToString());
  look_again_.push_back(stage);
}

void Coordinator::LookAtStages(const Effects& effects) {
  for (const StageKey& stage : effects.proposing) {
    adaptive_stages_[stage.id] = stage;
    look_(stage);
  }
  for (const StageId stage : effects.observed) {
    const auto adaptive = adaptive_stages_.find(stage);
    if (adaptive != adaptive_stages_.end()) look_(adaptive->second);
  }
  for (const StageId stage : effects.proposed) adaptive_stages_.erase(stage);
}

}  // namespace etalon
