#ifndef ETALON_SERVER_SEARCH_VALIDATE_PARAMETERS_H_
#define ETALON_SERVER_SEARCH_VALIDATE_PARAMETERS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "etalon/v1/search.pb.h"
#include "server/search/training_fields.h"

namespace etalon {

// The search's own parameters and those of each stage: names, ranges, values.
// Status codes, here and below, as in validation.h.
absl::Status ValidateParameters(const v1::SearchSpec& spec);

// That every value which the parameters of stage `stage` can have is one that
// its training can use: rates above 0 and above eta_min, lambda not negative.
// The parameters are searchable; they, the stages and `training` are valid.
absl::Status ValidateSearchedValues(const v1::SearchSpec& spec, int stage,
                                    const StageTraining& training);

// UNIMPLEMENTED: a parameter that this version cannot search.
absl::Status CheckSearchable(const v1::SearchSpec& spec);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_VALIDATE_PARAMETERS_H_
