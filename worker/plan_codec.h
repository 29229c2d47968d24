#ifndef ETALON_WORKER_PLAN_CODEC_H_
#define ETALON_WORKER_PLAN_CODEC_H_

#include "absl/status/statusor.h"
#include "etalon/v1/trial.pb.h"
#include "worker/train/measurement.h"
#include "worker/train/trial_plan.h"

namespace etalon {

// Between the messages of the wire and the training library's own types. What
// the library cannot train is refused by its path in the trial
// ("training.network.batch_norm"), never passed over. The coordinator has
// filled in every default; of those only the library's own zero values are
// taken for granted here. Pure.

// The plan of `trial`, valid on data of `sizes`. INVALID_ARGUMENT: a field is
// missing or wrong. UNIMPLEMENTED: it asks for what only
// newer workers train.
absl::StatusOr<train::TrialPlan> DecodePlan(const v1::Trial& trial,
                                            const train::DataSizes& sizes);

// A part whose score is not finite is left out.
v1::Measurement EncodeMeasurement(const train::Measurement& measurement);

}  // namespace etalon

#endif  // ETALON_WORKER_PLAN_CODEC_H_
