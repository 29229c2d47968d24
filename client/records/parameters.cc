#include "client/records/parameters.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/output/numbers.h"
#include "client/output/text.h"

namespace etalon {
namespace {

Cell ToCell(const v1::ParameterValue& value) {
  switch (value.kind_case()) {
    case v1::ParameterValue::kNumber:
      return value.number();
    case v1::ParameterValue::kInteger:
      return int64_t{value.integer()};
    case v1::ParameterValue::kText:
      return value.text();
    case v1::ParameterValue::KIND_NOT_SET:
      break;
  }
  return {};
}

template <typename Range>
Json NumericRange(const Range& range) {
  const bool log = range.scale() == v1::Parameter::LOG;
  return {{"minimum", range.minimum()},
          {"maximum", range.maximum()},
          {"scale", log ? "LOG" : "LINEAR"}};
}

std::string RangeToText(const v1::Parameter& parameter) {
  const auto between = [](double minimum, double maximum, auto scale) {
    return absl::StrCat(FormatSignificant(minimum), " … ",
                        FormatSignificant(maximum),
                        scale == v1::Parameter::LOG ? " log" : "");
  };
  if (parameter.has_double_range()) {
    const auto& range = parameter.double_range();
    return between(range.minimum(), range.maximum(), range.scale());
  }
  if (parameter.has_integer_range()) {
    const auto& range = parameter.integer_range();
    return between(static_cast<double>(range.minimum()),
                   static_cast<double>(range.maximum()), range.scale());
  }
  std::vector<std::string> values;
  for (const v1::ParameterValue& value : parameter.categories().values()) {
    values.push_back(ToText(ToCell(value), Display::kSignificant));
  }
  return absl::StrCat("{", absl::StrJoin(values, ", "), "}");
}

// " where optimizer is sgd", or nothing.
std::string ConditionToText(const v1::Parameter& parameter) {
  if (!parameter.has_when()) return "";
  std::vector<std::string> values;
  for (const v1::ParameterValue& value : parameter.when().values()) {
    values.push_back(ToText(ToCell(value), Display::kSignificant));
  }
  return absl::StrCat(" where ", parameter.when().parameter(), " is ",
                      absl::StrJoin(values, " or "));
}

// The rate of the schedule, as the parameter `eta` would set it.
Cell ScheduledRate(const v1::Schedule& schedule) {
  const auto rate = [](const auto& form) -> Cell {
    return form.has_eta() ? Cell(form.eta()) : Cell();
  };
  switch (schedule.form_case()) {
    case v1::Schedule::kConstant:
      return rate(schedule.constant());
    case v1::Schedule::kExponential:
      return rate(schedule.exponential());
    case v1::Schedule::kLinear:
      return rate(schedule.linear());
    case v1::Schedule::kCosine:
      return rate(schedule.cosine());
    case v1::Schedule::kStep:
      return rate(schedule.step());
    case v1::Schedule::kCyclical:
      if (schedule.cyclical().has_eta_max()) {
        return schedule.cyclical().eta_max();
      }
      break;
    case v1::Schedule::FORM_NOT_SET:
      break;
  }
  return {};
}

}  // namespace

Json ParametersToJson(const Assignments& parameters) {
  Json object = Json::object();
  for (const v1::ParameterAssignment& parameter : parameters) {
    object[parameter.name()] = ToJson(ToCell(parameter.value()));
  }
  return object;
}

Cell FindParameter(const Assignments& parameters, absl::string_view name) {
  for (const v1::ParameterAssignment& parameter : parameters) {
    if (parameter.name() == name) return ToCell(parameter.value());
  }
  return {};
}

std::string AssignmentsToText(const Assignments& parameters) {
  std::vector<std::string> parts;
  for (const v1::ParameterAssignment& parameter : parameters) {
    parts.push_back(
        absl::StrCat(Printable(parameter.name()), " ",
                     ToText(ToCell(parameter.value()), Display::kSignificant)));
  }
  return absl::StrJoin(parts, ", ");
}

Cell FindRate(const Assignments& parameters) {
  for (const v1::ParameterAssignment& parameter : parameters) {
    const std::string& name = parameter.name();
    if (name == "eta" ||
        (absl::StartsWith(name, "schedule.") &&
         (absl::EndsWith(name, ".eta") || absl::EndsWith(name, ".eta_max")))) {
      return ToCell(parameter.value());
    }
  }
  return {};
}

Json RangeToJson(const v1::Parameter& parameter) {
  if (parameter.has_double_range()) {
    return NumericRange(parameter.double_range());
  }
  if (parameter.has_integer_range()) {
    return NumericRange(parameter.integer_range());
  }
  Json values = Json::array();
  for (const v1::ParameterValue& value : parameter.categories().values()) {
    values.push_back(ToJson(ToCell(value)));
  }
  return values;
}

std::string BoxToText(
    const google::protobuf::RepeatedPtrField<v1::Parameter>& box) {
  std::vector<std::string> ranges;
  for (const v1::Parameter& parameter : box) {
    ranges.push_back(absl::StrCat(parameter.name(), " ", RangeToText(parameter),
                                  ConditionToText(parameter)));
  }
  return absl::StrJoin(ranges, ", ");
}

FixedRates FixedRatesOf(const v1::Training& training) {
  FixedRates rates;
  if (training.has_lambda()) rates.lambda = training.lambda();
  rates.eta = ScheduledRate(training.schedule());
  return rates;
}

std::map<std::string, FixedRates> FixedRatesOf(const v1::Search& search) {
  std::map<std::string, FixedRates> rates;
  for (const v1::Stage& stage : search.stages()) {
    rates[stage.name()] = FixedRatesOf(stage.training());
  }
  return rates;
}

}  // namespace etalon
