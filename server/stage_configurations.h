#ifndef ETALON_SERVER_STAGE_CONFIGURATIONS_H_
#define ETALON_SERVER_STAGE_CONFIGURATIONS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "server/moment.h"
#include "server/search/stage_plan.h"
#include "storage/transaction.h"

namespace etalon {

// How configurations that were drawn or proposed come into a stage. `stages`
// are all of the search.

// Configurations of the stage as rows. INVALID_ARGUMENT: the training cannot
// have such parameters.
absl::StatusOr<std::vector<NewConfiguration>> MakeRows(
    const v1::SearchSpec& spec, const StageRecord& stage,
    std::vector<Configuration> configurations);

// Makes the stage RUNNING, with these configurations as far as its budget goes;
// its box is set. Errors are the store's alone.
absl::Status StartStage(Transaction& transaction, const v1::SearchSpec& spec,
                        absl::Span<const StageRecord> stages,
                        StageRecord& stage, std::vector<NewConfiguration> rows,
                        const Moment& now);

// Likewise more of them, for a stage that is RUNNING. Whether others stand for
// any of their trials.
absl::StatusOr<bool> ExtendStage(Transaction& transaction,
                                 const v1::SearchSpec& spec,
                                 absl::Span<const StageRecord> stages,
                                 StageRecord& stage,
                                 std::vector<NewConfiguration> rows,
                                 const Moment& now);

}  // namespace etalon

#endif  // ETALON_SERVER_STAGE_CONFIGURATIONS_H_
