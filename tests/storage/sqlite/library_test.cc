#include <gmock/gmock.h>
#include <sqlite3.h>

#include <memory>

#include "storage/sqlite/sqlite_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// How SQLite is set up for the process. A program of its own: another test
// before it may have used SQLite already.

namespace etalon::testing {
namespace {

TEST(LibraryTest, SqliteDoesNotCountTheMemoryOfAStore) {
  TempDir folder;
  ETALON_ASSERT_OK_AND_ASSIGN(
      const std::unique_ptr<SqliteStore> store,
      SqliteStore::Open(
          {.path = folder.File("etalon.db"), .new_generation = 7}));
  EXPECT_EQ(sqlite3_memory_used(), 0);
}

}  // namespace
}  // namespace etalon::testing
