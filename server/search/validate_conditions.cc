#include "server/search/validate_conditions.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/condition.h"
#include "server/search/field_error.h"
#include "server/search/nearest_name.h"

namespace etalon {
namespace {

// Position of the parameter that the condition of parameter `index` names.
absl::StatusOr<int> FindNamed(const std::string& path,
                              const v1::SearchSpec& spec, int index) {
  const std::string& name = spec.parameters(index).when().parameter();
  if (name.empty()) {
    return InvalidField(path, "is missing; name an earlier parameter");
  }
  std::vector<std::string> earlier;
  for (int i = 0; i < spec.parameters_size(); ++i) {
    const std::string& other = spec.parameters(i).name();
    if (other == name && i < index) return i;
    if (other == name) {
      return InvalidField(
          path, i == index
                    ? absl::StrCat(Quote(name), " cannot depend on itself")
                    : absl::StrCat(Quote(name),
                                   " comes later; a condition names an earlier "
                                   "parameter, so put it before"));
    }
    if (i < index) earlier.push_back(other);
  }
  return InvalidField(
      path,
      absl::StrCat(Quote(name), " is no parameter of the search; ",
                   earlier.empty()
                       ? "there is none before this one"
                       : absl::StrCat("did you mean ",
                                      Quote(NearestName(name, earlier)), "?")));
}

// Whether `parameter` can have `value`, whose kind may be another number's.
bool CanHave(const v1::Parameter& parameter, const v1::ParameterValue& value) {
  if (parameter.has_integer_range()) {
    return value.has_integer() &&
           value.integer() >= parameter.integer_range().minimum() &&
           value.integer() <= parameter.integer_range().maximum();
  }
  v1::Parameter::Condition condition;
  *condition.add_values() = value;
  return std::any_of(
      parameter.categories().values().begin(),
      parameter.categories().values().end(),
      [&condition](const auto& other) { return Holds(condition, other); });
}

std::string ValuesOf(const v1::Parameter& parameter) {
  if (parameter.has_integer_range()) {
    return absl::StrCat("whole numbers from ",
                        parameter.integer_range().minimum(), " to ",
                        parameter.integer_range().maximum());
  }
  return absl::StrJoin(parameter.categories().values(), ", ",
                       [](std::string* out, const v1::ParameterValue& value) {
                         // Enough to see what is meant.
                         constexpr size_t kLongest = 200;
                         if (out->size() < kLongest)
                           out->append(FormatValue(value));
                       });
}

absl::Status ValidateCondition(const v1::SearchSpec& spec, int index) {
  const v1::Parameter::Condition& condition = spec.parameters(index).when();
  const std::string path = absl::StrCat("parameters[", index, "].when");
  ETALON_ASSIGN_OR_RETURN(
      const int named,
      FindNamed(absl::StrCat(path, ".parameter"), spec, index));
  const v1::Parameter& parameter = spec.parameters(named);
  if (parameter.has_double_range()) {
    return InvalidField(absl::StrCat(path, ".parameter"),
                        absl::StrCat(Quote(parameter.name()),
                                     " has a range of numbers, hardly any of "
                                     "which is met; give it values"));
  }
  const std::string values_path = absl::StrCat(path, ".values");
  if (condition.values_size() == 0) {
    return InvalidField(values_path, "is empty; name at least one value");
  }
  if (condition.values_size() > kMaxCategories) {
    return PastLimit(values_path,
                     absl::StrCat(condition.values_size(), " values"),
                     absl::StrCat(kMaxCategories));
  }
  for (int i = 0; i < condition.values_size(); ++i) {
    if (CanHave(parameter, condition.values(i))) continue;
    return InvalidField(
        absl::StrCat(values_path, "[", i, "]"),
        absl::StrCat(FormatValue(condition.values(i)), " is no value of ",
                     parameter.name(), ", which has ", ValuesOf(parameter)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateConditions(const v1::SearchSpec& spec) {
  for (int i = 0; i < spec.parameters_size(); ++i) {
    if (!spec.parameters(i).has_when()) continue;
    ETALON_RETURN_IF_ERROR(ValidateCondition(spec, i));
  }
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    const auto& own = spec.stages(stage).parameters();
    for (int i = 0; i < own.size(); ++i) {
      if (!own[i].has_when()) continue;
      return InvalidField(
          absl::StrCat("stages[", stage, "].parameters[", i, "].when"),
          "a stage has the conditions of the search; leave it out");
    }
  }
  return absl::OkStatus();
}

}  // namespace etalon
