#ifndef ETALON_SERVER_SEARCH_TAKE_H_
#define ETALON_SERVER_SEARCH_TAKE_H_

#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// Parameters of the best `top` configurations that `observed` has a result of,
// best first, as RankConfigurations orders them; fewer where there are fewer.
// `observed` are of one stage, in any order; `contenders` are those that its
// race has left, empty where it did not race.
std::vector<std::vector<v1::ParameterAssignment>> TakeBest(
    absl::Span<const v1::Trial> observed, int top,
    absl::Span<const int> contenders = {});

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TAKE_H_
