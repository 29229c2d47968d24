#ifndef ETALON_SERVER_SEARCH_SET_CHOICE_H_
#define ETALON_SERVER_SEARCH_SET_CHOICE_H_

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"

namespace etalon {

// Parameters whose value chooses a message. INVALID_ARGUMENT: the value is no
// choice; the message has no field in front.

// "sgd", "adam" or "adamw". What `optimizer` says of the chosen one stays.
absl::Status SetOptimizer(const v1::ParameterValue& value,
                          v1::Optimizer& optimizer);

// A form of Schedule by name. What `training` says of it stays; another form
// has the rate of the one that it replaces and nothing else.
absl::Status SetSchedule(const v1::ParameterValue& value,
                         v1::Training& training);

// "xavier", "he", or a deviation.
absl::Status SetInitialization(const v1::ParameterValue& value,
                               v1::Initialization& initialization);

// The rate of the form that `schedule` has; nothing where it has none.
void SetLearningRate(double rate, v1::Schedule& schedule);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_SET_CHOICE_H_
