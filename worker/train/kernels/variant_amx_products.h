#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_AMX_PRODUCTS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_AMX_PRODUCTS_H_

// A part of variant.cc, which alone includes it: the products of
// variant_multiply.h and variant_descend.h by tile registers. Each number is
// one sum, over the depth in its order, 16 pairs at a time.

#include <algorithm>
#include <cstdint>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variant_amx.h"
#include "worker/train/kernels/variant_descend.h"
#include "worker/train/kernels/variant_factors.h"
#include "worker/train/kernels/variant_multiply.h"
#include "worker/train/kernels/variant_steps.h"
#include "worker/train/kernels/variant_tile.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// Pairs that a tile register's row holds.
inline constexpr Index kTilePairs = 16;

// Adds to kLefts * kRights sums, those of one left tile side by side: left
// tiles stand `left_tile` elements apart.
template <int kLefts, int kRights>
ETALON_INLINE void AccumulateTiles(Index pairs, const uint32_t* left,
                                   Index left_stride, Index left_tile,
                                   const uint32_t* right, Index width) {
  static_assert(kLefts * kRights <= kMostSums);
  for (Index p = 0; p < pairs; p += kTilePairs) {
    ForTiles<kLefts>([&]<int kLeft>() {
      LoadTile<kLeftTile>(left + kLeft * left_tile + p, left_stride);
      ForTiles<kRights>([&]<int kRight>() {
        LoadTile<kRightTile>(right + p * width + kRight * kTilePairs, width);
        MultiplyTiles<kLeft * kRights + kRight>();
      });
    });
  }
}

// Calls function<panel's width in tiles>(its first column).
template <typename Function>
ETALON_INLINE void ForPanels(Index columns, const Function& function) {
  Index first = 0;
  for (; columns - first >= kPanelColumns<float>;
       first += kPanelColumns<float>) {
    function.template operator()<3>(first);
  }
  switch ((columns - first) / kLanes<float>) {
    case 1:
      return function.template operator()<1>(first);
    case 2:
      return function.template operator()<2>(first);
  }
}

// One or two left tiles' rows of a panel of the output.
template <int kLefts, int kRights>
ETALON_INLINE void MultiplyRows(Index pairs, const uint32_t* left,
                                Index left_stride, const uint32_t* right,
                                const float* biases, Index stride,
                                float* output) {
  const auto rows_of = [&](int tile) {
    return output + tile / kRights * kTileRegisterRows * stride +
           tile % kRights * kLanes<float>;
  };
  ForTiles<kLefts * kRights>([&]<int kTile>() {
    if (biases == nullptr) {
      LoadTile<kTile>(rows_of(kTile), stride);
    } else {
      LoadTile<kTile>(biases + kTile % kRights * kLanes<float>, 0);
    }
  });
  AccumulateTiles<kLefts, kRights>(pairs, left, left_stride,
                                   kTileRegisterRows * left_stride, right,
                                   kRights * kTilePairs);
  ForTiles<kLefts * kRights>(
      [&]<int kTile>() { StoreTileRegister<kTile>(rows_of(kTile), stride); });
}

template <>
inline void Multiply<TilePairFactors>(Index rows, Index depth, Index columns,
                                      const std::byte* input,
                                      const std::byte* panels,
                                      const float* biases, Index stride,
                                      float* output) {
  const Index pairs = TilePairFactors::PanelElements(depth);
  const Index row_stride = TilePairFactors::Layout(rows, depth).row_stride;
  const auto* left = reinterpret_cast<const uint32_t*>(input);
  const auto* right = reinterpret_cast<const uint32_t*>(panels);
  TileRegisters registers(kTileRegisterRows);
  ForPanels(columns, [&]<int kRights>(Index first) {
    const auto multiply = [&]<int kLefts>(Index row) {
      MultiplyRows<kLefts, kRights>(
          pairs, left + row * row_stride, row_stride, right + first * pairs,
          biases == nullptr ? nullptr : biases + first, stride,
          output + row * stride + first);
    };
    Index row = 0;
    for (; rows - row >= 2 * kTileRegisterRows; row += 2 * kTileRegisterRows) {
      multiply.template operator()<2>(row);
    }
    if (rows - row >= kTileRegisterRows) {
      multiply.template operator()<1>(row);
      row += kTileRegisterRows;
    }
    if (row == rows) return;
    registers.Reshape(rows - row);
    multiply.template operator()<1>(row);
    registers.Reshape(kTileRegisterRows);
  });
}

// The gradient of up to 16 inputs' weights in a panel, and their step by it.
template <typename Step, int kRights>
[[gnu::noinline]] void DescendRows(Index rows, Index pairs,
                                   const uint32_t* left, const uint32_t* right,
                                   const ColumnSteps<float>& steps,
                                   const SteppedArrays<float>& weights,
                                   TilePlace place) {
  constexpr Index kWidth = kRights * kLanes<float>;
  alignas(64) float gradient[kTileRegisterRows][kWidth];
  ForTiles<kRights>([&]<int kTile>() { ZeroTile<kTile>(); });
  AccumulateTiles<1, kRights>(pairs, left, pairs, 0, right, kWidth);
  ForTiles<kRights>([&]<int kTile>() {
    StoreTileRegister<kTile>(gradient[0] + kTile * kLanes<float>, kWidth);
  });
  const auto step = [&]<int kRows>(Index row) {
    for (Index j = 0; j < kWidth; j += kLanes<float>) {
      Vector<float> sums[kRows][1];
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) sums[r][0] = Load(gradient[row + r] + j);
      StepTile<TilePairFactors, Step, kWidth>(
          steps,
          {.column = place.column + j,
           .offset = place.offset + row * kWidth + j,
           .copy_offset = place.copy_offset + row / 2 * kWidth + j},
          weights, sums);
    }
  };
  ForRowTiles<kTileRegisterRows>(0, rows, step);
}

template <>
inline void Descend<TilePairFactors>(Index rows, Index inputs, Index columns,
                                     const std::byte* input,
                                     const std::byte* gradient,
                                     const ColumnSteps<float>& steps,
                                     const SteppedArrays<float>& weights) {
  const Index panel_rows = PaddedPanelRows(inputs);
  const Index copy_rows = TilePairFactors::PanelElements(inputs);
  const InputLayout layout = TilePairFactors::Layout(rows, inputs);
  const auto* left =
      reinterpret_cast<const uint32_t*>(input) + layout.descend_offset;
  const auto* right = reinterpret_cast<const uint32_t*>(gradient);
  const Index pairs = layout.descend_stride;
  DispatchRule<float>(steps.rule, [&]<typename Step>() {
    TileRegisters registers(kTileRegisterRows);
    ForPanels(columns, [&]<int kRights>(Index first) {
      constexpr Index kWidth = kRights * kLanes<float>;
      for (Index row = 0; row < inputs; row += kTileRegisterRows) {
        const Index count = std::min(kTileRegisterRows, inputs - row);
        if (count < kTileRegisterRows) registers.Reshape(count);
        DescendRows<Step, kRights>(
            count, pairs, left + row * pairs, right + first * pairs, steps,
            weights,
            {.column = first,
             .offset = first * panel_rows + row * kWidth,
             .copy_offset = first * copy_rows + row / 2 * kWidth});
        if (count < kTileRegisterRows) registers.Reshape(kTileRegisterRows);
      }
    });
  });
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_AMX_PRODUCTS_H_
