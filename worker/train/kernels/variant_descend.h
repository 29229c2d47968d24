#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_DESCEND_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_DESCEND_H_

// A part of variant.cc, which alone includes it: the product that is the
// gradient of weights, which are stepped by it before it leaves the registers.

#include <algorithm>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variant_bfloat16.h"
#include "worker/train/kernels/variant_factors.h"
#include "worker/train/kernels/variant_steps.h"
#include "worker/train/kernels/variant_tile.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// Where a tile of weights is: its first column, and its offset in panels of
// Scalar and in the copy.
struct TilePlace {
  Index column;
  Index offset;
  Index copy_offset;
};

template <typename Factors, typename Step>
inline constexpr bool kHasCopy = Factors::kDepth > 1 && Step::kChangesValues;

template <typename Factors, typename Scalar>
ETALON_INLINE typename Factors::Element* CopyOf(
    const SteppedArrays<Scalar>& weights) {
  return reinterpret_cast<typename Factors::Element*>(weights.copy);
}

template <typename Factors, typename Step, Index kWidth, int kRows,
          int kVectors, typename Scalar>
ETALON_INLINE void PrefetchTile(const SteppedArrays<Scalar> weights,
                                TilePlace place) {
  constexpr Index kTileWidth = kVectors * kVectorLanes<Scalar>;
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (Index j = 0; j < kTileWidth; j += kLanes<Scalar>) {
      PrefetchStep<Step>(weights, place.offset + r * kWidth + j);
      if constexpr (kHasCopy<Factors, Step>) {
        if (r % 2 != 0) continue;
        PrefetchForWriting(CopyOf<Factors>(weights) + place.copy_offset +
                           r / 2 * kWidth + j);
      }
    }
  }
}

// Steps a tile's weights by their gradient, the sums.
template <typename Factors, typename Step, Index kWidth, int kRows,
          int kVectors, typename Scalar = typename Factors::Scalar>
ETALON_INLINE void StepTile(const ColumnSteps<Scalar>& steps, TilePlace place,
                            const SteppedArrays<Scalar> weights,
                            const Vector<Scalar> (&sums)[kRows][kVectors]) {
  constexpr Index kVector = kVectorLanes<Scalar>;
#pragma GCC unroll 4
  for (int j = 0; j < kVectors; ++j) {
    const Step step(steps, place.column + j * kVector);
    const Index offset = place.offset + j * kVector;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r += 2) {
      const Vector<Scalar> even =
          step(weights, offset + r * kWidth, sums[r][j]);
      // The row behind the last of an odd number is padding: zero.
      Vector<Scalar> odd = {};
      if (r + 1 < kRows) {
        odd = step(weights, offset + (r + 1) * kWidth, sums[r + 1][j]);
      }
      if constexpr (kHasCopy<Factors, Step>) {
        Store(InterleavedBfloat16(even, odd), CopyOf<Factors>(weights) +
                                                  place.copy_offset +
                                                  j * kVector + r / 2 * kWidth);
      }
    }
  }
}

template <typename Factors, typename Step, Index kWidth, int kRows,
          int kVectors, typename Scalar = typename Factors::Scalar>
[[gnu::noinline]] void DescendTile(
    const TileFactors<typename Factors::Element>& factors,
    const ColumnSteps<Scalar>& steps, const SteppedArrays<Scalar>& weights,
    TilePlace place) {
  // The weights arrive while the sums are made.
  PrefetchTile<Factors, Step, kWidth, kRows, kVectors>(weights, place);
  Vector<Scalar> sums[kRows][kVectors] = {};
  Accumulate<Factors, kWidth>(factors, sums);
  StepTile<Factors, Step, kWidth>(steps, place, weights, sums);
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void Descend(Index rows, Index inputs, Index columns, const std::byte* input,
             const std::byte* gradient, const ColumnSteps<Scalar>& steps,
             const SteppedArrays<Scalar>& weights) {
  using Element = typename Factors::Element;
  // So many inputs of all rows stay in the second-level cache while the panels
  // go by. An even number, as pairs are not cut.
  constexpr Index kBlock = 240;
  const Index panel_rows = PaddedPanelRows(inputs);
  const Index gradient_rows = Factors::PanelElements(rows);
  const InputLayout layout = Factors::Layout(rows, inputs);
  const auto* left =
      reinterpret_cast<const Element*>(input) + layout.descend_offset;
  const auto* right = reinterpret_cast<const Element*>(gradient);
  const auto descend = [&]<typename Step>(Index block, Index block_end) {
    const auto strip = [&]<Index kWidth, int kVectors>(Index first,
                                                       Index column) {
      const auto tile = [&]<int kRows>(Index row) {
        DescendTile<Factors, Step, kWidth, kRows, kVectors>(
            {.depth = (rows + Factors::kDepth - 1) / Factors::kDepth,
             .left = left + row,
             .row_stride = 1,
             .depth_stride = layout.descend_stride,
             .right = right + first * gradient_rows + column},
            steps, weights,
            {.column = first + column,
             .offset = first * panel_rows + row * kWidth + column,
             .copy_offset =
                 first * (panel_rows / 2) + row / 2 * kWidth + column});
      };
      ForRowTiles<kTileRows<Factors, kVectors>>(block, block_end, tile);
    };
    ForStrips<Scalar>(columns, strip);
  };
  DispatchRule<Scalar>(steps.rule, [&]<typename Step>() {
    for (Index block = 0; block < inputs; block += kBlock) {
      descend.template operator()<Step>(block,
                                        std::min(block + kBlock, inputs));
    }
  });
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_DESCEND_H_
