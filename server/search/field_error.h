#ifndef ETALON_SERVER_SEARCH_FIELD_ERROR_H_
#define ETALON_SERVER_SEARCH_FIELD_ERROR_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// One constructor for each kind of answer that validation gives. `path` names
// the field as in "stages[1].refine.from".

// INVALID_ARGUMENT "path: problem". `problem` holds the value and what would
// do.
absl::Status InvalidField(absl::string_view path, absl::string_view problem);

// RESOURCE_EXHAUSTED.
absl::Status PastLimit(absl::string_view path, absl::string_view value,
                       absl::string_view limit);

// INVALID_ARGUMENT below `minimum`; RESOURCE_EXHAUSTED above `limit`.
absl::Status CheckCount(absl::string_view path, int64_t value, int64_t minimum,
                        int64_t limit);

// INVALID_ARGUMENT when not finite.
absl::Status CheckFinite(absl::string_view path, double value);

// INVALID_ARGUMENT when not in [0, 1).
absl::Status CheckShare(absl::string_view path, double value);

// INVALID_ARGUMENT when not in (0, 1].
absl::Status CheckFactor(absl::string_view path, double value);

// INVALID_ARGUMENT when not finite and more than 0.
absl::Status CheckPositive(absl::string_view path, double value);

// In quotes, escaped, and cut to a length that leaves room in a message.
std::string Quote(absl::string_view text);

// In the shortest form that reads back the same.
std::string FormatNumber(double number);
std::string FormatValue(const v1::ParameterValue& value);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_FIELD_ERROR_H_
