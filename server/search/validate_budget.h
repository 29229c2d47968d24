#ifndef ETALON_SERVER_SEARCH_VALIDATE_BUDGET_H_
#define ETALON_SERVER_SEARCH_VALIDATE_BUDGET_H_

#include <string>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Whether the budget of `stage`, which stands at `path`, is one; also where it
// has none. Codes and messages are those of ValidateSpec.
absl::Status ValidateBudget(const std::string& path,
                            const v1::StageSpec& stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_BUDGET_H_
