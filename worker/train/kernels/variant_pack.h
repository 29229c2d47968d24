#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANT_PACK_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANT_PACK_H_

// A part of variant.cc, which alone includes it: packs the factors of products.

#include <algorithm>

#include "worker/train/kernels/kernels.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variant_bfloat16.h"
#include "worker/train/kernels/variant_factors.h"
#include "worker/train/kernels/variant_vector.h"

namespace etalon::train {
namespace ETALON_VARIANT_NAMESPACE {

// Where rows of a packed input come from: images, or a matrix. `Read` writes
// `count` numbers of a row, from column `first`.
template <typename Scalar>
struct ImageRows {
  const uint8_t* images;
  const uint32_t* rows;
  Index count;
  Index features;
  const Scalar* mean;
  const Scalar* scale;

  // Rows stand in random order, which no hardware prefetcher foresees.
  void Prefetch(Index row) const {
    if (row >= count) return;
    const uint8_t* image = images + static_cast<Index>(rows[row]) * features;
    for (Index j = 0; j < features; j += 64) __builtin_prefetch(image + j);
  }
  void Read(Index row, Index first, Index number,
            Scalar* __restrict numbers) const {
    const uint8_t* image =
        images + static_cast<Index>(rows[row]) * features + first;
    const Scalar* __restrict means = mean + first;
    const Scalar* __restrict scales = scale + first;
    for (Index j = 0; j < number; ++j) {
      numbers[j] = (static_cast<Scalar>(image[j]) - means[j]) * scales[j];
    }
  }
};

template <typename Scalar>
struct MatrixRows {
  const Scalar* values;
  Index stride;

