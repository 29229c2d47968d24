#ifndef ETALON_WORKER_TRAIN_KERNELS_PANELS_H_
#define ETALON_WORKER_TRAIN_KERNELS_PANELS_H_

#include <algorithm>
#include <cstddef>

#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// Columns come in whole cache lines, so that every column is worked on by the
// same vector instructions wherever it stands.
template <typename Scalar>
inline constexpr Index kLanes = 64 / static_cast<Index>(sizeof(Scalar));

// A matrix in panels is cut into strips of so many columns, the last one of
// what is left: a strip's rows stand one behind the other, then those of the
// next strip. A product reads a strip from its beginning to its end, and keeps
// a row of it in three registers of AVX-512.
template <typename Scalar>
inline constexpr Index kPanelColumns = 3 * kLanes<Scalar>;

// `columns`, 0 or more, with padding.
template <typename Scalar>
constexpr Index PaddedColumns(Index columns) {
  return (columns + kLanes<Scalar> - 1) / kLanes<Scalar> * kLanes<Scalar>;
}

// Rows of the panels that hold `rows` rows of weights: products may take rows
// in pairs. The padding row is zero.
constexpr Index PaddedPanelRows(Index rows) { return rows + rows % 2; }

// Where panels with `panel_rows` rows and `columns` columns, padded, keep
// (row, column).
template <typename Scalar>
constexpr Index PanelOffset(Index panel_rows, Index columns, Index row,
                            Index column) {
  const Index first = column - column % kPanelColumns<Scalar>;
  const Index width = std::min(kPanelColumns<Scalar>, columns - first);
  return first * panel_rows + row * width + (column - first);
}

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_PANELS_H_
