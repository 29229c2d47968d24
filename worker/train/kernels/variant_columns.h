#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_COLUMNS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_COLUMNS_H_

// A part of variant.cc, which alone includes it: sums over rows, added up one
// row after another.

#include <algorithm>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

template <typename Scalar>
void ColumnSums(Index rows, Index columns, const Scalar* __restrict values,
                Scalar* __restrict sums) {
  for (Index j = 0; j < columns; ++j) sums[j] = 0;
  for (Index i = 0; i < rows; ++i) {
    const Scalar* __restrict row = values + i * columns;
    for (Index j = 0; j < columns; ++j) sums[j] += row[j];
  }
}

template <typename Scalar>
void AddSquares(Index rows, Index columns, const Scalar* panels, double* sums) {
  const Index panel_rows = PaddedPanelRows(rows);
  for (Index first = 0; first < columns; first += kPanelColumns<Scalar>) {
    const Index width = std::min(kPanelColumns<Scalar>, columns - first);
    const Scalar* __restrict panel = panels + first * panel_rows;
    double* __restrict panel_sums = sums + first;
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < width; ++j) {
        const double value = static_cast<double>(panel[i * width + j]);
        panel_sums[j] += value * value;
      }
    }
  }
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_COLUMNS_H_
