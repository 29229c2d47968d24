#ifndef ETALON_WORKER_DECODE_DATASET_H_
#define ETALON_WORKER_DECODE_DATASET_H_

#include "absl/status/statusor.h"
#include "etalon/v1/training.pb.h"
#include "worker/train/data/dataset_spec.h"

namespace etalon {

// From the message of the wire, its defaults filled in, to the training
// library's own type. What the data set has no use for is refused by its path
// in the trial ("training.dataset.batches"), never passed over. Pure.
// INVALID_ARGUMENT: a field is missing or wrong. UNIMPLEMENTED: no data set is
// called so.
absl::StatusOr<train::DatasetSpec> DecodeDataset(const v1::Dataset& dataset);

}  // namespace etalon

#endif  // ETALON_WORKER_DECODE_DATASET_H_
