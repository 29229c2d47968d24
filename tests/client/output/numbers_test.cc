#include "client/output/numbers.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "common/random.h"

namespace etalon {
namespace {

TEST(FormatExact, ReadsBackAsTheSameDouble) {
  RandomStream random(1);
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t bits = random.NextUint64();
    double value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    if (value != value) continue;  // NaN never leaves the coordinator
    EXPECT_EQ(std::strtod(FormatExact(value).c_str(), nullptr), value);
  }
}

TEST(FormatExact, IsTheShortestText) {
  EXPECT_EQ(FormatExact(0.1), "0.1");
  EXPECT_EQ(FormatExact(1e-5), "1e-05");
  EXPECT_EQ(FormatExact(3), "3");
}

TEST(FormatSignificant, HasFourDigits) {
  EXPECT_EQ(FormatSignificant(0.000123456), "0.0001235");
  EXPECT_EQ(FormatSignificant(1.23456e-5), "1.235e-05");
  EXPECT_EQ(FormatSignificant(0.1), "0.1");
}

TEST(FormatPercent, HasTwoDecimals) {
  EXPECT_EQ(FormatPercent(0.51234), "51.23 %");
  EXPECT_EQ(FormatPercent(1), "100.00 %");
}

TEST(FormatElapsed, ChoosesItsUnit) {
  EXPECT_EQ(FormatElapsed(absl::Milliseconds(850)), "850 ms");
  EXPECT_EQ(FormatElapsed(absl::Seconds(12.34)), "12.3 s");
  EXPECT_EQ(FormatElapsed(absl::Seconds(59.96)), "1 min");
  EXPECT_EQ(FormatElapsed(absl::Seconds(245)), "4 min 5 s");
  EXPECT_EQ(FormatElapsed(absl::Minutes(130)), "2 h 10 min");
}

TEST(FormatAbout, RoundsAsAnEstimateDeserves) {
  EXPECT_EQ(FormatAbout(absl::Milliseconds(100)), "about a second");
  EXPECT_EQ(FormatAbout(absl::Seconds(7.4)), "about 7 s");
  EXPECT_EQ(FormatAbout(absl::Seconds(41), absl::Seconds(31), absl::Minutes(2)),
            "about 40 s (30 s to 2 min)");
  EXPECT_EQ(
      FormatAbout(absl::Seconds(41), absl::Seconds(40), absl::Seconds(42)),
      "about 40 s");
  EXPECT_EQ(FormatAbout(absl::Seconds(41)), "about 40 s");
  EXPECT_EQ(FormatAbout(absl::Seconds(127)), "about 2 min");
  EXPECT_EQ(FormatAbout(absl::Minutes(61)), "about 1 h 1 min");
  EXPECT_EQ(FormatAbout(absl::Hours(5) + absl::Minutes(7)), "about 5 h 10 min");
}

TEST(FormatTimestamp, IsEmptyWhereUnset) {
  google::protobuf::Timestamp time;
  EXPECT_EQ(FormatTimestamp(time), "");
  time.set_seconds(1'700'000'000);
  time.set_nanos(5'000'000);
  EXPECT_EQ(FormatTimestamp(time), "2023-11-14T22:13:20.005Z");
}

}  // namespace
}  // namespace etalon
