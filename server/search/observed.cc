#include "server/search/observed.h"

#include <algorithm>

#include "server/search/descending.h"
#include "server/search/space.h"

namespace etalon {

std::vector<size_t> RankMeasured(absl::Span<const Observation> observed) {
  std::vector<size_t> measured;
  std::vector<double> values;
  for (size_t i = 0; i < observed.size(); ++i) {
    if (observed[i].state != Observation::State::kMeasured) continue;
    measured.push_back(i);
    values.push_back(observed[i].value);
  }
  std::vector<size_t> ranked;
  ranked.reserve(measured.size());
  for (const size_t i : DescendingOrder(values)) ranked.push_back(measured[i]);
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
