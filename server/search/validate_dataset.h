#ifndef ETALON_SERVER_SEARCH_VALIDATE_DATASET_H_
#define ETALON_SERVER_SEARCH_VALIDATE_DATASET_H_

#include "absl/status/status.h"
#include "server/search/training_fields.h"

namespace etalon {

// The data set, its files and the sizes of its parts, and that a minibatch fits
// into the training part. Status codes as in validation.h.
absl::Status ValidateDataset(const StageTraining& stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_DATASET_H_
