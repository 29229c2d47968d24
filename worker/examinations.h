#ifndef ETALON_WORKER_EXAMINATIONS_H_
#define ETALON_WORKER_EXAMINATIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "worker/trial_runner.h"

namespace etalon {

// What a worker looks at to tell whether it is well (worker/self_check.h).

// RESOURCE_EXHAUSTED: the disk of `folder`, or of the nearest folder above it
// that is there, has less than `bytes` left. What cannot be looked at is
// believed to have enough.
absl::Status CheckDiskRoom(const std::string& folder, int64_t bytes);

// Trains a tiny trial on generated images twice, which takes some milliseconds:
// an error, unless both succeed with the same accuracy to the bit.
absl::Status CheckTraining(TrialRunner& runner);

}  // namespace etalon

#endif  // ETALON_WORKER_EXAMINATIONS_H_
