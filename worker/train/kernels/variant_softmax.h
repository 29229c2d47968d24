#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_SOFTMAX_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_SOFTMAX_H_

// A part of variant.cc, which alone includes it: the softmax and its
// cross-entropy. Rows are worked on in copies of whole cache lines, so that
// neither their place nor their neighbours matter.

#include <Eigen/Core>
#include <algorithm>
#include <cstdint>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// Labels are bytes.
inline constexpr Index kMaxClasses = 256;

template <typename Scalar>
using Line = Eigen::Array<Scalar, static_cast<int>(kLanes<Scalar>), 1>;
template <typename Scalar>
using LineMap = Eigen::Map<Line<Scalar>, Eigen::Aligned64>;

struct RowTally {
  double sum;          // of the exponentials of scores less the highest
  double label_score;  // less the highest
  bool correct;
};

template <typename Scalar>
RowTally SoftmaxRow(Index classes, Index label, Scalar gradient_scale,
                    Scalar* scores) {
  constexpr Index kLine = kLanes<Scalar>;
  alignas(64) Scalar row[kMaxClasses];
  const Index padded = PaddedColumns<Scalar>(classes);
  for (Index j = 0; j < classes; ++j) row[j] = scores[j];
  for (Index j = classes; j < padded; ++j) {
    row[j] = -Eigen::NumTraits<Scalar>::infinity();
  }
  Line<Scalar> line = LineMap<Scalar>(row);
  for (Index j = kLine; j < padded; j += kLine) {
    line = line.max(LineMap<Scalar>(row + j));
  }
  const Scalar highest = line.maxCoeff();
  // Ties go to the lowest class. No number is as high as a NaN.
  int as_high_before = 0;
  for (Index j = 0; j < padded; ++j) {
    as_high_before +=
        static_cast<int>(row[j] == highest) & static_cast<int>(j < label);
  }
  RowTally tally;
  tally.correct = (row[label] == highest) & (as_high_before == 0);
  // Shifting by the highest score leaves the softmax as it is and keeps the
  // exponentials in [0, 1]. A NaN or infinite score makes the sum NaN.
  tally.label_score = static_cast<double>(row[label] - highest);
  for (Index j = 0; j < padded; j += kLine) {
    LineMap<Scalar> map(row + j);
    map = (map - highest).exp();
  }
  for (Index j = classes; j < padded; ++j) row[j] = 0;
  Eigen::Array<double, static_cast<int>(kLine), 1> sums =
      LineMap<Scalar>(row).template cast<double>();
  for (Index j = kLine; j < padded; j += kLine) {
    sums += LineMap<Scalar>(row + j).template cast<double>();
  }
  tally.sum = sums.sum();
  const Scalar scale = gradient_scale / static_cast<Scalar>(tally.sum);
  for (Index j = 0; j < classes; ++j) scores[j] = row[j] * scale;
  scores[label] -= gradient_scale;
  return tally;
}

template <typename Scalar>
Tally SoftmaxCrossEntropy(Index rows, Index classes, Index stride,
                          const uint8_t* labels, Scalar gradient_scale,
                          Scalar* scores) {
  // Logarithms of many rows at once.
  constexpr int kBlock = 32;
  Tally tally;
  for (Index first = 0; first < rows; first += kBlock) {
    const Index count = std::min<Index>(kBlock, rows - first);
    Eigen::Array<double, kBlock, 1> sums;
    double label_scores[kBlock];
    for (Index i = 0; i < count; ++i) {
      const RowTally row =
          SoftmaxRow(classes, labels[first + i], gradient_scale,
                     scores + (first + i) * stride);
      sums[i] = row.sum;
      label_scores[i] = row.label_score;
      tally.correct += row.correct;
    }
    for (Index i = count; i < kBlock; ++i) sums[i] = 1;
    const Eigen::Array<double, kBlock, 1> logarithms = sums.log();
    for (Index i = 0; i < count; ++i) {
      tally.loss_sum += logarithms[i] - label_scores[i];
    }
  }
  return tally;
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_SOFTMAX_H_
