#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "client/output/row_writer.h"
#include "client/output/terminal.h"
#include "client/output/text.h"

namespace etalon {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<Column>& Columns() {
  static const auto* const columns = new std::vector<Column>{
      {"trial", Display::kNumber, 0},
      {"state", Display::kState, 1},
      {"lambda", Display::kSignificant, 1},
      {"validation_accuracy", Display::kPercent, 0},
      {"parameters", Display::kText, 0, true},
      {"worker", Display::kText, 5},
      {"failure", Display::kText, 4},
  };
  return *columns;
}

Row MakeRow(int64_t trial, const std::string& failure) {
  return {"",
          {trial, std::string("DIVERGED"), 0.000123456, 0.5, Json::object(),
           std::string("workers/3"), failure}};
}

std::string Table(const std::vector<Row>& rows, const Terminal& terminal) {
  std::ostringstream out;
  WriteRows(OutputFormat::kTable, Columns(), rows, terminal, out);
  return out.str();
}

TEST(Table, AlignsNumbersRightAndTextLeft) {
  EXPECT_EQ(
      Table({MakeRow(7, "no"), MakeRow(123, "longer")}, {}),
      "trial  state        lambda  validation_accuracy  worker     failure\n"
      "    7  DIVERGED  0.0001235              50.00 %  workers/3  no\n"
      "  123  DIVERGED  0.0001235              50.00 %  workers/3  longer\n");
}

TEST(Table, IsNeverWiderThanTheTerminal) {
  const std::vector<Row> rows = {
      MakeRow(7, "plain"), MakeRow(8, std::string(300, 'x')),
      MakeRow(9,
              "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"),
      MakeRow(10, "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂"),
      MakeRow(11, std::string(50, '\x1b') + std::string(50, '\n'))};
  for (size_t width = 1; width < 200; ++width) {
    Terminal terminal;
    terminal.width = width;
    for (const absl::string_view line :
         absl::StrSplit(Table(rows, terminal), '\n')) {
      EXPECT_LE(DisplayWidth(line), width) << line;
    }
  }
}

TEST(Table, GivesUpTheLeastImportantColumnsFirst) {
  Terminal terminal;
  terminal.width = 60;
  const std::string narrow =
      Table({MakeRow(7, "it would not train")}, terminal);
  EXPECT_THAT(narrow, Not(HasSubstr("worker")));
  EXPECT_THAT(narrow, HasSubstr("it would n…"));
  terminal.width = 27;
  EXPECT_EQ(Table({MakeRow(7, "x")}, terminal),
            "trial  validation_accuracy\n"
            "    7              50.00 %\n");
}

TEST(Table, HostileTextStaysOnItsLine) {
  const std::string table =
      Table({MakeRow(1, "\x1b]0;title\x07\nforged line\r\u202E")}, {});
  EXPECT_THAT(table, HasSubstr("\\x1b]0;title\\x07\\x0aforged line\\x0d"));
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 2);
}

TEST(Table, ColoursOnlyWhereTheTerminalTakesIt) {
  Terminal terminal;
  EXPECT_THAT(Table({MakeRow(1, "")}, terminal), Not(HasSubstr("\x1b")));
  terminal.colour = true;
  EXPECT_THAT(Table({MakeRow(1, "")}, terminal),
              HasSubstr("\x1b[33mDIVERGED\x1b[0m"));
}

TEST(DetectTerminal, TakesColumnsWhereThereIsNoTerminal) {
  const auto with = [](const std::string& columns) {
    return [columns](const std::string& name) -> std::optional<std::string> {
      if (name == "COLUMNS") return columns;
      return std::nullopt;
    };
  };
  // A descriptor that is none.
  EXPECT_EQ(DetectTerminal(-1, with("72")).width, 72u);
  EXPECT_EQ(DetectTerminal(-1, with("0")).width, 100u);
  EXPECT_EQ(DetectTerminal(-1, with("wide")).width, 100u);
  EXPECT_FALSE(DetectTerminal(-1, with("72")).colour);
}

}  // namespace
}  // namespace etalon
