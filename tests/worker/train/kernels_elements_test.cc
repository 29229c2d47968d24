// Kernels that go number by number, and the transpose.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/worker/train/kernels_support.h"

namespace etalon::train {
namespace {

class ElementsTest : public KernelsTest {};
INSTANTIATE_KERNELS(ElementsTest);

// Positive and negative numbers, zeros of both signs, infinities.
template <typename Scalar>
AlignedArray<Scalar> Numbers(Index count) {
  auto values = RandomValues<Scalar>(count, 1);
  values[1] = 0;
  values[2] = -Scalar{0};
  values[3] = std::numeric_limits<Scalar>::infinity();
  values[4] = -std::numeric_limits<Scalar>::infinity();
  return values;
}

// Calls test(kernels, count).
template <typename Test>
void ForEachCount(const KernelSet& set, const Test& test) {
  ForEachPrecision(set, [&test](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    for (const Index lines : {1, 3, 8}) {
      test(precision.kernels, lines * kLanes<Scalar>);
    }
  });
}

TEST_P(ElementsTest, ReluZeroesWhatIsBelowZero) {
  ForEachCount(*GetParam(), []<typename Scalar>(const Kernels<Scalar>& kernels,
                                                Index count) {
    const auto x = Numbers<Scalar>(count);
    auto y = x;
    kernels.relu(count, y.data());
    for (Index i = 0; i < count; ++i) EXPECT_EQ(y[i], x[i] > 0 ? x[i] : 0);
  });
}

TEST_P(ElementsTest, ReluBackwardPassesWhereTheActivationIsNotZero) {
  ForEachCount(*GetParam(), []<typename Scalar>(const Kernels<Scalar>& kernels,
                                                Index count) {
    auto activations = Numbers<Scalar>(count);
    kernels.relu(count, activations.data());
    const auto before = RandomValues<Scalar>(count, 2);
    auto gradient = before;
    kernels.relu_backward(count, activations.data(), gradient.data());
    for (Index i = 0; i < count; ++i) {
      EXPECT_EQ(gradient[i], activations[i] > 0 ? before[i] : 0);
    }
  });
}

TEST_P(ElementsTest, LeakyReluShrinksWhatIsBelowZero) {
  ForEachCount(*GetParam(), []<typename Scalar>(const Kernels<Scalar>& kernels,
                                                Index count) {
    constexpr Scalar kSlope{0.25};
    const auto x = Numbers<Scalar>(count);
    auto y = x;
    kernels.leaky_relu(count, kSlope, y.data());
    for (Index i = 0; i < count; ++i) {
      EXPECT_EQ(y[i], x[i] < 0 ? kSlope * x[i] : x[i]);
    }
  });
}

TEST_P(ElementsTest, LeakyReluBackwardShrinksWhereTheActivationIsNotAboveZero) {
  ForEachCount(*GetParam(), []<typename Scalar>(const Kernels<Scalar>& kernels,
                                                Index count) {
    constexpr Scalar kSlope{0.25};
    const auto activations = Numbers<Scalar>(count);
    const auto before = RandomValues<Scalar>(count, 2);
    auto gradient = before;
    kernels.leaky_relu_backward(count, kSlope, activations.data(),
                                gradient.data());
    for (Index i = 0; i < count; ++i) {
      EXPECT_EQ(gradient[i],
                activations[i] > 0 ? before[i] : kSlope * before[i]);
    }
  });
}

TEST_P(ElementsTest, MultiplyElementsMultipliesOneByOne) {
  ForEachCount(*GetParam(), []<typename Scalar>(const Kernels<Scalar>& kernels,
                                                Index count) {
    const auto x = RandomValues<Scalar>(count, 1);
    const auto factors = RandomValues<Scalar>(count, 2);
    auto y = x;
    kernels.multiply_elements(count, factors.data(), y.data());
    for (Index i = 0; i < count; ++i) EXPECT_EQ(y[i], x[i] * factors[i]);
  });
}

TEST_P(ElementsTest, NotANumberPassesThroughActivations) {
  ForEachCount(*GetParam(), []<typename Scalar>(const Kernels<Scalar>& kernels,
                                                Index count) {
    for (Index position = 0; position < count; ++position) {
      AlignedArray<Scalar> values(count, 1);
      values[position] = std::numeric_limits<Scalar>::quiet_NaN();
      auto leaky = values;
      kernels.relu(count, values.data());
      kernels.leaky_relu(count, Scalar{0.1}, leaky.data());
      EXPECT_TRUE(std::isnan(values[position])) << position;
      EXPECT_TRUE(std::isnan(leaky[position])) << position;
    }
  });
}

TEST_P(ElementsTest, TransposeTakesTheFirstColumnsAndLeavesTheRest) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    for (const Index rows : {1, 10, 37}) {
      for (const Index columns : {1, 16, 50}) {
        const Index stride = columns + 3;
        const Index output_stride = rows + 5;
        const auto x = RandomValues<Scalar>(rows * stride, 1);
        AlignedArray<Scalar> y(columns * output_stride, 7);
        precision.kernels.transpose(rows, columns, stride, x.data(),
                                    output_stride, y.data());
        for (Index j = 0; j < columns; ++j) {
          for (Index i = 0; i < output_stride; ++i) {
            EXPECT_EQ(y[j * output_stride + i],
                      i < rows ? x[i * stride + j] : 7);
          }
        }
      }
    }
  });
}

}  // namespace
}  // namespace etalon::train
