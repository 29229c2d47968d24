#include "client/output/select_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;

const std::vector<Column>& Columns() {
  static const auto* const columns = new std::vector<Column>{
      {"stage"}, {"trial"}, {"parameters", Display::kText, 0, true}};
  return *columns;
}

TEST(ColumnSelection, TakesColumnsInTheUsersOrder) {
  ETALON_ASSERT_OK_AND_ASSIGN(
      const ColumnSelection selection,
      ColumnSelection::Create(Columns(), {"parameters", "stage"}));
  EXPECT_EQ(selection.columns()[0].name, "parameters");
  EXPECT_FALSE(selection.columns()[0].hidden);
  Row row;
  row.cells = {std::string("a"), int64_t{1}, std::string("c")};
  const Row selected = selection.Apply(row);
  ASSERT_EQ(selected.cells.size(), 2u);
  EXPECT_EQ(std::get<std::string>(selected.cells[0]), "c");
  EXPECT_EQ(std::get<std::string>(selected.cells[1]), "a");
}

TEST(ColumnSelection, NoNamesMeanAll) {
  ETALON_ASSERT_OK_AND_ASSIGN(const ColumnSelection selection,
                              ColumnSelection::Create(Columns(), {}));
  EXPECT_EQ(selection.columns().size(), 3u);
  EXPECT_TRUE(selection.columns()[2].hidden);
}

TEST(ColumnSelection, UnknownColumnGetsTheNearest) {
  EXPECT_THAT(ColumnSelection::Create(Columns(), {"trail"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "--columns: no column 'trail'; did you mean 'trial'?"));
}

}  // namespace
}  // namespace etalon
