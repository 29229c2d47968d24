#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_TILE_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_TILE_H_

// A part of variant.cc, which alone includes it: products, tile by tile. A tile
// of the result, some rows by some vectors, stays in registers while the depth
// goes by; each number of it is one sum, in the order of the depth.

#include <algorithm>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variant_factors.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// The vectors and rows of the largest tile, by the number of registers: of 32
// or of 16, all but some eight hold sums. Working on elements in parts takes
// more of the rest; one vector of the instruction for pairs, which takes six
// cycles, needs more sums to be busy.
inline constexpr int kTileVectors = kVectorBytes == 64 ? 3 : 2;
template <typename Factors, int kVectors>
inline constexpr int kTileRows =
    kVectorBytes == 64
        ? (kVectors == 1 && Factors::kDepth > Factors::kParts ? 16 : 8)
        : (Factors::kParts == 1 ? 6 : 4);

// The left factor is read at left[r * row_stride + i * depth_stride] for row r
// of the tile at depth i, the right one in whole vectors at right[i * width],
// `width` that of its panel.
template <typename Element>
struct TileFactors {
  Index depth;
  const Element* left;
  Index row_stride;
  Index depth_stride;
  const Element* right;
};

template <typename Factors, int kPart, int kRows, int kVectors>
ETALON_INLINE void AccumulatePart(
    const typename Factors::Element* const (&left)[kRows], Index offset,
    const typename Factors::Element* right,
    Vector<typename Factors::Scalar> (&sums)[kRows][kVectors]) {
  constexpr Index kVector = kVectorLanes<typename Factors::Element>;
  typename Factors::Operand vectors[kVectors];
#pragma GCC unroll 4
  for (int j = 0; j < kVectors; ++j) {
    vectors[j] = Factors::template LoadPart<kPart>(right + j * kVector);
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

template <typename Factors, Index kWidth, int kRows, int kVectors>
ETALON_INLINE void Accumulate(
    const TileFactors<typename Factors::Element> factors,
    Vector<typename Factors::Scalar> (&sums)[kRows][kVectors]) {
  const typename Factors::Element* left[kRows];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    left[r] = factors.left + r * factors.row_stride;
  }
#pragma GCC unroll 4
  for (Index i = 0; i < factors.depth; ++i) {
    const Index offset = i * factors.depth_stride;
    const auto* right = factors.right + i * kWidth;
    AccumulatePart<Factors, 0>(left, offset, right, sums);
    if constexpr (Factors::kParts == 2) {
      AccumulatePart<Factors, 1>(left, offset, right, sums);
    }
  }
}

// Covers rows by tiles: calls function<number of rows>(first row).
template <int kMostRows, typename Function>
ETALON_INLINE void ForRowTiles(Index first, Index last,
                               const Function& function) {
  Index row = first;
  for (; last - row >= kMostRows; row += kMostRows) {
    function.template operator()<kMostRows>(row);
  }
  for (; last - row >= 4; row += 4) function.template operator()<4>(row);
  if (last - row >= 2) {
    function.template operator()<2>(row);
    row += 2;
  }
  if (last - row >= 1) function.template operator()<1>(row);
}

// Covers columns by panels and those by strips as wide as a tile: calls
// function<panel's width, number of vectors>(panel's first column, column of
// the panel).
template <typename Scalar, typename Function>
ETALON_INLINE void ForStrips(Index columns, const Function& function) {
  const auto strips = [&]<Index kWidth>(Index first) {
    constexpr int kVectors =
        std::min<int>(kTileVectors, kWidth / kVectorLanes<Scalar>);
    constexpr Index kStrip = kVectors * kVectorLanes<Scalar>;
    static_assert(kWidth % kStrip == 0);
    for (Index column = 0; column < kWidth; column += kStrip) {
      function.template operator()<kWidth, kVectors>(first, column);
    }
  };
  constexpr Index kWhole = kPanelColumns<Scalar>;
  static_assert(kWhole == 3 * kLanes<Scalar>);
  Index first = 0;
  for (; columns - first >= kWhole; first += kWhole) {
    strips.template operator()<kWhole>(first);
  }
  switch ((columns - first) / kLanes<Scalar>) {
    case 1:
      return strips.template operator()<kLanes<Scalar>>(first);
    case 2:
      return strips.template operator()<2 * kLanes<Scalar>>(first);
  }
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_TILE_H_
