#ifndef ETALON_CLIENT_LOCAL_CALIBRATE_H_
#define ETALON_CLIENT_LOCAL_CALIBRATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/context.h"
#include "etalon/v1/plan.pb.h"

namespace etalon {

// How fast this machine trains trials of the shape, by the worker's program,
// which takes some seconds. `data` is the folder of the data sets, or empty.
// FAILED_PRECONDITION: it could not be told; the worker's program has said why
// on our standard error. INTERNAL: it could not be run. CANCELLED: interrupted.
absl::StatusOr<v1::TrainingRate> CalibrateHere(const v1::PlannedShape& shape,
                                               const std::string& data,
                                               int threads, Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_LOCAL_CALIBRATE_H_
