#include "common/random.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace etalon {
namespace {

using ::testing::ElementsAre;

// Known-answer vectors of the Random123 distribution (kat_vectors,
// philox4x32 with 10 rounds).
TEST(Philox, AgreesWithPublishedVectors) {
  EXPECT_THAT(Philox4x32({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                         {0xffffffff, 0xffffffff}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                         {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(DeriveSeed, DependsOnEveryArgumentAndFitsSqlite) {
  std::set<uint64_t> seeds;
  for (const uint64_t seed : {0u, 1u, 2u}) {
    for (const char* purpose : {"", "weights", "order"}) {
      seeds.insert(DeriveSeed(seed, purpose));
      for (const uint64_t i : {0u, 1u}) {
        seeds.insert(DeriveSeed(seed, purpose, {i}));
        for (const uint64_t j : {0u, 1u}) {
          seeds.insert(DeriveSeed(seed, purpose, {i, j}));
        }
      }
    }
  }
  EXPECT_EQ(seeds.size(), 3u * 3u * 7u);
  EXPECT_LT(*seeds.rbegin(), uint64_t{1} << 63);
}

// A changed value would change every search that anyone has recorded.
TEST(DeriveSeed, KeepsItsValues) {
  EXPECT_EQ(DeriveSeed(0, ""), 274760515718871634u);
  EXPECT_EQ(DeriveSeed(1, "weights", {2, 3}), 1069290885207491479u);
}

TEST(RandomStream, UniformHasItsMeanAndRange) {
  RandomStream random(7);
  constexpr int kDraws = 100'000;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = random.NextUniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }
  // Five standard errors: 5 / sqrt(12 * 100000).
  EXPECT_NEAR(sum / kDraws, 0.5, 0.0046);
}

TEST(RandomStream, NormalHasItsMoments) {
  RandomStream random(8);
  constexpr int kDraws = 100'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.NextNormal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1.0, 5 * std::sqrt(2.0 / kDraws));
}

TEST(RandomStream, BelowReachesEveryValueEvenly) {
  RandomStream random(9);
  constexpr int kDraws = 70'000;
  std::array<int, 7> counts{};
  for (int i = 0; i < kDraws; ++i) ++counts[random.NextBelow(7)];
  for (const int count : counts) {
    EXPECT_NEAR(count, 10'000, 5 * std::sqrt(10'000 * 6.0 / 7));
  }
}

TEST(RandomStream, StreamsOfOneSeedDiffer) {
  RandomStream a(1, 0);
  RandomStream b(1, 1);
  EXPECT_NE(a.NextUint64(), b.NextUint64());
}

TEST(RandomPermutation, HoldsEachNumberOnce) {
  RandomStream random(3);
  std::vector<uint32_t> permutation = RandomPermutation(1000, random);
  EXPECT_FALSE(std::is_sorted(permutation.begin(), permutation.end()));
  std::sort(permutation.begin(), permutation.end());
  std::vector<uint32_t> expected(1000);
  std::iota(expected.begin(), expected.end(), 0u);
  EXPECT_EQ(permutation, expected);
}

TEST(RandomPermutation, OfNothingIsEmpty) {
  RandomStream random(3);
  EXPECT_THAT(RandomPermutation(0, random), ::testing::IsEmpty());
}

}  // namespace
}  // namespace etalon
