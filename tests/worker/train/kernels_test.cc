#include "worker/train/kernels/kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "common/random.h"
#include "tests/support/status_matchers.h"
#include "tests/worker/train/training_support.h"
#include "worker/train/kernels/select.h"

namespace etalon::train {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(SelectKernelsTest, EveryAvailableNameGivesTheKernelsOfThatName) {
  for (const std::string& name : AvailableKernels()) {
    const absl::StatusOr<const KernelSet*> kernels = SelectKernels(name);
    ETALON_ASSERT_OK(kernels);
    EXPECT_EQ((*kernels)->name, name);
  }
}

TEST(SelectKernelsTest, GenericRunsEverywhere) {
  EXPECT_THAT(AvailableKernels(), Contains("generic"));
}

TEST(SelectKernelsTest, AutoIsTheFastest) {
  const absl::StatusOr<const KernelSet*> kernels = SelectKernels("auto");
  ETALON_ASSERT_OK(kernels);
  EXPECT_EQ((*kernels)->name, AvailableKernels().front());
}

TEST(SelectKernelsTest, UnknownNameListsTheKnownOnes) {
  EXPECT_THAT(SelectKernels("avx1024"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("avx1024"), HasSubstr("auto"),
                             HasSubstr("avx512"), HasSubstr("avx2"),
                             HasSubstr("generic"))));
  EXPECT_THAT(SelectKernels(""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("auto")));
}

TEST(SelectKernelsTest, KernelsThatCannotRunHereAreRefused) {
  const std::vector<std::string> available = AvailableKernels();
  for (const char* name : {"avx2", "avx512"}) {
    if (std::find(available.begin(), available.end(), name) !=
        available.end()) {
      continue;
    }
    EXPECT_THAT(
        SelectKernels(name),
        StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(name)));
  }
}

// Sizes that fill no vector and no block, and some that do.
struct Sizes {
  Index rows, inputs, outputs;
};
constexpr Sizes kSizes[] = {
    {1, 1, 1}, {3, 5, 2}, {100, 333, 50}, {128, 64, 16}};

class KernelsTest : public ::testing::TestWithParam<const KernelSet*> {
 protected:
  const Kernels<float>& kernels() { return GetParam()->float32; }
};

INSTANTIATE_TEST_SUITE_P(Sets, KernelsTest,
                         ::testing::ValuesIn(KernelsToTest()),
                         [](const auto& info) {
                           return std::string(info.param->name);
                         });

AlignedArray<float> RandomFloats(Index count, uint64_t seed) {
  const AlignedArray<double> values =
      RandomNormals(static_cast<size_t>(count), seed);
  return {values.begin(), values.end()};
}

// Sums of n products of standard normals err by about sqrt(n) roundings of
// values near 1; hundredfold that is still far below any wrong index.
void ExpectNear(float actual, double expected, Index terms) {
  EXPECT_NEAR(actual, expected, 6e-6 * std::sqrt(static_cast<double>(terms)));
}

TEST_P(KernelsTest, GatherNormalisesTheRowsAskedFor) {
  constexpr Index kFeatures = 37;
  RandomStream random(1);
  std::vector<uint8_t> images(5 * kFeatures);
  for (uint8_t& pixel : images) {
    pixel = static_cast<uint8_t>(random.NextBelow(256));
  }
  const AlignedArray<float> mean = RandomFloats(kFeatures, 2);
  const AlignedArray<float> scale = RandomFloats(kFeatures, 3);
  const uint32_t rows[] = {4, 0, 4};
  AlignedArray<float> output(3 * kFeatures);
  kernels().gather(images.data(), rows, 3, kFeatures, mean.data(), scale.data(),
                   output.data());
  for (Index i = 0; i < 3; ++i) {
    for (Index j = 0; j < kFeatures; ++j) {
      EXPECT_FLOAT_EQ(output[i * kFeatures + j],
                      (images[rows[i] * kFeatures + j] - mean[j]) * scale[j]);
    }
  }
}

