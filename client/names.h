#ifndef ETALON_CLIENT_NAMES_H_
#define ETALON_CLIENT_NAMES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// Resource names from what a user types: "coarse-to-fine" or
// "searches/coarse-to-fine"; "coarse-to-fine/7" or
// "searches/coarse-to-fine/trials/7". INVALID_ARGUMENT says what is wrong.
absl::StatusOr<std::string> SearchNameOf(absl::string_view argument);
absl::StatusOr<std::string> TrialNameOf(absl::string_view argument);

// The last part of a resource name: "coarse" of "searches/s/stages/coarse".
std::string LastPart(absl::string_view name);

}  // namespace etalon

#endif  // ETALON_CLIENT_NAMES_H_
