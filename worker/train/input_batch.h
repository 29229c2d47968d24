#ifndef ETALON_WORKER_TRAIN_INPUT_BATCH_H_
#define ETALON_WORKER_TRAIN_INPUT_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// Some images, normalised and packed (kernels.h), and their classes; borrowed.
struct Batch {
  Index rows = 0;
  const std::byte* inputs = nullptr;
  const uint8_t* labels = nullptr;  // rows
};

// Where batches of up to `max_rows` images are put one after another. Not
// thread-safe; `kernels` must outlive it.
template <typename Scalar>
class InputBatch {
 public:
  InputBatch(const Kernels<Scalar>& kernels, Index features, Index max_rows)
      : kernels_(kernels),
        features_(features),
        inputs_(kernels.packed_input_bytes(max_rows, features)),
        labels_(max_rows) {}

  // Images rows[0 ... count) of `images` and `labels`, per feature less `mean`
  // and times `scale`.
  Batch Gather(const uint8_t* images, const uint8_t* labels,
               const uint32_t* rows, Index count, const Scalar* mean,
               const Scalar* scale) {
    kernels_.gather(images, rows, count, features_, mean, scale,
                    inputs_.data());
    for (Index i = 0; i < count; ++i) {
      labels_[static_cast<size_t>(i)] = labels[rows[i]];
    }
    return {count, inputs_.data(), labels_.data()};
  }

  // `count` images as they are, (count x features).
  Batch Pack(Index count, const Scalar* images, const uint8_t* labels) {
    kernels_.pack_input(count, features_, features_, images, inputs_.data());
    labels_.assign(labels, labels + count);
    return {count, inputs_.data(), labels_.data()};
  }

 private:
  const Kernels<Scalar>& kernels_;
  const Index features_;
  AlignedArray<std::byte> inputs_;
  std::vector<uint8_t> labels_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_INPUT_BATCH_H_
