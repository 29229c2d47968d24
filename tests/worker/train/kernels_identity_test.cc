// A trial's columns get the same bits alone and anywhere in a wider group.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/worker/train/kernels_support.h"

namespace etalon::train {
namespace {

class KernelIdentityTest : public KernelsTest {};
INSTANTIATE_KERNELS(KernelIdentityTest);

constexpr Index kRows = 37;
constexpr Index kInputs = 51;
constexpr Index kGroupLines = 11;

// Where a block of columns stands in a group: at every place of a panel, across
// two of them, in the cut one at the end, and in the middle of a vector.
struct Block {
  Index first;
  Index lines;  // of columns, so many cache lines
};
constexpr Block kBlocks[] = {{0, 1},  {8, 1},  {16, 1}, {32, 1}, {48, 1},
                             {80, 1}, {1, 1},  {13, 1}, {50, 1}, {50, 4},
                             {16, 2}, {32, 2}, {7, 3},  {24, 3}, {48, 3},
                             {40, 4}, {21, 7}, {0, 8},  {5, 8},  {24, 8}};

// Calls test(precision, number of the group's columns, first column of the
// block, number of its columns).
template <typename Test>
void ForEachBlock(const KernelSet& set, const Test& test) {
  ForEachPrecision(set, [&test](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    constexpr Index kLine = kLanes<Scalar>;
    for (const auto& [first, lines] : kBlocks) {
      SCOPED_TRACE(::testing::Message() << lines << " lines at " << first);
      test(precision, kGroupLines * kLine, first, lines * kLine);
    }
  });
}

// A block of columns of a matrix in panels (rows x columns), in panels again.
template <typename Scalar>
AlignedArray<Scalar> PanelColumns(Index rows, Index columns, Index first,
                                  Index block,
                                  const AlignedArray<Scalar>& panels) {
  const Index panel_rows = PaddedPanelRows(rows);
  AlignedArray<Scalar> part(panel_rows * block);
  for (Index i = 0; i < panel_rows; ++i) {
    for (Index j = 0; j < block; ++j) {
      part[PanelOffset<Scalar>(panel_rows, block, i, j)] =
          panels[PanelOffset<Scalar>(panel_rows, columns, i, first + j)];
    }
  }
  return part;
}

TEST_P(KernelIdentityTest, Products) {
  ForEachBlock(*GetParam(), [](const auto& precision, Index columns,
                               Index first, Index block) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    const auto input = PackedInput(kernels, kRows, kInputs,
                                   RandomValues<Scalar>(kRows * kInputs, 1));
    const auto multiply = [&](Index width, const AlignedArray<Scalar>& w,
                              const Scalar* biases) {
      AlignedArray<Scalar> y(kRows * width, 1);
      kernels.multiply(kRows, kInputs, width, input.data(),
                       PackedPanels(kernels, kInputs, width, w).data(), biases,
                       width, y.data());
      return y;
    };
    const auto w = RandomValues<Scalar>(kInputs * columns, 2);
    const auto biases = RandomValues<Scalar>(columns, 3);
    const auto w_block = Columns(kInputs, columns, first, block, w);
    EXPECT_TRUE(SameBits(multiply(block, w_block, biases.data() + first),
                         Columns(kRows, columns, first, block,
                                 multiply(columns, w, biases.data()))));
    EXPECT_TRUE(SameBits(
        multiply(block, w_block, nullptr),
        Columns(kRows, columns, first, block, multiply(columns, w, nullptr))));
  });
}

TEST_P(KernelIdentityTest, Steps) {
  ForEachBlock(*GetParam(), [](const auto& precision, Index columns,
                               Index first, Index block) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    const auto input = PackedInput(kernels, kRows, kInputs,
                                   RandomValues<Scalar>(kRows * kInputs, 1));
    const auto gradient = RandomValues<Scalar>(kRows * columns, 2);
    const RandomSteps<Scalar> coefficients(columns, 3);
    std::vector<AlignedArray<Scalar>> weights;  // and moments
    for (uint64_t seed = 4; seed < 7; ++seed) {
      weights.push_back(InPanels(
          kInputs, columns, RandomValues<Scalar>(kInputs * columns, seed)));
    }
    for (Scalar& moment : weights[2]) moment *= moment;
    const auto descend = [&](Index width, const AlignedArray<Scalar>& g,
                             const ColumnSteps<Scalar>& steps,
                             std::vector<AlignedArray<Scalar>> arrays) {
      AlignedArray<std::byte> copy;
      if (kernels.weights_need_copy) {
        copy = CopyOfWeights(kernels, kInputs, width, arrays[0]);
      }
      kernels.descend(
          kRows, kInputs, width, input.data(),
          PackedPanels(kernels, kRows, width, g).data(), steps,
          {arrays[0].data(), arrays[1].data(), arrays[2].data(), copy.data()});
      return arrays;
    };
    for (const auto rule : RandomSteps<Scalar>::kRules) {
      std::vector<AlignedArray<Scalar>> alone;
      for (const auto& array : weights) {
        alone.push_back(PanelColumns(kInputs, columns, first, block, array));
      }
      alone = descend(block, Columns(kRows, columns, first, block, gradient),
                      coefficients.Get(rule, first), alone);
      const auto group =
          descend(columns, gradient, coefficients.Get(rule), weights);
      for (size_t i = 0; i < weights.size(); ++i) {
        EXPECT_TRUE(SameBits(
            alone[i], PanelColumns(kInputs, columns, first, block, group[i])))
            << "rule " << static_cast<int>(rule) << " array " << i;
      }
    }
  });
}

