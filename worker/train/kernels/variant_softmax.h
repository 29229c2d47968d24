#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_SOFTMAX_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_SOFTMAX_H_

// A part of variant.cc, which alone includes it: the softmax and its
// cross-entropy, for a cache line of rows side by side: classes are few.

#include <Eigen/Core>
#include <algorithm>
#include <cstdint>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// Labels are bytes.
inline constexpr Index kMaxClasses = 256;

// One number for each of the rows.
template <typename Number, typename Scalar>
using RowLine = Eigen::Array<Number, static_cast<int>(kLanes<Scalar>), 1>;

template <typename Scalar>
Tally SoftmaxCrossEntropy(Index rows, Index classes, Index stride,
                          const uint8_t* labels, Scalar gradient_scale,
                          Scalar* scores) {
  constexpr Index kLine = kLanes<Scalar>;
  using Line = RowLine<Scalar, Scalar>;
  Tally tally;
  Line values[kMaxClasses];
  for (Index first = 0; first < rows; first += kLine) {
    const Index count = std::min(kLine, rows - first);
    Scalar* block = scores + first * stride;
    const uint8_t* block_labels = labels + first;
    for (Index j = 0; j < classes; ++j) {
      if (count < kLine) values[j].setZero();
      for (Index i = 0; i < count; ++i) values[j][i] = block[i * stride + j];
    }

    Line highest = values[0];
    Line best = Line::Zero();  // class
    for (Index j = 1; j < classes; ++j) {
      const Scalar index = static_cast<Scalar>(j);
      for (Index i = 0; i < kLine; ++i) {
        const bool better = values[j][i] > highest[i];
        highest[i] = better ? values[j][i] : highest[i];
        best[i] = better ? index : best[i];
      }
    }
    Line label_scores = Line::Zero();  // less the highest
    for (Index i = 0; i < count; ++i) {
      label_scores[i] = values[block_labels[i]][i] - highest[i];
    }

    // Shifting by the highest score leaves the softmax as it is and keeps the
    // exponentials in [0, 1]. A NaN or infinite score makes the sum NaN.
    RowLine<double, Scalar> sums = RowLine<double, Scalar>::Zero();
    for (Index j = 0; j < classes; ++j) {
      values[j] = (values[j] - highest).exp();
      for (Index i = 0; i < kLine; ++i) {
        sums[i] += static_cast<double>(values[j][i]);
      }
    }
    const RowLine<double, Scalar> losses =
        sums.log() - label_scores.template cast<double>();
    const Line scale = gradient_scale / sums.template cast<Scalar>();
    for (Index j = 0; j < classes; ++j) {
      values[j] *= scale;
      for (Index i = 0; i < count; ++i) block[i * stride + j] = values[j][i];
    }
    for (Index i = 0; i < count; ++i) {
      const Index label = block_labels[i];
      block[i * stride + label] -= gradient_scale;
      tally.loss_sum += losses[i];
      tally.correct += best[i] == static_cast<Scalar>(label);
    }
  }
  return tally;
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_SOFTMAX_H_
