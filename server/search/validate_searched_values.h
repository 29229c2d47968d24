#ifndef ETALON_SERVER_SEARCH_VALIDATE_SEARCHED_VALUES_H_
#define ETALON_SERVER_SEARCH_VALIDATE_SEARCHED_VALUES_H_

#include <functional>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"
#include "server/search/training_fields.h"

namespace etalon {

// What is asked of the training of a configuration.
using TrainingCheck = std::function<absl::Status(const StageTraining&)>;

// That `check` holds wherever the parameters of stage `stage` are at an end of
// their ranges (corners.h). The answer says with which values it does not,
// unless they have nothing to do with it. `spec` is valid apart from its
// trainings.
absl::Status CheckSearchedValues(const v1::SearchSpec& spec, int stage,
                                 const TrainingCheck& check);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_SEARCHED_VALUES_H_
