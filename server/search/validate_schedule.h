#ifndef ETALON_SERVER_SEARCH_VALIDATE_SCHEDULE_H_
#define ETALON_SERVER_SEARCH_VALIDATE_SCHEDULE_H_

#include "absl/status/status.h"
#include "server/search/training_fields.h"

namespace etalon {

// The schedule, the length that it or `epochs` or `updates` give, and how often
// is evaluated on the way. The data set and the batch size are valid. Status
// codes as in validation.h.
absl::Status ValidateSchedule(const StageTraining& stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_SCHEDULE_H_
