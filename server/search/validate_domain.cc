#include "server/search/validate_domain.h"

#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/parameter_path.h"
#include "server/search/set_parameter.h"
#include "server/search/space.h"

namespace etalon {
namespace {

absl::Status ValidateScale(const std::string& path, v1::Parameter::Scale scale,
                           double minimum) {
  if (!v1::Parameter::Scale_IsValid(scale)) {
    return InvalidField(absl::StrCat(path, ".scale"),
                        absl::StrCat(static_cast<int>(scale),
                                     " is no scale; use LINEAR or LOG"));
  }
  if (scale == v1::Parameter::LOG && !(minimum > 0)) {
    return InvalidField(absl::StrCat(path, ".minimum"),
                        absl::StrCat(FormatNumber(minimum),
                                     " has no place on a log scale; use a "
                                     "bound above 0, or a linear scale"));
  }
  return absl::OkStatus();
}

absl::Status CheckOrder(const std::string& path, bool ordered,
                        const std::string& minimum,
                        const std::string& maximum) {
  if (ordered) return absl::OkStatus();
  return InvalidField(
      path, absl::StrCat("minimum ", minimum, " is more than maximum ", maximum,
                         "; swap them"));
}

absl::Status CheckSize(const std::string& path, double number, double limit) {
  ETALON_RETURN_IF_ERROR(CheckFinite(path, number));
  if (std::abs(number) <= limit) return absl::OkStatus();
  return PastLimit(path, FormatNumber(number), FormatNumber(limit));
}

absl::Status ValidateDoubleRange(const std::string& path,
                                 const v1::Parameter::DoubleRange& range) {
  ETALON_RETURN_IF_ERROR(
      CheckSize(absl::StrCat(path, ".minimum"), range.minimum(), kMaxNumber));
  ETALON_RETURN_IF_ERROR(
      CheckSize(absl::StrCat(path, ".maximum"), range.maximum(), kMaxNumber));
  ETALON_RETURN_IF_ERROR(CheckOrder(path, range.minimum() <= range.maximum(),
                                    FormatNumber(range.minimum()),
                                    FormatNumber(range.maximum())));
  ETALON_RETURN_IF_ERROR(ValidateScale(path, range.scale(), range.minimum()));
  if (range.scale() == v1::Parameter::LOG && range.minimum() < kMinPositive) {
    return PastLimit(absl::StrCat(path, ".minimum"),
                     FormatNumber(range.minimum()), FormatNumber(kMinPositive));
  }
  return absl::OkStatus();
}

absl::Status ValidateIntegerRange(const std::string& path,
                                  const v1::Parameter::IntegerRange& range) {
  for (const auto& [name, bound] : {std::pair("minimum", range.minimum()),
                                    std::pair("maximum", range.maximum())}) {
    if (bound > kMaxInteger || bound < -kMaxInteger) {
      return PastLimit(absl::StrCat(path, ".", name), absl::StrCat(bound),
                       absl::StrCat(kMaxInteger));
    }
  }
  ETALON_RETURN_IF_ERROR(CheckOrder(path, range.minimum() <= range.maximum(),
                                    absl::StrCat(range.minimum()),
                                    absl::StrCat(range.maximum())));
  return ValidateScale(path, range.scale(),
                       static_cast<double>(range.minimum()));
}

absl::Status ValidateCategories(const std::string& path,
                                const v1::Parameter::Categories& categories) {
  const std::string values_path = absl::StrCat(path, ".values");
  if (categories.values_size() == 0) {
    return InvalidField(values_path, "is empty; name at least one value");
  }
  if (categories.values_size() > kMaxCategories) {
    return PastLimit(values_path,
                     absl::StrCat(categories.values_size(), " values"),
                     absl::StrCat(kMaxCategories));
  }
  std::set<std::string> seen;
  for (int i = 0; i < categories.values_size(); ++i) {
    const v1::ParameterValue& value = categories.values(i);
    const std::string element = absl::StrCat(values_path, "[", i, "]");
    if (value.kind_case() == v1::ParameterValue::KIND_NOT_SET) {
      return InvalidField(element, "is empty; give a number or a text");
    }
    if (value.kind_case() != categories.values(0).kind_case()) {
      return InvalidField(
          element,
          absl::StrCat(FormatValue(value), " is not of the kind of ",
                       FormatValue(categories.values(0)), "; use one kind"));
    }
    if (value.has_number()) {
      ETALON_RETURN_IF_ERROR(CheckSize(element, value.number(), kMaxNumber));
    }
    if (value.has_text() && value.text().size() > kMaxTextBytes) {
      return PastLimit(element, absl::StrCat(value.text().size(), " bytes"),
                       absl::StrCat(kMaxTextBytes));
    }
    // 0 and -0 are one number.
    const std::string key = value.has_text() ? value.text()
                            : value.has_number()
                                ? FormatNumber(value.number() + 0.0)
                                : absl::StrCat(value.integer());
    if (!seen.insert(key).second) {
      return InvalidField(element, absl::StrCat(FormatValue(value),
                                                " is there twice; name each "
                                                "value once"));
    }
  }
  return absl::OkStatus();
}

// Whether the parameter could have `value`, apart from its range.
bool Fits(const ParameterPath& path, const v1::ParameterValue& value) {
  return CheckFits(path, value).ok();
}

bool TakesNumbers(const ParameterPath& path) {
  v1::ParameterValue number;
  number.set_number(0.5);
  return Fits(path, number);
}

bool TakesIntegers(const ParameterPath& path) {
  v1::ParameterValue integer;
  integer.set_integer(1);
  return Fits(path, integer);
}

}  // namespace

absl::Status ValidateDomain(const std::string& path,
                            const v1::Parameter& parameter) {
  switch (parameter.domain_case()) {
    case v1::Parameter::kDoubleRange:
      return ValidateDoubleRange(absl::StrCat(path, ".double_range"),
                                 parameter.double_range());
    case v1::Parameter::kIntegerRange:
      return ValidateIntegerRange(absl::StrCat(path, ".integer_range"),
                                  parameter.integer_range());
    case v1::Parameter::kCategories:
      return ValidateCategories(absl::StrCat(path, ".categories"),
                                parameter.categories());
    case v1::Parameter::DOMAIN_NOT_SET:
      break;
  }
  return InvalidField(path,
                      "has no range; give double_range, integer_range or "
                      "categories");
}

absl::Status ValidateKind(const std::string& path,
                          const v1::Parameter& parameter) {
  ETALON_ASSIGN_OR_RETURN(const ParameterPath field,
                          ResolveParameter(parameter.name()));
  if (parameter.has_categories()) {
    const auto& values = parameter.categories().values();
    for (int i = 0; i < values.size(); ++i) {
      const absl::Status fits = CheckFits(field, values[i]);
      if (fits.ok()) continue;
      return InvalidField(absl::StrCat(path, ".categories.values[", i, "]"),
                          absl::StrCat(parameter.name(), ": ", fits.message()));
    }
    return absl::OkStatus();
  }
  if (!TakesIntegers(field)) {
    return InvalidField(
        path, absl::StrCat(parameter.name(), " is no number; give its values"));
  }
  if (parameter.has_double_range() && !TakesNumbers(field)) {
    return InvalidField(absl::StrCat(path, ".double_range"),
                        absl::StrCat(parameter.name(),
                                     " is a whole number; use integer, with "
                                     "scale log for ratios"));
  }
  if (parameter.has_integer_range()) {
    for (const double position : {0.0, 1.0}) {
      const absl::Status fits = CheckFits(field, ValueAt(parameter, position));
      if (!fits.ok()) {
        return InvalidField(absl::StrCat(path, ".integer_range"),
                            fits.message());
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace etalon
