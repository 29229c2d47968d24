// `descend` and `descend_vector` against the formulas of ColumnSteps, worked
// out in double precision.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/worker/train/kernels_support.h"

namespace etalon::train {
namespace {

class DescendTest : public KernelsTest {};
INSTANTIATE_KERNELS(DescendTest);

struct Numbers {
  double value, first_moment, second_moment;
};

// One number's step against its gradient.
template <typename Scalar>
Numbers Stepped(const ColumnSteps<Scalar>& steps, Index column, Numbers n,
                double gradient) {
  using Rule = typename ColumnSteps<Scalar>::Rule;
  const auto of = [column](const Scalar* coefficients) {
    return static_cast<double>(coefficients[column]);
  };
  double g = gradient;
  auto& [w, m, v] = n;
  switch (steps.rule) {
    case Rule::kStore:
      m = g;
      break;
    case Rule::kDescent:
      w = w - of(steps.decay) * w - of(steps.eta) * g;
      break;
    case Rule::kMomentum:
      g += of(steps.penalty) * w;
      m = of(steps.momentum) * m + g;
      w -= of(steps.eta) * (of(steps.ahead) * g + of(steps.along) * m);
      break;
    case Rule::kAdam:
      g += of(steps.penalty) * w;
      m += of(steps.first_rate) * (g - m);
      v += of(steps.second_rate) * (g * g - v);
      w = w - of(steps.decay) * w -
          of(steps.eta) * m /
              (std::sqrt(v) * of(steps.second_scale) + of(steps.epsilon));
      break;
  }
  return n;
}

// Weights of a layer, with moments as training would leave them.
template <typename Scalar>
struct Layer {
  Layer(const Kernels<Scalar>& kernels, Index inputs, Index columns)
      : values(InPanels(inputs, columns,
                        RandomValues<Scalar>(inputs * columns, 11))),
        first(InPanels(inputs, columns,
                       RandomValues<Scalar>(inputs * columns, 12))),
        second(InPanels(inputs, columns,
                        RandomValues<Scalar>(inputs * columns, 13))) {
    for (Scalar& moment : second) moment *= moment;
    if (kernels.weights_need_copy) {
      copy = CopyOfWeights(kernels, inputs, columns, values);
    }
  }

  SteppedArrays<Scalar> Arrays() {
    return {values.data(), first.data(), second.data(),
            copy.empty() ? nullptr : copy.data()};
  }

  AlignedArray<Scalar> values, first, second;
  AlignedArray<std::byte> copy;
};

struct Sizes {
  Index rows;
  Index inputs;
  Index lines;
};
// Inputs that leave every remainder of a tile, odd ones, and more than a block.
constexpr Sizes kSizes[] = {{1, 1, 1},    {2, 2, 2},    {7, 5, 3},  {37, 13, 4},
                            {100, 50, 7}, {128, 23, 6}, {3, 784, 1}};

template <typename Precision>
void ExpectStep(const Precision& precision, const Sizes& sizes,
                typename RandomSteps<typename Precision::Scalar>::Rule rule) {
  using Scalar = typename Precision::Scalar;
  const Kernels<Scalar>& kernels = precision.kernels;
  const auto [rows, inputs, lines] = sizes;
  const Index columns = lines * kLanes<Scalar>;
  const RandomSteps<Scalar> coefficients(columns, 3);
  const ColumnSteps<Scalar> steps = coefficients.Get(rule);
  const auto x = RandomValues<Scalar>(rows * inputs, 1);
  const auto gradient = RandomValues<Scalar>(rows * columns, 2);
  Layer<Scalar> layer(kernels, inputs, columns);
  const Layer<Scalar> before = layer;
  kernels.descend(rows, inputs, columns,
                  PackedInput(kernels, rows, inputs, x).data(),
                  PackedPanels(kernels, rows, columns, gradient).data(), steps,
                  layer.Arrays());
  const Index panel_rows = PaddedPanelRows(inputs);
  for (Index k = 0; k < inputs; ++k) {
    for (Index j = 0; j < columns; ++j) {
      double g = 0;
      double magnitude = 1;
      for (Index i = 0; i < rows; ++i) {
        const double term = precision.Factor(x[i * inputs + k]) *
                            precision.Factor(gradient[i * columns + j]);
        g += term;
        magnitude += std::abs(term);
      }
      const Index at = PanelOffset<Scalar>(panel_rows, columns, k, j);
      magnitude += std::abs(before.values[at]) + std::abs(before.first[at]) +
                   before.second[at];
      const Numbers expected =
          Stepped(steps, j,
                  {before.values[at], before.first[at], before.second[at]}, g);
      // Coefficients are below 1, and Adam's epsilon is above a tenth.
      const double tolerance = 20 * Tolerance<Scalar>(rows, magnitude);
      ASSERT_NEAR(layer.values[at], expected.value, tolerance)
          << rows << " x " << inputs << " x " << columns << " at " << k << ", "
          << j;
      ASSERT_NEAR(layer.first[at], expected.first_moment, tolerance);
      ASSERT_NEAR(layer.second[at], expected.second_moment,
                  tolerance * (1 + std::abs(g)));
    }
  }
  for (Index k = inputs; k < panel_rows; ++k) {
    for (Index j = 0; j < columns; ++j) {
      const Index at = PanelOffset<Scalar>(panel_rows, columns, k, j);
      ASSERT_EQ(layer.values[at], 0) << "padding";
      ASSERT_EQ(layer.first[at], 0) << "padding";
      ASSERT_EQ(layer.second[at], 0) << "padding";
    }
  }
  if (kernels.weights_need_copy) {
    EXPECT_TRUE(SameBits(layer.copy,
                         CopyOfWeights(kernels, inputs, columns, layer.values)))
        << "the copy is out of step";
  }
}

TEST_P(DescendTest, WeightsStepByTheirRule) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    for (const auto rule : RandomSteps<Scalar>::kRules) {
      SCOPED_TRACE(static_cast<int>(rule));
      for (const Sizes& sizes : kSizes) ExpectStep(precision, sizes, rule);
    }
  });
}