TEST_P(KernelsTest, AffineMatchesItsDefinition) {
  for (const auto& [rows, inputs, outputs] : kSizes) {
    const AlignedArray<float> x = RandomFloats(rows * inputs, 1);
    const AlignedArray<float> w = RandomFloats(outputs * inputs, 2);
    const AlignedArray<float> b = RandomFloats(outputs, 3);
    AlignedArray<float> y(rows * outputs);
    kernels().affine(rows, inputs, outputs, x.data(), w.data(), b.data(),
                     y.data());
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < outputs; ++j) {
        double sum = b[j];
        for (Index k = 0; k < inputs; ++k) {
          sum += double{x[i * inputs + k]} * w[j * inputs + k];
        }
        ExpectNear(y[i * outputs + j], sum, inputs);
      }
    }
  }
}

TEST_P(KernelsTest, AffineBackwardMatchesItsDefinition) {
  for (const auto& [rows, inputs, outputs] : kSizes) {
    const AlignedArray<float> g = RandomFloats(rows * outputs, 1);
    const AlignedArray<float> w = RandomFloats(outputs * inputs, 2);
    AlignedArray<float> out(rows * inputs);
    kernels().affine_backward(rows, inputs, outputs, g.data(), w.data(),
                              out.data());
    for (Index i = 0; i < rows; ++i) {
      for (Index k = 0; k < inputs; ++k) {
        double sum = 0;
        for (Index j = 0; j < outputs; ++j) {
          sum += double{g[i * outputs + j]} * w[j * inputs + k];
        }
        ExpectNear(out[i * inputs + k], sum, outputs);
      }
    }
  }
}

TEST_P(KernelsTest, AffineAccumulateMatchesItsDefinition) {
  constexpr float kDecay = 0.25f, kStep = -0.5f;
  for (const auto& [rows, inputs, outputs] : kSizes) {
    const AlignedArray<float> x = RandomFloats(rows * inputs, 1);
    const AlignedArray<float> g = RandomFloats(rows * outputs, 2);
    const AlignedArray<float> w = RandomFloats(outputs * inputs, 3);
    const AlignedArray<float> b = RandomFloats(outputs, 4);
    AlignedArray<float> new_w = w;
    AlignedArray<float> new_b = b;
    kernels().affine_accumulate(rows, inputs, outputs, x.data(), g.data(),
                                kDecay, kStep, new_w.data(), new_b.data());
    for (Index j = 0; j < outputs; ++j) {
      double bias = b[j];
      for (Index i = 0; i < rows; ++i) bias += kStep * g[i * outputs + j];
      ExpectNear(new_b[j], bias, rows);
      for (Index k = 0; k < inputs; ++k) {
        double weight = (1 - kDecay) * w[j * inputs + k];
        for (Index i = 0; i < rows; ++i) {
          weight += kStep * double{g[i * outputs + j]} * x[i * inputs + k];
        }
        ExpectNear(new_w[j * inputs + k], weight, rows);
      }
    }
  }
}

TEST_P(KernelsTest, SumOfSquaresAddsInDoublePrecision) {
  const AlignedArray<float> values(1001, 1e30f);
  EXPECT_NEAR(kernels().sum_of_squares(1001, values.data()) / 1.001e63, 1,
              1e-6);
}

TEST_P(KernelsTest, NotANumberPassesThroughReluAndShowsInTheLoss) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  // Every position of a vector register, and the rest of a loop.
  for (Index position = 0; position < 37; ++position) {
    AlignedArray<float> values(37, 1.0f);
    values[position] = kNaN;
    kernels().relu(37, values.data());
    EXPECT_TRUE(std::isnan(values[position])) << position;
    const uint8_t label = 0;
    const Tally tally =
        kernels().softmax_cross_entropy(1, 37, &label, 1, values.data());
    EXPECT_FALSE(std::isfinite(tally.loss_sum)) << position;
  }
}

TEST_P(KernelsTest, InfiniteScoresShowInTheLoss) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float score : {kInfinity, -kInfinity}) {
    AlignedArray<float> scores = {score, 0, 0};
    const uint8_t label = 0;
    const Tally tally =
        kernels().softmax_cross_entropy(1, 3, &label, 1, scores.data());
    EXPECT_FALSE(std::isfinite(tally.loss_sum)) << score;
  }
}

TEST_P(KernelsTest, TiesOfTheHighestScoreGoToTheLowestClass) {
  const uint8_t labels[] = {0, 1};
  AlignedArray<float> scores = {2, 2, 1, 2, 2, 1};
  const Tally tally =
      kernels().softmax_cross_entropy(2, 3, labels, 1, scores.data());
  EXPECT_EQ(tally.correct, 1);
}

}  // namespace
}  // namespace etalon::train
