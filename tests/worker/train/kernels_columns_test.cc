// Sums over rows and batch normalisation against double precision.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/train/kernels_support.h"

namespace etalon::train {
namespace {

class ColumnsTest : public KernelsTest {};
INSTANTIATE_KERNELS(ColumnsTest);

// Calls test(precision, rows, columns).
template <typename Test>
void ForEachSize(const KernelSet& set, const Test& test) {
  ForEachPrecision(set, [&test](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    for (const Index rows : {1, 2, 7, 37, 100, 128}) {
      for (const Index lines : {1, 2, 5}) {
        SCOPED_TRACE(::testing::Message() << rows << " rows");
        test(precision, rows, lines * kLanes<Scalar>);
      }
    }
  });
}

// The sum over the rows of f(row).
template <typename Function>
double SumOver(Index rows, const Function& f) {
  double sum = 0;
  for (Index i = 0; i < rows; ++i) sum += f(i);
  return sum;
}

TEST_P(ColumnsTest, SumsAreThoseOfTheRows) {
  ForEachSize(*GetParam(), [](const auto& precision, Index rows,
                              Index columns) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const auto x = RandomValues<Scalar>(rows * columns, 1);
    auto sums = RandomValues<Scalar>(columns, 2);  // to be overwritten
    precision.kernels.column_sums(rows, columns, x.data(), sums.data());
    for (Index j = 0; j < columns; ++j) {
      EXPECT_NEAR(sums[j],
                  SumOver(rows, [&](Index i) { return x[i * columns + j]; }),
                  Tolerance<Scalar>(rows, rows));
    }
  });
}

TEST_P(ColumnsTest, SquaresAreAddedToWhatIsThereInDoublePrecision) {
  ForEachSize(*GetParam(), [](const auto& precision, Index rows,
                              Index columns) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    // Squares that float32 cannot hold.
    constexpr double kLarge = 1e30;
    auto x = RandomValues<Scalar>(rows * columns, 1);
    for (Scalar& value : x) value *= static_cast<Scalar>(kLarge);
    AlignedArray<double> sums(columns, kLarge * kLarge);
    precision.kernels.add_squares(
        rows, columns, InPanels(rows, columns, x).data(), sums.data());
    for (Index j = 0; j < columns; ++j) {
      const double expected = 1 + SumOver(rows, [&](Index i) {
                                return std::pow(x[i * columns + j] / kLarge, 2);
                              });
      EXPECT_NEAR(sums[j] / kLarge / kLarge, expected, 1e-12 * expected);
    }
  });
}

TEST_P(ColumnsTest, MomentsAreTheMeanAndTheBiasedVariance) {
  ForEachSize(
      *GetParam(), [](const auto& precision, Index rows, Index columns) {
        using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
        auto x = RandomValues<Scalar>(rows * columns, 1);
        // A mean that squares of the values themselves would drown in.
        for (Scalar& value : x) value += 1000;
        AlignedArray<Scalar> mean(columns), variance(columns);
        precision.kernels.column_moments(rows, columns, x.data(), mean.data(),
                                         variance.data());
        for (Index j = 0; j < columns; ++j) {
          const double m =
              SumOver(rows, [&](Index i) { return x[i * columns + j]; }) / rows;
          const double v = SumOver(rows,
                                   [&](Index i) {
                                     return std::pow(x[i * columns + j] - m, 2);
                                   }) /
                           rows;
          const double tolerance = Tolerance<Scalar>(rows, 1000);
          EXPECT_NEAR(mean[j], m, tolerance);
          EXPECT_NEAR(variance[j], v, tolerance * (1 + v));
        }
      });
}

TEST_P(ColumnsTest, NormalizeMatchesItsDefinition) {
  ForEachSize(*GetParam(), [](const auto& precision, Index rows,
                              Index columns) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const auto x = RandomValues<Scalar>(rows * columns, 1);
    const auto mean = RandomValues<Scalar>(columns, 2);
    const auto scale = RandomValues<Scalar>(columns, 3);
    const auto gamma = RandomValues<Scalar>(columns, 4);
    const auto beta = RandomValues<Scalar>(columns, 5);
    AlignedArray<Scalar> normalized(rows * columns);
    auto y = x;
    precision.kernels.normalize(rows, columns, mean.data(), scale.data(),
                                gamma.data(), beta.data(), normalized.data(),
                                y.data());
    for (Index i = 0; i < rows * columns; ++i) {
      const Index j = i % columns;
      const double expected = (static_cast<double>(x[i]) - mean[j]) * scale[j];
      EXPECT_NEAR(normalized[i], expected, Tolerance<Scalar>(1, 20));
      EXPECT_NEAR(y[i], gamma[j] * expected + beta[j],
                  Tolerance<Scalar>(1, 60));
    }
  });
}

// d y_k / d x_i = gamma * scale * (delta_ik - 1/n - x_i' * x_k' / n), with x'
// normalised.
TEST_P(ColumnsTest, NormalizeBackwardIsTheChainRule) {
  ForEachSize(
      *GetParam(), [](const auto& precision, Index rows, Index columns) {
        using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
        const auto normalized = RandomValues<Scalar>(rows * columns, 1);
        const auto scale = RandomValues<Scalar>(columns, 2);
        const auto gamma = RandomValues<Scalar>(columns, 3);
        const auto gradient = RandomValues<Scalar>(rows * columns, 4);
        auto result = gradient;
        AlignedArray<Scalar> gamma_gradient(columns), beta_gradient(columns);
        precision.kernels.normalize_backward(
            rows, columns, normalized.data(), scale.data(), gamma.data(),
            result.data(), gamma_gradient.data(), beta_gradient.data());
        for (Index j = 0; j < columns; ++j) {
          const auto g = [&](Index i) -> double {
            return gradient[i * columns + j];
          };
          const auto x = [&](Index i) -> double {
            return normalized[i * columns + j];
          };
          const double tolerance = Tolerance<Scalar>(rows, 2.0 * rows);
          EXPECT_NEAR(gamma_gradient[j],
                      SumOver(rows, [&](Index i) { return g(i) * x(i); }),
                      tolerance);
          EXPECT_NEAR(beta_gradient[j], SumOver(rows, g), tolerance);
          for (Index i = 0; i < rows; ++i) {
            const double expected =
                gamma[j] * scale[j] * SumOver(rows, [&](Index k) {
                  return g(k) * ((i == k) - (1 + x(i) * x(k)) / rows);
                });
            EXPECT_NEAR(result[i * columns + j], expected,
                        Tolerance<Scalar>(rows, 40));
          }
        }
      });
}

}  // namespace
}  // namespace etalon::train
