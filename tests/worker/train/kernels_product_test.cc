// Packing and `multiply` against sums in double precision.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "common/random.h"
#include "tests/worker/train/kernels_support.h"

namespace etalon::train {
namespace {

INSTANTIATE_KERNELS(KernelsTest);

struct Sizes {
  Index rows;
  Index depth;
  Index lines;  // of columns, so many cache lines
};
// Rows that leave every remainder of a tile, odd depths, and panels that are
// whole and cut.
constexpr Sizes kSizes[] = {{1, 1, 1},    {2, 2, 2},   {7, 5, 3},
                            {13, 50, 4},  {37, 50, 8}, {100, 3072, 1},
                            {128, 51, 5}, {100, 1, 6}, {23, 784, 4}};

// Right factors for both packings; `weights` holds what the other reads.
template <typename Scalar>
AlignedArray<std::byte> WeightsForProducts(const Kernels<Scalar>& kernels,
                                           Index depth, Index columns,
                                           const AlignedArray<Scalar>& panels) {
  if (kernels.weights_need_copy) {
    return CopyOfWeights(kernels, depth, columns, panels);
  }
  const auto* bytes = reinterpret_cast<const std::byte*>(panels.data());
  return {bytes, bytes + panels.size() * sizeof(Scalar)};
}

// One case of `multiply`, with output rows further apart than they are long.
template <typename Precision>
void ExpectProduct(const Precision& precision, const Sizes& sizes,
                   bool with_biases) {
  using Scalar = typename Precision::Scalar;
  const Kernels<Scalar>& kernels = precision.kernels;
  const auto [rows, depth, lines] = sizes;
  const Index columns = lines * kLanes<Scalar>;
  const Index stride = columns + 2 * kLanes<Scalar>;
  const auto x = RandomValues<Scalar>(rows * depth, 1);
  const auto w = RandomValues<Scalar>(depth * columns, 2);
  const auto biases = RandomValues<Scalar>(columns, 3);
  const auto before = RandomValues<Scalar>(rows * stride, 4);
  const auto input = PackedInput(kernels, rows, depth, x);
  for (const bool packed : {false, true}) {
    const auto right = packed ? PackedPanels(kernels, depth, columns, w)
                              : WeightsForProducts(kernels, depth, columns,
                                                   InPanels(depth, columns, w));
    auto y = before;
    kernels.multiply(rows, depth, columns, input.data(), right.data(),
                     with_biases ? biases.data() : nullptr, stride, y.data());
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < columns; ++j) {
        double sum = with_biases ? biases[j] : before[i * stride + j];
        double magnitude = std::abs(sum);
        for (Index k = 0; k < depth; ++k) {
          const double term = precision.Factor(x[i * depth + k]) *
                              precision.Factor(w[k * columns + j]);
          sum += term;
          magnitude += std::abs(term);
        }
        ASSERT_NEAR(y[i * stride + j], sum, Tolerance<Scalar>(depth, magnitude))
            << "rows " << rows << " depth " << depth << " columns " << columns
            << " at " << i << ", " << j;
      }
      for (Index j = columns; j < stride; ++j) {
        ASSERT_EQ(y[i * stride + j], before[i * stride + j]);
      }
    }
  }
}

TEST_P(KernelsTest, ProductsAreThoseOfTheRoundedFactors) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    for (const Sizes& sizes : kSizes) ExpectProduct(precision, sizes, true);
  });
}

TEST_P(KernelsTest, ProductsWithoutBiasesAreAddedToTheOutput) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    for (const Sizes& sizes : kSizes) ExpectProduct(precision, sizes, false);
  });
}

