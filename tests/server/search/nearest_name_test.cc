#include "server/search/nearest_name.h"

#include <gtest/gtest.h>

#include <string>

namespace etalon {
namespace {

TEST(NearestNameTest, FindsTheNameWithTheFewestLettersToChange) {
  EXPECT_EQ(NearestName("coarze", {"fine", "coarse", "course"}), "coarse");
  EXPECT_EQ(NearestName("lamda", {"eta", "lambda"}), "lambda");
}

TEST(NearestNameTest, TakesTheFirstOfEquals) {
  EXPECT_EQ(NearestName("b", {"a", "c"}), "a");
}

TEST(NearestNameTest, HasNothingAmongNothing) {
  EXPECT_EQ(NearestName("coarse", {}), "");
}

TEST(NearestNameTest, LongNamesCostNoMoreThanTheirFirstLetters) {
  EXPECT_EQ(NearestName("fine" + std::string(50'000'000, 'x'),
                        {"coarse", std::string(63, 'x')}),
            std::string(63, 'x'));
}

}  // namespace
}  // namespace etalon
