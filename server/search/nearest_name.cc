#include "server/search/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "common/limits.h"

namespace etalon {
namespace {

// Levenshtein's: insertions, deletions and substitutions.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  // distances[j]: from the part of a that was read to the first j letters of b.
  std::vector<size_t> distances(b.size() + 1);
  std::iota(distances.begin(), distances.end(), size_t{0});
  for (const char letter : a) {
    size_t diagonal = distances[0]++;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (letter == b[j - 1] ? 0 : 1);
      diagonal = distances[j];
      distances[j] =
          std::min({substituted, distances[j] + 1, distances[j - 1] + 1});
    }
  }
  return distances[b.size()];
}

}  // namespace

std::string NearestName(absl::string_view name,
                        absl::Span<const std::string> candidates) {
  const auto distance = [name](const std::string& candidate) {
    return EditDistance(name.substr(0, kMaxNameLength),
                        absl::string_view(candidate).substr(0, kMaxNameLength));
  };
  const auto nearest =
      std::min_element(candidates.begin(), candidates.end(),
                       [&distance](const std::string& a, const std::string& b) {
                         return distance(a) < distance(b);
                       });
  return nearest == candidates.end() ? "" : *nearest;
}

}  // namespace etalon
