#ifndef ETALON_SERVER_SEARCH_RANKING_H_
#define ETALON_SERVER_SEARCH_RANKING_H_

#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/ranking.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// What configurations are ranked by, of their validation accuracies: higher is
// better. -infinity where they have none of it: a lower bound, of one alone.
double RankingScore(const v1::Statistic& validation, v1::RankBy by);

// Configurations of `trials`, best first: by the validation accuracies of their
// succeeded replicates, as `by` says; those with a replicate that diverged or
// failed after all that have none, those with open replicates as far as they
// are known, and those without a result left out. Ties go by mean, then by
// stage name, then by index. A pure function: the order of `trials` does not
// matter. `trials` are of one search.
std::vector<v1::RankedConfiguration> RankConfigurations(
    absl::Span<const v1::Trial> trials, v1::RankBy by = v1::RANK_BY_MEAN);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_RANKING_H_
