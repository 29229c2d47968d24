#include "server/search/field_error.h"

#include <charconv>
#include <cmath>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace etalon {

absl::Status InvalidField(absl::string_view path, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", problem));
}

absl::Status PastLimit(absl::string_view path, absl::string_view value,
                       absl::string_view limit) {
  return absl::ResourceExhaustedError(
      absl::StrCat(path, ": ", value, " is past the limit of ", limit));
}

absl::Status CheckCount(absl::string_view path, int64_t value, int64_t minimum,
                        int64_t limit) {
  if (value < minimum) {
    return InvalidField(
        path, absl::StrCat(value, " is too small; use ", minimum, " or more"));
  }
  if (value > limit) {
    return PastLimit(path, absl::StrCat(value), absl::StrCat(limit));
  }
  return absl::OkStatus();
}

absl::Status CheckFinite(absl::string_view path, double value) {
  if (std::isfinite(value)) return absl::OkStatus();
  return InvalidField(
      path, absl::StrCat(FormatNumber(value), "; use a finite number"));
}

absl::Status CheckShare(absl::string_view path, double value) {
  if (value >= 0 && value < 1) return absl::OkStatus();
  return InvalidField(path, absl::StrCat(FormatNumber(value),
                                         "; use 0 or more and less than 1"));
}

absl::Status CheckFactor(absl::string_view path, double value) {
  if (value > 0 && value <= 1) return absl::OkStatus();
  return InvalidField(path, absl::StrCat(FormatNumber(value),
                                         "; use more than 0 and at most 1"));
}

absl::Status CheckPositive(absl::string_view path, double value) {
  if (std::isfinite(value) && value > 0) return absl::OkStatus();
  return InvalidField(
      path, absl::StrCat(FormatNumber(value), "; use a finite number above 0"));
}

std::string Quote(absl::string_view text) {
  constexpr size_t kLongest = 64;
  return absl::StrCat("'", absl::CHexEscape(text.substr(0, kLongest)),
                      text.size() > kLongest ? "..." : "", "'");
}

std::string FormatNumber(double number) {
  char text[32];
  const std::to_chars_result end =
      std::to_chars(text, text + sizeof(text), number);
  return std::string(text, end.ptr);
}

std::string FormatValue(const v1::ParameterValue& value) {
  switch (value.kind_case()) {
    case v1::ParameterValue::kNumber:
      return FormatNumber(value.number());
    case v1::ParameterValue::kInteger:
      return absl::StrCat(value.integer());
    case v1::ParameterValue::kText:
      return Quote(value.text());
    case v1::ParameterValue::KIND_NOT_SET:
      break;
  }
  return "nothing";
}

}  // namespace etalon
