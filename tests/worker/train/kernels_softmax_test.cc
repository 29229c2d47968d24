#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/worker/train/kernels_support.h"

namespace etalon::train {
namespace {

class SoftmaxTest : public KernelsTest {};
INSTANTIATE_KERNELS(SoftmaxTest);

TEST_P(SoftmaxTest, MatchesItsDefinition) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    constexpr Scalar kGradientScale = Scalar{1} / 128;
    for (const Index rows : {1, 2, 7, 16, 37, 100, 128}) {
      for (const Index classes : {1, 2, 10, 16, 100, 256}) {
        auto scores = RandomValues<Scalar>(rows * classes, 1);
        for (Scalar& score : scores) score *= 5;
        const auto before = scores;
        std::vector<uint8_t> labels(rows);
        for (Index i = 0; i < rows; ++i) {
          labels[i] = static_cast<uint8_t>(7 * i % classes);
        }
        const Tally tally = precision.kernels.softmax_cross_entropy(
            rows, classes, classes, labels.data(), kGradientScale,
            scores.data());
        double loss = 0;
        int64_t correct = 0;
        for (Index i = 0; i < rows; ++i) {
          const Scalar* row = before.data() + i * classes;
          double sum = 0;
          for (Index j = 0; j < classes; ++j) {
            sum += std::exp(static_cast<double>(row[j]));
          }
          loss += std::log(sum) - row[labels[i]];
          correct += std::max_element(row, row + classes) - row == labels[i];
          for (Index j = 0; j < classes; ++j) {
            const double softmax = std::exp(static_cast<double>(row[j])) / sum;
            EXPECT_NEAR(scores[i * classes + j],
                        kGradientScale * (softmax - (j == labels[i])),
                        kGradientScale * Tolerance<Scalar>(classes, 1))
                << rows << " x " << classes << " at " << i << ", " << j;
          }
        }
        EXPECT_NEAR(tally.loss_sum, loss,
                    Tolerance<Scalar>(classes, 10.0 * rows));
        EXPECT_EQ(tally.correct, correct);
      }
    }
  });
}

TEST_P(SoftmaxTest, TiesOfTheHighestScoreGoToTheLowestClass) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    const uint8_t labels[] = {0, 1, 1};
    AlignedArray<Scalar> scores = {2, 2, 1, 2, 2, 1, 1, 2, 2};
    const Tally tally = precision.kernels.softmax_cross_entropy(
        3, 3, 3, labels, 1, scores.data());
    EXPECT_EQ(tally.correct, 2);
  });
}

TEST_P(SoftmaxTest, NotANumberShowsInTheLossAndTheGradientOfItsRow) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    constexpr Index kRows = 19, kClasses = 5;
    const std::vector<uint8_t> labels(kRows, 0);
    for (Index position = 0; position < kRows * kClasses; ++position) {
      AlignedArray<Scalar> scores(kRows * kClasses, 1);
      scores[position] = std::numeric_limits<Scalar>::quiet_NaN();
      const Tally tally = precision.kernels.softmax_cross_entropy(
          kRows, kClasses, kClasses, labels.data(), 1, scores.data());
      EXPECT_FALSE(std::isfinite(tally.loss_sum)) << position;
      for (Index i = 0; i < kRows * kClasses; ++i) {
        EXPECT_EQ(std::isnan(scores[i]), i / kClasses == position / kClasses)
            << i << " " << position;
      }
    }
  });
}

TEST_P(SoftmaxTest, InfiniteScoresShowInTheLoss) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    constexpr Scalar kInfinity = std::numeric_limits<Scalar>::infinity();
    for (const Scalar score : {kInfinity, -kInfinity}) {
      AlignedArray<Scalar> scores = {score, 0, 0};
      const uint8_t label = 0;
      const Tally tally = precision.kernels.softmax_cross_entropy(
          1, 3, 3, &label, 1, scores.data());
      EXPECT_FALSE(std::isfinite(tally.loss_sum)) << score;
    }
  });
}

TEST_P(SoftmaxTest, HugeScoresDoNotOverflow) {
  ForEachPrecision(*GetParam(), [](const auto& precision) {
    using Scalar = typename std::decay_t<decltype(precision)>::Scalar;
    AlignedArray<Scalar> scores = {Scalar{1e30}, 0, Scalar{-1e30}};
    const uint8_t label = 0;
    const Tally tally = precision.kernels.softmax_cross_entropy(
        1, 3, 3, &label, 1, scores.data());
    EXPECT_NEAR(tally.loss_sum, 0, 1e-30);
    EXPECT_NEAR(scores[0], 0, 1e-30);
    EXPECT_NEAR(scores[2], 0, 1e-30);
  });
}

}  // namespace
}  // namespace etalon::train
