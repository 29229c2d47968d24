#ifndef ETALON_SERVER_SEARCH_SEARCHABLE_H_
#define ETALON_SERVER_SEARCH_SEARCHABLE_H_

#include "absl/strings/string_view.h"
#include "etalon/v1/training.pb.h"

namespace etalon {

// What a parameter of the search may be: "lambda" or "eta".
bool IsSearchable(absl::string_view parameter);

// Where the values of a searchable parameter end below.
struct LowerLimit {
  double value = 0;
  bool allowed = false;  // whether the value itself is one
};

// lambda: 0, allowed. eta: 0, or eta_min under a cyclical schedule, not
// allowed. `training` has its defaults filled in.
LowerLimit LowerLimitOf(absl::string_view parameter,
                        const v1::Training& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SEARCHABLE_H_
