#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "client/output/row_writer.h"

namespace etalon {
namespace {

const std::vector<Column>& Columns() {
  static const auto* const columns = new std::vector<Column>{
      {"stage", Display::kText, 0},
      {"trial", Display::kNumber, 0},
      {"lambda", Display::kSignificant, 0},
      {"validation_accuracy", Display::kPercent, 0},
      {"parameters", Display::kText, 0, true},
      {"failure", Display::kText, 0},
  };
  return *columns;
}

std::vector<Row> Rows() {
  return {{"searches/s/trials/1",
           {std::string("coarse"), int64_t{1}, 1.0 / 3, 0.5125,
            Json{{"lambda", 1.0 / 3}}, Cell()}},
          {"searches/s/trials/2",
           {std::string("fine"), int64_t{2}, 1e-5, Cell(), Json::object(),
            std::string("said \"no\", \x1b[2J\nand left\u202E")}}};
}

std::string Written(OutputFormat format, const std::vector<Row>& rows) {
  std::ostringstream out;
  WriteRows(format, Columns(), rows, Terminal{}, out);
  return out.str();
}

TEST(Formats, CsvIsRfc4180WithExactNumbers) {
  EXPECT_EQ(Written(OutputFormat::kCsv, Rows()),
            "stage,trial,lambda,validation_accuracy,parameters,failure\r\n"
            "coarse,1,0.3333333333333333,0.5125,"
            "\"{\"\"lambda\"\":0.3333333333333333}\",\r\n"
            "fine,2,1e-05,,{},"
            "\"said \"\"no\"\", \\x1b[2J\nand left\\u{202e}\"\r\n");
}

TEST(Formats, JsonIsAnArrayOfObjects) {
  EXPECT_EQ(Written(OutputFormat::kJson, Rows()),
            "[\n"
            "  {\"stage\":\"coarse\",\"trial\":1,\"lambda\":0.3333333333333333,"
            "\"validation_accuracy\":0.5125,"
            "\"parameters\":{\"lambda\":0.3333333333333333},"
            "\"failure\":null},\n"
            "  {\"stage\":\"fine\",\"trial\":2,\"lambda\":1e-05,"
            "\"validation_accuracy\":null,\"parameters\":{},"
            "\"failure\":\"said \\\"no\\\", \\u001b[2J\\nand left\\u202e\"}\n"
            "]\n");
}

TEST(Formats, JsonlIsOneObjectALine) {
  const std::string text = Written(OutputFormat::kJsonl, Rows());
  std::istringstream lines(text);
  std::string line;
  std::vector<Json> objects;
  while (std::getline(lines, line)) objects.push_back(Json::parse(line));
  ASSERT_EQ(objects.size(), 2u);
  EXPECT_EQ(objects[0]["lambda"], 1.0 / 3);
  EXPECT_EQ(objects[1]["failure"], "said \"no\", \x1b[2J\nand left\u202E");
}

TEST(Formats, YamlIsAListOfMaps) {
  EXPECT_EQ(Written(OutputFormat::kYaml, {Rows()[0]}),
            "- stage: \"coarse\"\n"
            "  trial: 1\n"
            "  lambda: 0.3333333333333333\n"
            "  validation_accuracy: 0.5125\n"
            "  parameters:\n"
            "    lambda: 0.3333333333333333\n"
            "  failure: null\n");
}

TEST(Formats, NameIsOneALine) {
  EXPECT_EQ(Written(OutputFormat::kName, Rows()),
            "searches/s/trials/1\nsearches/s/trials/2\n");
}

TEST(Formats, NoRowsAreStillWellFormed) {
  EXPECT_EQ(Written(OutputFormat::kJson, {}), "[]\n");
  EXPECT_EQ(Written(OutputFormat::kJsonl, {}), "");
  EXPECT_EQ(Written(OutputFormat::kYaml, {}), "[]\n");
  EXPECT_EQ(Written(OutputFormat::kName, {}), "");
  EXPECT_EQ(Written(OutputFormat::kCsv, {}),
            "stage,trial,lambda,validation_accuracy,parameters,failure\r\n");
}

TEST(Formats, BytesThatAreNotUtf8DoNotEndTheOutput) {
  Row row = Rows()[0];
  row.cells[5] = std::string("\xff");
  EXPECT_THAT(Written(OutputFormat::kJson, {row}),
              ::testing::HasSubstr("\\ufffd"));
  EXPECT_THAT(Written(OutputFormat::kCsv, {row}),
              ::testing::HasSubstr("\\xff"));
}

TEST(WriteObject, NestsInYamlAndJson) {
  const Json object = {{"a", 1}, {"b", Json::array({Json{{"c", "x"}}})}};
  std::ostringstream yaml;
  WriteObject(OutputFormat::kYaml, object, yaml);
  EXPECT_EQ(yaml.str(), "a: 1\nb:\n  - c: \"x\"\n");
  std::ostringstream json;
  WriteObject(OutputFormat::kJsonl, object, json);
  EXPECT_EQ(json.str(), "{\"a\":1,\"b\":[{\"c\":\"x\"}]}\n");
}

}  // namespace
}  // namespace etalon
