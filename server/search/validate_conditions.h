#ifndef ETALON_SERVER_SEARCH_VALIDATE_CONDITIONS_H_
#define ETALON_SERVER_SEARCH_VALIDATE_CONDITIONS_H_

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// That each parameter's condition names one that stands before it, so that none
// depends on itself, and values that it can have; and that stages state none.
// Names and domains are valid. Status codes as in validation.h.
absl::Status ValidateConditions(const v1::SearchSpec& spec);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_CONDITIONS_H_
