#ifndef ETALON_SERVER_STAGE_PROGRESS_H_
#define ETALON_SERVER_STAGE_PROGRESS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "etalon/v1/search.pb.h"
#include "server/effects.h"
#include "server/moment.h"
#include "server/search/stage_plan.h"
#include "server/stage_proposals.h"
#include "storage/transaction.h"

namespace etalon {

// The stages of a new search, as the store is to have them. `spec` is valid.
std::vector<NewStage> PlanStages(const v1::SearchSpec& spec);

// Brings the search as far as it goes without training: sends trials on that
// wait at rungs, adds what a race wants next, completes stages that have
// nothing open, plans and starts the next, and ends the search after the last,
// or as FAILED where a stage has nothing to build on. Does nothing while a
// stage has open trials, so it may be called at any time. Errors are the
// store's alone.
absl::Status AdvanceSearch(Transaction& transaction, SearchId search,
                           const Moment& now, Effects& effects);

// Ends the search: none of its stages gets more configurations.
absl::Status EndSearch(Transaction& transaction, const SearchRecord& search,
                       v1::Search::State state, absl::string_view message,
                       absl::Time now, Effects& effects);

// Adds what was proposed for an adaptive stage: configurations that follow each
// other. Passes over them where the stage or its search has ended meanwhile, or
// others have come first, and where they are for a search that was deleted. A
// search whose trials cannot be made of them ends as FAILED. Errors are the
// store's alone.
absl::Status AddProposals(Transaction& transaction, const StageKey& stage,
                          std::vector<Configuration> proposed,
                          const Moment& now, Effects& effects);

// Cancels what is queued of a stage whose time (v1::Budget) is up, and brings
// its search on where nothing is open any more. Errors are the store's alone.
absl::Status EndStageTime(Transaction& transaction, StageId stage,
                          const Moment& now, Effects& effects);

}  // namespace etalon

#endif  // ETALON_SERVER_STAGE_PROGRESS_H_
