#ifndef ETALON_SERVER_SEARCH_VALIDATION_H_
#define ETALON_SERVER_SEARCH_VALIDATION_H_

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Whether the search can be run, once its stages are written out
// (stage_expansion.h). Pure,
// and bounded in time and memory whatever `spec` holds.
// INVALID_ARGUMENT: names the field by its path in the message
// ("stages[1].refine.from"), its value, and what would do.
// RESOURCE_EXHAUSTED: past a limit of common/limits.h; names both
// figures.
absl::Status ValidateSpec(const v1::SearchSpec& spec);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATION_H_
