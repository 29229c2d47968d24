#include "client/trial_filter.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace etalon {

std::string TrialsOf(const std::string& stage,
                     absl::Span<const v1::Trial::State> states) {
  // Ids and states are words of the language: neither needs quotes.
  std::vector<std::string> conditions;
  if (!stage.empty()) conditions.push_back(absl::StrCat("stage = ", stage));
  if (!states.empty()) {
    conditions.push_back(absl::StrCat(
        "state IN (",
        absl::StrJoin(states, ", ",
                      [](std::string* out, v1::Trial::State state) {
                        out->append(v1::Trial::State_Name(state));
                      }),
        ")"));
  }
  return absl::StrJoin(conditions, " AND ");
}

}  // namespace etalon
