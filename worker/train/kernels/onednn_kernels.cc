#include "worker/train/kernels/onednn_kernels.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "worker/train/kernels/onednn_product.h"
#include "worker/train/kernels/panels.h"
#include "worker/train/kernels/variants.h"

namespace etalon::train {
namespace {

// oneDNN chooses how to add up by the shape of a product, and a trial's bits
// may not hang on how wide its group is. So all products are of so many
// columns, the last ones of zeros where there are none: a trial of the usual 50
// hidden units has 64 with their padding. A packed right factor is cut into
// blocks of so many columns, of `rows` rows one behind the other.
constexpr Index kBlock = 64;
// The most rows of an input, and inputs of weights, in one product: with these
// what goes in and comes out stays in the second-level cache.
constexpr Index kBlockRows = 128;
constexpr Index kBlockInputs = 256;

// Numbers as they are packed. `Packed` and `kBfloat16` are what a product
// reads.
struct Float32 {
  using Packed = float;
  static constexpr bool kBfloat16 = false;
  static Packed Pack(float number) { return number; }
};

// To the nearest, ties to even; NaN stays NaN.
struct Bfloat16 {
  using Packed = uint16_t;
  static constexpr bool kBfloat16 = true;
  static Packed Pack(float number) {
    const auto bits = std::bit_cast<uint32_t>(number);
    constexpr uint32_t kQuiet = 0x400000;
    const uint32_t rounded =
        number != number ? bits | kQuiet : bits + 0x7fff + (bits >> 16 & 1);
    return static_cast<uint16_t>(rounded >> 16);
  }
};

// For products of float32.
struct WidenedBfloat16 {
  using Packed = float;
  static constexpr bool kBfloat16 = false;
  static Packed Pack(float number) {
    return std::bit_cast<float>(uint32_t{Bfloat16::Pack(number)} << 16);
  }
};

template <typename Precision>
using Packed = typename Precision::Packed;

template <typename Precision>
const Packed<Precision>* Numbers(const std::byte* packed) {
  return reinterpret_cast<const Packed<Precision>*>(packed);
}

template <typename Precision>
Packed<Precision>* Numbers(std::byte* packed) {
  return reinterpret_cast<Packed<Precision>*>(packed);
}

Index Blocks(Index columns) { return (columns + kBlock - 1) / kBlock; }

// Calls function(first column, number of columns of it) for each block.
template <typename Function>
void ForBlocks(Index columns, const Function& function) {
  for (Index first = 0; first < columns; first += kBlock) {
    function(first, std::min(kBlock, columns - first));
  }
}

// Calls function(first column, number of columns) for the parts of a block,
// `width` columns from `first`, that lie in one panel each.
template <typename Function>
void ForPanelsOf(Index first, Index width, const Function& function) {
  constexpr Index kPanel = kPanelColumns<float>;
  for (Index column = first; column < first + width;) {
    const Index end =
        std::min(column - column % kPanel + kPanel, first + width);
    function(column, end - column);
    column = end;
  }
}

// Numbers from one row of a packed input to the next: an odd number of cache
// lines, as otherwise the rows of a product fall into a few sets of the cache.
template <typename Precision>
Index InputStride(Index columns) {
  constexpr Index kLine = 64 / static_cast<Index>(sizeof(Packed<Precision>));
  return ((columns + kLine - 1) / kLine | 1) * kLine;
}

template <typename Precision>
Index PackedInputBytes(Index rows, Index columns) {
  return rows * InputStride<Precision>(columns) *
         static_cast<Index>(sizeof(Packed<Precision>));
}

template <typename Precision>
void Gather(const uint8_t* images, const uint32_t* rows, Index count,
            Index features, const float* mean, const float* scale,
            std::byte* packed) {
  for (Index i = 0; i < count; ++i) {
    const uint8_t* image = images + static_cast<Index>(rows[i]) * features;
    Packed<Precision>* row =
        Numbers<Precision>(packed) + i * InputStride<Precision>(features);
    for (Index j = 0; j < features; ++j) {
      row[j] =
          Precision::Pack((static_cast<float>(image[j]) - mean[j]) * scale[j]);
    }
  }
}

template <typename Precision>
void PackRow(Index columns, const float* values, Packed<Precision>* packed) {
  std::transform(values, values + columns, packed, Precision::Pack);
}

template <typename Precision>
void PackInput(Index rows, Index columns, Index stride, const float* values,
               std::byte* packed) {
  for (Index i = 0; i < rows; ++i) {
    PackRow<Precision>(
        columns, values + i * stride,
        Numbers<Precision>(packed) + i * InputStride<Precision>(columns));
  }
}

template <typename Precision>
Index PackedPanelsBytes(Index rows, Index columns) {
  return rows * Blocks(columns) * kBlock *
         static_cast<Index>(sizeof(Packed<Precision>));
}

template <typename Precision>
void PackPanels(Index rows, Index columns, Index stride, const float* values,
                std::byte* packed) {
  ForBlocks(columns, [&](Index first, Index width) {
    Packed<Precision>* block = Numbers<Precision>(packed) + first * rows;
    for (Index i = 0; i < rows; ++i, block += kBlock) {
      PackRow<Precision>(width, values + i * stride + first, block);
      std::fill(block + width, block + kBlock, Packed<Precision>{});
    }
  });
}

template <typename Precision>
void CopyWeights(Index inputs, Index columns, const float* weights,
                 std::byte* copy) {
  const Index panel_rows = PaddedPanelRows(inputs);
  ForBlocks(columns, [&](Index first, Index width) {
    Packed<Precision>* block = Numbers<Precision>(copy) + first * inputs;
    for (Index i = 0; i < inputs; ++i, block += kBlock) {
      ForPanelsOf(first, width, [&](Index column, Index count) {
        PackRow<Precision>(
            count, weights + PanelOffset<float>(panel_rows, columns, i, column),
            block + (column - first));
      });
      std::fill(block + width, block + kBlock, Packed<Precision>{});
    }
  });
}

template <typename Precision>
void Multiply(Index rows, Index depth, Index columns, const std::byte* input,
              const std::byte* panels, const float* biases, Index stride,
              float* output) {
  const Index input_stride = InputStride<Precision>(depth);
  alignas(64) float product[kBlockRows * kBlock];
  ForBlocks(columns, [&](Index first, Index width) {
    for (Index top = 0; top < rows; top += kBlockRows) {
      const Index count = std::min(kBlockRows, rows - top);
      OneDnnMultiply({.bfloat16 = Precision::kBfloat16,
                      .rows = count,
                      .depth = depth,
                      .columns = kBlock,
                      .left_stride = input_stride,
                      .right_stride = kBlock},
                     Numbers<Precision>(input) + top * input_stride,
                     Numbers<Precision>(panels) + first * depth, product);
      for (Index i = 0; i < count; ++i) {
        float* target = output + (top + i) * stride + first;
        const float* addend = biases == nullptr ? target : biases + first;
        for (Index j = 0; j < width; ++j) {
          target[j] = product[i * kBlock + j] + addend[j];
        }
      }
    }
  });
}

// The steps of the columns from `first` on.
ColumnSteps<float> From(const ColumnSteps<float>& steps, Index first) {
  const auto from = [first](const float* numbers) {
    return numbers == nullptr ? nullptr : numbers + first;
  };
  return {.rule = steps.rule,
          .eta = from(steps.eta),
          .decay = from(steps.decay),
          .penalty = from(steps.penalty),
          .momentum = from(steps.momentum),
          .ahead = from(steps.ahead),
          .along = from(steps.along),
          .first_rate = from(steps.first_rate),
          .second_rate = from(steps.second_rate),
          .second_scale = from(steps.second_scale),
          .epsilon = from(steps.epsilon)};
}

SteppedArrays<float> From(const SteppedArrays<float>& arrays, Index offset) {
  const auto from = [offset](float* numbers) {
    return numbers == nullptr ? nullptr : numbers + offset;
  };
  return {.values = from(arrays.values),
          .first_moment = from(arrays.first_moment),
          .second_moment = from(arrays.second_moment)};
}

template <typename Precision>
void Descend(Index rows, Index inputs, Index columns, const std::byte* input,
             const std::byte* gradient, const ColumnSteps<float>& steps,
             const SteppedArrays<float>& weights) {
  const Kernels<float>& rest = kernels_generic::Get().float32;
  const Index panel_rows = PaddedPanelRows(inputs);
  // Transposed, as oneDNN is the faster the wider a product is.
  alignas(64) float transposed[kBlock * kBlockInputs];
  alignas(64) float product[kBlockInputs * kBlock];
  for (Index top = 0; top < inputs; top += kBlockInputs) {
    const Index count = std::min(kBlockInputs, inputs - top);
    ForBlocks(columns, [&](Index first, Index width) {
      OneDnnMultiply({.bfloat16 = Precision::kBfloat16,
                      .rows = kBlock,
                      .depth = rows,
                      .columns = count,
                      .left_stride = kBlock,
                      .left_transposed = true,
                      .right_stride = InputStride<Precision>(inputs)},
                     Numbers<Precision>(gradient) + first * rows,
                     Numbers<Precision>(input) + top, transposed);
      rest.transpose(kBlock, count, count, transposed, kBlock, product);
      ForPanelsOf(first, width, [&](Index column, Index part) {
        const ColumnSteps<float> part_steps = From(steps, column);
        for (Index i = 0; i < count; ++i) {
          const SteppedArrays<float> stepped =
              From(weights,
                   PanelOffset<float>(panel_rows, columns, top + i, column));
          rest.descend_vector(part, product + i * kBlock + (column - first),
                              part_steps, stepped);
          if (weights.copy == nullptr) continue;
          PackRow<Precision>(part, stepped.values,
                             Numbers<Precision>(weights.copy) + first * inputs +
                                 (top + i) * kBlock + (column - first));
        }
      });
    });
  }
}

template <typename Precision>
Kernels<float> WithProducts() {
  Kernels<float> kernels = kernels_generic::Get().float32;
  kernels.packed_input_bytes = PackedInputBytes<Precision>;
  kernels.gather = Gather<Precision>;
  kernels.pack_input = PackInput<Precision>;
  kernels.packed_panels_bytes = PackedPanelsBytes<Precision>;
  kernels.pack_panels = PackPanels<Precision>;
  kernels.weights_need_copy = true;
  kernels.copy_weights = CopyWeights<Precision>;
  kernels.multiply = Multiply<Precision>;
  kernels.descend = Descend<Precision>;
  return kernels;
}

}  // namespace

const KernelSet& OneDnnKernels() {
  static const std::string& name =
      *new std::string(absl::StrCat("onednn_", OneDnnVersion()));
  static const KernelSet kernels = {name.c_str(), WithProducts<Float32>(),
                                    OneDnnHasBfloat16()
                                        ? WithProducts<Bfloat16>()
                                        : WithProducts<WidenedBfloat16>(),
                                    kernels_generic::Get().float64};
  return kernels;
}

bool OneDnnKernelsRunHere() { return OneDnnHasVectors(); }

}  // namespace etalon::train
