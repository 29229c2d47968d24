#include "worker/train/data/synthetic.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace etalon::train {
namespace {

TEST(SyntheticTest, SameSeedGivesTheSameBytes) {
  const SyntheticSpec spec = {
      .train = 50, .validation = 20, .test = 10, .seed = 3};
  const Dataset a = GenerateSynthetic(spec);
  const Dataset b = GenerateSynthetic(spec);
  EXPECT_EQ(a.train.images, b.train.images);
  EXPECT_EQ(a.train.labels, b.train.labels);
  EXPECT_EQ(a.test.images, b.test.images);
}

TEST(SyntheticTest, AnotherSeedGivesOtherImages) {
  EXPECT_NE(GenerateSynthetic({.train = 5, .seed = 3}).train.images,
            GenerateSynthetic({.train = 5, .seed = 4}).train.images);
}

TEST(SyntheticTest, ImagesDoNotDependOnHowManyThereAre) {
  const Dataset few = GenerateSynthetic({.train = 5, .validation = 5});
  const Dataset more = GenerateSynthetic({.train = 9, .validation = 5});
  EXPECT_TRUE(std::equal(few.train.images.begin(), few.train.images.end(),
                         more.train.images.begin()));
  EXPECT_EQ(few.validation.images, more.validation.images);
}

TEST(SyntheticTest, PartsAreDifferentImages) {
  const Dataset data = GenerateSynthetic({.train = 5, .validation = 5});
  EXPECT_NE(data.train.images, data.validation.images);
}

TEST(SyntheticTest, EveryClassIsThere) {
  const Dataset data = GenerateSynthetic({.train = 2000});
  for (int label = 0; label < 10; ++label) {
    EXPECT_NEAR(
        std::count(data.train.labels.begin(), data.train.labels.end(), label),
        200, 75)  // five deviations of a binomial count
        << "label " << label;
  }
}

// A change of any constant or draw shows here: results of searches on synthetic
// data, which documents quote, change with it.
TEST(SyntheticTest, BytesAreThoseOfTheFirstRelease) {
  const Dataset data = GenerateSynthetic({.train = 10, .seed = 1});
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const uint8_t byte : data.train.images) {
    hash = (hash ^ byte) * 1099511628211u;
  }
  EXPECT_EQ(hash, 5697367031771156888u);
}

}  // namespace
}  // namespace etalon::train
