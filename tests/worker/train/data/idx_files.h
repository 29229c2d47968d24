#ifndef ETALON_TESTS_WORKER_TRAIN_DATA_IDX_FILES_H_
#define ETALON_TESTS_WORKER_TRAIN_DATA_IDX_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace etalon::train {

using Bytes = std::vector<uint8_t>;

// The IDX file of an array of bytes. `dimensions` and `values` need not fit.
Bytes IdxFile(const std::vector<uint32_t>& dimensions, const Bytes& values);

// `count` images of `height` x `width`: image i is i everywhere but in its
// first row, which is 10, 20, 30, ...
Bytes IdxImageFile(uint32_t count, uint32_t height, uint32_t width);

// `count` labels: i % classes.
Bytes IdxLabelFile(uint32_t count, uint32_t classes);

// As `gzip` packs.
Bytes Gzip(const Bytes& bytes);

void WriteBytes(const std::string& path, const Bytes& bytes);

// The four files of a small data set in `folder`, made where it is not there:
// 60 training and 20 test images of 4 x 3, three classes. The training images
// are packed, and their labels have a dot before "idx".
void WriteIdxDataset(const std::string& folder);

}  // namespace etalon::train

#endif  // ETALON_TESTS_WORKER_TRAIN_DATA_IDX_FILES_H_
