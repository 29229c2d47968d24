#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_PRODUCT_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_PRODUCT_H_

// A part of variant.cc, which alone includes it: products, tile by tile. A tile
// of the result, some rows by some vectors, stays in registers while the depth
// goes by; each number of it is one sum, in the order of the depth.

#include <algorithm>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variant_factors.h"
#include "worker/train/kernels/variant_steps.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// The tile of the most rows and vectors, by the number of registers: of 32 or
// of 16. All but some eight hold sums.
inline constexpr int kTileRows = kVectorBytes == 64 ? 8 : 6;
inline constexpr int kTileVectors = kVectorBytes == 64 ? 3 : 2;

// The left factor is read at left[row * row_stride + i * depth_stride], the
// right one in whole vectors at right[i * width], `width` that of its panel.
template <typename Element>
struct TileFactors {
  Index depth = 0;
  Index row_stride = 0;
  Index depth_stride = 0;
  Index width = 0;
  const Element* left = nullptr;
  const Element* right = nullptr;
};

template <typename Factors, int kPart, int kRows, int kVectors>
ETALON_INLINE void AccumulatePart(
    const typename Factors::Element* const (&left)[kRows], Index offset,
    const typename Factors::Element* right,
    Vector<typename Factors::Scalar> (&sums)[kRows][kVectors]) {
  constexpr Index kWidth = kVectorLanes<typename Factors::Element>;
  typename Factors::Operand vectors[kVectors];
#pragma GCC unroll 4
  for (int j = 0; j < kVectors; ++j) {
    vectors[j] = Factors::template LoadPart<kPart>(right + j * kWidth);
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    const typename Factors::Operand factor =
        Factors::template BroadcastPart<kPart>(left[r][offset]);
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) {
      sums[r][j] = Factors::Accumulate(factor, vectors[j], sums[r][j]);
    }
  }
}

template <typename Factors, int kRows, int kVectors>
ETALON_INLINE void Accumulate(
    const TileFactors<typename Factors::Element>& factors,
    Vector<typename Factors::Scalar> (&sums)[kRows][kVectors]) {
  const typename Factors::Element* left[kRows];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    left[r] = factors.left + r * factors.row_stride;
  }
#pragma GCC unroll 4
  for (Index i = 0; i < factors.depth; ++i) {
    const Index offset = i * factors.depth_stride;
    const auto* right = factors.right + i * factors.width;
    AccumulatePart<Factors, 0>(left, offset, right, sums);
    if constexpr (Factors::kParts == 2) {
      AccumulatePart<Factors, 1>(left, offset, right, sums);
    }
  }
}

// Covers rows by tiles: calls function<number of rows>(first row).
template <typename Function>
ETALON_INLINE void ForRowTiles(Index first, Index last,
                               const Function& function) {
  Index row = first;
  for (; last - row >= kTileRows; row += kTileRows) {
    function.template operator()<kTileRows>(row);
  }
  if (last - row >= 4) {
    function.template operator()<4>(row);
    row += 4;
  }
  if (last - row >= 2) {
    function.template operator()<2>(row);
    row += 2;
  }
  if (last - row >= 1) function.template operator()<1>(row);
}

// Covers the columns of a panel by tiles: calls function<number of
// vectors>(first column of the panel).
template <typename Scalar, typename Function>
ETALON_INLINE void ForColumnTiles(Index width, const Function& function) {
  constexpr Index kTile = kTileVectors * kVectorLanes<Scalar>;
  Index column = 0;
  for (; width - column >= kTile; column += kTile) {
    function.template operator()<kTileVectors>(column);
  }
  // Panels of less than a whole tile come where a cache line is one vector.
  if constexpr (kTileVectors == 3) {
    switch ((width - column) / kVectorLanes<Scalar>) {
      case 1:
        return function.template operator()<1>(column);
      case 2:
        return function.template operator()<2>(column);
    }
  }
}

// Stores the sums with the biases of their columns, or without adds them to
// what is there.
template <typename Scalar, int kRows, int kVectors>
ETALON_INLINE void StoreTile(const Vector<Scalar> (&sums)[kRows][kVectors],
                             const Scalar* biases, Index stride,
                             Scalar* output) {
#pragma GCC unroll 4
  for (int j = 0; j < kVectors; ++j) {
    const Index offset = j * kVectorLanes<Scalar>;
    Vector<Scalar> bias = {};
    if (biases != nullptr) bias = Load(biases + offset);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      Scalar* target = output + r * stride + offset;
      Store(sums[r][j] + (biases != nullptr ? bias : Load(target)), target);
    }
  }
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void Multiply(Index rows, Index depth, Index columns, const std::byte* input,
              const std::byte* panels, const Scalar* biases, Index stride,
              Scalar* output) {
  using Element = typename Factors::Element;
  const Index panel_rows = PaddedPanelRows(depth) / Factors::kDepth;
  const InputLayout layout = Factors::Layout(rows, depth);
  const auto* left = reinterpret_cast<const Element*>(input);
  const auto* right = reinterpret_cast<const Element*>(panels);
  TileFactors<Element> factors = {
      .depth = (depth + Factors::kDepth - 1) / Factors::kDepth,
      .row_stride = layout.row_stride,
      .depth_stride = 1};
  for (Index first = 0; first < columns; first += kPanelColumns<Scalar>) {
    factors.width = std::min(kPanelColumns<Scalar>, columns - first);
    ForColumnTiles<Scalar>(factors.width, [&]<int kVectors>(Index column) {
      factors.right = right + first * panel_rows + column;
      ForRowTiles(0, rows, [&]<int kRows>(Index row) {
        factors.left = left + row * layout.row_stride;
        Vector<Scalar> sums[kRows][kVectors] = {};
        Accumulate<Factors>(factors, sums);
        StoreTile<Scalar>(sums,
                          biases == nullptr ? nullptr : biases + first + column,
                          stride, output + row * stride + first + column);
      });
    });
  }
}

