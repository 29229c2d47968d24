#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "common/random.h"
#include "storage/sqlite/parameters_json.h"
#include "storage/sqlite/thresholds_json.h"
#include "storage/sqlite/values.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon::sqlite {
namespace {

using ::etalon::testing::EqualsProto;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

// The ends of the range, and any bits that are a finite number.
std::vector<double> Doubles() {
  using Limits = std::numeric_limits<double>;
  std::vector<double> values = {0,
                                1,
                                -1,
                                0.1,
                                1e-5,
                                1e22,
                                123456789012345678.0,
                                9007199254740993.0,
                                Limits::min(),
                                Limits::max(),
                                Limits::lowest(),
                                Limits::denorm_min(),
                                Limits::epsilon()};
  RandomStream random(1);
  while (values.size() < 2000) {
    const uint64_t bits = random.NextUint64();
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    if (std::isfinite(value)) values.push_back(value);
  }
  return values;
}

uint64_t BitsOf(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

TEST(ThresholdsJsonTest, NumbersAreNumbersAndComeBackToTheBit) {
  for (const double value : Doubles()) {
    v1::Threshold threshold;
    threshold.set_update(100'000'000);
    threshold.set_accuracy(value);
    const auto text = ThresholdsToJson({threshold});
    ETALON_ASSERT_OK(text);
    EXPECT_THAT(*text, HasSubstr("\"update\":100000000,"));
    const auto back = ThresholdsFromJson(*text);
    ETALON_ASSERT_OK(back);
    ASSERT_EQ(back->size(), 1);
    EXPECT_EQ(BitsOf((*back)[0].accuracy()), BitsOf(value)) << *text;
  }
}

TEST(ThresholdsJsonTest, WhatIsNoListIsRefused) {
  for (const char* const text : {"", "[1]", "[{\"update\":0.5}]"}) {
    EXPECT_FALSE(ThresholdsFromJson(text).ok()) << text;
  }
  for (const char* const text : {"", "[0.5]", "[{}]"}) {
    EXPECT_FALSE(IndicesFromJson(text).ok()) << text;
  }
}

TEST(ParametersJsonTest, NumbersComeBackToTheBit) {
  for (const double value : Doubles()) {
    v1::ParameterAssignment parameter;
    parameter.set_name("lambda");
    parameter.mutable_value()->set_number(value);
    const auto text = ParametersToJson({parameter});
    ETALON_ASSERT_OK(text);
    const auto back = ParametersFromJson(*text);
    ETALON_ASSERT_OK(back);
    ASSERT_EQ(back->size(), 1u);
    ASSERT_EQ(back->at(0).value().kind_case(), v1::ParameterValue::kNumber)
        << *text;
    EXPECT_EQ(BitsOf(back->at(0).value().number()), BitsOf(value)) << *text;
  }
}

TEST(ParametersJsonTest, KindsAndOrderStay) {
  std::vector<v1::ParameterAssignment> parameters(5);
  parameters[0].set_name("zeta");
  parameters[0].mutable_value()->set_number(2);
  parameters[1].set_name("depth");
  parameters[1].mutable_value()->set_integer(
      std::numeric_limits<int64_t>::min());
  parameters[2].set_name("alpha");
  parameters[2].mutable_value()->set_text("a \"b\" \\ c\n\t\x01 d\xc3\xa9,}");
  parameters[3].set_name("1e5");
  parameters[3].mutable_value()->set_text("");
  parameters[4].set_name("big");
  parameters[4].mutable_value()->set_integer(9007199254740993);
  const auto text = ParametersToJson(parameters);
  ETALON_ASSERT_OK(text);
  EXPECT_EQ(*text, R"({"zeta":2.0,"depth":-9223372036854775808,)"
                   R"("alpha":"a \"b\" \\ c\u000a\u0009\u0001 d)"
                   "\xc3\xa9"
                   R"(,}","1e5":"","big":9007199254740993})");
  const auto back = ParametersFromJson(*text);
  ETALON_ASSERT_OK(back);
  ASSERT_EQ(back->size(), parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_THAT(back->at(i), EqualsProto(parameters[i]));
  }
}

TEST(ParametersJsonTest, NoParametersAreAnEmptyObject) {
  EXPECT_EQ(ParametersToJson({}).value(), "{}");
  EXPECT_TRUE(ParametersFromJson("{}").value().empty());
}

TEST(ParametersJsonTest, ParameterWithoutAFiniteValueIsRefused) {
  v1::ParameterAssignment parameter;
  parameter.set_name("eta");
  EXPECT_THAT(ParametersToJson({parameter}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("'eta' has no value")));
  parameter.mutable_value()->set_number(
      std::numeric_limits<double>::infinity());
  EXPECT_THAT(
      ParametersToJson({parameter}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'eta' is inf")));
}

TEST(ParametersJsonTest, OtherTextIsRefused) {
  for (const char* text : {"",
                           "{",
                           "}",
                           "[]",
                           "{}x",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",

                           "{,\"a\":1}",
                           "{\"a\":1\"b\":2}",
                           "{\"a\":nan}",
                           "{\"a\":1e999}",
                           "{\"a\":99999999999999999999}",
                           "{\"a\":true}",
                           "{\"a\":\"x}",
                           "{\"a\":\"\\q\"}",
                           "{\"a\":\"\\u00\"}",
                           "{\"a\":\"\\u00e9\"}",
                           "{\"a\":{}}",
                           "{\"a"}) {
    EXPECT_THAT(ParametersFromJson(text),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("not an object of parameters")))
        << text;
  }
}

TEST(MessageJsonTest, DoublesComeBackToTheBit) {
  for (const double value : Doubles()) {
    v1::Training training;
    training.set_lambda(value);
    const auto text = ToJson(training);
    ETALON_ASSERT_OK(text);
    v1::Training back;
    ETALON_ASSERT_OK(FromJson(*text, &back));
    EXPECT_EQ(BitsOf(back.lambda()), BitsOf(value)) << *text;
  }
}

TEST(MessageJsonTest, NamesAreThoseOfTheProtoFiles) {
  v1::Training training;
  training.set_batch_size(100);
  EXPECT_EQ(ToJson(training).value(), R"({"batch_size":100})");
}

TEST(MessageJsonTest, NumberThatIsNotFiniteIsNamed) {
  v1::SearchSpec spec;
  spec.add_parameters();
  spec.add_parameters()->mutable_double_range()->set_maximum(
      -std::numeric_limits<double>::infinity());
  EXPECT_THAT(ToJson(spec), StatusIs(absl::StatusCode::kInvalidArgument,
                                     HasSubstr("DoubleRange.maximum is -inf")));
}

TEST(TimeTest, MicrosecondsComeBackAndTextsSortAsTimes) {
  const absl::Time times[] = {
      absl::FromCivil(absl::CivilSecond(1969, 12, 31, 23, 59, 59),
                      absl::UTCTimeZone()),
      absl::UnixEpoch(), absl::FromUnixMicros(1'700'000'000'123'456),
      absl::FromUnixMicros(1'700'000'000'200'000),
      absl::FromUnixSeconds(1'700'000'001)};
  std::string before;
  for (const absl::Time time : times) {
    const std::string text = TimeToText(time);
    EXPECT_EQ(TimeFromText(text), time);
    EXPECT_LT(before, text);
    before = text;
  }
  EXPECT_EQ(TimeToText(times[2]), "2023-11-14T22:13:20.123456Z");
}

TEST(TimeTest, OtherTextIsNoTime) {
  for (const char* text : {"", "now", "2023-11-14", "2023-13-14T00:00:00Z"}) {
    EXPECT_EQ(TimeFromText(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace etalon::sqlite
