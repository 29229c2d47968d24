#include "client/names.h"

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/resource_names.h"
#include "common/status_macros.h"

namespace etalon {

absl::StatusOr<std::string> SearchNameOf(absl::string_view argument) {
  absl::ConsumePrefix(&argument, "searches/");
  ETALON_RETURN_IF_ERROR(ValidateId("search name", argument));
  return FormatSearchName(argument);
}

absl::StatusOr<std::string> TrialNameOf(absl::string_view argument) {
  const std::string name =
      absl::StartsWith(argument, "searches/")
          ? std::string(argument)
          : absl::StrCat("searches/",
                         absl::StrReplaceAll(argument, {{"/", "/trials/"}}));
  ETALON_ASSIGN_OR_RETURN(const TrialName trial, ParseTrialName(name));
  return FormatTrialName(trial.search, trial.number);
}

std::string LastPart(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == absl::string_view::npos ? name
                                                      : name.substr(slash + 1));
}

}  // namespace etalon
