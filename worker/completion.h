#ifndef ETALON_WORKER_COMPLETION_H_
#define ETALON_WORKER_COMPLETION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "etalon/v1/worker_service.pb.h"
#include "worker/held_trials.h"
#include "worker/trial_runner.h"

namespace etalon {

// The beginning of `message`, short enough for the coordinator to take.
std::string CutMessage(absl::string_view message);

// The end of `trial` with `result`, which must be one that ends it: kSucceeded,
// kDiverged, kEndedEarly, kInvalid or kInternal.
v1::Completion MakeCompletion(const HeldTrial& trial,
                              const TrialResult& result);

// The same for people: "succeeded with validation accuracy 0.512 after 3600
// updates in 1.8s".
std::string DescribeCompletion(const v1::Completion& completion);

}  // namespace etalon

#endif  // ETALON_WORKER_COMPLETION_H_
