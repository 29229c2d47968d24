#ifndef ETALON_SERVER_STAGE_RACE_H_
#define ETALON_SERVER_STAGE_RACE_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/effects.h"
#include "server/moment.h"
#include "storage/transaction.h"

namespace etalon {

// Brings on the race of a stage that is RUNNING and has nothing open: adds the
// replicates that it wants next, or writes down how it has ended, in the store
// and in `stage`. Whether it goes on; never for a stage that does not race.
// `stages` are the search's. Errors are the store's alone.
//
// A race goes block by block, each when the one before has ended whole, so that
// nobody's speed has a say in who is out.
absl::StatusOr<bool> AdvanceRace(Transaction& transaction,
                                 const SearchRecord& search,
                                 absl::Span<const StageRecord> stages,
                                 StageRecord& stage, const Moment& now,
                                 Effects& effects);

}  // namespace etalon

#endif  // ETALON_SERVER_STAGE_RACE_H_
