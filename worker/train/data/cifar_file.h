#ifndef ETALON_WORKER_TRAIN_DATA_CIFAR_FILE_H_
#define ETALON_WORKER_TRAIN_DATA_CIFAR_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "worker/train/data/dataset.h"
#include "worker/train/data/image_shape.h"

namespace etalon::train {

// The images of CIFAR-10 and CIFAR-100.
inline constexpr ImageShape kCifarShape = {3, 32, 32};

// A file of the "binary version" (https://www.cs.toronto.edu/~kriz/cifar.html):
// records of one or two label bytes and the bytes of an image, nothing else.
struct CifarFormat {
  int64_t records = 0;
  int64_t labels = 0;   // label bytes of a record
  int64_t label = 0;    // which of them is taken, from 0
  int64_t classes = 0;  // of that label

  constexpr int64_t RecordBytes() const {
    return labels + kCifarShape.Features();
  }
  constexpr int64_t FileBytes() const { return records * RecordBytes(); }
};

// Appends the records of one file to `images`. Never waits for a pipe or a
// device: only regular files are read. NOT_FOUND when there is none,
// PERMISSION_DENIED when it may not be read, DATA_LOSS when its size is not the
// format's or a label is no class.
absl::Status AppendCifarFile(const std::string& path, const CifarFormat& format,
                             ImageSet& images);

// Whether the file is there, readable and of the right size; reads nothing.
absl::Status ProbeCifarFile(const std::string& path, const CifarFormat& format);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_CIFAR_FILE_H_
