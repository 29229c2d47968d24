#ifndef ETALON_SERVER_SEARCH_VALIDATE_STOPPING_H_
#define ETALON_SERVER_SEARCH_VALIDATE_STOPPING_H_

#include <string>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"
#include "server/search/training_fields.h"

namespace etalon {

// OK when stage `stage` has no rule of stopping, or one that can be followed
// and does not contradict what else it says. `path` is "stages[1].stopping".
// INVALID_ARGUMENT and RESOURCE_EXHAUSTED name the field, the value and what
// would do. That its trials are long enough is for ValidateRungs.
absl::Status ValidateStopping(const v1::SearchSpec& spec, int stage,
                              const std::string& path);

// That trials of stage `stage`, which ValidateStopping finds nothing in, are as
// long as the first rung is to be; for CheckSearchedValues.
absl::Status ValidateRungs(const v1::SearchSpec& spec, int stage,
                           const StageTraining& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_STOPPING_H_
