#include "worker/train/layers/dropout.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

AlignedArray<float> Dropped(double share, Index count, uint64_t seed,
                            uint64_t stream) {
  const Index width = PaddedColumns<float>(count);
  Dropout<float> dropout(FastKernels().float32, {1, count, count, width},
                         {share}, 1);
  AlignedArray<float> values(width, 3.0f);
  dropout.Forward(1, {seed}, stream, values.data());
  values.resize(static_cast<size_t>(count));
  return values;
}

TEST(DropoutTest, UnitsAreZeroOrDividedByTheShareThatIsKept) {
  for (const float value : Dropped(0.25, 1000, 1, 0)) {
    EXPECT_TRUE(value == 0 || value == 4.0f) << value;
  }
}

// Of n = 100,000 draws the share dropped has a deviation of
// sqrt(.3 * .7 / n) = 0.0015; the bound is four of those.
TEST(DropoutTest, AsManyDropAsAskedFor) {
  int64_t dropped = 0;
  for (const float value : Dropped(0.3, 100'000, 1, 0)) dropped += value == 0;
  EXPECT_NEAR(static_cast<double>(dropped) / 100'000, 0.3, 0.006);
}

TEST(DropoutTest, DrawsDependOnSeedAndStreamAlone) {
  EXPECT_EQ(Dropped(0.5, 100, 1, 0), Dropped(0.5, 100, 1, 0));
  EXPECT_NE(Dropped(0.5, 100, 1, 0), Dropped(0.5, 100, 2, 0));
  EXPECT_NE(Dropped(0.5, 100, 1, 0), Dropped(0.5, 100, 1, 1));
}

TEST(DropoutTest, MembersDrawAsIfTheyWereAlone) {
  constexpr Index kUnits = 5, kRows = 3;
  const Columns columns = {2, kUnits, 8, 16};
  Dropout<float> group(FastKernels().float32, columns, {0.5, 0.25}, kRows);
  AlignedArray<float> values(kRows * columns.width, 1.0f);
  group.Forward(kRows, {1, 2}, 0, values.data());
  Dropout<float> alone(FastKernels().float32, {1, kUnits, kUnits, 16}, {0.25},
                       kRows);
  AlignedArray<float> expected(kRows * 16, 1.0f);
  alone.Forward(kRows, {2}, 0, expected.data());
  for (Index i = 0; i < kRows; ++i) {
    for (Index j = 0; j < kUnits; ++j) {
      EXPECT_EQ(values[i * columns.width + 8 + j], expected[i * 16 + j]);
    }
  }
}

TEST(DropoutTest, GradientsDropWithTheirUnits) {
  Dropout<float> dropout(FastKernels().float32, {1, 96, 96, 96}, {0.5}, 1);
  AlignedArray<float> values(96, 1.0f);
  dropout.Forward(1, {1}, 0, values.data());
  AlignedArray<float> gradient(96, 1.0f);
  dropout.Backward(1, gradient.data());
  EXPECT_EQ(gradient, values);
}

TEST(DropoutTest, NotANumberShowsEvenWhereItIsDropped) {
  Dropout<float> dropout(FastKernels().float32, {1, 96, 96, 96}, {0.9}, 1);
  AlignedArray<float> values(96, std::nanf(""));
  dropout.Forward(1, {1}, 0, values.data());
  for (const float value : values) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace etalon::train
