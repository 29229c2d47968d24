#ifndef ETALON_SERVER_SEARCH_RANKING_H_
#define ETALON_SERVER_SEARCH_RANKING_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/ranking.pb.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// What configurations are ranked by, of their validation accuracies: higher is
// better. -infinity where they have none of it: a lower bound, of one alone.
double RankingScore(const v1::Statistic& validation, v1::RankBy by);

// Stages whose races are over, "searches/{search}/stages/{stage}", and the
// configurations that these have left.
using RacedStages = std::map<std::string, std::set<int>>;
RacedStages RacedStagesOf(const v1::Search& search);

// Whether the race of its stage has found it worse than the best: whatever its
// few replicates say.
bool IsOut(const v1::RankedConfiguration& configuration,
           const RacedStages& raced);

// Configurations of `trials`, best first: by the validation accuracies of their
// succeeded replicates, as `by` says; those with a replicate that diverged or
// failed after all that have none, those that races have put out after all
// others, those with open replicates as far as they are known, and those
// without a result left out. Of configurations that are the same
// (Trial.same_as) only that with the most replicates is there, or else the one
// that was trained. Ties go by mean, then by stage name, then by index. A pure
// function: the order of `trials` does not matter. `trials` are of one search.
std::vector<v1::RankedConfiguration> RankConfigurations(
    absl::Span<const v1::Trial> trials, v1::RankBy by = v1::RANK_BY_MEAN,
    const RacedStages& raced = {});

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_RANKING_H_
