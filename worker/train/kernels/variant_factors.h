#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_FACTORS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_FACTORS_H_

// A part of variant.cc, which alone includes it: what the factors of a product
// are made of and how two elements are multiplied, in each precision.
//
// An element holds kDepth neighbours along the depth of the product, the last
// of an odd depth a zero. Where an instruction cannot multiply whole elements
// they are worked on in kParts, one after the other. PanelElements is how many
// elements of a column packed panels hold for a depth of `rows`.

#include <cstdint>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variant_bfloat16.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// Where the elements of a packed input (rows x columns) are. `multiply` goes
// along its rows and `descend` along its columns.
struct InputLayout {
  Index row_stride;      // between the rows that multiply reads
  Index descend_offset;  // of those that descend reads
  Index descend_stride;  // between them
  Index elements;
};

// Elements from one row to the next, for `count` of them: an odd number of
// cache lines, as otherwise rows would fall into a few sets of the cache.
template <typename Element>
constexpr Index RowStride(Index count) {
  return (PaddedColumns<Element>(count) / kLanes<Element> | 1) *
         kLanes<Element>;
}

// Numbers as they are.
template <typename Number>
struct PlainFactors {
  using Scalar = Number;
  using Element = Number;
  using Operand = Vector<Number>;
  static constexpr Index kDepth = 1;
  static constexpr int kParts = 1;

  static constexpr InputLayout Layout(Index rows, Index columns) {
    const Index stride = RowStride<Element>(columns);
    return {stride, 0, stride, rows * stride};
  }
  static constexpr Index PanelElements(Index rows) {
    return PaddedPanelRows(rows);
  }

  template <int kPart>
  ETALON_INLINE static Operand LoadPart(const Element* elements) {
    return Load(elements);
  }
  template <int kPart>
  ETALON_INLINE static Operand BroadcastPart(Element element) {
    return Broadcast(element);
  }
  ETALON_INLINE static Vector<Number> Accumulate(Operand a, Operand b,
                                                 Vector<Number> sum) {
    return MultiplyAdd(a, b, sum);
  }
};

// Pairs of bfloat16, the first in the lower half.
struct PairFactors {
  using Scalar = float;
  using Element = uint32_t;
  static constexpr Index kDepth = 2;

  // Pairs of neighbouring columns, and behind them pairs of neighbouring rows.
  static constexpr InputLayout Layout(Index rows, Index columns) {
    const Index row_stride = RowStride<Element>((columns + 1) / 2);
    const Index descend_stride = RowStride<Element>(columns);
    const Index descend_offset = rows * row_stride;
    return {row_stride, descend_offset, descend_stride,
            descend_offset + (rows + 1) / 2 * descend_stride};
  }
  static constexpr Index PanelElements(Index rows) { return (rows + 1) / 2; }

#if defined(__AVX512BF16__)
  using Operand = __m512bh;
  static constexpr int kParts = 1;

  template <int kPart>
  ETALON_INLINE static Operand LoadPart(const Element* elements) {
    return (Operand)Load(elements);
  }
  template <int kPart>
  ETALON_INLINE static Operand BroadcastPart(Element element) {
    return (Operand)Broadcast(element);
  }
  ETALON_INLINE static Vector<float> Accumulate(Operand a, Operand b,
                                                Vector<float> sum) {
    return _mm512_dpbf16_ps(sum, a, b);
  }
#else
  using Operand = Vector<float>;
  static constexpr int kParts = 2;

  template <int kPart>
  ETALON_INLINE static Operand Half(Vector<uint32_t> pairs) {
    return (Operand)(kPart == 0 ? pairs << 16 : pairs & 0xffff0000);
  }
  template <int kPart>
  ETALON_INLINE static Operand LoadPart(const Element* elements) {
    return Half<kPart>(Load(elements));
  }
  template <int kPart>
  ETALON_INLINE static Operand BroadcastPart(Element element) {
    return Half<kPart>(Broadcast(element));
  }
  ETALON_INLINE static Vector<float> Accumulate(Operand a, Operand b,
                                                Vector<float> sum) {
    return MultiplyAdd(a, b, sum);
  }
#endif  // __AVX512BF16__
};

#if defined(__AMX_BF16__)

// Pairs of bfloat16 for tile registers, which take 16 of them at a time: what
// lies behind the last pair of the depth, up to a multiple of 16, is zero.
struct TilePairFactors {
  using Scalar = float;
  using Element = uint32_t;
  static constexpr Index kDepth = 2;

  static constexpr Index PaddedPairs(Index depth) {
    return PaddedColumns<Element>((depth + 1) / 2);
  }
  // Pairs of neighbouring columns, and behind them, one row for each column,
  // pairs of neighbouring rows.
  static constexpr InputLayout Layout(Index rows, Index columns) {
    const Index row_stride = RowStride<Element>((columns + 1) / 2);
    const Index descend_offset = rows * row_stride;
    const Index descend_stride = PaddedPairs(rows);
    return {row_stride, descend_offset, descend_stride,
            descend_offset + PaddedColumns<float>(columns) * descend_stride};
  }
  static constexpr Index PanelElements(Index rows) { return PaddedPairs(rows); }
};

#endif  // __AMX_BF16__

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_FACTORS_H_
