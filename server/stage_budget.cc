#include "server/stage_budget.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/durations.h"
#include "server/search/budget.h"
#include "server/search/training.h"

namespace etalon {
namespace {

v1::Failure Spent(const std::string& why) {
  v1::Failure failure;
  failure.set_reason(v1::Failure::CANCELLED);
  failure.set_message(why);
  return failure;
}

using Updates = std::vector<std::optional<int64_t>>;

// Of the trials of `rows`, in order.
absl::StatusOr<Updates> UpdatesOfTrials(
    const StageRecord& stage, absl::Span<const NewConfiguration> rows) {
  Updates updates;
  for (const NewConfiguration& row : rows) {
    ETALON_ASSIGN_OR_RETURN(const v1::Training applied,
                            ApplyParameters(stage.training, row.parameters));
    for (size_t i = 0; i < row.replicates.size(); ++i) {
      const bool trained = row.same_as.empty() || !row.same_as[i].has_value();
      updates.push_back(trained ? std::optional<int64_t>(UpdatesOf(applied))
                                : std::nullopt);
    }
  }
  return updates;
}

Spending SpendingOf(const StageRecord& stage) {
  return {stage.spent_trials, stage.spent_updates};
}

absl::Status SetSpending(Transaction& transaction, StageRecord& stage,
                         const Spending& spent) {
  stage.spent_trials = spent.trials;
  stage.spent_updates = spent.updates;
  return transaction.SetSpending(stage.id, spent.trials, spent.updates);
}

}  // namespace

absl::Status Spend(Transaction& transaction, const v1::StageSpec& spec,
                   StageRecord& stage, int64_t first,
                   absl::Span<const NewConfiguration> rows, const Moment& now) {
  if (!spec.has_budget()) return absl::OkStatus();
  if (now.IsUp(stage.id)) {
    return CancelForTime(transaction, spec, stage.id, first, now.time);
  }
  ETALON_ASSIGN_OR_RETURN(const Updates updates, UpdatesOfTrials(stage, rows));
  const BudgetCut cut = CutToBudget(spec.budget(), SpendingOf(stage), updates);
  ETALON_RETURN_IF_ERROR(SetSpending(transaction, stage, cut.spent));
  if (cut.fitting == updates.size()) return absl::OkStatus();
  return transaction
      .CancelQueued(stage.id, first + static_cast<int64_t>(cut.fitting),
                    Spent(cut.reason), now.time)
      .status();
}

absl::StatusOr<size_t> CountWithinBudget(
    const v1::StageSpec& spec, const StageRecord& stage,
    absl::Span<const NewConfiguration> rows, const Moment& now) {
  if (!spec.has_budget()) return rows.size();
  if (now.IsUp(stage.id)) return 1;
  ETALON_ASSIGN_OR_RETURN(const Updates updates, UpdatesOfTrials(stage, rows));
  const BudgetCut cut = CutToBudget(spec.budget(), SpendingOf(stage), updates);
  size_t trials = 0;
  size_t kept = 0;
  while (kept < rows.size() && trials <= cut.fitting) {
    trials += rows[kept].replicates.size();
    ++kept;
  }
  return kept;
}

absl::StatusOr<bool> SpendWhole(
    Transaction& transaction, const v1::StageSpec& spec, StageRecord& stage,
    absl::Span<const std::optional<int64_t>> updates, const Moment& now) {
  if (!spec.has_budget()) return true;
  if (now.IsUp(stage.id)) return false;
  const BudgetCut cut = CutToBudget(spec.budget(), SpendingOf(stage), updates);
  if (cut.fitting < updates.size()) return false;
  ETALON_RETURN_IF_ERROR(SetSpending(transaction, stage, cut.spent));
  return true;
}

std::optional<absl::Time> EndOfTime(const v1::StageSpec& spec,
                                    const StageRecord& stage) {
  if (!spec.budget().has_time() || !stage.start_time.has_value()) {
    return std::nullopt;
  }
  return *stage.start_time + FromProto(spec.budget().time());
}

absl::Status CancelForTime(Transaction& transaction, const v1::StageSpec& spec,
                           StageId stage, int64_t first_number,
                           absl::Time now) {
  return transaction
      .CancelQueued(stage, first_number,
                    Spent(absl::StrCat(
                        "the stage's time is up: its budget is ",
                        absl::FormatDuration(FromProto(spec.budget().time())))),
                    now)
      .status();
}

}  // namespace etalon
