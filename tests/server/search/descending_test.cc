#include "server/search/descending.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace etalon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(DescendingOrderTest, LargestFirstAndOfEqualOnesTheEarlier) {
  EXPECT_THAT(DescendingOrder({1, 3, 2, 3, 1}), ElementsAre(1, 3, 2, 0, 4));
  EXPECT_THAT(DescendingOrder({-kInfinity, 0, -kInfinity}),
              ElementsAre(1, 0, 2));
  EXPECT_THAT(DescendingOrder({}), IsEmpty());
}

}  // namespace
}  // namespace etalon