TEST_P(KernelsTest, GatherPacksTheNormalisedRowsAskedFor) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    for (const Index features : {1, 37, 784, 3072}) {
      RandomStream random(1);
      std::vector<uint8_t> images(5 * features);
      for (uint8_t& pixel : images) {
        pixel = static_cast<uint8_t>(random.NextBelow(256));
      }
      const auto mean = RandomValues<Scalar>(features, 2);
      const auto scale = RandomValues<Scalar>(features, 3);
      const std::vector<uint32_t> rows = {4, 0, 4, 1, 3};
      for (const Index count : {1, 2, 5}) {
        AlignedArray<Scalar> values;
        for (Index i = 0; i < count; ++i) {
          for (Index j = 0; j < features; ++j) {
            const Scalar pixel = images[rows[i] * features + j];
            values.push_back((pixel - mean[j]) * scale[j]);
          }
        }
        // Ones all over, which `PackedInput` begins with as well: what
        // neither writes is the same.
        AlignedArray<std::byte> packed(
            kernels.packed_input_bytes(count, features), std::byte{0xff});
        kernels.gather(images.data(), rows.data(), count, features, mean.data(),
                       scale.data(), packed.data());
        EXPECT_TRUE(
            SameBits(packed, PackedInput(kernels, count, features, values)))
            << count << " x " << features;
      }
    }
  });
}

TEST_P(KernelsTest, PackingTakesTheFirstColumnsOfAWiderMatrix) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    constexpr Index kRows = 5, kColumns = 2 * kLanes<Scalar>;
    constexpr Index kStride = 4 * kLanes<Scalar>;
    const auto wide = RandomValues<Scalar>(kRows * kStride, 1);
    const auto narrow = Columns(kRows, kStride, 0, kColumns, wide);
    AlignedArray<std::byte> packed(kernels.packed_input_bytes(kRows, kColumns),
                                   std::byte{0xff});
    kernels.pack_input(kRows, kColumns, kStride, wide.data(), packed.data());
    EXPECT_TRUE(
        SameBits(packed, PackedInput(kernels, kRows, kColumns, narrow)));
    packed.assign(kernels.packed_panels_bytes(kRows, kColumns), std::byte{});
    kernels.pack_panels(kRows, kColumns, kStride, wide.data(), packed.data());
    EXPECT_TRUE(
        SameBits(packed, PackedPanels(kernels, kRows, kColumns, narrow)));
  });
}

// Every NaN, among them those whose bits a careless rounding would turn into
// zero or infinity, in every place of a pair and a vector.
TEST_P(KernelsTest, NotANumberPassesThroughProducts) {
  for (const uint32_t bits : {0x7f800001u, 0x7fffffffu, 0xffffffffu}) {
    ForEachPrecision(*GetParam(), [bits](const auto& precision) {
      using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
      const Kernels<Scalar>& kernels = precision.kernels;
      constexpr Index kRows = 3, kDepth = 5, kColumns = 2 * kLanes<Scalar>;
      const auto x = RandomValues<Scalar>(kRows * kDepth, 1);
      const auto input = PackedInput(kernels, kRows, kDepth, x);
      for (Index j = 0; j < kColumns; ++j) {
        auto w = RandomValues<Scalar>(kDepth * kColumns, 2);
        w[j % kDepth * kColumns + j] = std::bit_cast<float>(bits);
        const auto panels = PackedPanels(kernels, kDepth, kColumns, w);
        AlignedArray<Scalar> y(kRows * kColumns);
        kernels.multiply(kRows, kDepth, kColumns, input.data(), panels.data(),
                         nullptr, kColumns, y.data());
        for (Index i = 0; i < kRows * kColumns; ++i) {
          EXPECT_EQ(std::isnan(y[i]), i % kColumns == j) << i << " " << j;
        }
      }
    });
  }
}

TEST_P(KernelsTest, InfinityPassesThroughProducts) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    constexpr Index kColumns = kLanes<Scalar>;
    const auto input =
        PackedInput(kernels, 1, 3, AlignedArray<Scalar>{1, 2, 3});
    AlignedArray<Scalar> w(3 * kColumns, 1);
    w[kColumns] = -std::numeric_limits<Scalar>::infinity();
    const auto panels = PackedPanels(kernels, 3, kColumns, w);
    AlignedArray<Scalar> y(kColumns);
    kernels.multiply(1, 3, kColumns, input.data(), panels.data(), nullptr,
                     kColumns, y.data());
    EXPECT_EQ(y[0], -std::numeric_limits<Scalar>::infinity());
    EXPECT_EQ(y[1], 6);
  });
}

}  // namespace
}  // namespace etalon::train
