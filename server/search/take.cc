#include "server/search/take.h"

#include "etalon/v1/ranking.pb.h"
#include "server/search/ranking.h"

namespace etalon {

std::vector<std::vector<v1::ParameterAssignment>> TakeBest(
    absl::Span<const v1::Trial> observed, int top,
    absl::Span<const int> contenders) {
  RacedStages raced;
  if (!observed.empty() && !contenders.empty()) {
    raced[observed.front().stage()].insert(contenders.begin(),
                                           contenders.end());
  }
  std::vector<std::vector<v1::ParameterAssignment>> best;
  for (const v1::RankedConfiguration& ranked :
       RankConfigurations(observed, v1::RANK_BY_MEAN, raced)) {
    if (ranked.rank() > top) break;
    best.emplace_back(ranked.parameters().begin(), ranked.parameters().end());
  }
  return best;
}

}  // namespace etalon
