#include "storage/sqlite/trial_filter_sql.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

// Whatever the values are, the text of the SQL is the same.

namespace etalon::sqlite {
namespace {

using Operator = TrialCondition::Operator;

// Bytes that would mean something in SQL, were they in its text.
std::string HostileText(std::mt19937& random) {
  static const char* const kPieces[] = {
      "'",  "\"", ";",  "--", "/*", ")",     "(",      "?",    ":a", "$",
      "\n", "\\", "OR", "1",  "=",  "DROP ", "SELECT", "\xff", "x",  "\x01"};
  std::string text;
  const size_t pieces = random() % 12;
  for (size_t i = 0; i < pieces; ++i) {
    text += kPieces[random() % std::size(kPieces)];
  }
  return text;
}

TrialValue HostileValue(std::mt19937& random) {
  switch (random() % 3) {
    case 0:
      return static_cast<double>(random()) * 1e-3;
    case 1:
      return absl::UnixEpoch() + absl::Seconds(random());
    default:
      return HostileText(random);
  }
}

// A tree whose shape follows from `shape` alone, and whose values and parameter
// names from `values`.
TrialFilter MakeFilter(std::mt19937& shape, std::mt19937& values, int depth) {
  TrialFilter filter;
  if (depth > 0 && shape() % 3 != 0) {
    filter.kind = static_cast<TrialFilter::Kind>(1 + shape() % 3);
    const size_t operands =
        filter.kind == TrialFilter::Kind::kNot ? 1 : 2 + shape() % 3;
    for (size_t i = 0; i < operands; ++i) {
      filter.operands.push_back(MakeFilter(shape, values, depth - 1));
    }
    return filter;
  }
  filter.kind = TrialFilter::Kind::kCondition;
  TrialCondition& condition = filter.condition;
  condition.key.field = static_cast<TrialField>(
      shape() % (static_cast<int>(TrialField::kParameter) + 1));
  if (condition.key.field == TrialField::kParameter) {
    condition.key.parameter = HostileText(values);
  }
  condition.op = static_cast<Operator>(
      shape() % (static_cast<int>(Operator::kIsNotNull) + 1));
  size_t count = 1;
  if (condition.op == Operator::kIn || condition.op == Operator::kNotIn) {
    count = 1 + shape() % 4;
  } else if (condition.op >= Operator::kIsNull) {
    count = 0;
  }
  for (size_t i = 0; i < count; ++i) {
    condition.values.push_back(HostileValue(values));
  }
  return filter;
}

TEST(TrialFilterSql, TextIsTheSameForAllValues) {
  std::mt19937 values(1);
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::string text;
    for (int i = 0; i < 5; ++i) {
      std::mt19937 shape(seed);
      ETALON_ASSERT_OK_AND_ASSIGN(const SqlCondition sql,
                                  ToSql(MakeFilter(shape, values, 3)));
      if (i == 0) text = sql.text;
      EXPECT_EQ(sql.text, text);
      // Every value is bound: a question mark for each, and no other.
      EXPECT_EQ(std::count(text.begin(), text.end(), '?'),
                static_cast<std::ptrdiff_t>(sql.values.size()));
      EXPECT_EQ(text.find_first_of("';\"\\$:\n"), std::string::npos) << text;
    }
  }
}

TEST(TrialFilterSql, KeysAreColumnsOfTheList) {
  EXPECT_EQ(ToSql(TrialKey{TrialField::kEta, ""}).text, "c.eta");
  const SqlCondition parameter = ToSql(TrialKey{TrialField::kParameter, "a.b"});
  EXPECT_EQ(parameter.text, "(c.parameters ->> ?)");
  EXPECT_THAT(parameter.values, ::testing::ElementsAre(Value("$.\"a.b\"")));
}

}  // namespace
}  // namespace etalon::sqlite
