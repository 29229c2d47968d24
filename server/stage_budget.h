#ifndef ETALON_SERVER_STAGE_BUDGET_H_
#define ETALON_SERVER_STAGE_BUDGET_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "server/moment.h"
#include "storage/transaction.h"

namespace etalon {

// What a stage may take (v1::Budget). Trials and updates are spent when trials
// are queued, in the order of their numbers: whether one is within them is
// known from the first, whoever trains it when. Time is spent while the clock
// goes.

// Takes from the stage's budget, if it has one, what the trials of `rows` need,
// which are in the store and numbered from `first` on. Cancels them from the
// first on that goes beyond, or all where its time is up.
absl::Status Spend(Transaction& transaction, const v1::StageSpec& spec,
                   StageRecord& stage, int64_t first,
                   absl::Span<const NewConfiguration> rows, const Moment& now);

// Of `rows`, which are to be added, how many are worth keeping: those up to the
// first that the budget has no room for, which is kept to tell why no more
// came.
absl::StatusOr<size_t> CountWithinBudget(
    const v1::StageSpec& spec, const StageRecord& stage,
    absl::Span<const NewConfiguration> rows, const Moment& now);

// Takes what all of some trials need, as CutToBudget has them, or nothing.
// Whether there was enough.
absl::StatusOr<bool> SpendWhole(
    Transaction& transaction, const v1::StageSpec& spec, StageRecord& stage,
    absl::Span<const std::optional<int64_t>> updates, const Moment& now);

// When the stage's time is up by the wall clock, if nobody sets that; none
// where it is not bounded, or has not begun.
std::optional<absl::Time> EndOfTime(const v1::StageSpec& spec,
                                    const StageRecord& stage);

// Cancels what is queued of a stage whose time is up. Trials that are at work
// go on to their end.
absl::Status CancelForTime(Transaction& transaction, const v1::StageSpec& spec,
                           StageId stage, int64_t first_number, absl::Time now);

}  // namespace etalon

#endif  // ETALON_SERVER_STAGE_BUDGET_H_
