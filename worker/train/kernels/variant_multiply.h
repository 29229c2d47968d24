#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_MULTIPLY_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_MULTIPLY_H_

// A part of variant.cc, which alone includes it: the product whose right factor
// are weights.

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variant_factors.h"
#include "worker/train/kernels/variant_tile.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

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
  const Index panel_rows = Factors::PanelElements(depth);
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

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_MULTIPLY_H_
