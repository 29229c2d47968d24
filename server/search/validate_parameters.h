#ifndef ETALON_SERVER_SEARCH_VALIDATE_PARAMETERS_H_
#define ETALON_SERVER_SEARCH_VALIDATE_PARAMETERS_H_

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// The search's own parameters and those of each stage: names, kinds, ranges,
// values and conditions in themselves. Whether all of their values can be
// trained is CheckSearchedValues' affair. Status codes as in validation.h.
absl::Status ValidateParameters(const v1::SearchSpec& spec);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_PARAMETERS_H_
