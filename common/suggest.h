#ifndef ETALON_COMMON_SUGGEST_H_
#define ETALON_COMMON_SUGGEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace etalon {

// The candidate that `word` was probably meant to be: the one with the fewest
// insertions, deletions, substitutions and swaps of neighbours between them,
// where these are few for its length. Empty when none is near.
std::string Nearest(absl::string_view word,
                    const std::vector<std::string>& candidates);

// "did you mean 'from'?", or the candidates in their order when none is near.
std::string Suggest(absl::string_view word,
                    const std::vector<std::string>& candidates);

}  // namespace etalon

#endif  // ETALON_COMMON_SUGGEST_H_
