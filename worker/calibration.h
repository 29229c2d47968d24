#ifndef ETALON_WORKER_CALIBRATION_H_
#define ETALON_WORKER_CALIBRATION_H_

#include <atomic>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "etalon/v1/plan.pb.h"
#include "etalon/v1/trial.pb.h"
#include "worker/fusion_width.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/kernels/kernels.h"

namespace etalon {

// How fast trials of the shape of `trial` are trained by one thread of
// `machine`, side by side as its width of fusion says, evaluations included:
// three times a few hundred updates, and twice as many, whose difference tells
// the cost of an update from that of an evaluation. No model is kept, nothing
// is written. Blocks for some seconds, longer where a hundred updates take
// that. INVALID_ARGUMENT, UNIMPLEMENTED: as DecodePlan. CANCELLED: `stop` was
// set. RESOURCE_EXHAUSTED: no memory.
absl::StatusOr<v1::TrainingRate> Calibrate(const v1::Trial& trial,
                                           const train::PreparedData& data,
                                           const train::KernelSet& kernels,
                                           const TrainingMachine& machine,
                                           const Clock& clock,
                                           const std::atomic<bool>& stop);

}  // namespace etalon

#endif  // ETALON_WORKER_CALIBRATION_H_
