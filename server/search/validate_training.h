#ifndef ETALON_SERVER_SEARCH_VALIDATE_TRAINING_H_
#define ETALON_SERVER_SEARCH_VALIDATE_TRAINING_H_

#include "absl/status/status.h"
#include "server/search/training_fields.h"

namespace etalon {

// All that one stage trains by. Status codes as in validation.h.
absl::Status ValidateTraining(const StageTraining& stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_TRAINING_H_