TEST_P(DescendTest, VectorsStepByTheirRule) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    constexpr Index kColumns = kPanelColumns<Scalar>;
    const RandomSteps<Scalar> coefficients(kColumns, 3);
    const auto gradient = RandomValues<Scalar>(kColumns, 2);
    for (const auto rule : RandomSteps<Scalar>::kRules) {
      const ColumnSteps<Scalar> steps = coefficients.Get(rule);
      // One panel's row stands together.
      Layer<Scalar> layer(precision.kernels, 1, kColumns);
      const Layer<Scalar> before = layer;
      precision.kernels.descend_vector(kColumns, gradient.data(), steps,
                                       layer.Arrays());
      for (Index j = 0; j < kColumns; ++j) {
        const Numbers expected = Stepped(
            steps, j, {before.values[j], before.first[j], before.second[j]},
            gradient[j]);
        const double tolerance = Tolerance<Scalar>(100, 4);
        EXPECT_NEAR(layer.values[j], expected.value, tolerance);
        EXPECT_NEAR(layer.first[j], expected.first_moment, tolerance);
        EXPECT_NEAR(layer.second[j], expected.second_moment, 4 * tolerance);
      }
    }
  });
}

TEST_P(DescendTest, StoringAGradientLeavesTheWeights) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    constexpr Index kColumns = kLanes<Scalar>;
    AlignedArray<Scalar> stored(2 * kColumns);
    SteppedArrays<Scalar> arrays;
    arrays.first_moment = stored.data();
    const ColumnSteps<Scalar> steps = {.rule =
                                           ColumnSteps<Scalar>::Rule::kStore};
    precision.kernels.descend(
        2, 2, kColumns,
        PackedInput(precision.kernels, 2, 2, AlignedArray<Scalar>{1, 2, 3, 4})
            .data(),
        PackedPanels(precision.kernels, 2, kColumns,
                     AlignedArray<Scalar>(2 * kColumns, 1))
            .data(),
        steps, arrays);
    EXPECT_EQ(stored[0], 4);
    EXPECT_EQ(stored[kColumns], 6);
  });
}

TEST_P(DescendTest, NotANumberInTheGradientShowsInItsColumnOnly) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    constexpr Index kRows = 3, kInputs = 9, kColumns = 4 * kLanes<Scalar>;
    const Kernels<Scalar>& kernels = precision.kernels;
    const RandomSteps<Scalar> coefficients(kColumns, 3);
    const auto x = RandomValues<Scalar>(kRows * kInputs, 1);
    for (const auto rule : RandomSteps<Scalar>::kRules) {
      auto gradient = RandomValues<Scalar>(kRows * kColumns, 2);
      gradient[kColumns + 7] = std::numeric_limits<Scalar>::quiet_NaN();
      Layer<Scalar> layer(kernels, kInputs, kColumns);
      kernels.descend(kRows, kInputs, kColumns,
                      PackedInput(kernels, kRows, kInputs, x).data(),
                      PackedPanels(kernels, kRows, kColumns, gradient).data(),
                      coefficients.Get(rule), layer.Arrays());
      const bool stores = rule == RandomSteps<Scalar>::Rule::kStore;
      for (Index k = 0; k < kInputs; ++k) {
        for (Index j = 0; j < kColumns; ++j) {
          const Index at =
              PanelOffset<Scalar>(PaddedPanelRows(kInputs), kColumns, k, j);
          EXPECT_EQ(std::isnan((stores ? layer.first : layer.values)[at]),
                    j == 7)
              << k << ", " << j;
        }
      }
    }
  });
}

// Adam divides by the root of the second moment: when that is infinite the
// weight no longer moves, which must not pass for convergence.
TEST_P(DescendTest, AnOverflownSecondMomentMakesTheWeightNotANumber) {
  const Kernels<float>& kernels = GetParam()->float32;
  constexpr Index kColumns = kLanes<float>;
  const RandomSteps<float> coefficients(kColumns, 3);
  const AlignedArray<float> gradient(kColumns, 1e30f);
  Layer<float> layer(kernels, 1, kColumns);
  kernels.descend_vector(kColumns, gradient.data(),
                         coefficients.Get(RandomSteps<float>::Rule::kAdam),
                         layer.Arrays());
  for (Index j = 0; j < kColumns; ++j) {
    EXPECT_TRUE(std::isnan(layer.values[j]));
  }
}

}  // namespace
}  // namespace etalon::train
