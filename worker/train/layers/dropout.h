#ifndef ETALON_WORKER_TRAIN_LAYERS_DROPOUT_H_
#define ETALON_WORKER_TRAIN_LAYERS_DROPOUT_H_

#include <cstdint>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// Inverted dropout: in training a unit is zero with probability `share` and
// otherwise divided by 1 - share, so that evaluation leaves all as they are
// (N. Srivastava et al., "Dropout", 2014, section 10). Keeps the factors of one
// batch. Not thread-safe.
template <typename Scalar>
class Dropout {
 public:
  // Batches have up to `max_count` values. `kernels` must outlive the layer.
  Dropout(const Kernels<Scalar>& kernels, double share, Index max_count);

  // Scales the first `count` values by factors drawn from (`seed`, `stream`).
  void Forward(Index count, uint64_t seed, uint64_t stream, Scalar* values);

  // Scales a gradient by the factors of the latest Forward.
  void Backward(Index count, Scalar* gradient) const {
    kernels_->multiply(count, factors_.data(), gradient);
  }

  // Of the latest Forward: 0 or 1 / (1 - share) for each value.
  const AlignedArray<Scalar>& factors() const { return factors_; }

 private:
  const Kernels<Scalar>* kernels_;
  double share_;
  AlignedArray<Scalar> factors_;
};

extern template class Dropout<float>;
extern template class Dropout<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_DROPOUT_H_
