#include "worker/train/layers/dropout.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

AlignedArray<float> Dropped(double share, Index count, uint64_t seed,
                            uint64_t stream) {
  Dropout<float> dropout(FastKernels().float32, share, count);
  AlignedArray<float> values(count, 3.0f);
  dropout.Forward(count, seed, stream, values.data());
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

TEST(DropoutTest, GradientsDropWithTheirUnits) {
  Dropout<float> dropout(FastKernels().float32, 0.5, 100);
  AlignedArray<float> values(100, 1.0f);
  dropout.Forward(100, 1, 0, values.data());
  AlignedArray<float> gradient(100, 1.0f);
  dropout.Backward(100, gradient.data());
  EXPECT_EQ(gradient, values);
}

TEST(DropoutTest, NotANumberShowsEvenWhereItIsDropped) {
  Dropout<float> dropout(FastKernels().float32, 0.9, 100);
  AlignedArray<float> values(100, std::nanf(""));
  dropout.Forward(100, 1, 0, values.data());
  for (const float value : values) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace etalon::train
