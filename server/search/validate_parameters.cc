#include "server/search/validate_parameters.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/nearest_name.h"
#include "server/search/parameter_path.h"
#include "server/search/validate_conditions.h"
#include "server/search/validate_domain.h"

namespace etalon {
namespace {

using Parameters = google::protobuf::RepeatedPtrField<v1::Parameter>;

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
      return InvalidField(name,
                          "is missing; name a field of the training, such as "
                          "lambda or eta");
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
    if (const auto field = ResolveParameter(parameter.name()); !field.ok()) {
      return InvalidField(name, field.status().message());
    }
    ETALON_RETURN_IF_ERROR(ValidateKind(element, parameter));
  }
  return absl::OkStatus();
}

// That a stage's parameters are among the search's, `names`.
absl::Status CheckNamesOfSearch(const std::string& path,
                                const Parameters& parameters,
                                const std::vector<std::string>& names) {
  for (int i = 0; i < parameters.size(); ++i) {
    const std::string& name = parameters[i].name();
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return InvalidField(absl::StrCat(path, "[", i, "].name"),
                        absl::StrCat(Quote(name),
                                     " is no parameter of the search; did you "
                                     "mean ",
                                     Quote(NearestName(name, names)), "?"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateParameters(const v1::SearchSpec& spec) {
  if (spec.parameters_size() == 0) {
    return InvalidField("parameters",
                        "is empty; search at least one field of the training");
  }
  ETALON_RETURN_IF_ERROR(ValidateList("parameters", spec.parameters()));
  std::vector<std::string> names;
  for (const v1::Parameter& parameter : spec.parameters()) {
    names.push_back(parameter.name());
  }
  for (int stage = 0; stage < spec.stages_size(); ++stage) {
    const Parameters& own = spec.stages(stage).parameters();
    const std::string path = absl::StrCat("stages[", stage, "].parameters");
    if (own.size() <= kMaxParameters) {
      ETALON_RETURN_IF_ERROR(CheckNamesOfSearch(path, own, names));
    }
    ETALON_RETURN_IF_ERROR(ValidateList(path, own));
  }
  return ValidateConditions(spec);
}

}  // namespace etalon
