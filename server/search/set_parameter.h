#ifndef ETALON_SERVER_SEARCH_SET_PARAMETER_H_
#define ETALON_SERVER_SEARCH_SET_PARAMETER_H_

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "server/search/parameter_path.h"

namespace etalon {

// Messages say what is wrong and what would do, with no field in front.

// Whether `value` is of the kind that `path` holds; not whether it is in range.
// INVALID_ARGUMENT: it is not.
absl::Status CheckFits(const ParameterPath& path,
                       const v1::ParameterValue& value);

// Sets it in `training`, which keeps what it says of the algorithm or form that
// is chosen and loses what it says of another.
// INVALID_ARGUMENT: `value` does not fit, or `training` has not chosen the
// message that the field is in, or has no such hidden layer.
absl::Status SetParameter(const ParameterPath& path,
                          const v1::ParameterValue& value,
                          v1::Training& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SET_PARAMETER_H_