// Steps a tile's values, at `offset` of arrays of rows `width` apart, by the
// gradient in `sums`; in the copy they are at `copy_offset`.
template <typename Factors, Rule<typename Factors::Scalar> kRule, int kRows,
          int kVectors, typename Scalar = typename Factors::Scalar>
ETALON_INLINE void StepTile(const ColumnSteps<Scalar>& steps, Index column,
                            const SteppedArrays<Scalar>& arrays, Index offset,
                            Index width, Index copy_offset,
                            const Vector<Scalar> (&sums)[kRows][kVectors]) {
  constexpr Index kVector = kVectorLanes<Scalar>;
#pragma GCC unroll 4
  for (int j = 0; j < kVectors; ++j) {
    const Coefficients<Scalar, kRule> coefficients(steps, column + j * kVector);
    const auto step = [&](int row) {
      return Step(coefficients, arrays, offset + row * width + j * kVector,
                  sums[row][j]);
    };
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r += 2) {
      const Vector<Scalar> even = step(r);
      // The row behind the last of an odd number is padding: zero.
      const Vector<Scalar> odd = r + 1 < kRows ? step(r + 1) : Vector<Scalar>{};
      if constexpr (Factors::kDepth == 2 && kRule != Rule<Scalar>::kStore) {
        auto* copy = reinterpret_cast<typename Factors::Element*>(arrays.copy);
        Store(InterleavedBfloat16(even, odd),
              copy + copy_offset + r / 2 * width + j * kVector);
      }
    }
  }
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void Descend(Index rows, Index inputs, Index columns, const std::byte* input,
             const std::byte* gradient, const ColumnSteps<Scalar>& steps,
             const SteppedArrays<Scalar>& weights) {
  using Element = typename Factors::Element;
  // So many inputs of all rows stay in the second-level cache while the panels
  // go by. An even number, as pairs are not cut.
  constexpr Index kBlock = kTileRows * (256 / kTileRows);
  static_assert(kTileRows % 2 == 0);
  constexpr Index kVector = kVectorLanes<Scalar>;
  const Index panel_rows = PaddedPanelRows(inputs);
  const Index depth = PaddedPanelRows(rows) / Factors::kDepth;
  const InputLayout layout = Factors::Layout(rows, inputs);
  const auto* left =
      reinterpret_cast<const Element*>(input) + layout.descend_offset;
  const auto* right = reinterpret_cast<const Element*>(gradient);
  TileFactors<Element> factors = {
      .depth = (rows + Factors::kDepth - 1) / Factors::kDepth,
      .row_stride = 1,
      .depth_stride = layout.descend_stride};
  DispatchRule<Scalar>(steps.rule, [&]<Rule<Scalar> kRule>() {
    for (Index block = 0; block < inputs; block += kBlock) {
      const Index block_end = std::min(block + kBlock, inputs);
      for (Index first = 0; first < columns; first += kPanelColumns<Scalar>) {
        const Index width = std::min(kPanelColumns<Scalar>, columns - first);
        factors.width = width;
        ForColumnTiles<Scalar>(width, [&]<int kVectors>(Index column) {
          factors.right = right + first * depth + column;
          ForRowTiles(block, block_end, [&]<int kRows>(Index row) {
            factors.left = left + row;
            const Index offset = first * panel_rows + row * width + column;
            // They arrive while the sums are made.
            for (int r = 0; r < kRows; ++r) {
              for (Index j = 0; j < kVectors * kVector; j += kLanes<Scalar>) {
                PrefetchStep<Scalar, kRule>(weights, offset + r * width + j);
              }
            }
            Vector<Scalar> sums[kRows][kVectors] = {};
            Accumulate<Factors>(factors, sums);
            StepTile<Factors, kRule>(
                steps, first + column, weights, offset, width,
                (first * panel_rows + row * width) / 2 + column, sums);
          });
        });
      }
    }
  });
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_PRODUCT_H_
