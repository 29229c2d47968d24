#ifndef ETALON_WORKER_TRAIN_LAYERS_SOFTMAX_CROSS_ENTROPY_H_
#define ETALON_WORKER_TRAIN_LAYERS_SOFTMAX_CROSS_ENTROPY_H_

#include <cstdint>

#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// The loss of a batch: cross-entropy -log p[label] of p = softmax(scores).
// Returns its sum over the rows and the number of rows whose highest score is
// the label's, and turns `scores` (rows x classes) in place into the gradient
// of the *mean* loss with respect to them, (p - one-hot(label)) / rows.
template <typename Scalar>
Tally SoftmaxCrossEntropy(const Kernels<Scalar>& kernels, Index rows,
                          Index classes, const uint8_t* labels,
                          Scalar* scores) {
  return kernels.softmax_cross_entropy(
      rows, classes, labels, Scalar{1} / static_cast<Scalar>(rows), scores);
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_SOFTMAX_CROSS_ENTROPY_H_
