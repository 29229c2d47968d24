#include "server/search/parameter_value.h"

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/nearest_name.h"

namespace etalon {
namespace {

absl::Status WrongKind(const v1::ParameterValue& value,
                       absl::string_view instead) {
  return absl::InvalidArgumentError(
      absl::StrCat(FormatValue(value), " does not fit; use ", instead));
}

}  // namespace

absl::StatusOr<double> AsNumber(const v1::ParameterValue& value) {
  if (value.has_number()) return value.number();
  if (value.has_integer()) return static_cast<double>(value.integer());
  return WrongKind(value, "numbers");
}

absl::StatusOr<int32_t> AsInteger(const v1::ParameterValue& value) {
  if (!value.has_integer()) return WrongKind(value, "whole numbers");
  if (value.integer() < std::numeric_limits<int32_t>::min() ||
      value.integer() > std::numeric_limits<int32_t>::max()) {
    return WrongKind(
        value, absl::StrCat("at most ", std::numeric_limits<int32_t>::max(),
                            " by size"));
  }
  return static_cast<int32_t>(value.integer());
}

absl::StatusOr<bool> AsBool(const v1::ParameterValue& value) {
  if (value.text() == "true") return true;
  if (value.text() == "false") return false;
  return WrongKind(value, "true and false");
}

absl::StatusOr<size_t> AsChoice(const v1::ParameterValue& value,
                                absl::Span<const std::string> choices) {
  const auto found = std::find(choices.begin(), choices.end(), value.text());
  if (found != choices.end()) {
    return static_cast<size_t>(found - choices.begin());
  }
  const std::string all = absl::StrCat("one of ", absl::StrJoin(choices, ", "));
  if (!value.has_text()) return WrongKind(value, all);
  return absl::InvalidArgumentError(
      absl::StrCat(FormatValue(value), " is not known; did you mean ",
                   Quote(NearestName(value.text(), choices)), "? There are ",
                   absl::StrJoin(choices, ", ")));
}

absl::StatusOr<std::vector<int32_t>> AsLayers(const v1::ParameterValue& value) {
  std::vector<int32_t> layers;
  if (value.has_integer()) {
    ETALON_ASSIGN_OR_RETURN(layers.emplace_back(), AsInteger(value));
    return layers;
  }
  if (value.text() == "none") return layers;
  for (const absl::string_view part : absl::StrSplit(value.text(), '-')) {
    if (!absl::SimpleAtoi(part, &layers.emplace_back())) {
      return WrongKind(value,
                       "units of the hidden layers such as 50-30, or none");
    }
  }
  return layers;
}

}  // namespace etalon
