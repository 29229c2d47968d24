#include "server/field_checks.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"

namespace etalon {

absl::Status CheckRange(absl::string_view field, int64_t value, int64_t minimum,
                        int64_t maximum) {
  if (value >= minimum && value <= maximum) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      field, " is ", value, ": must be ", minimum, " to ", maximum));
}

absl::Status CheckNumber(absl::string_view field, double value, double minimum,
                         double maximum) {
  if (std::isfinite(value) && value >= minimum && value <= maximum) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(field, " is ", value,
                                                 ": must be finite and from ",
                                                 minimum, " to ", maximum));
}

absl::Status CheckLength(absl::string_view field, absl::string_view text,
                         size_t max_bytes) {
  if (text.size() <= max_bytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, " has ", text.size(), " bytes: at most ", max_bytes));
}

absl::Status CheckRequestId(absl::string_view field, absl::string_view id) {
  ETALON_RETURN_IF_ERROR(CheckLength(field, id, kMaxRequestIdBytes));
  if (std::all_of(id.begin(), id.end(), absl::ascii_isprint)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      field, " '", absl::CHexEscape(id), "': must be printable characters"));
}

absl::Status CheckDisplayName(absl::string_view field, absl::string_view name) {
  ETALON_RETURN_IF_ERROR(CheckLength(field, name, kMaxDisplayNameBytes));
  const bool valid =
      !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
      });
  if (valid) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, " '", absl::CHexEscape(name),
                   "': must be letters, digits, '.', '-' and '_'"));
}

absl::Status CheckPageSize(absl::string_view field, int32_t size) {
  return CheckRange(field, size, 0, kMaxPageSize);
}

}  // namespace etalon
