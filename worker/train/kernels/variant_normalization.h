#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_NORMALIZATION_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_NORMALIZATION_H_

// A part of variant.cc, which alone includes it: batch normalisation.

#include "worker/train/kernels/kernels.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// Rows are added up one after another, so the order of a column's sum does not
// depend on the number of columns.
template <typename Scalar>
void ColumnMoments(Index rows, Index columns, const Scalar* __restrict values,
                   Scalar* __restrict mean, Scalar* __restrict variance) {
  const Scalar share = Scalar{1} / static_cast<Scalar>(rows);
  for (Index j = 0; j < columns; ++j) mean[j] = 0;
  for (Index i = 0; i < rows; ++i) {
    const Scalar* row = values + i * columns;
    for (Index j = 0; j < columns; ++j) mean[j] += row[j];
  }
  for (Index j = 0; j < columns; ++j) {
    mean[j] *= share;
    variance[j] = 0;
  }
  // A second pass over the deviations: squares of the values themselves would
  // cancel where the mean is large.
  for (Index i = 0; i < rows; ++i) {
    const Scalar* row = values + i * columns;
    for (Index j = 0; j < columns; ++j) {
      const Scalar deviation = row[j] - mean[j];
      variance[j] += deviation * deviation;
    }
  }
  for (Index j = 0; j < columns; ++j) variance[j] *= share;
}

template <typename Scalar>
void Normalize(Index rows, Index columns, const Scalar* __restrict mean,
               const Scalar* __restrict scale, const Scalar* __restrict gamma,
               const Scalar* __restrict beta, Scalar* __restrict normalized,
               Scalar* __restrict values) {
  for (Index i = 0; i < rows; ++i) {
    const Index first = i * columns;
    for (Index j = 0; j < columns; ++j) {
      const Scalar value = (values[first + j] - mean[j]) * scale[j];
      normalized[first + j] = value;
      values[first + j] = gamma[j] * value + beta[j];
    }
  }
}

// Ioffe and Szegedy, "Batch normalization", 2015, section 3, worked out: with
// sums over the n rows, d loss / d x =
//   gamma * scale * (g - sum(g) / n - normalized * sum(g * normalized) / n).
template <typename Scalar>
void NormalizeBackward(Index rows, Index columns,
                       const Scalar* __restrict normalized,
                       const Scalar* __restrict scale,
                       const Scalar* __restrict gamma,
                       Scalar* __restrict gradient,
                       Scalar* __restrict gamma_gradient,
                       Scalar* __restrict beta_gradient) {
  const Scalar share = Scalar{1} / static_cast<Scalar>(rows);
  for (Index j = 0; j < columns; ++j) {
    gamma_gradient[j] = 0;
    beta_gradient[j] = 0;
  }
  for (Index i = 0; i < rows; ++i) {
    const Index first = i * columns;
    for (Index j = 0; j < columns; ++j) {
      gamma_gradient[j] += gradient[first + j] * normalized[first + j];
      beta_gradient[j] += gradient[first + j];
    }
  }
  for (Index i = 0; i < rows; ++i) {
    const Index first = i * columns;
    for (Index j = 0; j < columns; ++j) {
      const Scalar common =
          beta_gradient[j] + normalized[first + j] * gamma_gradient[j];
      gradient[first + j] =
          gamma[j] * scale[j] * (gradient[first + j] - share * common);
    }
  }
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_NORMALIZATION_H_