  void Prefetch(Index) const {}
  void Read(Index row, Index first, Index number,
            Scalar* __restrict numbers) const {
    const Scalar* __restrict from = values + row * stride + first;
    for (Index j = 0; j < number; ++j) numbers[j] = from[j];
  }
};

template <typename Factors, typename Source>
void PackRows(PlainFactors<typename Factors::Scalar>, Index rows, Index columns,
              const Source& source, std::byte* packed) {
  using Scalar = typename Factors::Scalar;
  const Index stride = Factors::Layout(rows, columns).row_stride;
  auto* numbers = reinterpret_cast<Scalar*>(packed);
  for (Index i = 0; i < rows; ++i) {
    source.Prefetch(i + 1);
    source.Read(i, 0, columns, numbers + i * stride);
  }
}

// Pairs of neighbours among `padded` numbers. A block and a cache line are two
// vectors or more, but for AVX-512's last line, whose other half is the padding
// between rows.
inline void JoinPairs(const float* numbers, Index padded, uint32_t* pairs) {
  constexpr Index kVector = kVectorLanes<float>;
  for (Index j = 0; j < padded; j += 2 * kVector) {
    const Vector<float> second =
        j + kVector < padded ? Load(numbers + j + kVector) : Vector<float>{};
    Store(JoinedBfloat16(Load(numbers + j), second), pairs + j / 2);
  }
}

// Packs two rows a block at a time. Behind the last column, and for the row
// behind the last, stand zeros.
template <typename Factors, typename Source>
void PackRows(PairFactors, Index rows, Index columns, const Source& source,
              std::byte* packed) {
  constexpr Index kBlock = 512;
  constexpr Index kVector = kVectorLanes<float>;
  const InputLayout layout = Factors::Layout(rows, columns);
  auto* column_pairs = reinterpret_cast<uint32_t*>(packed);
  uint32_t* row_pairs = column_pairs + layout.descend_offset;
  alignas(64) float block[2][kBlock];
  for (Index i = 0; i < rows; i += 2) {
    const Index pair_rows = std::min<Index>(2, rows - i);
    source.Prefetch(i + 2);
    source.Prefetch(i + 3);
    for (Index first = 0; first < columns; first += kBlock) {
      const Index count = std::min(kBlock, columns - first);
      const Index padded = PaddedColumns<float>(count);
      for (Index r = 0; r < 2; ++r) {
        const Index read = r < pair_rows ? count : 0;
        if (read > 0) source.Read(i + r, first, read, block[r]);
        for (Index j = read; j < padded; ++j) block[r][j] = 0;
      }
      uint32_t* interleaved = row_pairs + i / 2 * layout.descend_stride + first;
      for (Index j = 0; j < padded; j += kVector) {
        Store(InterleavedBfloat16(Load(block[0] + j), Load(block[1] + j)),
              interleaved + j);
      }
      for (Index r = 0; r < pair_rows; ++r) {
        JoinPairs(block[r], padded,
                  column_pairs + (i + r) * layout.row_stride + first / 2);
      }
    }
  }
}

#if defined(__AMX_BF16__)

// Packs 32 rows, the depth of a tile register, a block at a time.
template <typename Factors, typename Source>
void PackRows(TilePairFactors, Index rows, Index columns, const Source& source,
              std::byte* packed) {
  constexpr Index kBlock = 128;
  constexpr Index kBlockRows = 2 * kVectorLanes<float>;
  constexpr Index kVector = kVectorLanes<float>;
  const InputLayout layout = Factors::Layout(rows, columns);
  auto* column_pairs = reinterpret_cast<uint32_t*>(packed);
  uint32_t* row_pairs = column_pairs + layout.descend_offset;
  alignas(64) float block[kBlockRows][kBlock];
  for (Index top = 0; top < rows; top += kBlockRows) {
    for (Index first = 0; first < columns; first += kBlock) {
      const Index count = std::min(kBlock, columns - first);
      const Index padded = PaddedColumns<float>(count);
      for (Index r = 0; r < kBlockRows; ++r) {
        if (first == 0) source.Prefetch(top + r + kBlockRows);
        const Index read = top + r < rows ? count : 0;
        if (read > 0) source.Read(top + r, first, read, block[r]);
        for (Index j = read; j < padded; ++j) block[r][j] = 0;
        if (read == 0) continue;
        JoinPairs(block[r], padded,
                  column_pairs + (top + r) * layout.row_stride + first / 2);
      }
      for (Index j = 0; j < padded; j += kVector) {
        Vector<uint32_t> pairs[kVector];
        for (Index p = 0; p < kVector; ++p) {
          pairs[p] = InterleavedBfloat16(Load(block[2 * p] + j),
                                         Load(block[2 * p + 1] + j));
        }
        TransposeWords(pairs);
        uint32_t* target =
            row_pairs + (first + j) * layout.descend_stride + top / 2;
        for (Index p = 0; p < kVector; ++p) {
          Store(pairs[p], target + p * layout.descend_stride);
        }
      }
    }
  }
}

#endif  // __AMX_BF16__

template <typename Factors>
Index PackedInputBytes(Index rows, Index columns) {
  return Factors::Layout(rows, columns).elements *
         static_cast<Index>(sizeof(typename Factors::Element));
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void Gather(const uint8_t* images, const uint32_t* rows, Index count,
            Index features, const Scalar* mean, const Scalar* scale,
            std::byte* packed) {
  PackRows<Factors>(
      Factors{}, count, features,
      ImageRows<Scalar>{images, rows, count, features, mean, scale}, packed);
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void PackInput(Index rows, Index columns, Index stride, const Scalar* values,
               std::byte* packed) {
  PackRows<Factors>(Factors{}, rows, columns,
                    MatrixRows<Scalar>{values, stride}, packed);
}

template <typename Factors>
Index PackedPanelsBytes(Index rows, Index columns) {
  return Factors::PanelElements(rows) * columns *
         static_cast<Index>(sizeof(typename Factors::Element));
}

// Packs a panel of `width` columns from a matrix with rows `stride` apart.
template <typename Factors, typename Scalar = typename Factors::Scalar>
void PackPanel(Index rows, Index width, Index stride, const Scalar* values,
               typename Factors::Element* packed) {
  const auto load = [&](Index row, Index column) {
    return row < rows ? Load(values + row * stride + column) : Vector<Scalar>{};
  };
  for (Index i = 0; i < Factors::PanelElements(rows); ++i) {
    for (Index j = 0; j < width; j += kVectorLanes<Scalar>) {
      if constexpr (Factors::kDepth == 1) {
        Store(load(i, j), packed + i * width + j);
      } else {
        Store(InterleavedBfloat16(load(2 * i, j), load(2 * i + 1, j)),
              packed + i * width + j);
      }
    }
  }
}

template <typename Factors, typename Scalar = typename Factors::Scalar>
void PackPanels(Index rows, Index columns, Index stride, const Scalar* values,
                std::byte* packed) {
  const Index panel_rows = Factors::PanelElements(rows);
  auto* elements = reinterpret_cast<typename Factors::Element*>(packed);
  for (Index first = 0; first < columns; first += kPanelColumns<Scalar>) {
    PackPanel<Factors>(rows, std::min(kPanelColumns<Scalar>, columns - first),
                       stride, values + first, elements + first * panel_rows);
  }
}

// The copy of weights that are panels themselves.
template <typename Factors, typename Scalar = typename Factors::Scalar>
void CopyWeights(Index inputs, Index columns, const Scalar* weights,
                 std::byte* copy) {
  const Index panel_rows = PaddedPanelRows(inputs);
  auto* elements = reinterpret_cast<typename Factors::Element*>(copy);
  for (Index first = 0; first < columns; first += kPanelColumns<Scalar>) {
    const Index width = std::min(kPanelColumns<Scalar>, columns - first);
    PackPanel<Factors>(inputs, width, width, weights + first * panel_rows,
                       elements + first * Factors::PanelElements(inputs));
  }
}

template <typename Scalar>
void Transpose(Index rows, Index columns, Index stride,
               const Scalar* __restrict values, Index output_stride,
               Scalar* __restrict output) {
  // Block by block: whole columns, often a power of two apart, would push each
  // other out of the first-level cache.
  constexpr Index kBlock = kLanes<Scalar>;
  for (Index top = 0; top < rows; top += kBlock) {
    const Index bottom = std::min(top + kBlock, rows);
    for (Index left = 0; left < columns; left += kBlock) {
      const Index right = std::min(left + kBlock, columns);
      for (Index j = left; j < right; ++j) {
        for (Index i = top; i < bottom; ++i) {
          output[j * output_stride + i] = values[i * stride + j];
        }
      }
    }
  }
}

}  // namespace ETALON_VARIANT_NAMESPACE
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANT_PACK_H_
