#include "server/search/observed.h"

#include <algorithm>

#include "server/search/space.h"

namespace etalon {

std::vector<size_t> RankMeasured(absl::Span<const Observation> observed) {
  std::vector<size_t> ranked;
  for (size_t i = 0; i < observed.size(); ++i) {
    if (observed[i].state == Observation::State::kMeasured) ranked.push_back(i);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [&](size_t a, size_t b) {
    return observed[a].value > observed[b].value;
  });
  return ranked;
}

bool IsObserved(absl::Span<const v1::ParameterAssignment> parameters,
                absl::Span<const Observation> observed) {
  return std::any_of(
      observed.begin(), observed.end(), [&](const Observation& other) {
        return std::equal(parameters.begin(), parameters.end(),
                          other.parameters.begin(), other.parameters.end(),
                          [](const v1::ParameterAssignment& a,
                             const v1::ParameterAssignment& b) {
                            return a.name() == b.name() &&
                                   SameValue(a.value(), b.value());
                          });
      });
}

}  // namespace etalon