// Libraries choose how to add up by the size of a product; these are of a
// trial's.
constexpr Index kLargeInputs = 784;
constexpr Index kColumns = 512;
constexpr Index kBlockColumns = 64;

TEST_P(KernelIdentityTest, LargeProducts) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    const auto w = RandomValues<Scalar>(kLargeInputs * kColumns, 2);
    const auto coefficients = RandomSteps<Scalar>(kColumns, 3);
    for (const Index rows : {100, 1000}) {
      const auto input =
          PackedInput(kernels, rows, kLargeInputs,
                      RandomValues<Scalar>(rows * kLargeInputs, 1));
      const auto g = RandomValues<Scalar>(rows * kColumns, 4);
      const auto multiply = [&](Index first, Index width) {
        AlignedArray<Scalar> y(rows * width, 1);
        kernels.multiply(
            rows, kLargeInputs, width, input.data(),
            PackedPanels(kernels, kLargeInputs, width,
                         Columns(kLargeInputs, kColumns, first, width, w))
                .data(),
            nullptr, width, y.data());
        return y;
      };
      const auto descend = [&](Index first, Index width) {
        auto weights =
            InPanels(kLargeInputs, width,
                     Columns(kLargeInputs, kColumns, first, width, w));
        AlignedArray<std::byte> copy;
        if (kernels.weights_need_copy) {
          copy = CopyOfWeights(kernels, kLargeInputs, width, weights);
        }
        kernels.descend(
            rows, kLargeInputs, width, input.data(),
            PackedPanels(kernels, rows, width,
                         Columns(rows, kColumns, first, width, g))
                .data(),
            coefficients.Get(ColumnSteps<Scalar>::Rule::kDescent, first),
            {weights.data(), nullptr, nullptr, copy.data()});
        return weights;
      };
      const auto products = multiply(0, kColumns);
      const auto stepped = descend(0, kColumns);
      for (const Index first : {0, 16, 224, 448}) {
        EXPECT_TRUE(
            SameBits(multiply(first, kBlockColumns),
                     Columns(rows, kColumns, first, kBlockColumns, products)))
            << rows << " rows, at " << first;
        EXPECT_TRUE(SameBits(descend(first, kBlockColumns),
                             PanelColumns(kLargeInputs, kColumns, first,
                                          kBlockColumns, stepped)))
            << rows << " rows, at " << first;
      }
    }
  });
}

TEST_P(KernelIdentityTest, StepsOfVectors) {
  ForEachBlock(*GetParam(), [](const auto& precision, Index columns,
                               Index first, Index block) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const auto gradient = RandomValues<Scalar>(columns, 1);
    const RandomSteps<Scalar> coefficients(columns, 2);
    for (const auto rule : RandomSteps<Scalar>::kRules) {
      auto w = RandomValues<Scalar>(columns, 3);
      auto m = RandomValues<Scalar>(columns, 4);
      AlignedArray<Scalar> v(columns, Scalar{0.5});
      auto alone = Columns(1, columns, first, block, w);
      auto alone_m = Columns(1, columns, first, block, m);
      auto alone_v = Columns(1, columns, first, block, v);
      precision.kernels.descend_vector(columns, gradient.data(),
                                       coefficients.Get(rule),
                                       {w.data(), m.data(), v.data()});
      precision.kernels.descend_vector(
          block, gradient.data() + first, coefficients.Get(rule, first),
          {alone.data(), alone_m.data(), alone_v.data()});
      EXPECT_TRUE(SameBits(alone, Columns(1, columns, first, block, w)));
      EXPECT_TRUE(SameBits(alone_m, Columns(1, columns, first, block, m)));
      EXPECT_TRUE(SameBits(alone_v, Columns(1, columns, first, block, v)));
    }
  });
}

