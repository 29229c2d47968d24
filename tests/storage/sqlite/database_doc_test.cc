#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/sqlite/populated.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// docs/database.md tells the truth: its queries run, and no table, view or
// column goes without a word.

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class DatabaseDocTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ETALON_ASSERT_OK_AND_ASSIGN(
        store_, SqliteStore::Open({.path = path_, .new_generation = 7}));
    Populate(*store_);
  }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
  const std::string text_ = ReadFile(ETALON_DATABASE_DOC);
  std::unique_ptr<SqliteStore> store_;
  RawDatabase database_{path_};
};

// The contents of the ```sql blocks.
std::vector<std::string> SqlBlocks(const std::string& text) {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (line == "```sql") {
      blocks.emplace_back();
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back() += std::string(line) + "\n";
    }
  }
  return blocks;
}

TEST_F(DatabaseDocTest, EveryQueryRunsAndFindsSomething) {
  const std::vector<std::string> queries = SqlBlocks(text_);
  EXPECT_THAT(queries, SizeIs(::testing::Ge(12u)));
  for (const std::string& query : queries) {
    EXPECT_THAT(database_.Query(query), Not(IsEmpty())) << query;
  }
}

TEST_F(DatabaseDocTest, EveryTableViewAndColumnIsNamed) {
  for (const auto& row : database_.Query(
           "SELECT s.type, s.name, c.name"
           " FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c"
           " WHERE s.type IN ('table', 'view')"
           "  AND s.name NOT LIKE 'sqlite_%'")) {
    EXPECT_THAT(text_, HasSubstr(row[1])) << row[0];
    const std::string& column = row[2];
    // Told by rule, or of no meaning.
    if (absl::EndsWith(column, "_loss") || absl::EndsWith(column, "_cost") ||
        column == "id") {
      continue;
    }
    EXPECT_THAT(text_, HasSubstr("`" + column + "`")) << row[1];
  }
}

}  // namespace
}  // namespace etalon::testing
