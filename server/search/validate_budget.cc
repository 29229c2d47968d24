#include "server/search/validate_budget.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"

namespace etalon {
namespace {

absl::Status ValidateTime(const std::string& path,
                          const google::protobuf::Duration& time) {
  if (time.seconds() >= 0 && time.nanos() >= 0 &&
      time.nanos() < 1'000'000'000 &&
      (time.seconds() > 0 || time.nanos() > 0)) {
    if (time.seconds() < kMaxBudgetSeconds) return absl::OkStatus();
    return PastLimit(path, absl::StrCat(time.seconds(), " seconds"),
                     absl::StrCat(kMaxBudgetSeconds));
  }
  return InvalidField(path,
                      "is no time in which anything is trained; give more than "
                      "0, such as 2h");
}

}  // namespace

absl::Status ValidateBudget(const std::string& path,
                            const v1::StageSpec& stage) {
  if (!stage.has_budget()) return absl::OkStatus();
  const v1::Budget& budget = stage.budget();
  const std::string budget_path = absl::StrCat(path, ".budget");
  if (budget.trials() == 0 && budget.updates() == 0 && !budget.has_time()) {
    return InvalidField(budget_path,
                        "bounds nothing; give trials, updates or time, each "
                        "more than 0");
  }
  for (const auto& [name, value] :
       {std::pair<const char*, int64_t>{".trials", budget.trials()},
        {".updates", budget.updates()}}) {
    if (value < 0) {
      return InvalidField(absl::StrCat(budget_path, name),
                          absl::StrCat(value, " is too small; use 1 or more"));
    }
  }
  if (budget.has_time()) {
    ETALON_RETURN_IF_ERROR(
        ValidateTime(absl::StrCat(budget_path, ".time"), budget.time()));
  }
  const bool rungs = stage.stopping().has_halving() ||
                     stage.stopping().has_asynchronous_halving() ||
                     stage.stopping().has_hyperband();
  if (rungs && budget.updates() > 0) {
    return InvalidField(absl::StrCat(budget_path, ".updates"),
                        "counts trials whole, which few are that halve; bound "
                        "trials or time instead");
  }
  return absl::OkStatus();
}

}  // namespace etalon
