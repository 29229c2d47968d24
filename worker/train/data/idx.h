#ifndef ETALON_WORKER_TRAIN_DATA_IDX_H_
#define ETALON_WORKER_TRAIN_DATA_IDX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace etalon::train {

// Files of the IDX format, as MNIST has them (Y. LeCun, C. Cortes, C. J. C.
// Burges, "The MNIST database of handwritten digits"): two zero bytes, a type
// (8: bytes), the number of dimensions, each dimension in four bytes, the
// highest first, then the numbers.

// Larger files are refused, packed or not: 17 times the images of MNIST, and
// with training and test images twice over while they are sorted still within
// the memory of a small machine.
inline constexpr int64_t kMaxIdxBytes = int64_t{1} << 30;

// Images of one byte a pixel, (count x height x width).
struct IdxImages {
  int64_t count = 0;
  int64_t height = 0;
  int64_t width = 0;
  std::vector<uint8_t> pixels;
};

// Both read `path`, unpacking it when its name ends in ".gz". A file has to be
// exactly as long as its header says: before that is known to be possible no
// memory is spent on it, and a file that unpacks to more is read no further.
// NOT_FOUND when there is no such file, or no regular one; PERMISSION_DENIED;
// DATA_LOSS when it is empty, damaged, of another form, cut off, too long, or
// its header claims more than kMaxIdxBytes.
absl::StatusOr<IdxImages> ReadIdxImages(const std::string& path);
absl::StatusOr<std::vector<uint8_t>> ReadIdxLabels(const std::string& path);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_IDX_H_
