#ifndef ETALON_CLIENT_TRIAL_FILTER_H_
#define ETALON_CLIENT_TRIAL_FILTER_H_

#include <string>

#include "absl/types/span.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {

// The filter of ListTrials that asks for the trials of a stage (id; empty for
// all stages) that are in one of `states` (empty for all).
std::string TrialsOf(const std::string& stage,
                     absl::Span<const v1::Trial::State> states = {});

}  // namespace etalon

#endif  // ETALON_CLIENT_TRIAL_FILTER_H_
