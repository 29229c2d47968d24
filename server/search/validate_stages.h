#ifndef ETALON_SERVER_SEARCH_VALIDATE_STAGES_H_
#define ETALON_SERVER_SEARCH_VALIDATE_STAGES_H_

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// The stages but for what they train by: names, samples, what they build on,
// and how many trials that makes. The parameters are valid, and there are no
// more stages than limits.h allows. Status codes as in validation.h.
absl::Status ValidateStages(const v1::SearchSpec& spec);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_STAGES_H_
