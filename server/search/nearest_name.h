#ifndef ETALON_SERVER_SEARCH_NEAREST_NAME_H_
#define ETALON_SERVER_SEARCH_NEAREST_NAME_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace etalon {

// The candidate with the fewest letters to change from `name`, the first of
// equals; empty where there are none. Time is bounded: only the first letters
// of a long name count.
std::string NearestName(absl::string_view name,
                        absl::Span<const std::string> candidates);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_NEAREST_NAME_H_
