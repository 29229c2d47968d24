#ifndef ETALON_SERVER_FIELD_CHECKS_H_
#define ETALON_SERVER_FIELD_CHECKS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace etalon {

// Checks of one field that several requests have. INVALID_ARGUMENT: `field`,
// its value as far as it can be shown, and what would do.

// minimum <= value <= maximum.
absl::Status CheckRange(absl::string_view field, int64_t value, int64_t minimum,
                        int64_t maximum);
// Finite and within the bounds.
absl::Status CheckNumber(absl::string_view field, double value, double minimum,
                         double maximum);
absl::Status CheckLength(absl::string_view field, absl::string_view text,
                         size_t max_bytes);
// Printable ASCII, at most kMaxRequestIdBytes; may be empty.
absl::Status CheckRequestId(absl::string_view field, absl::string_view id);
// 1 to kMaxDisplayNameBytes letters, digits, '.', '-' and '_'.
absl::Status CheckDisplayName(absl::string_view field, absl::string_view name);
// 0, for the server's choice, to kMaxPageSize.
absl::Status CheckPageSize(absl::string_view field, int32_t size);

}  // namespace etalon

#endif  // ETALON_SERVER_FIELD_CHECKS_H_
