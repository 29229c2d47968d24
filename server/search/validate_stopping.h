#ifndef ETALON_SERVER_SEARCH_VALIDATE_STOPPING_H_
#define ETALON_SERVER_SEARCH_VALIDATE_STOPPING_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "etalon/v1/search.pb.h"
#include "server/search/field_error.h"
#include "server/search/training_fields.h"

namespace etalon {

// OK when stage `stage` has no rule of stopping, or one that can be followed
// and does not contradict what else it says. `path` is "stages[1].stopping".
// INVALID_ARGUMENT and RESOURCE_EXHAUSTED name the field, the value and what
// would do. That its trials are long enough is for ValidateRungs.
absl::Status ValidateStopping(const v1::SearchSpec& spec, int stage,
                              const std::string& path);

// `factor` and `minimum_epochs` of a rule with rungs, which is at `path`.
template <typename Rule>
absl::Status ValidateRungFields(const std::string& path, const Rule& rule) {
  if (rule.has_factor()) {
    ETALON_RETURN_IF_ERROR(CheckCount(absl::StrCat(path, ".factor"),
                                      rule.factor(), 2, kMaxTrials));
  }
  if (!rule.has_minimum_epochs()) return absl::OkStatus();
  return CheckPositive(absl::StrCat(path, ".minimum_epochs"),
                       rule.minimum_epochs());
}

// That a trial of `training` is as long as the first rung of the rule at `path`
// is to be.
absl::Status CheckMinimumEpochs(const std::string& path,
                                const v1::Stopping::Halving& rungs,
                                const v1::Training& training);

// That trials of stage `stage`, which ValidateStopping finds nothing in, are as
// long as the first rung is to be; for CheckSearchedValues.
absl::Status ValidateRungs(const v1::SearchSpec& spec, int stage,
                           const StageTraining& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_STOPPING_H_
