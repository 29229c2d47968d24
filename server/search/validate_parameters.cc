#include "server/search/validate_parameters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/limits.h"
#include "server/search/nearest_name.h"
#include "server/search/searchable.h"
#include "server/search/space.h"
#include "server/search/stage_lookup.h"

namespace etalon {
namespace {

using Parameters = google::protobuf::RepeatedPtrField<v1::Parameter>;

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

// `path` names the list.
absl::Status ValidateList(const std::string& path,
                          const Parameters& parameters) {
  if (parameters.size() > kMaxParameters) {
    return PastLimit(path, absl::StrCat(parameters.size(), " parameters"),
                     absl::StrCat(kMaxParameters));
  }
  std::set<std::string> names;
  for (int i = 0; i < parameters.size(); ++i) {
    const v1::Parameter& parameter = parameters[i];
    const std::string element = absl::StrCat(path, "[", i, "]");
    const std::string name = absl::StrCat(element, ".name");
    if (parameter.name().empty()) {
      return InvalidField(name, "is missing; use lambda or eta");
    }
    if (parameter.name().size() > kMaxNameLength) {
      return PastLimit(name, absl::StrCat(parameter.name().size(), " bytes"),
                       absl::StrCat(kMaxNameLength));
    }
    if (!names.insert(parameter.name()).second) {
      return InvalidField(name, absl::StrCat(Quote(parameter.name()),
                                             " is there twice; name each "
                                             "parameter once"));
    }
    ETALON_RETURN_IF_ERROR(ValidateDomain(element, parameter));
  }
  return absl::OkStatus();
}

// Where stage `stage` has its range of that parameter from.
std::string ParameterPath(const v1::SearchSpec& spec, int stage,
                          const std::string& name) {
  const auto index_of = [&name](const Parameters& parameters) {
    return std::find_if(parameters.begin(), parameters.end(),
                        [&name](const v1::Parameter& parameter) {
                          return parameter.name() == name;
                        }) -
           parameters.begin();
  };
  const Parameters& own = spec.stages(stage).parameters();
  const auto index = index_of(own);
  if (index < own.size()) {
    return absl::StrCat("stages[", stage, "].parameters[", index, "]");
  }
  return absl::StrCat("parameters[", index_of(spec.parameters()), "]");
}

double SmallestValue(const v1::Parameter& parameter) {
  if (parameter.has_double_range()) return parameter.double_range().minimum();
  if (parameter.has_integer_range()) {
    return static_cast<double>(parameter.integer_range().minimum());
  }
  double smallest = std::numeric_limits<double>::infinity();
  for (const v1::ParameterValue& value : parameter.categories().values()) {
    smallest = std::min(smallest, NumberOf(value));
  }
  return smallest;
}

}  // namespace

absl::Status ValidateParameters(const v1::SearchSpec& spec) {
  if (spec.parameters_size() == 0) {
    return InvalidField("parameters",
                        "is empty; search at least one of lambda and eta");
  }
  ETALON_RETURN_IF_ERROR(ValidateList("parameters", spec.parameters()));
  std::vector<std::string> names;
  for (const v1::Parameter& parameter : spec.parameters()) {
    names.push_back(parameter.name());
  }
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    const Parameters& own = spec.stages(stage).parameters();
    const std::string path = absl::StrCat("stages[", stage, "].parameters");
    ETALON_RETURN_IF_ERROR(ValidateList(path, own));
    for (int i = 0; i < own.size(); ++i) {
      if (std::find(names.begin(), names.end(), own[i].name()) != names.end()) {
        continue;
      }
      return InvalidField(
          absl::StrCat(path, "[", i, "].name"),
          absl::StrCat(Quote(own[i].name()),
                       " is no parameter of the search; did you mean ",
                       Quote(NearestName(own[i].name(), names)), "?"));
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateSearchedValues(const v1::SearchSpec& spec, int stage,
                                    const StageTraining& training) {
  const int source = SamplingStage(spec, stage);
  for (const v1::Parameter& parameter : DeclaredParameters(spec, source)) {
    const std::string path = ParameterPath(spec, source, parameter.name());
    if (parameter.has_categories() &&
        parameter.categories().values(0).has_text()) {
      return InvalidField(
          absl::StrCat(path, ".categories.values[0]"),
          absl::StrCat(FormatValue(parameter.categories().values(0)), " as ",
                       parameter.name(), "; use numbers"));
    }
    const double smallest = SmallestValue(parameter);
    const LowerLimit limit =
        LowerLimitOf(parameter.name(), training.resolved());
    if (smallest > limit.value || (limit.allowed && smallest == limit.value)) {
      continue;
    }
    const bool is_eta_min = limit.value > 0;
    return InvalidField(
        path,
        absl::StrCat(parameter.name(), " may be ", FormatNumber(smallest),
                     " in stage ", Quote(spec.stages(stage).name()), "; use ",
                     limit.allowed ? "" : "more than ",
                     FormatNumber(limit.value), limit.allowed ? " or more" : "",
                     is_eta_min ? ", its schedule's eta_min" : ""));
  }
  return absl::OkStatus();
}

absl::Status CheckSearchable(const v1::SearchSpec& spec) {
  for (int i = 0; i < spec.parameters_size(); ++i) {
    if (IsSearchable(spec.parameters(i).name())) continue;
    return absl::UnimplementedError(absl::StrCat(
        "parameters[", i, "].name: ", Quote(spec.parameters(i).name()),
        " cannot be searched by this version; use lambda or eta"));
  }
  return absl::OkStatus();
}

}  // namespace etalon
