#ifndef ETALON_WORKER_TRAIN_DATA_IDX_DATASET_H_
#define ETALON_WORKER_TRAIN_DATA_IDX_DATASET_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/train/data/dataset.h"
#include "worker/train/data/dataset_spec.h"

namespace etalon::train {

// Data sets of four IDX files, named as MNIST's are: train-images-idx3-ubyte,
// train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte,
// a hyphen or a dot before "idx", each plain or with ".gz" at its end; where
// several of them are there, the plain one and the hyphen go first.

// Reads the four files and splits the training images by `spec`, which must be
// valid. They stand in `spec.path` below `directory`, or without a path in the
// folder that is usual for the data set: mnist or MNIST/raw, fashion-mnist or
// FashionMNIST/raw. (Not in `directory` itself: the files of one data set are
// named as the other's.) MNIST and Fashion-MNIST have 10 classes, others one
// more than their highest label.
// Errors as of ReadIdxImages; besides, DATA_LOSS when images and labels are not
// equally many, test images are not shaped as training images, or MNIST or
// Fashion-MNIST is not of its known size; INVALID_ARGUMENT when `spec` asks for
// more images than there are.
absl::StatusOr<Dataset> ReadIdxDataset(const IdxSpec& spec,
                                       const std::string& directory);

// Whether the four files are where ReadIdxDataset would look for them without a
// path, and may be read. Reads none of them.
absl::Status ProbeIdxDataset(IdxSpec::Kind kind, const std::string& directory);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_IDX_DATASET_H_