TEST_P(KernelIdentityTest, ColumnSumsAndMoments) {
  ForEachBlock(*GetParam(), [](const auto& precision, Index columns,
                               Index first, Index block) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    const auto results = [&](Index width, const AlignedArray<Scalar>& x) {
      std::vector<AlignedArray<Scalar>> all(3, AlignedArray<Scalar>(width));
      kernels.column_sums(kRows, width, x.data(), all[0].data());
      kernels.column_moments(kRows, width, x.data(), all[1].data(),
                             all[2].data());
      AlignedArray<double> squares(width);
      kernels.add_squares(kRows, width, InPanels(kRows, width, x).data(),
                          squares.data());
      all.emplace_back(squares.begin(), squares.end());
      return all;
    };
    const auto x = RandomValues<Scalar>(kRows * columns, 1);
    const auto group = results(columns, x);
    const auto alone = results(block, Columns(kRows, columns, first, block, x));
    for (size_t i = 0; i < group.size(); ++i) {
      EXPECT_TRUE(
          SameBits(alone[i], Columns(1, columns, first, block, group[i])))
          << i;
    }
  });
}

TEST_P(KernelIdentityTest, Normalization) {
  ForEachBlock(*GetParam(), [](const auto& precision, Index columns,
                               Index first, Index block) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    const auto mean = RandomValues<Scalar>(columns, 1);
    const auto scale = RandomValues<Scalar>(columns, 2);
    const auto gamma = RandomValues<Scalar>(columns, 3);
    const auto beta = RandomValues<Scalar>(columns, 4);
    // There and back.
    const auto results = [&](Index from, Index width, AlignedArray<Scalar> x,
                             AlignedArray<Scalar> gradient) {
      AlignedArray<Scalar> normalized(x.size());
      kernels.normalize(kRows, width, mean.data() + from, scale.data() + from,
                        gamma.data() + from, beta.data() + from,
                        normalized.data(), x.data());
      AlignedArray<Scalar> gamma_gradient(width), beta_gradient(width);
      kernels.normalize_backward(kRows, width, normalized.data(),
                                 scale.data() + from, gamma.data() + from,
                                 gradient.data(), gamma_gradient.data(),
                                 beta_gradient.data());
      return std::vector<AlignedArray<Scalar>>{x, normalized, gradient,
                                               gamma_gradient, beta_gradient};
    };
    const auto x = RandomValues<Scalar>(kRows * columns, 5);
    const auto gradient = RandomValues<Scalar>(kRows * columns, 6);
    const auto group = results(0, columns, x, gradient);
    const auto alone =
        results(first, block, Columns(kRows, columns, first, block, x),
                Columns(kRows, columns, first, block, gradient));
    for (size_t i = 0; i < group.size(); ++i) {
      const Index rows = static_cast<Index>(group[i].size()) / columns;
      EXPECT_TRUE(
          SameBits(alone[i], Columns(rows, columns, first, block, group[i])))
          << i;
    }
  });
}

// Scores of a trial may begin anywhere in the rows of a group's.
TEST_P(KernelIdentityTest, Softmax) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const Kernels<Scalar>& kernels = precision.kernels;
    for (const Index classes : {2, 10, 100}) {
      std::vector<uint8_t> labels(kRows);
      for (Index i = 0; i < kRows; ++i) {
        labels[i] = static_cast<uint8_t>(i % classes);
      }
      auto alone = RandomValues<Scalar>(kRows * classes, 1);
      const auto scores = alone;
      const Tally tally = kernels.softmax_cross_entropy(
          kRows, classes, classes, labels.data(), Scalar{0.01}, alone.data());
      for (Index first = 0; first < 40; ++first) {
        const Index stride = classes + 41;
        auto group = RandomValues<Scalar>(kRows * stride, 2);
        for (Index i = 0; i < kRows; ++i) {
          std::copy_n(scores.data() + i * classes, classes,
                      group.data() + i * stride + first);
        }
        const auto before = group;
        const Tally in_group =
            kernels.softmax_cross_entropy(kRows, classes, stride, labels.data(),
                                          Scalar{0.01}, group.data() + first);
        EXPECT_EQ(in_group.loss_sum, tally.loss_sum) << first;
        EXPECT_EQ(in_group.correct, tally.correct) << first;
        EXPECT_TRUE(
            SameBits(alone, Columns(kRows, stride, first, classes, group)))
            << first;
        // What stands beside them is the other trials'.
        EXPECT_TRUE(SameBits(Columns(kRows, stride, 0, first, group),
                             Columns(kRows, stride, 0, first, before)));
        EXPECT_TRUE(SameBits(
            Columns(kRows, stride, first + classes, 41 - first, group),
            Columns(kRows, stride, first + classes, 41 - first, before)));
      }
    }
  });
}

}  // namespace
}  // namespace etalon::train
