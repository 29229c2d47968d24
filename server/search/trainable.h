#ifndef ETALON_SERVER_SEARCH_TRAINABLE_H_
#define ETALON_SERVER_SEARCH_TRAINABLE_H_

#include "absl/status/status.h"
#include "server/search/training_fields.h"

namespace etalon {

// Whether the workers of this version can train a valid training.
// UNIMPLEMENTED: names the first field that they cannot, and what would do.
absl::Status CheckTrainable(const StageTraining& stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TRAINABLE_H_
