#include "common/spec/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;

// A reader's answer to one value, and what it complained of.
template <typename T>
struct Answer {
  std::optional<T> value;
  std::string problem;
};

template <typename T>
Answer<T> Read(std::optional<T> (*reader)(const Field&),
               const std::string& yaml) {
  const YamlNode node = *ParseYaml(yaml, "f");
  Problems problems;
  Answer<T> answer;
  answer.value = reader({&node, "path", &problems});
  answer.problem = std::string(problems.ToStatus().message());
  return answer;
}

TEST(ReadNumber, ReadsWhatYamlCallsANumber) {
  EXPECT_EQ(Read(ReadNumber, "1e-5").value, 1e-5);
  EXPECT_EQ(Read(ReadNumber, "-0.5").value, -0.5);
  EXPECT_EQ(Read(ReadNumber, "+3").value, 3);
  EXPECT_EQ(Read(ReadNumber, ".5").value, 0.5);
  EXPECT_EQ(Read(ReadNumber, "0.1").value, 0.1);
}

TEST(ReadNumber, RefusesWhatIsNone) {
  for (const char* text : {"abc", "'1'", "\"1\"", "1_000", "0x10", "1e", "1 2",
                           "[1]", "{a: 1}", "~", "true", "+-1", "1e999"}) {
    const Answer<double> answer = Read(ReadNumber, text);
    EXPECT_EQ(answer.value, std::nullopt) << text;
    EXPECT_THAT(answer.problem, HasSubstr("f:1: path: must be a number"))
        << text;
  }
  EXPECT_THAT(Read(ReadNumber, "'1'").problem, HasSubstr("in quotes"));
}

TEST(ReadNumber, RefusesWhatIsNotFinite) {
  for (const char* text : {".nan", ".inf", "-.inf", ".NaN", "nan", "inf"}) {
    const Answer<double> answer = Read(ReadNumber, text);
    EXPECT_EQ(answer.value, std::nullopt) << text;
    EXPECT_THAT(answer.problem, HasSubstr("finite")) << text;
  }
}

TEST(ReadWholeNumber, KeepsToItsType) {
  EXPECT_EQ(Read(ReadInt32, "-7").value, -7);
  EXPECT_THAT(Read(ReadInt32, "2147483648").problem,
              HasSubstr("between -2147483648 and 2147483647"));
  EXPECT_EQ(Read(ReadUint64, "18446744073709551615").value,
            std::numeric_limits<uint64_t>::max());
  EXPECT_THAT(Read(ReadUint64, "-1").problem, HasSubstr("between 0 and"));
  for (const char* text : {"1.5", "1e3", "ten", "'5'", "[]"}) {
    EXPECT_THAT(Read(ReadInt64, text).problem, HasSubstr("whole number"))
        << text;
  }
}

TEST(ReadBool, KnowsTwoWords) {
  EXPECT_EQ(Read(ReadBool, "true").value, true);
  EXPECT_EQ(Read(ReadBool, "false").value, false);
  for (const char* text : {"yes", "on", "1", "'true'", "~", "[true]"}) {
    EXPECT_THAT(Read(ReadBool, text).problem, HasSubstr("true or false"))
        << text;
  }
}

TEST(ReadText, RefusesWhatHasParts) {
  EXPECT_EQ(Read(ReadText, "coarse").value, "coarse");
  EXPECT_THAT(Read(ReadText, "[a]").problem, HasSubstr("not a list"));
  EXPECT_THAT(Read(ReadText, "{a: b}").problem, HasSubstr("not a map"));
  EXPECT_THAT(Read(ReadText, "~").problem, HasSubstr("not nothing"));
}

class MapReaderTest : public ::testing::Test {
 protected:
  Field Parse(const std::string& yaml) {
    node_ = *ParseYaml(yaml, "f");
    return {&node_, "stages[1]", &problems_};
  }
  std::string Messages() const {
    return std::string(problems_.ToStatus().message());
  }

  YamlNode node_;
  Problems problems_;
};

TEST_F(MapReaderTest, NamesUnknownKeysWithTheNearest) {
  MapReader map(Parse("from: a\nto: b\nmomentum: 3\n"));
  map.Find("from");
  map.Find("top");
  map.Finish();
  EXPECT_EQ(Messages(),
            "f:2: stages[1].to: unknown key; did you mean 'top'?\n"
            "f:3: stages[1].momentum: unknown key; valid: from, top");
}

TEST_F(MapReaderTest, ReportsRepeatedAndMissingKeys) {
  MapReader map(Parse("from: a\nfrom: b\n"));
  map.Find("from");
  map.Require("top");
  EXPECT_EQ(Messages(),
            "f:2: stages[1].from: given twice\n"
            "f:1: stages[1]: 'top' is missing");
}

TEST_F(MapReaderTest, ChoosesOneOfSeveralKeys) {
  MapReader map(Parse("random: 3\ngrid: 4\n"));
  map.FindOne({"random", "grid"}, true);
  MapReader(Parse("{}")).FindOne({"random", "grid"}, true);
  EXPECT_EQ(Messages(),
            "f:1: stages[1]: only one of random, grid can be given\n"
            "f:1: stages[1]: one of random, grid must be given");
}

TEST_F(MapReaderTest, SaysOnceThatAValueIsNoMap) {
  MapReader map(Parse("[1]"));
  EXPECT_FALSE(map.Require("from").has_value());
  map.Finish();
  EXPECT_EQ(Messages(), "f:1: stages[1]: must be a map, not a list");
}

TEST(Problems, ManyAreCut) {
  Problems problems;
  for (int i = 0; i < 60; ++i) problems.Add("f:1", "a", "wrong");
  EXPECT_THAT(std::string(problems.ToStatus().message()),
              ::testing::EndsWith("\nand 10 more"));
}

}  // namespace
}  // namespace etalon
