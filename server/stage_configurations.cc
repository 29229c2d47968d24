#include "server/stage_configurations.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "common/status_macros.h"
#include "server/search/training.h"
#include "server/stage_budget.h"
#include "server/stage_reuse.h"

namespace etalon {

absl::StatusOr<std::vector<NewConfiguration>> MakeRows(
    const v1::SearchSpec& spec, const StageRecord& stage,
    std::vector<Configuration> configurations) {
  std::vector<NewConfiguration> rows;
  rows.reserve(configurations.size());
  for (Configuration& configuration : configurations) {
    ETALON_ASSIGN_OR_RETURN(
        const v1::Training applied,
        ApplyParameters(stage.training, configuration.parameters));
    NewConfiguration& row = rows.emplace_back();
    row.index = configuration.index;
    row.parameters = std::move(configuration.parameters);
    row.lambda = applied.lambda();
    row.eta = LearningRate(applied);
    row.fingerprint = FingerprintOf(spec, stage.position, applied);
    row.replicates = std::move(configuration.replicates);
    row.thresholds = std::move(configuration.thresholds);
    row.unseen = std::move(configuration.unseen);
  }
  return rows;
}

absl::Status StartStage(Transaction& transaction, const v1::SearchSpec& spec,
                        absl::Span<const StageRecord> stages,
                        StageRecord& stage, std::vector<NewConfiguration> rows,
                        const Moment& now) {
  ETALON_RETURN_IF_ERROR(FindSame(transaction, stages, stage, rows));
  ETALON_ASSIGN_OR_RETURN(const int64_t first,
                          transaction.NextTrialNumber(stage.search));
  ETALON_RETURN_IF_ERROR(
      transaction.StartStage(stage.id, stage.box, rows, now.time));
  stage.state = v1::Stage::RUNNING;
  stage.start_time = now.time;
  return Spend(transaction, spec.stages(stage.position), stage, first, rows,
               now);
}

absl::StatusOr<bool> ExtendStage(Transaction& transaction,
                                 const v1::SearchSpec& spec,
                                 absl::Span<const StageRecord> stages,
                                 StageRecord& stage,
                                 std::vector<NewConfiguration> rows,
                                 const Moment& now) {
  const v1::StageSpec& stage_spec = spec.stages(stage.position);
  ETALON_RETURN_IF_ERROR(FindSame(transaction, stages, stage, rows));
  ETALON_ASSIGN_OR_RETURN(const size_t kept,
                          CountWithinBudget(stage_spec, stage, rows, now));
  rows.resize(kept);
  ETALON_ASSIGN_OR_RETURN(const int64_t first,
                          transaction.NextTrialNumber(stage.search));
  ETALON_RETURN_IF_ERROR(
      transaction.AddConfigurations(stage.id, rows, now.time));
  ETALON_RETURN_IF_ERROR(
      Spend(transaction, stage_spec, stage, first, rows, now));
  return std::any_of(rows.begin(), rows.end(), [](const NewConfiguration& row) {
    return !row.same_as.empty();
  });
}

}  // namespace etalon
