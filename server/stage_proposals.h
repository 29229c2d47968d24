#ifndef ETALON_SERVER_STAGE_PROPOSALS_H_
#define ETALON_SERVER_STAGE_PROPOSALS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/search/stage_plan.h"
#include "storage/reader.h"
#include "storage/transaction.h"

namespace etalon {

// A stage, by the ids in "searches/{search}/stages/{stage}", and by its row: a
// search that was deleted may have had the same name.
struct StageKey {
  std::string search;
  std::string stage;
  StageId id = 0;
};

// The configurations that the adaptive stage (search/adaptive_stage.h) can have
// by now
// and has not, in order; none where its search or the stage is not under way,
// or not there any more. What they depend on is what the store has committed.
// Computes for up to some seconds, and reads all trials of the stage and, where
// it compares them, all that they measured. The reader's errors.
absl::StatusOr<std::vector<Configuration>> ProposeConfigurations(
    Reader& reader, const StageKey& stage);

}  // namespace etalon

#endif  // ETALON_SERVER_STAGE_PROPOSALS_H_
