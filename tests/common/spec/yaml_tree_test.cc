#include "common/spec/yaml_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(ParseYaml, EveryValueKnowsItsLine) {
  ETALON_ASSERT_OK_AND_ASSIGN(const YamlNode root,
                              ParseYaml("a: 1\nb:\n  - x\n  - y\n", "f.yaml"));
  EXPECT_EQ(root.Find("a")->where, "f.yaml:1");
  EXPECT_EQ(root.Find("b")->items[1].where, "f.yaml:4");
  EXPECT_EQ(root.Find("b")->items[1].text, "y");
}

TEST(ParseYaml, QuotedAndPlainScalarsAreTold) {
  ETALON_ASSERT_OK_AND_ASSIGN(const YamlNode root,
                              ParseYaml("[5, '5', \"5\"]", "f"));
  EXPECT_FALSE(root.items[0].quoted);
  EXPECT_TRUE(root.items[1].quoted);
  EXPECT_TRUE(root.items[2].quoted);
}

TEST(ParseYaml, RepeatedKeysAreKept) {
  ETALON_ASSERT_OK_AND_ASSIGN(const YamlNode root,
                              ParseYaml("a: 1\na: 2\n", "f"));
  EXPECT_THAT(root.entries, SizeIs(2));
}

TEST(ParseYaml, EmptyDocumentIsNull) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n"}) {
    ETALON_ASSERT_OK_AND_ASSIGN(const YamlNode root, ParseYaml(text, "f"));
    EXPECT_EQ(root.kind, YamlNode::Kind::kNull) << text;
  }
}

TEST(ParseYaml, SyntaxErrorNamesItsLine) {
  EXPECT_THAT(ParseYaml("a: 1\nb: [1, 2\nc: 3\n", "f.yaml"),
              StatusIs(kInvalid, StartsWith("f.yaml:")));
  EXPECT_THAT(ParseYaml("a: 1\nb: }\n", "f.yaml"),
              StatusIs(kInvalid, StartsWith("f.yaml:2: not YAML: ")));
}

TEST(ParseYaml, SecondDocumentIsRefused) {
  EXPECT_THAT(ParseYaml("a: 1\n---\nb: 2\n", "f"),
              StatusIs(kInvalid, HasSubstr("more than one document")));
}

TEST(ParseYaml, AliasesAndTagsAreRefused) {
  EXPECT_THAT(
      ParseYaml("a: &x 1\nb: *x\n", "f"),
      StatusIs(kInvalid, AllOf(StartsWith("f:2:"), HasSubstr("aliases"))));
  EXPECT_THAT(ParseYaml("a: !!binary aGk=\n", "f"),
              StatusIs(kInvalid, HasSubstr("tags")));
  EXPECT_THAT(ParseYaml("a: !thing {b: 1}\n", "f"),
              StatusIs(kInvalid, HasSubstr("tags")));
}

TEST(ParseYaml, AliasBombIsRefusedAtItsFirstAlias) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
            Repeat(before + ",", 9) + before + "]\n";
  }
  EXPECT_THAT(ParseYaml(bomb, "f"), StatusIs(kInvalid, StartsWith("f:2:")));
}

TEST(ParseYaml, DeepNestingIsRefused) {
  ETALON_EXPECT_OK(ParseYaml(Repeat("[", 90) + Repeat("]", 90), "f"));
  EXPECT_THAT(ParseYaml(Repeat("[", 200) + Repeat("]", 200), "f"),
              StatusIs(kInvalid, HasSubstr("deep")));
  EXPECT_THAT(ParseYaml(Repeat("[", 100'000), "f"),
              StatusIs(kInvalid, StartsWith("f:")));
  EXPECT_THAT(ParseYaml(Repeat("- ", 100'000), "f"),
              StatusIs(kInvalid, StartsWith("f:")));
}

TEST(ParseYaml, TooManyValuesAreRefused) {
  EXPECT_THAT(ParseYaml("[" + Repeat("1,", 200'000) + "]", "f"),
              StatusIs(kInvalid, HasSubstr("values")));
}

TEST(ParseYaml, LargeTextIsRefused) {
  EXPECT_THAT(ParseYaml(std::string(kMaxYamlBytes + 1, '#'), "f"),
              StatusIs(kInvalid, HasSubstr("larger than 1024 KiB")));
}

TEST(ParseYaml, BytesThatAreNotTextAreRefusedWithTheirLine) {
  EXPECT_THAT(ParseYaml("a: 1\nb: \xff\n", "f"),
              StatusIs(kInvalid, StartsWith("f:2: not UTF-8")));
  EXPECT_THAT(ParseYaml(std::string("a: \0b", 5), "f"),
              StatusIs(kInvalid, HasSubstr("control character")));
  // UTF-16, which YAML would allow.
  EXPECT_THAT(ParseYaml("\xff\xfe\x61\x3a", "f"),
              StatusIs(kInvalid, HasSubstr("not UTF-8")));
}

TEST(ParseYaml, KeysThatAreNoWordsAreRefused) {
  EXPECT_THAT(ParseYaml("? [a, b]\n: 1\n", "f"),
              StatusIs(kInvalid, HasSubstr("key")));
  EXPECT_THAT(ParseYaml("~: 1\n", "f"), StatusIs(kInvalid, HasSubstr("key")));
}

}  // namespace
}  // namespace etalon
