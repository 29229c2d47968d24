#ifndef ETALON_SERVER_TRIAL_END_H_
#define ETALON_SERVER_TRIAL_END_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "etalon/v1/worker_service.pb.h"
#include "storage/transaction.h"

namespace etalon {

// The end that a valid completion reports: SUCCEEDED or STOPPED with its last
// measurement as result, SUSPENDED likewise, DIVERGED with the last measurement
// before, if any, or FAILED. A trial's own errors (INVALID, INTERNAL) come
// again with the same inputs, so they end it at once.
TrialEnd MakeTrialEnd(const v1::Completion& completion);

// OK when a valid completion that says STOPPED is one of a trial that
// `thresholds` end there: one is at the update of its last measurement, and no
// validation accuracy so far reaches it. INVALID_ARGUMENT says what is not so.
absl::Status CheckStopped(absl::Span<const v1::Threshold> thresholds,
                          const v1::Completion& completion);

// Whether a repeat says what was said before: field by field, numbers to the
// bit. How the trial was fused is not looked at: nothing measured depends on
// it.
bool SameEnd(const TrialEnd& a, const TrialEnd& b);

}  // namespace etalon

#endif  // ETALON_SERVER_TRIAL_END_H_
