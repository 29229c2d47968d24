#ifndef ETALON_SERVER_SUCCEEDED_TRIALS_H_
#define ETALON_SERVER_SUCCEEDED_TRIALS_H_

#include <string>

#include "storage/trial_filter.h"

namespace etalon {

// The filter of the SUCCEEDED trials of a stage (id; empty for all stages).
TrialFilter SucceededTrials(const std::string& stage);

}  // namespace etalon

#endif  // ETALON_SERVER_SUCCEEDED_TRIALS_H_
