#ifndef ETALON_WORKER_TRAIN_LAYERS_DROPOUT_H_
#define ETALON_WORKER_TRAIN_LAYERS_DROPOUT_H_

#include <cstdint>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/layers/columns.h"

namespace etalon::train {

// Inverted dropout: in training a unit is zero with probability `share` and
// otherwise divided by 1 - share, so that evaluation leaves all as they are
// (N. Srivastava et al., "Dropout", 2014, section 10). Every member of a group
// has its own share and draws. Arrays are (rows x columns.width). Keeps the
// factors of one batch. Not thread-safe.
template <typename Scalar>
class Dropout {
 public:
  // `shares`: one for each member, [0, 1). Batches have up to `max_rows` rows.
  // `kernels` must outlive the layer.
  Dropout(const Kernels<Scalar>& kernels, const Columns& columns,
          std::vector<double> shares, Index max_rows);

  // Scales the values by factors drawn from stream `stream` of each member's
  // seed.
  void Forward(Index rows, const std::vector<uint64_t>& seeds, uint64_t stream,
               Scalar* values);

  // Scales a gradient by the factors of the latest Forward.
  void Backward(Index rows, Scalar* gradient) const {
    kernels_->multiply_elements(rows * columns_.width, factors_.data(),
                                gradient);
  }

  // Of the latest Forward: 0 or 1 / (1 - share) for each value; 1 in padding.
  const AlignedArray<Scalar>& factors() const { return factors_; }

 private:
  const Kernels<Scalar>* kernels_;
  Columns columns_;
  std::vector<double> shares_;
  AlignedArray<Scalar> factors_;  // (max_rows x width)
};

extern template class Dropout<float>;
extern template class Dropout<double>;

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_DROPOUT_H_
