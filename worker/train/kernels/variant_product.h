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

// No part of its caller: that would keep numbers of its own in registers.
template <typename Factors, Index kWidth, int kRows, int kVectors,
          typename Scalar = typename Factors::Scalar>
[[gnu::noinline]] void MultiplyTile(
    const TileFactors<typename Factors::Element>& factors, const Scalar* biases,
    Index stride, Scalar* output) {
  Vector<Scalar> sums[kRows][kVectors] = {};
  Accumulate<Factors, kWidth>(factors, sums);
  StoreTile<Scalar>(sums, biases, stride, output);
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void Multiply(Index rows, Index depth, Index columns, const std::byte* input,
              const std::byte* panels, const Scalar* biases, Index stride,
              Scalar* output) {
  using Element = typename Factors::Element;
  const Index panel_rows = PaddedPanelRows(depth) / Factors::kDepth;
  const Index row_stride = Factors::Layout(rows, depth).row_stride;
  const auto* left = reinterpret_cast<const Element*>(input);
  const auto* right = reinterpret_cast<const Element*>(panels);
  const auto strip = [&]<Index kWidth, int kVectors>(Index first,
                                                     Index column) {
    const auto tile = [&]<int kRows>(Index row) {
      MultiplyTile<Factors, kWidth, kRows, kVectors>(
          {.depth = (depth + Factors::kDepth - 1) / Factors::kDepth,
           .left = left + row * row_stride,
           .row_stride = row_stride,
           .depth_stride = 1,
           .right = right + first * panel_rows + column},
          biases == nullptr ? nullptr : biases + first + column, stride,
          output + row * stride + first + column);
    };
    ForRowTiles<kTileRows<Factors, kVectors>>(0, rows, tile);
  };
  ForStrips<Scalar>(columns, strip);
}

// Where a tile of weights is: its first column, and its offset in panels of
// Scalar and in the copy.
struct TilePlace {
  Index column;
  Index offset;
  Index copy_offset;
};

template <typename Step, Index kWidth, int kRows, int kVectors, typename Scalar>
ETALON_INLINE void PrefetchTile(const SteppedArrays<Scalar> weights,
                                TilePlace place) {
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (Index j = 0; j < kVectors * kVectorLanes<Scalar>;
         j += kLanes<Scalar>) {
      PrefetchStep<Step>(weights, place.offset + r * kWidth + j);
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
      if constexpr (Factors::kDepth == 2 && Step::kChangesValues) {
        Store(InterleavedBfloat16(even, odd),
              reinterpret_cast<typename Factors::Element*>(weights.copy) +
                  place.copy_offset + j * kVector + r / 2 * kWidth);
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
  PrefetchTile<Step, kWidth, kRows, kVectors>(weights, place);
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
  const Index gradient_rows = PaddedPanelRows(rows) / Factors::kDepth;
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

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_PRODUCT_H_
